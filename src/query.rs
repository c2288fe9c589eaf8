//! Which tokens are shown, and in what order. Pure: no browser, no clock.

use memchr::memmem::Finder;
use serde::Serialize;

use crate::store::{GuidPart, Row, Store};
use crate::text::keywords;
use crate::time::Millis;
use crate::token::Status;

/// A view of the list: what can be linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Which tokens.
    pub filter: Filter,
    /// In what order; `None` is the system's own.
    pub sort: Option<Sort>,
}

/// Which tokens are shown: those that pass every part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Keywords, all of which must be in the name.
    pub name: String,
    /// A part of the GUID.
    pub guid: String,
    /// Ids of scopes, one of which the token must have; empty for any.
    pub scopes: Vec<String>,
    /// The statuses wanted.
    pub status: StatusFilter,
}

impl Filter {
    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.name.trim().is_empty()
            && self.guid.trim().is_empty()
            && self.scopes.is_empty()
            && self.status == StatusFilter::All
    }
}

/// The choices of `Token status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum StatusFilter {
    /// Any.
    #[default]
    All,
    /// Those that work.
    Active,
    /// Those that do not, for whatever reason.
    Inactive,
    /// Those that do not yet.
    Scheduled,
    /// Those that no longer do.
    Expired,
    /// Those that somebody ended.
    Revoked,
    /// Those that are gone.
    Deleted,
    /// Those of which the system does not say.
    Unknown,
}

impl StatusFilter {
    /// Those that a Scoped Token API has, in the order in which they are offered.
    pub const SCOPED: [StatusFilter; 6] = [
        StatusFilter::All,
        StatusFilter::Active,
        StatusFilter::Inactive,
        StatusFilter::Scheduled,
        StatusFilter::Expired,
        StatusFilter::Revoked,
    ];

    /// All of them.
    pub const ALL: [StatusFilter; 8] = [
        StatusFilter::All,
        StatusFilter::Active,
        StatusFilter::Inactive,
        StatusFilter::Scheduled,
        StatusFilter::Expired,
        StatusFilter::Revoked,
        StatusFilter::Deleted,
        StatusFilter::Unknown,
    ];

    /// How the address writes it.
    pub fn key(self) -> &'static str {
        match self {
            StatusFilter::All => "all",
            StatusFilter::Active => "active",
            StatusFilter::Inactive => "inactive",
            StatusFilter::Scheduled => "scheduled",
            StatusFilter::Expired => "expired",
            StatusFilter::Revoked => "revoked",
            StatusFilter::Deleted => "deleted",
            StatusFilter::Unknown => "unknown",
        }
    }

    /// The one that the address writes so.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key() == key)
    }

    fn accepts(self, status: Status) -> bool {
        match self {
            StatusFilter::All => true,
            StatusFilter::Active => status == Status::Active,
            StatusFilter::Inactive => !matches!(status, Status::Active | Status::Unknown | Status::Unreadable),
            StatusFilter::Scheduled => status == Status::Scheduled,
            StatusFilter::Expired => status == Status::Expired,
            StatusFilter::Revoked => status == Status::Revoked,
            StatusFilter::Deleted => status == Status::Deleted,
            StatusFilter::Unknown => status == Status::Unknown,
        }
    }
}

/// A sorted column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Which one.
    pub key: SortKey,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// What a click on a column's header makes of the present sorting: ascending, then descending, then none.
    pub fn clicked(now: Option<Sort>, key: SortKey) -> Option<Sort> {
        match now {
            Some(sort) if sort.key == key => (!sort.descending).then_some(Sort { key, descending: true }),
            _ => Some(Sort { key, descending: false }),
        }
    }
}

/// The columns that can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// By the folded name.
    Name,
    /// By the start; those without one come last either way.
    ActiveFrom,
    /// By the end; those without one come last either way.
    Expiry,
    /// Active ones first, then by what became of the others.
    IsActive,
}

impl SortKey {
    /// All of them, in the columns' order.
    pub const ALL: [SortKey; 4] = [SortKey::Name, SortKey::ActiveFrom, SortKey::Expiry, SortKey::IsActive];

    fn key(self) -> &'static str {
        match self {
            SortKey::Name => "name",
            SortKey::ActiveFrom => "from",
            SortKey::Expiry => "expires",
            SortKey::IsActive => "active",
        }
    }
}

impl Query {
    /// Reads the parameters of an address. Total: what it does not understand, it leaves out.
    pub fn from_params<'a>(params: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Query::default();
        for (key, value) in params {
            match key {
                "name" => query.filter.name = value.into(),
                "guid" => query.filter.guid = value.into(),
                "scope" if !query.filter.scopes.iter().any(|it| it == value) => query.filter.scopes.push(value.into()),
                "status" => query.filter.status = StatusFilter::from_key(value).unwrap_or_default(),
                "sort" => {
                    let (descending, name) = value.strip_prefix('-').map_or((false, value), |name| (true, name));
                    query.sort =
                        SortKey::ALL.into_iter().find(|it| it.key() == name).map(|key| Sort { key, descending });
                }
                _ => {}
            }
        }
        query
    }

    /// The parameters that say the same; defaults are left out.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let mut params = Vec::new();
        let texts = [("name", &filter.name), ("guid", &filter.guid)];
        params.extend(
            texts.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(|(key, text)| (key, text.clone())),
        );
        params.extend(filter.scopes.iter().map(|scope| ("scope", scope.clone())));
        if filter.status != StatusFilter::All {
            params.push(("status", filter.status.key().into()));
        }
        if let Some(sort) = self.sort {
            params.push(("sort", format!("{}{}", if sort.descending { "-" } else { "" }, sort.key.key())));
        }
        params
    }
}

/// The rows that a query shows, kept so that the next keystroke has less to do.
#[derive(Default)]
pub struct Listing {
    rows: Vec<Row>,
    made_for: Option<(u32, Query, Millis)>,
    /// All rows in the order of the last sorting.
    sorted: Option<(u32, SortKey, Vec<Row>, usize)>,
}

impl Listing {
    /// The rows to show, from the first to the last.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Works out the rows anew. `revision` is another number whenever the store has changed.
    pub fn update(&mut self, store: &Store, revision: u32, query: &Query, now: Millis) {
        let matcher = Matcher::new(store, &query.filter, now);
        let narrowed = self.made_for.as_ref().is_some_and(|(made_at, before, made_now)| {
            *made_at == revision
                && before.sort == query.sort
                && query.filter.narrows(&before.filter)
                && (*made_now == now || !time_matters(query) && !time_matters(before))
        });
        if narrowed {
            self.rows.retain(|row| matcher.accepts(*row));
        } else if let Some(sort) = query.sort {
            self.sort(store, revision, sort.key, now);
            let (_, _, order, n_present) = self.sorted.as_ref().expect("just sorted");
            let (present, absent) = order.split_at(*n_present);
            let wanted = |row: &Row| matcher.accepts(*row);
            self.rows.clear();
            if sort.descending {
                self.rows.extend(present.iter().rev().copied().filter(wanted));
            } else {
                self.rows.extend(present.iter().copied().filter(wanted));
            }
            self.rows.extend(absent.iter().copied().filter(wanted));
        } else {
            self.rows.clear();
            self.rows.extend(store.rows().iter().copied().filter(|row| matcher.accepts(*row)));
        }
        self.made_for = Some((revision, query.clone(), now));
    }

    /// Sorts all rows once; filters then only pick. The second number says how many have a value to sort by.
    fn sort(&mut self, store: &Store, revision: u32, key: SortKey, now: Millis) {
        let fresh =
            |(at, by, ..): &(u32, SortKey, Vec<Row>, usize)| *at == revision && *by == key && key != SortKey::IsActive;
        if self.sorted.as_ref().is_some_and(fresh) {
            return;
        }
        let mut order = self.sorted.take().map_or_else(Vec::new, |(_, _, order, _)| order);
        let mut keys = Vec::with_capacity(store.len());
        let mut absent = Vec::new();
        for (place, row) in store.rows().iter().enumerate() {
            match sort_value(store, *row, key, now) {
                Some(value) => keys.push((value, place as u32)),
                None => absent.push(*row),
            }
        }
        // What the value leaves undecided: the rest of the name, then the place in the system's own order.
        let rest = |place: u32| match key {
            SortKey::Name => store.folded_name(store.rows()[place as usize]).get(NAME_START..).unwrap_or_default(),
            _ => &[],
        };
        keys.sort_unstable_by(|(one, place), (other, other_place)| {
            let undecided = || rest(*place).cmp(rest(*other_place)).then(place.cmp(other_place));
            one.cmp(other).then_with(undecided)
        });
        order.clear();
        order.extend(keys.iter().map(|(_, place)| store.rows()[*place as usize]));
        order.extend(absent);
        self.sorted = Some((revision, key, order, keys.len()));
    }
}

/// How many bytes of a name fit into the number that it is sorted by first.
const NAME_START: usize = 16;

/// What a row is sorted by, as a number in the same order; `None` where it has no such value.
fn sort_value(store: &Store, row: Row, key: SortKey, now: Millis) -> Option<u128> {
    // Dates before 1970 are negative; shifted they sort as numbers without a sign.
    let time = |at: Option<Millis>| at.map(|at| (i128::from(at) + (1 << 64)) as u128);
    let status = store.status(row, now);
    match key {
        SortKey::ActiveFrom => time(store.life(row).valid_from),
        SortKey::Expiry => time(store.life(row).valid_to),
        _ if status == Status::Unreadable => None,
        SortKey::IsActive => Some(status as u128),
        SortKey::Name => {
            let name = store.folded_name(row);
            let mut start = [0; NAME_START];
            let len = name.len().min(NAME_START);
            start[..len].copy_from_slice(&name[..len]);
            Some(u128::from_be_bytes(start))
        }
    }
}

/// Whether the passing of time alone can change what a query shows.
fn time_matters(query: &Query) -> bool {
    query.filter.status != StatusFilter::All || query.sort.is_some_and(|sort| sort.key == SortKey::IsActive)
}

impl Filter {
    /// Whether everything that passes this filter passes `before` too.
    fn narrows(&self, before: &Filter) -> bool {
        let (words, words_before) = (keywords(&self.name), keywords(&before.name));
        let has = |text: &[u8], part: &[u8]| memchr::memmem::find(text, part).is_some();
        words_before.iter().all(|part| words.iter().any(|word| has(word, part)))
            && (before.guid.trim().is_empty()
                || before.guid == self.guid
                || self.guid.starts_with(&before.guid) && GuidPart::new(&before.guid).is_some_and(|it| it.has_digits()))
            && (before.scopes.is_empty() || before.scopes == self.scopes)
            && (before.status == StatusFilter::All || before.status == self.status)
    }
}

/// A filter made ready for one state of the store.
struct Matcher<'a> {
    store: &'a Store,
    /// Whether it lets everything through.
    is_open: bool,
    words: Vec<Finder<'static>>,
    guid: Option<GuidPart>,
    scope_sets: Option<Vec<bool>>,
    status: StatusFilter,
    now: Millis,
}

impl<'a> Matcher<'a> {
    fn new(store: &'a Store, filter: &Filter, now: Millis) -> Self {
        Matcher {
            store,
            is_open: filter.is_empty(),
            words: keywords(&filter.name).iter().map(|word| Finder::new(word).into_owned()).collect(),
            guid: GuidPart::new(&filter.guid),
            scope_sets: (!filter.scopes.is_empty()).then(|| store.sets_with_any(&filter.scopes)),
            status: filter.status,
            now,
        }
    }

    fn accepts(&self, row: Row) -> bool {
        self.is_open || self.accepts_each(row)
    }

    fn accepts_each(&self, row: Row) -> bool {
        self.scope_sets.as_ref().is_none_or(|sets| sets[self.store.scope_set(row)])
            && self.words.iter().all(|word| word.find(self.store.folded_name(row)).is_some())
            && self.guid.as_ref().is_none_or(|part| self.store.guid_has(row, part))
            && (self.status == StatusFilter::All || self.status.accepts(self.store.status(row, self.now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Entry;
    use crate::token::Life;

    const NOW: Millis = 1_000;

    /// name, valid_from, valid_to, revoked, scopes
    type Sample = (&'static str, Option<Millis>, Option<Millis>, bool, &'static [&'static str]);
    const SAMPLES: [Sample; 7] = [
        ("Backup nightly", Some(300), Some(5_000), false, &["read"]),
        ("ci deploy", None, None, false, &["read", "write"]),
        ("Fräse sensor", Some(100), Some(900), false, &["write"]),
        ("ci Lint", Some(2_000), Some(3_000), false, &["lint"]),
        ("old CI deploy", Some(50), Some(500), true, &["write"]),
        ("äpfel", None, Some(4_000), false, &[]),
        ("zulu", Some(200), None, false, &["read"]),
    ];

    fn store() -> Store {
        let mut store = Store::new();
        for (idx, (name, valid_from, valid_to, revoked, scopes)) in SAMPLES.into_iter().enumerate() {
            let said_active = !revoked && valid_from.is_none_or(|it| it <= NOW) && valid_to.is_none_or(|it| it > NOW);
            let life =
                Life { valid_from, valid_to, revoked, deleted: false, said_active: Some(said_active), seen_at: NOW };
            let guid = format!("{idx:08x}-0000-4000-8000-00000000abc{idx}");
            store.push(Entry { id: name, guid: &guid, name, life, ..Entry::default() }, scopes);
        }
        store.push_unreadable(None, "no name".into(), NOW);
        store
    }

    fn parse(text: &str) -> Query {
        Query::from_params(text.split('&').filter_map(|pair| pair.split_once('=')))
    }

    fn shown(listing: &Listing, store: &Store) -> String {
        let names: Vec<_> = listing
            .rows()
            .iter()
            .map(|row| if store.problem(*row).is_some() { "?" } else { store.name(*row) })
            .collect();
        names.join(", ")
    }

    #[track_caller]
    fn check(query: &str, expected: &str) {
        check_at(query, NOW, expected);
    }

    #[track_caller]
    fn check_at(query: &str, now: Millis, expected: &str) {
        let store = store();
        let mut listing = Listing::default();
        listing.update(&store, 0, &parse(query), now);
        assert_eq!(shown(&listing, &store), expected, "{query}");
    }

    #[test]
    fn without_a_query_all_are_shown_in_the_systems_order() {
        check("", "Backup nightly, ci deploy, Fräse sensor, ci Lint, old CI deploy, äpfel, zulu, ?");
    }

    #[test]
    fn all_keywords_must_match() {
        check("name=CI", "ci deploy, ci Lint, old CI deploy");
        check("name=deploy ci", "ci deploy, old CI deploy");
        check("name=frase", "Fräse sensor");
        check("name=ÄPF", "äpfel");
        check("name=nothing", "");
    }

    #[test]
    fn parts_of_the_guid() {
        check("guid=abc3", "ci Lint");
        check("guid=00000006-0000", "zulu");
        check("guid=xyz", "");
    }

    #[test]
    fn any_of_the_scopes() {
        check("scope=lint&scope=write", "ci deploy, Fräse sensor, ci Lint, old CI deploy");
        check("scope=unknown", "");
    }

    #[test]
    fn statuses() {
        check("status=active", "Backup nightly, ci deploy, äpfel, zulu");
        check("status=inactive", "Fräse sensor, ci Lint, old CI deploy");
        check("status=scheduled", "ci Lint");
        check("status=expired", "Fräse sensor");
        check("status=revoked", "old CI deploy");
        check_at("status=active", 2_500, "Backup nightly, ci deploy, ci Lint, äpfel, zulu");
    }

    #[test]
    fn filters_combine_with_and() {
        check("name=ci&status=inactive&scope=write", "old CI deploy");
    }

    #[test]
    fn sorted_by_name() {
        check("sort=name", "äpfel, Backup nightly, ci deploy, ci Lint, Fräse sensor, old CI deploy, zulu, ?");
        check("sort=-name", "zulu, old CI deploy, Fräse sensor, ci Lint, ci deploy, Backup nightly, äpfel, ?");
    }

    #[test]
    fn dates_that_are_not_there_come_last_either_way() {
        check("sort=expires", "old CI deploy, Fräse sensor, ci Lint, äpfel, Backup nightly, ci deploy, zulu, ?");
        check("sort=-expires", "Backup nightly, äpfel, ci Lint, Fräse sensor, old CI deploy, ci deploy, zulu, ?");
        check("sort=from&name=ci", "old CI deploy, ci Lint, ci deploy");
        check("sort=-from&name=ci", "ci Lint, old CI deploy, ci deploy");
    }

    #[test]
    fn sorted_by_status_the_active_come_first() {
        check("sort=active", "Backup nightly, ci deploy, äpfel, zulu, ci Lint, Fräse sensor, old CI deploy, ?");
        check("sort=-active&name=ci", "old CI deploy, ci Lint, ci deploy");
    }

    #[test]
    fn one_listing_gives_what_a_fresh_one_gives() {
        let store = store();
        let mut kept = Listing::default();
        let steps = [
            "",
            "name=c",
            "name=ci",
            "name=ci d",
            "name=d",
            "name=d&sort=name",
            "sort=name",
            "sort=-name&scope=read",
            "sort=-name&scope=read&scope=write",
            "status=active",
            "status=active&name=ci",
            "name=ci",
            "guid=abc",
            "guid=abc3",
            "guid=bc3",
            "sort=expires",
            "sort=-expires&name=ci",
            "sort=active",
            "sort=active&name=i",
        ];
        for (step, query) in steps.iter().chain(steps.iter().rev()).enumerate() {
            let now = NOW + 100 * step as Millis;
            let query = parse(query);
            kept.update(&store, 0, &query, now);
            let mut fresh = Listing::default();
            fresh.update(&store, 0, &query, now);
            assert_eq!(shown(&kept, &store), shown(&fresh, &store), "{query:?}");
        }
    }

    #[test]
    fn a_changed_store_is_listed_anew() {
        let mut store = store();
        let mut listing = Listing::default();
        for query in ["name=ci", "name=ci&sort=name"] {
            let query = parse(query);
            listing.update(&store, 0, &query, NOW);
            store.push(Entry { id: "ci deploy", name: "renamed", ..Entry::default() }, &[]);
            listing.update(&store, 1, &query, NOW);
            assert_eq!(shown(&listing, &store), "ci Lint, old CI deploy");
        }
    }

    #[test]
    fn a_header_click_goes_round() {
        let mut sort = None;
        let mut seen = Vec::new();
        for _ in 0..4 {
            sort = Sort::clicked(sort, SortKey::Name);
            seen.push(sort.map(|it| it.descending));
        }
        assert_eq!(seen, [Some(false), Some(true), None, Some(false)]);
        assert_eq!(Sort::clicked(sort, SortKey::Expiry), Some(Sort { key: SortKey::Expiry, descending: false }));
    }

    #[test]
    fn the_address_and_the_query_say_the_same() {
        for text in ["", "name=a b", "name=a&guid=b&scope=c&scope=d&status=revoked&sort=-expires", "sort=active"] {
            let query = parse(text);
            let again: Vec<String> = query.to_params().iter().map(|(key, value)| format!("{key}={value}")).collect();
            assert_eq!(again.join("&"), text);
        }
    }

    #[test]
    fn an_address_nobody_understands_shows_everything() {
        for text in ["status=what", "sort=size", "sort=", "foo=bar", "name= "] {
            let query = parse(text);
            assert!(query.filter.is_empty() && query.sort.is_none() && query.to_params().is_empty(), "{text}");
        }
    }
}
