//! How many tokens each of the counted filters shows.

use super::*;

/// Tokens to count: their ends and last uses in days from now, and what became of them.
fn counted(rows: &[(Option<i64>, Option<i64>, &str)]) -> Store {
    let mut store = Store::new();
    for (idx, (end, used, what)) in rows.iter().enumerate() {
        let name = idx.to_string();
        let at = |days: Option<i64>| days.map(|it| NOW + it * DAY);
        let is_active = !matches!(*what, "revoked" | "deleted" | "disabled") && end.is_none_or(|it| it > 0);
        let validity = Validity {
            valid_to: at(*end),
            revoked: *what == "revoked",
            disabled: *what == "disabled",
            deleted: *what == "deleted",
            said_active: (*what != "silent").then_some(is_active),
            seen_at: NOW,
            ..Validity::default()
        };
        let is_silent = *what == "silent";
        let unreported = Unreported { valid_to: is_silent, last_used: is_silent, ..Unreported::default() };
        let last_used = at(*used);
        store.push(Entry { id: &name, name: &name, validity, unreported, last_used, ..Entry::default() }, &[]);
    }
    store
}

fn numbers(stores: &[StoreRef], now: Millis) -> [Option<usize>; 6] {
    let (counts, _) = Counts::of(stores, now);
    Counted::ALL.map(|it| counts.get(it))
}

#[test]
fn each_count_is_what_its_filter_shows() {
    let mut store = counted(&[
        (Some(3), Some(-1), ""),
        (Some(14), Some(-90), ""),
        (Some(15), Some(-91), ""),
        (None, None, ""),
        (None, Some(-200), "revoked"),
        (Some(5), None, "revoked"),
        (Some(-5), Some(-100), ""),
        (None, None, "deleted"),
        (Some(1), None, "silent"),
        (Some(2), Some(-1), "disabled"),
    ]);
    store.push_unreadable(None, "no name".into(), NOW);
    let other = counted(&[(Some(200), Some(0), ""), (None, None, "silent")]);
    let stores = [StoreRef { system: "One", store: &store }, StoreRef { system: "Two", store: &other }];
    assert_eq!(numbers(&stores, NOW), [Some(5), Some(2), Some(3), Some(3), Some(3), Some(4)]);
    for now in [NOW, NOW + 1, NOW + DAY, NOW + 4 * DAY, NOW + 100 * DAY] {
        let found = numbers(&stores, now);
        for (what, n) in Counted::ALL.into_iter().zip(found) {
            // Whatever was set before, the list shows what was counted.
            let mut query = parse("name=zzz&guid=1&scope=a&status=unknown&ends=never&creator=x&sort=name");
            what.toggle(&mut query.filter);
            let mut results = ResultSet::default();
            results.update(&stores, 0, &query, Clock::utc(now));
            assert_eq!(Some(results.row_refs().len()), n, "{what:?} at {now}");
            assert_eq!(Counted::of(&query.filter), Some(what));
            // Pressing again takes it away and leaves the rest.
            query.filter.name = "ci".into();
            what.toggle(&mut query.filter);
            assert_eq!(query.filter, Filter { name: "ci".into(), ..Filter::default() });
        }
    }
}

#[test]
fn what_no_system_says_is_not_counted() {
    let silent = counted(&[(None, None, "silent"), (Some(1), Some(-1), "silent")]);
    assert_eq!(numbers(&one(&silent), NOW), [None; 6]);
    assert_eq!(numbers(&[], NOW), [None; 6]);
    let mut unreadable = Store::new();
    unreadable.push_unreadable(None, "no name".into(), NOW);
    assert_eq!(numbers(&one(&unreadable), NOW), [None; 6]);
    // Where one system says it, there is something to count; the others add nothing.
    let other = counted(&[(None, None, "")]);
    let both = [StoreRef { system: "", store: &silent }, StoreRef { system: "", store: &other }];
    assert_eq!(numbers(&both, NOW), [Some(1), Some(0), Some(0), Some(1), Some(1), Some(0)]);
    // Where no token has an end, none ends soon.
    assert_eq!(numbers(&one(&other), NOW), [Some(1), None, Some(0), Some(1), Some(1), Some(0)]);
    let odd = ending(&[("odd", None, "odd")]);
    assert_eq!(numbers(&one(&odd), NOW)[4], None);
    check_among(&one(&odd), "ends=never", NOW, "");
}

#[test]
fn counts_hold_until_time_alone_changes_one() {
    let store = counted(&[(Some(20), Some(-80), ""), (Some(3), Some(-89), ""), (Some(40), None, "revoked")]);
    let mut now = NOW;
    let mut changes = Vec::new();
    loop {
        let (counts, until) = Counts::of(&one(&store), now);
        if until == Millis::MAX {
            break;
        }
        assert_eq!(Counts::of(&one(&store), until - 1).0, counts);
        if Counts::of(&one(&store), until).0 != counts {
            changes.push((until - NOW) / DAY);
        }
        now = until;
    }
    // Unused, over, soon, unused, over; what was revoked changes nothing.
    assert_eq!(changes, [1, 3, 6, 10, 20]);
}
