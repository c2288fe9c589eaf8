//! What the answer to a write proves: whether what was asked for is so, and what else has changed. Pure.

use crate::capabilities::{Capabilities, ColumnKind, Field};
use crate::draft::Draft;
use crate::json::{self, Json, Read};
use crate::moments::{self, Moment};
use crate::store::{Row, Store};
use crate::time::{DAY, HOUR, MINUTE, Millis, Utc};
use crate::token::Privilege;
use crate::words::{Label, Words};

/// Times that lie no further apart are the same one: systems round them, or count from the moment of the call.
const SAME_TIME: Millis = 5 * MINUTE;

/// A fact of a token by its name: a field, or a text of the system's own by its place among the extras.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A field that tokens of several systems have.
    Field(Field),
    /// A text of the system's own.
    Extra(usize),
}

/// What a fact says.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A text, empty for none.
    Text(String),
    /// An instant, or none.
    Time(Option<Millis>),
    /// Several texts, in any order.
    Texts(Vec<String>),
    /// What it may do where.
    Privileges(Vec<Privilege>),
}

impl PartialEq for Fact {
    fn eq(&self, other: &Fact) -> bool {
        let alike = |one: &[String], other: &[String]| one.iter().all(|it| other.contains(it));
        match (self, other) {
            (Fact::Text(one), Fact::Text(other)) => one.trim() == other.trim(),
            (Fact::Time(Some(one)), Fact::Time(Some(other))) => (one - other).abs() < SAME_TIME,
            (Fact::Time(one), Fact::Time(other)) => one == other,
            (Fact::Texts(one), Fact::Texts(other)) => alike(one, other) && alike(other, one),
            (Fact::Privileges(one), Fact::Privileges(other)) => {
                one.len() == other.len() && one.iter().all(|it| other.contains(it))
            }
            _ => false,
        }
    }
}

/// The facts of a token, as far as they are told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    told: Vec<(What, Fact)>,
    is_active: Option<bool>,
    is_disabled: Option<bool>,
    /// Whether it says of itself that it was revoked or deleted.
    is_ended: bool,
}

impl Facts {
    /// Those of a token in the Scoped Token API's form. `is_whole`: what such an answer leaves out is none; otherwise it is
    /// not told. An answer that says neither its scopes nor whether it is active is not whole in any case.
    pub fn of_answer(body: &[u8], is_whole: bool) -> Facts {
        let Ok(json) = json::read(body) else { return Facts::default() };
        let is_whole = is_whole && json.get("scopes").is_some() && json.get("is_active").is_some();
        let member = |name: &str| json.get(name).or(is_whole.then_some(&Json::Null));
        let text = |it: &Json| Some(Fact::Text(it.text().unwrap_or_default().to_owned()));
        let time = |it: &Json| match moments::read(&json::plain(it), &Utc).0 {
            Moment::At(at) => Some(Fact::Time(Some(at))),
            Moment::Never => Some(Fact::Time(None)),
            // A date that cannot be read is told apart from none.
            Moment::Odd => None,
        };
        let texts =
            |it: &Json| Some(Fact::Texts(it.list().iter().filter_map(|it| it.text().map(str::to_owned)).collect()));
        let mut told = Vec::new();
        let mut tell = |field: Field, fact: Option<Fact>| told.extend(fact.map(|it| (What::Field(field), it)));
        tell(Field::Name, json.get("name").and_then(text));
        tell(Field::Description, member("description").and_then(text));
        tell(Field::Scopes, member("scopes").and_then(texts));
        tell(Field::ValidFrom, member("valid_from").and_then(time));
        tell(Field::ValidTo, member("valid_to").and_then(time));
        tell(Field::SourceIps, json.get("source_ips").and_then(texts));
        let privilege = |it: &Json| {
            let text = |name: &str| it.text_of(name).unwrap_or_default().to_owned();
            Privilege { scope: text("scope"), role: text("role"), target: text("target") }
        };
        let privileges = json.get("privileges").map(|it| Fact::Privileges(it.list().iter().map(privilege).collect()));
        tell(Field::Privileges, privileges);
        let extras = json.get("extras").map(Json::list).unwrap_or_default();
        let extra = |(idx, it): (usize, &Json)| Some((What::Extra(idx), Fact::Text(it.text()?.to_owned())));
        told.extend(extras.iter().enumerate().filter_map(extra));
        // No user ends a token by naming a day that is to come, but clocks may be apart.
        let is_said =
            |name: &str| json.get(name).is_some_and(|it| moments::has_happened(&json::plain(it), Millis::MAX, &Utc));
        Facts {
            told,
            is_active: json.get("is_active").and_then(Read::flag),
            is_disabled: match json.get("is_disabled") {
                Some(it) => it.flag(),
                None => json.get("disabled_at").map(|_| is_said("disabled_at")),
            },
            is_ended: is_said("revoked_at") || is_said("deleted_at"),
        }
    }

    /// Those that a list has of a token.
    pub fn of_row(store: &Store, row: Row) -> Facts {
        let (validity, unreported) = (store.validity(row), store.unreported(row));
        let facts = [
            (Field::Name, Fact::Text(store.name(row).to_owned()), false),
            (Field::Scopes, Fact::Texts(store.scopes(row).map(str::to_owned).collect()), unreported.scopes),
            (Field::ValidTo, Fact::Time(validity.valid_to), unreported.valid_to),
        ];
        let told =
            facts.into_iter().filter(|(.., is_silent)| !is_silent).map(|(field, it, _)| (What::Field(field), it));
        Facts {
            told: told.collect(),
            is_active: validity.said_active,
            is_disabled: (!unreported.disabled).then_some(validity.disabled),
            is_ended: validity.revoked || validity.deleted,
        }
    }

    fn get(&self, what: What) -> Option<&Fact> {
        self.told.iter().find(|(it, _)| *it == what).map(|(_, fact)| fact)
    }

    /// Whether the token has ended; `None` where nothing tells. One that is disabled is inactive, and has not.
    pub fn has_ended(&self) -> Option<bool> {
        match self.is_disabled {
            _ if self.is_ended => Some(true),
            Some(true) => Some(false),
            _ => self.is_active.map(|it| !it),
        }
    }

    /// Whether the token is switched off; `None` where nothing tells.
    pub fn is_disabled(&self) -> Option<bool> {
        self.is_disabled
    }
}

/// A fact that is not as it should be after a write.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which fact.
    pub what: What,
    /// What it said before; `None` for a new token, or where it was not told.
    pub before: Option<Fact>,
    /// What was asked for; `None` where no change was asked for.
    pub asked: Option<Fact>,
    /// What it says now.
    pub found: Fact,
}

impl Difference {
    /// Whether it stayed as it was although it was to change.
    pub fn is_kept(&self) -> bool {
        self.asked.is_some() && self.before.as_ref() == Some(&self.found)
    }
}

/// What a token's facts prove of what was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// What is not as it should be.
    pub differences: Vec<Difference>,
    /// Whether something that was asked for is not told.
    pub is_open: bool,
}

impl Verdict {
    /// Whether all is as it was asked for.
    pub fn is_proved(&self) -> bool {
        !self.is_open && self.differences.is_empty()
    }
}

/// What a draft says of a field that the system's form has.
fn asked_for(system: &Capabilities, draft: &Draft, field: Field, is_new: bool) -> Option<Fact> {
    let shape = system.field(field)?;
    if !is_new && !shape.editable {
        return None;
    }
    let time = |text: &Option<String>| match text.as_deref().map(|it| moments::read(it, &Utc).0) {
        Some(Moment::At(at)) => Fact::Time(Some(at)),
        Some(Moment::Never | Moment::Odd) | None => Fact::Time(None),
    };
    Some(match field {
        Field::Name => Fact::Text(draft.name.clone()),
        Field::Description => Fact::Text(draft.description.clone().unwrap_or_default()),
        Field::Scopes => Fact::Texts(draft.scopes.clone()),
        Field::ValidFrom => time(&draft.valid_from),
        Field::ValidTo => time(&draft.valid_to),
        Field::Privileges => Fact::Privileges(draft.privileges.clone()?),
        Field::SourceIps => Fact::Texts(draft.source_ips.clone()?),
        Field::Guid | Field::Input(_) => return None,
    })
}

/// Whether a fact is as it was asked for. A system that counts in whole days ends a token with the day, and not before.
fn is_as_asked(system: &Capabilities, field: Field, asked: &Fact, found: &Fact) -> bool {
    /// A day, and the hour that it may have more.
    const LONGEST_DAY: Millis = DAY + HOUR;
    let by_day = system.field(field).is_some_and(|it| it.by_day);
    match (asked, found) {
        (Fact::Time(Some(asked)), Fact::Time(Some(found))) if by_day => {
            (-SAME_TIME..=LONGEST_DAY).contains(&(found - asked))
        }
        (asked, found) => asked == found,
    }
}

/// What a system calls a fact: as its form does, else as its table does.
pub fn label(system: &Capabilities, what: What) -> Words {
    let column = |kind: ColumnKind| {
        let mut columns = system.columns.iter().chain(&system.spare_columns);
        columns.find(|it| it.kind == kind).map(|it| it.label.clone()).unwrap_or_default()
    };
    let field = match what {
        What::Extra(idx) => return column(ColumnKind::Text(idx)),
        What::Field(field) => field,
    };
    match (system.field(field), field) {
        (Some(shape), _) => shape.label.clone(),
        (None, Field::Description) => column(ColumnKind::Description),
        (None, Field::Scopes) => column(ColumnKind::Scopes),
        (None, Field::ValidFrom) => column(ColumnKind::ValidFrom),
        (None, Field::ValidTo) => column(ColumnKind::ValidTo),
        (None, _) => Label::Name.into(),
    }
}

/// Whether a new token is as it was asked for. Where no start was asked for, any will do.
pub fn of_new(system: &Capabilities, draft: &Draft, found: &Facts) -> Verdict {
    let mut verdict = Verdict::default();
    for field in Field::ALL {
        let asked = asked_for(system, draft, field, true);
        let Some(asked) = asked.filter(|it| !(field == Field::ValidFrom && *it == Fact::Time(None))) else { continue };
        match found.get(What::Field(field)) {
            Some(found) if !is_as_asked(system, field, &asked, found) => verdict.differences.push(Difference {
                what: What::Field(field),
                before: None,
                asked: Some(asked),
                found: found.clone(),
            }),
            _ => {}
        }
    }
    verdict
}

/// Whether a change did what was asked for, and nothing else.
pub fn of_change(system: &Capabilities, draft: &Draft, before: &Facts, found: &Facts) -> Verdict {
    let mut verdict = Verdict::default();
    let asked_of =
        |field: Field| asked_for(system, draft, field, false).filter(|it| before.get(What::Field(field)) != Some(it));
    // Where rights have places, roles and texts of the system's own are made of them.
    let is_derived = asked_of(Field::Privileges).is_some();
    for field in Field::ALL {
        let what = What::Field(field);
        let (was, asked) = (before.get(what), asked_of(field));
        if field == Field::Scopes && is_derived && asked.is_none() {
            continue;
        }
        match found.get(what) {
            None => verdict.is_open |= asked.is_some() && was.is_some(),
            Some(now) if asked.as_ref().is_some_and(|asked| is_as_asked(system, field, asked, now)) => {}
            Some(now) if asked.is_some() || was.is_some_and(|was| was != now) => {
                verdict.differences.push(Difference { what, before: was.cloned(), asked, found: now.clone() });
            }
            Some(_) => {}
        }
    }
    // Times of the system's own move by themselves; its texts do not. What was typed for an input may be one of them.
    let columns = system.columns.iter().chain(&system.spare_columns);
    for what in columns.filter_map(|it| if let ColumnKind::Text(idx) = it.kind { Some(What::Extra(idx)) } else { None })
    {
        if let (Some(was), Some(now)) = (before.get(what), found.get(what))
            && was != now
            && !is_derived
            && !draft.inputs.iter().any(|(_, typed)| *now == Fact::Text(typed.clone()))
        {
            verdict.differences.push(Difference { what, before: Some(was.clone()), asked: None, found: now.clone() });
        }
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::{Column, FieldShape};
    use crate::config::Auth;

    const BEFORE: &str = r#"{"id":"1","guid":"1","name":"ci","description":null,"scopes":["a","b"],"valid_from":null,
        "valid_to":"2027-03-01T00:00:00Z","is_active":true,"extras":["viewer","7"]}"#;

    fn system() -> Capabilities {
        let mut system = crate::adapters::scoped_capabilities(&Auth::None);
        system.columns.push(Column::new("Role", ColumnKind::Text(0)));
        system.columns.push(Column::new("Seen", ColumnKind::Time(1)));
        system
    }

    fn draft() -> Draft {
        Draft {
            name: "ci".into(),
            scopes: vec!["b".into(), "a".into()],
            valid_to: Some("2027-03-01T00:00:00Z".into()),
            ..Draft::default()
        }
    }

    fn facts(text: &str) -> Facts {
        Facts::of_answer(text.as_bytes(), false)
    }

    /// What is wrong after a change: which fact, whether it was asked for, and whether it was kept.
    #[track_caller]
    fn check(draft: &Draft, after: &str, expected: &[(What, bool, bool)]) {
        let verdict = of_change(&system(), draft, &facts(BEFORE), &facts(after));
        let found: Vec<_> = verdict.differences.iter().map(|it| (it.what, it.asked.is_some(), it.is_kept())).collect();
        assert_eq!((found.as_slice(), verdict.is_open), (expected, false));
    }

    #[test]
    fn what_was_asked_for_is_proved_by_the_answer() {
        check(&draft(), BEFORE, &[]);
        check(&Draft { name: "new".into(), ..draft() }, &BEFORE.replace("ci", "new"), &[]);
        // Systems round times, and order scopes as they like.
        let rounded = Draft { valid_to: Some("2027-03-05T10:00:59.9Z".into()), ..draft() };
        check(&rounded, &BEFORE.replace("2027-03-01T00:00:00Z", "2027-03-05T10:00:00Z"), &[]);
        check(&draft(), &BEFORE.replace(r#"["viewer","7"]"#, r#"["viewer","8"]"#), &[]);
    }

    #[test]
    fn what_was_asked_for_and_not_done_is_told() {
        let end = What::Field(Field::ValidTo);
        check(&Draft { valid_to: None, ..draft() }, BEFORE, &[(end, true, true)]);
        let later = Draft { valid_to: Some("2027-04-01T00:00:00Z".into()), ..draft() };
        check(&later, BEFORE, &[(end, true, true)]);
        check(&later, &BEFORE.replace("2027-03-01", "2027-03-20"), &[(end, true, false)]);
        check(&Draft { scopes: vec!["a".into()], ..draft() }, BEFORE, &[(What::Field(Field::Scopes), true, true)]);
        let described = Draft { description: Some("why".into()), ..draft() };
        check(&described, BEFORE, &[(What::Field(Field::Description), true, true)]);
    }

    #[test]
    fn a_system_that_counts_in_days_may_end_a_token_with_the_day_and_not_before() {
        let mut system = system();
        for shape in system.fields.iter_mut().filter(|it| it.field == Field::ValidTo) {
            shape.by_day = true;
        }
        let asked = Draft { valid_to: Some("2027-05-05T14:00:00Z".into()), ..draft() };
        for (end, is_right) in [("2027-05-06", true), ("2027-05-05", false), ("2027-05-07", false)] {
            let after = BEFORE.replace("2027-03-01", end);
            let verdict = of_change(&system, &asked, &facts(BEFORE), &facts(&after));
            assert_eq!(verdict.is_proved(), is_right, "{end}");
            assert_eq!(of_new(&system, &asked, &facts(&after)).is_proved(), is_right, "{end}");
        }
    }

    #[test]
    fn times_are_read_as_in_the_list() {
        check(&draft(), &BEFORE.replace("2027-03-01T00:00:00Z", "2027-03-01 00:00:00 +0000 UTC"), &[]);
        let ended =
            |revoked: &str| facts(&BEFORE.replacen('{', &format!("{{\"revoked_at\":{revoked},"), 1)).has_ended();
        for (revoked, is_ended) in [
            ("null", false),
            (r#""never""#, false),
            (r#""0001-01-01T00:00:00Z""#, false),
            (r#""2026-01-01 10:00""#, true),
            ("true", true),
        ] {
            assert_eq!(ended(revoked), Some(is_ended), "{revoked}");
        }
    }

    #[test]
    fn what_was_not_asked_for_is_told() {
        let after = BEFORE
            .replace("viewer", "administrator")
            .replace(r#"["a","b"]"#, "[]")
            .replace(r#""2027-03-01T00:00:00Z""#, "null");
        let unasked = [What::Field(Field::Scopes), What::Field(Field::ValidTo), What::Extra(0)];
        check(&Draft { description: None, ..draft() }, &after, &unasked.map(|it| (it, false, false)));
        // What was typed for an input is asked for.
        let typed = Draft { inputs: vec![("role".into(), "administrator".into())], ..draft() };
        check(&typed, &BEFORE.replace("viewer", "administrator"), &[]);
    }

    #[test]
    fn what_is_made_of_privileges_changes_with_them() {
        let mut system = system();
        system.fields = vec![FieldShape::new(Field::Name, "Name"), FieldShape::new(Field::Privileges, "Privileges")];
        let with = |role: &str| {
            let role = format!(
                r#""privileges":[{{"scope":"org","role":"{role}","target":""}}],"scopes":["{role}"],"extras":["{role} of all"]"#
            );
            facts(&format!(r#"{{"id":"1","guid":"1","name":"ci",{role}}}"#))
        };
        let privilege = |role: &str| Privilege { scope: "org".into(), role: role.into(), target: String::new() };
        let draft = |role: &str| Draft { privileges: Some(vec![privilege(role)]), ..draft() };
        assert!(of_change(&system, &draft("write"), &with("read"), &with("write")).is_proved());
        let kept = of_change(&system, &draft("write"), &with("read"), &with("read")).differences;
        assert_eq!(
            kept.iter().map(|it| (it.what, it.is_kept())).collect::<Vec<_>>(),
            [(What::Field(Field::Privileges), true)]
        );
        let unasked = of_change(&system, &draft("read"), &with("read"), &with("write")).differences;
        assert_eq!(unasked.len(), 3);
    }

    #[test]
    fn what_an_answer_leaves_out_is_not_told() {
        let thin = r#"{"id":"1","guid":"1","name":"ci"}"#;
        let verdict = |draft: &Draft, text: &str| of_change(&system(), draft, &facts(BEFORE), &facts(text));
        assert!(verdict(&draft(), thin).is_proved());
        let endless = Draft { valid_to: None, ..draft() };
        assert_eq!(verdict(&endless, thin), Verdict { differences: vec![], is_open: true });
        assert!(!verdict(&endless, thin).is_proved());
        // In the Scoped Token API's own dialect a whole token leaves out what is null.
        let whole = r#"{"id":"1","guid":"1","name":"ci","scopes":["a","b"],"is_active":true}"#;
        let found = Facts::of_answer(whole.as_bytes(), true);
        assert!(of_change(&system(), &endless, &facts(BEFORE), &found).is_proved());
        assert_eq!(of_change(&system(), &draft(), &facts(BEFORE), &found).differences.len(), 1);
    }

    #[test]
    fn a_new_token_is_compared_with_what_was_asked_for() {
        let verdict = |draft: &Draft, text: &str| of_new(&system(), draft, &facts(text));
        assert!(verdict(&draft(), BEFORE).is_proved());
        assert!(
            verdict(&draft(), &BEFORE.replace(r#""valid_from":null"#, r#""valid_from":"2026-01-01T00:00:00Z""#))
                .is_proved()
        );
        let found = verdict(&draft(), &BEFORE.replace("2027-03-01", "2027-02-01")).differences;
        assert_eq!(
            found.iter().map(|it| (it.what, it.is_kept())).collect::<Vec<_>>(),
            [(What::Field(Field::ValidTo), false)]
        );
        // An end that was not asked for is told too.
        assert_eq!(verdict(&Draft { valid_to: None, ..draft() }, BEFORE).differences.len(), 1);
    }

    #[test]
    fn a_fact_is_called_as_in_the_form_else_as_in_the_table() {
        let mut system = system();
        assert_eq!(label(&system, What::Field(Field::ValidTo)), "Valid to");
        assert_eq!(label(&system, What::Extra(0)), "Role");
        system.fields.clear();
        assert_eq!(label(&system, What::Field(Field::ValidTo)), "Expiration date");
        assert_eq!(label(&system, What::Field(Field::Name)), "Name");
    }

    #[test]
    fn a_token_says_whether_it_has_ended() {
        let ended = |text: &str| facts(text).has_ended();
        assert_eq!(ended(r#"{"is_active":true,"revoked_at":null}"#), Some(false));
        assert_eq!(ended(r#"{"is_active":false}"#), Some(true));
        assert_eq!(ended(r#"{"revoked_at":"2026-01-01T00:00:00Z"}"#), Some(true));
        assert_eq!(ended(r#"{"is_active":null}"#), None);
    }

    #[test]
    fn a_token_says_whether_it_is_disabled() {
        let of = |text: &str| {
            let facts = facts(text);
            (facts.is_disabled(), facts.has_ended())
        };
        // What is disabled is inactive, and has not ended.
        assert_eq!(of(r#"{"is_active":false,"disabled_at":"2026-01-01T00:00:00Z"}"#), (Some(true), Some(false)));
        assert_eq!(of(r#"{"is_active":true,"disabled_at":null}"#), (Some(false), Some(false)));
        assert_eq!(of(r#"{"is_active":false,"disabled_at":null}"#), (Some(false), Some(true)));
        assert_eq!(of(r#"{"is_active":false,"is_disabled":true}"#), (Some(true), Some(false)));
        assert_eq!(of(r#"{"is_active":true,"is_disabled":false}"#), (Some(false), Some(false)));
        assert_eq!(of(r#"{"is_active":false}"#), (None, Some(true)));
        let both = r#"{"is_active":false,"disabled_at":"2026-01-01T00:00:00Z","revoked_at":"2026-01-02T00:00:00Z"}"#;
        assert_eq!(of(both), (Some(true), Some(true)));
    }

    #[test]
    fn a_date_that_cannot_be_read_is_not_told() {
        assert_eq!(facts(r#"{"valid_to":"soon"}"#).get(What::Field(Field::ValidTo)), None);
    }
}
