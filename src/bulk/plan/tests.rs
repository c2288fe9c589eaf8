//! What a dry run says of tokens of several systems.

use super::*;
use crate::capabilities::{Action, FieldShape};
use crate::store::Entry;
use crate::token::Validity;

const NOW: Millis = 1_800_000_000_000;

const ACTIVE: Validity = Validity {
    valid_from: None,
    valid_to: None,
    revoked: false,
    disabled: false,
    deleted: false,
    said_active: Some(true),
    seen_at: NOW,
};

fn system(offers: &[Action]) -> Capabilities {
    Capabilities {
        offers: offers.to_vec(),
        fields: vec![FieldShape::new(Field::ValidTo, "Valid to")],
        ..Capabilities::default()
    }
}

fn store(tokens: &[(&str, Validity, Option<Millis>)]) -> Store {
    let mut store = Store::new();
    for (id, validity, last_used) in tokens {
        let (validity, last_used) = (*validity, *last_used);
        store.push(Entry { id, name: id, validity, last_used, ..Entry::default() }, &[]);
    }
    store
}

fn refs(slot: usize, ids: &[&str]) -> Vec<TokenRef> {
    ids.iter().map(|id| TokenRef { slot, id: (*id).into() }).collect()
}

/// The plan for tokens of one system; `own`: the id of the one that signs in.
fn plan(
    aim: Aim,
    end: Option<NewEnd>,
    offers: &[Action],
    tokens: &[(&str, Validity, Option<Millis>)],
    own: &str,
) -> Plan {
    let (store, system) = (store(tokens), system(offers));
    let signs_in = |row: Row| store.id(row) == own;
    let sources = [Source { slot: 0, store: &store, system: &system, signs_in: &signs_in }];
    let ids: Vec<&str> = tokens.iter().map(|it| it.0).collect();
    Plan::new(aim, end, &sources, &refs(0, &ids), NOW)
}

fn fates(plan: &Plan) -> Vec<Fate> {
    plan.lines.iter().map(|it| it.fate.clone()).collect()
}

fn not_allowed(why: WhyNot) -> Fate {
    Fate::Skipped(Skip::NotAllowed(why))
}

#[test]
fn what_can_be_done_is_done_and_what_is_inactive_already_is_skipped() {
    let revoked = Validity { revoked: true, said_active: Some(false), ..ACTIVE };
    let expired = Validity { valid_to: Some(NOW - 1), said_active: Some(false), ..ACTIVE };
    let tokens = [("a", ACTIVE, None), ("b", revoked, None), ("c", expired, None)];
    let plan = plan(Aim::Revoke, None, &[Action::Revoke], &tokens, "");
    assert_eq!(fates(&plan), [Fate::Do, not_allowed(WhyNot::RevokedAlready), not_allowed(WhyNot::NotActive)]);
    assert_eq!((plan.n_chosen(), plan.n_deleted()), (1, 0));
}

#[test]
fn what_a_system_cannot_do_is_offered_in_another_way_and_left_out_until_the_user_agrees() {
    let expired = Validity { valid_to: Some(NOW - 1), said_active: Some(false), ..ACTIVE };
    let tokens = [("a", ACTIVE, None), ("b", expired, None)];
    let mut only_delete = plan(Aim::Revoke, None, &[Action::Delete], &tokens, "");
    assert_eq!(fates(&only_delete), [Fate::Instead(Aim::Delete), not_allowed(WhyNot::NotActive)]);
    assert_eq!((only_delete.n_chosen(), only_delete.n_deleted()), (0, 0));
    only_delete.choose_all(0, Aim::Delete, true);
    assert_eq!((only_delete.n_chosen(), only_delete.n_deleted()), (1, 1));
    // What is skipped cannot be chosen.
    only_delete.choose(1, true);
    assert_eq!(only_delete.n_chosen(), 1);

    let both = plan(Aim::Revoke, None, &[Action::Delete, Action::Disable], &tokens[..1], "");
    assert_eq!(fates(&both), [Fate::Instead(Aim::Disable)]);
    let none = plan(Aim::Enable, None, &[Action::Delete], &tokens[..1], "");
    assert!(matches!(&fates(&none)[..], [Fate::Skipped(Skip::NotAllowed(WhyNot::NotOffered(_)))]));
}

#[test]
fn what_speaks_against_it_is_said() {
    let tokens =
        [("used", ACTIVE, Some(NOW - 240_000)), ("long ago", ACTIVE, Some(NOW - 30 * DAY)), ("never", ACTIVE, None)];
    let plan = plan(Aim::Delete, None, &[Action::Delete], &tokens, "");
    let used: Vec<_> = plan.lines.iter().map(|it| it.used).collect();
    assert_eq!(used, [Some(NOW - 240_000), None, None]);
}

#[test]
fn the_token_that_signs_in_comes_last() {
    let tokens = [("own", ACTIVE, None), ("b", ACTIVE, None), ("c", ACTIVE, None)];
    let stopped = plan(Aim::Disable, None, &[Action::Disable], &tokens, "own");
    let order: Vec<_> = stopped.lines.iter().map(|it| (&*it.token.name, it.signs_in)).collect();
    assert_eq!(order, [("b", false), ("c", false), ("own", true)]);
    // Nothing is lost by enabling it.
    let enabled = plan(Aim::Enable, None, &[Action::Enable], &tokens, "own");
    assert!(enabled.lines.iter().all(|it| !it.signs_in));
}

#[test]
fn what_is_not_there_any_more_is_skipped() {
    let (store, system) = (store(&[]), system(&[Action::Delete]));
    let sources = [Source { slot: 0, store: &store, system: &system, signs_in: &|_| false }];
    let tokens: Vec<_> = refs(0, &["gone"]).into_iter().chain(refs(7, &["elsewhere"])).collect();
    let plan = Plan::new(Aim::Delete, None, &sources, &tokens, NOW);
    assert_eq!(fates(&plan), [Fate::Skipped(Skip::Gone), Fate::Skipped(Skip::NotOpen)]);
}

#[test]
fn what_cannot_be_read_is_not_touched() {
    let mut store = Store::new();
    store.push_unreadable(Some("odd"), "no name".into(), NOW);
    let system = system(&[Action::Revoke, Action::Delete, Action::Edit]);
    let sources = [Source { slot: 0, store: &store, system: &system, signs_in: &|_| false }];
    for aim in [Aim::Revoke, Aim::Delete, Aim::Extend, Aim::Disable] {
        let plan = Plan::new(aim, None, &sources, &refs(0, &["odd"]), NOW);
        assert_eq!(fates(&plan), [not_allowed(WhyNot::Unreadable)], "{aim:?}");
    }
}

#[test]
fn an_end_is_moved_from_where_it_is() {
    let ends = |valid_to| Validity { valid_to, ..ACTIVE };
    let expired = Validity { said_active: Some(false), ..ends(Some(NOW - DAY)) };
    let revoked = Validity { revoked: true, said_active: Some(false), ..ends(Some(NOW + DAY)) };
    let starts = Validity { valid_from: Some(NOW + 90 * DAY), said_active: Some(false), ..ACTIVE };
    let tokens = [
        ("soon", ends(Some(NOW + DAY)), None),
        ("endless", ACTIVE, None),
        ("expired", expired, None),
        ("revoked", revoked, None),
    ];
    let later = plan(Aim::Extend, Some(NewEnd::Later(30)), &[Action::Edit], &tokens, "");
    let moved: Vec<_> = later.lines.iter().map(|it| (it.fate.clone(), it.end, it.revives)).collect();
    assert_eq!(
        moved,
        [
            (Fate::Do, Some((Some(NOW + DAY), NOW + 31 * DAY)), false),
            (Fate::Skipped(Skip::NoEnd), None, false),
            (Fate::Do, Some((Some(NOW - DAY), NOW + 30 * DAY)), true),
            (not_allowed(WhyNot::RevokedAlready), None, false),
        ]
    );
    let tokens = [("so", ends(Some(NOW + DAY)), None), ("endless", ACTIVE, None), ("starts", starts, None)];
    let set = plan(Aim::Extend, Some(NewEnd::At(NOW + DAY)), &[Action::Edit], &tokens, "");
    assert_eq!(fates(&set), [Fate::Skipped(Skip::EndsSo), Fate::Do, Fate::Skipped(Skip::EndsBeforeStart)]);
    // Before an end is given, nothing is said of it.
    assert_eq!(plan(Aim::Extend, None, &[Action::Edit], &tokens, "").lines[0].end, None);
}

#[test]
fn an_end_that_a_system_does_not_let_change_stays() {
    let store = store(&[("a", ACTIVE, None)]);
    let fixed =
        Capabilities { fields: vec![FieldShape::new(Field::ValidTo, "Valid to").fixed()], ..system(&[Action::Edit]) };
    let none = Capabilities { fields: vec![], ..system(&[Action::Edit]) };
    for system in [fixed, none] {
        let sources = [Source { slot: 0, store: &store, system: &system, signs_in: &|_| false }];
        let plan = Plan::new(Aim::Extend, Some(NewEnd::Later(1)), &sources, &refs(0, &["a"]), NOW);
        assert_eq!(fates(&plan), [Fate::Skipped(Skip::EndIsFixed)]);
    }
}

#[test]
fn lines_are_counted_by_system_and_outcome() {
    let revoked = Validity { revoked: true, said_active: Some(false), ..ACTIVE };
    let (one, other) = (store(&[("a", ACTIVE, None), ("b", revoked, None)]), store(&[("c", ACTIVE, None)]));
    let (can, cannot) = (system(&[Action::Revoke]), system(&[Action::Delete]));
    let sources = [
        Source { slot: 0, store: &one, system: &can, signs_in: &|_| false },
        Source { slot: 1, store: &other, system: &cannot, signs_in: &|_| false },
    ];
    let tokens: Vec<_> = refs(1, &["c"]).into_iter().chain(refs(0, &["b", "a"])).collect();
    let mut plan = Plan::new(Aim::Revoke, None, &sources, &tokens, NOW);
    let count = |slot, aim, n, n_chosen| Count { slot, aim, n, n_chosen };
    let counts = [count(0, Some(Aim::Revoke), 1, 1), count(0, None, 1, 0), count(1, Some(Aim::Delete), 1, 0)];
    assert_eq!(plan.counts(), counts);
    plan.choose(2, false);
    plan.choose(0, true);
    assert_eq!((plan.n_chosen(), plan.n_deleted(), plan.aims()), (1, 1, vec![Aim::Delete]));
    // What was chosen stays so in a newer plan.
    let mut newer = Plan::new(Aim::Revoke, None, &sources, &tokens, NOW + 1);
    newer.keep_choices(&plan);
    assert_eq!(newer, plan);
}
