//! Which tokens are shown, and in what order. Pure: no browser, no clock.

use memchr::memmem::Finder;
use serde::Serialize;

use crate::secret::shareable;
use crate::store::{GuidPart, Row, RowRef, Store, StoreRef};
use crate::text::{Search, Signature, fold, keywords};
use crate::time::{Clock, DAY, Millis, Wall, format_date, parse_date};
use crate::token::Status;

/// How many hexadecimal digits in a row are taken for a name or a date, and not for a GUID, where a name is typed.
const MOST_DIGITS: usize = 15;

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
    /// Names of connections, to one of which the token must belong; empty for any.
    pub systems: Vec<String>,
    /// Keywords, all of which must be in the name of who made it.
    pub created_by: String,
    /// When it was last used.
    pub last_used: LastUsed,
    /// When it ends.
    pub ends: Ends,
}

/// The choices of `Last used`. What a system does not report fits none but the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastUsed {
    /// Whenever.
    #[default]
    Any,
    /// Not once.
    Never,
    /// Once or more, and not since a date began in the viewer's zone.
    Before(Wall),
}

/// The choices of `Expires`. What a system does not report fits none but the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ends {
    /// Whenever.
    #[default]
    Any,
    /// It has no end.
    Never,
    /// From now on within so many days.
    Within(u32),
}

impl LastUsed {
    /// How the address writes it.
    pub fn key(self) -> String {
        match self {
            LastUsed::Any => String::new(),
            LastUsed::Never => "never".into(),
            LastUsed::Before(date) => format_date(date),
        }
    }

    /// The one that the address writes so.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "" => Some(LastUsed::Any),
            "never" => Some(LastUsed::Never),
            date => parse_date(date).map(LastUsed::Before),
        }
    }
}

impl Ends {
    /// How the address writes it.
    pub fn key(self) -> String {
        match self {
            Ends::Any => String::new(),
            Ends::Never => "never".into(),
            Ends::Within(days) => days.to_string(),
        }
    }

    /// The one that the address writes so.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "" => Some(Ends::Any),
            "never" => Some(Ends::Never),
            days => days.parse().ok().map(Ends::Within),
        }
    }
}

impl Filter {
    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        self.name.trim().is_empty()
            && self.guid.trim().is_empty()
            && self.scopes.is_empty()
            && self.status == StatusFilter::All
            && self.systems.is_empty()
            && !self.has_more()
    }

    /// Whether any of the filters is set that are not always in sight.
    pub fn has_more(&self) -> bool {
        !self.created_by.trim().is_empty() || self.last_used != LastUsed::Any || self.ends != Ends::Any
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
    /// Those that were revoked.
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

/// The columns that can be sorted. Tokens that have nothing to sort by come last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// By the folded name.
    Name,
    /// By the name of the connection.
    System,
    /// By the public handle.
    Id,
    /// By the ids of the scopes.
    Scopes,
    /// By the start.
    ActiveFrom,
    /// By the end.
    Expiry,
    /// By the last use.
    LastUsed,
    /// By who made it.
    Creator,
    /// Active ones first, then by what became of the others.
    IsActive,
    /// By a text of the system's own.
    Extra(usize),
}

impl SortKey {
    const FIXED: [(SortKey, &str); 9] = [
        (SortKey::Name, "name"),
        (SortKey::System, "system"),
        (SortKey::Id, "id"),
        (SortKey::Scopes, "scopes"),
        (SortKey::ActiveFrom, "from"),
        (SortKey::Expiry, "expires"),
        (SortKey::LastUsed, "used"),
        (SortKey::Creator, "creator"),
        (SortKey::IsActive, "active"),
    ];

    fn key(self) -> String {
        match self {
            SortKey::Extra(idx) => format!("extra{idx}"),
            fixed => Self::FIXED.iter().find(|(it, _)| *it == fixed).map_or("", |(_, key)| key).into(),
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        let extra = || key.strip_prefix("extra")?.parse().ok().map(SortKey::Extra);
        Self::FIXED.iter().find(|(_, it)| *it == key).map(|(key, _)| *key).or_else(extra)
    }
}

impl Query {
    /// The parameters that hold what was typed.
    pub const TYPED: [&str; 3] = ["name", "guid", "creator"];

    /// Reads the parameters of an address. Total: what it does not understand, it leaves out.
    pub fn from_params<'a>(params: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Query::default();
        for (key, value) in params {
            match key {
                "name" => query.filter.name = value.into(),
                "guid" => query.filter.guid = value.into(),
                "scope" if !query.filter.scopes.iter().any(|it| it == value) => query.filter.scopes.push(value.into()),
                "status" => query.filter.status = StatusFilter::from_key(value).unwrap_or_default(),
                "system" if !query.filter.systems.iter().any(|it| it == value) => {
                    query.filter.systems.push(value.into())
                }
                "creator" => query.filter.created_by = value.into(),
                "used" => query.filter.last_used = LastUsed::from_key(value).unwrap_or_default(),
                "ends" => query.filter.ends = Ends::from_key(value).unwrap_or_default(),
                "sort" => {
                    let (descending, name) = value.strip_prefix('-').map_or((false, value), |name| (true, name));
                    query.sort = SortKey::from_key(name).map(|key| Sort { key, descending });
                }
                _ => {}
            }
        }
        query
    }

    /// The parameters that say the same, but for what must not stand in an address (see [`shareable`]): secrets, and more
    /// than eight digits of a GUID. Defaults are left out.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let mut params = Vec::new();
        for (key, typed, n_digits) in [
            ("name", &filter.name, MOST_DIGITS),
            ("guid", &filter.guid, 8),
            ("creator", &filter.created_by, MOST_DIGITS),
        ] {
            let text = shareable(typed, n_digits);
            if !text.trim().is_empty() {
                params.push((key, text.into_owned()));
            }
        }
        params.extend(filter.scopes.iter().map(|scope| ("scope", scope.clone())));
        if filter.status != StatusFilter::All {
            params.push(("status", filter.status.key().into()));
        }
        params.extend(filter.systems.iter().map(|system| ("system", system.clone())));
        let keys = [("used", filter.last_used.key()), ("ends", filter.ends.key())];
        params.extend(keys.into_iter().filter(|(_, key)| !key.is_empty()));
        if let Some(sort) = self.sort {
            params.push(("sort", format!("{}{}", if sort.descending { "-" } else { "" }, sort.key.key())));
        }
        params
    }
}

/// The tokens that a query shows, kept so that the next keystroke has less to do.
#[derive(Default)]
pub struct ResultSet {
    row_refs: Vec<RowRef>,
    made_for: Option<(u32, Query, Millis)>,
    /// All tokens in the order of the last sorting, and how many of them have something to sort by.
    sorted: Option<(u32, SortKey, Vec<RowRef>, usize)>,
}

impl ResultSet {
    /// The tokens to show, from the first to the last.
    pub fn row_refs(&self) -> &[RowRef] {
        &self.row_refs
    }

    /// Sorts before it is asked for, where nothing is sorted by, so that the user does not wait for it then. What may be another order
    /// at any time is sorted when it is asked for.
    pub fn prefetch_sort(&mut self, stores: &[StoreRef], revision: u32, key: SortKey, now: Millis) {
        if key != SortKey::IsActive {
            self.sort(stores, revision, key, now);
        }
    }

    /// Works out what to show. `revision` is another number whenever one of the stores has changed.
    pub fn update(&mut self, stores: &[StoreRef], revision: u32, query: &Query, clock: Clock) {
        let matcher = Matcher::new(stores, &query.filter, clock);
        let wanted = |row_ref: &RowRef| matcher.accepts(*row_ref);
        let now = clock.now;
        let narrowed = self.made_for.as_ref().is_some_and(|(made_at, before, made_now)| {
            *made_at == revision
                && before.sort == query.sort
                && query.filter.narrows(&before.filter)
                && (*made_now == now || !time_matters(query) && !time_matters(before))
        });
        if narrowed {
            self.row_refs.retain(wanted);
        } else if let Some(sort) = query.sort {
            self.sort(stores, revision, sort.key, now);
            let (_, _, order, n_present) = self.sorted.as_ref().expect("just sorted");
            let (present, absent) = order.split_at(*n_present);
            self.row_refs.clear();
            if sort.descending {
                self.row_refs.extend(present.iter().rev().copied().filter(wanted));
            } else {
                self.row_refs.extend(present.iter().copied().filter(wanted));
            }
            self.row_refs.extend(absent.iter().copied().filter(wanted));
        } else {
            self.row_refs.clear();
            for (place, slot) in matcher.stores.iter().enumerate() {
                let rows = slot.store.rows();
                if matcher.is_open {
                    self.row_refs.extend(rows.iter().map(|row| RowRef::new(place, *row)));
                } else {
                    let rows = rows.iter().filter(|row| matcher.accepts_each(slot, **row));
                    self.row_refs.extend(rows.map(|row| RowRef::new(place, *row)));
                }
            }
        }
        self.made_for = Some((revision, query.clone(), now));
    }

    /// Sorts all tokens once; filters then only pick.
    fn sort(&mut self, stores: &[StoreRef], revision: u32, key: SortKey, now: Millis) {
        let is_fresh = |(at, by, ..): &(u32, SortKey, Vec<RowRef>, usize)| {
            *at == revision && *by == key && key != SortKey::IsActive
        };
        if self.sorted.as_ref().is_some_and(is_fresh) {
            return;
        }
        let mut order = self.sorted.take().map_or_else(Vec::new, |(_, _, order, _)| order);
        order.clear();
        let n_present = match key {
            SortKey::System | SortKey::Id | SortKey::Scopes | SortKey::Creator | SortKey::Extra(_) => {
                sort_into(&mut order, stores, |slot, row| sort_text(slot, row, key), |_, _| std::cmp::Ordering::Equal)
            }
            _ => {
                // What the numbers leave undecided of a name.
                let rest = |row_ref: RowRef| {
                    stores[row_ref.slot()].store.folded_name(row_ref.row()).get(NAME_START..).unwrap_or_default()
                };
                sort_into(
                    &mut order,
                    stores,
                    |slot, row| sort_number(slot.store, row, key, now),
                    |one, other| {
                        if key == SortKey::Name { rest(one).cmp(rest(other)) } else { std::cmp::Ordering::Equal }
                    },
                )
            }
        };
        self.sorted = Some((revision, key, order, n_present));
    }
}

/// All tokens, slot after slot, in the order in which their systems list them.
fn all<'a>(stores: &'a [StoreRef]) -> impl Iterator<Item = RowRef> + 'a {
    let on_shelf = |(slot, it): (usize, &'a StoreRef)| it.store.rows().iter().map(move |row| RowRef::new(slot, *row));
    stores.iter().enumerate().flat_map(on_shelf)
}

/// Puts all tokens into `order`, those with a value first and by it; tells how many these are. What value and
/// `undecided` leave equal stays in the systems' own order.
fn sort_into<K: Ord>(
    order: &mut Vec<RowRef>,
    stores: &[StoreRef],
    value: impl Fn(&StoreRef, Row) -> Option<K>,
    undecided: impl Fn(RowRef, RowRef) -> std::cmp::Ordering,
) -> usize {
    let mut keys = Vec::with_capacity(stores.iter().map(|it| it.store.len()).sum());
    let mut absent = Vec::new();
    for (place, row_ref) in all(stores).enumerate() {
        match value(&stores[row_ref.slot()], row_ref.row()) {
            Some(value) => keys.push((value, place as u32, row_ref)),
            None => absent.push(row_ref),
        }
    }
    keys.sort_unstable_by(|(one, place, row_ref), (other, other_place, other_spot)| {
        one.cmp(other).then_with(|| undecided(*row_ref, *other_spot)).then(place.cmp(other_place))
    });
    order.extend(keys.iter().map(|(_, _, row_ref)| *row_ref));
    order.extend(absent);
    keys.len()
}

/// How many bytes of a name fit into the numbers that it is sorted by first.
const NAME_START: usize = 16;

/// What a token is sorted by, as numbers in the same order; `None` where it has no such value.
fn sort_number(store: &Store, row: Row, key: SortKey, now: Millis) -> Option<(u64, u64)> {
    // Dates before 1970 are negative; with the sign turned round they sort as numbers without one.
    let time = |at: Option<Millis>| at.map(|at| (at as u64 ^ (1 << 63), 0));
    let status = store.status(row, now);
    match key {
        SortKey::ActiveFrom => time(store.validity(row).valid_from),
        SortKey::Expiry => time(store.validity(row).valid_to),
        SortKey::LastUsed => time(store.last_used(row)),
        _ if status == Status::Unreadable => None,
        SortKey::IsActive => Some((status as u64, 0)),
        _ => {
            let name = store.folded_name(row);
            let mut start = [0; NAME_START];
            let len = name.len().min(NAME_START);
            start[..len].copy_from_slice(&name[..len]);
            let start = u128::from_be_bytes(start);
            Some(((start >> 64) as u64, start as u64))
        }
    }
}

/// What a token is sorted by, as a text; `None` where it has none.
fn sort_text(slot: &StoreRef, row: Row, key: SortKey) -> Option<Vec<u8>> {
    let store = slot.store;
    let text = match key {
        SortKey::System => fold(slot.system),
        SortKey::Id => fold(&store.guid(row)),
        SortKey::Scopes => fold(&store.scopes(row).collect::<Vec<_>>().join(" ")),
        SortKey::Extra(idx) => fold(store.extra(row, idx).unwrap_or_default()),
        _ => fold(store.created_by(row)),
    };
    (!text.is_empty()).then_some(text)
}

/// Whether the passing of time alone can change what a query shows.
fn time_matters(query: &Query) -> bool {
    query.filter.status != StatusFilter::All
        || matches!(query.filter.ends, Ends::Within(_))
        || query.sort.is_some_and(|sort| sort.key == SortKey::IsActive)
}

impl Filter {
    /// Whether everything that passes this filter passes `before` too.
    fn narrows(&self, before: &Filter) -> bool {
        narrows_words(&self.name, &before.name)
            && narrows_words(&self.created_by, &before.created_by)
            && (before.guid.trim().is_empty()
                || before.guid == self.guid
                || self.guid.starts_with(&before.guid) && GuidPart::new(&before.guid).is_some_and(|it| it.has_digits()))
            && (before.scopes.is_empty() || before.scopes == self.scopes)
            && (before.status == StatusFilter::All || before.status == self.status)
            && (before.systems.is_empty() || before.systems == self.systems)
            && (before.last_used == LastUsed::Any || before.last_used == self.last_used)
            && (before.ends == Ends::Any || before.ends == self.ends)
    }
}

/// Whether every text with all of these keywords has all of those before, too.
fn narrows_words(now: &str, before: &str) -> bool {
    let (words, words_before) = (keywords(now), keywords(before));
    let has = |text: &[u8], part: &[u8]| memchr::memmem::find(text, part).is_some();
    words_before.iter().all(|part| words.iter().any(|word| has(word, part)))
}

/// A filter made ready for one state of the stores.
struct Matcher<'a> {
    /// Whether it lets everything through.
    is_open: bool,
    /// What a name with all keywords is made of.
    signature: Signature,
    /// The keywords of which that does not tell all.
    words: Vec<Finder<'static>>,
    guid: Option<GuidPart>,
    status: StatusFilter,
    /// The instant before which the last use must be.
    used_before: Option<Millis>,
    last_used: LastUsed,
    ends: Ends,
    stores: Vec<ShelfMatcher<'a>>,
    now: Millis,
}

/// What of a filter depends on the slot.
struct ShelfMatcher<'a> {
    store: &'a Store,
    is_wanted: bool,
    scope_sets: Option<Vec<bool>>,
    creators: Option<Vec<bool>>,
}

impl<'a> Matcher<'a> {
    fn new(stores: &[StoreRef<'a>], filter: &Filter, clock: Clock) -> Self {
        let maker = Some(filter.created_by.trim()).filter(|it| !it.is_empty()).map(Search::new);
        let for_shelf = |StoreRef { system, store }: &StoreRef<'a>| ShelfMatcher {
            store,
            is_wanted: filter.systems.is_empty() || filter.systems.iter().any(|it| it == system),
            scope_sets: (!filter.scopes.is_empty()).then(|| store.sets_with_any(&filter.scopes)),
            creators: maker.as_ref().map(|it| store.creators_with(it)),
        };
        let words = keywords(&filter.name);
        let to_find = words.iter().filter(|it| !Signature::tells_all_of(it));
        Matcher {
            is_open: filter.is_empty(),
            signature: Signature::of_all(&words),
            words: to_find.map(|word| Finder::new(word).into_owned()).collect(),
            guid: GuidPart::new(&filter.guid),
            status: filter.status,
            used_before: match filter.last_used {
                LastUsed::Before(date) => Some(clock.first_instant(date)),
                _ => None,
            },
            last_used: filter.last_used,
            ends: filter.ends,
            stores: stores.iter().map(for_shelf).collect(),
            now: clock.now,
        }
    }

    fn accepts(&self, row_ref: RowRef) -> bool {
        self.is_open || self.accepts_each(&self.stores[row_ref.slot()], row_ref.row())
    }

    /// Most tokens are told by the first question, the others seldom get that far.
    #[inline]
    fn accepts_each(&self, slot: &ShelfMatcher, row: Row) -> bool {
        slot.store.signature(row).can_have(self.signature) && self.accepts_the_rest(slot, row)
    }

    #[inline(never)]
    fn accepts_the_rest(&self, slot: &ShelfMatcher, row: Row) -> bool {
        let store = slot.store;
        slot.is_wanted
            && slot.scope_sets.as_ref().is_none_or(|sets| sets[store.scope_set(row)])
            && slot.creators.as_ref().is_none_or(|creators| creators[store.creator(row)])
            && self.words.iter().all(|word| word.find(store.folded_name(row)).is_some())
            && self.guid.as_ref().is_none_or(|part| store.guid_has(row, part))
            && (self.status == StatusFilter::All || self.status.accepts(store.status(row, self.now)))
            && self.accepts_use(store, row)
            && self.accepts_end(store, row)
    }

    fn accepts_use(&self, store: &Store, row: Row) -> bool {
        let used = || store.last_used(row);
        let is_known = || !store.unreported(row).last_used && store.problem(row).is_none();
        match self.last_used {
            LastUsed::Any => true,
            LastUsed::Never => used().is_none() && is_known(),
            LastUsed::Before(_) => used() < self.used_before && used().is_some(),
        }
    }

    fn accepts_end(&self, store: &Store, row: Row) -> bool {
        let end = || store.validity(row).valid_to;
        let is_known = || !store.unreported(row).valid_to && store.problem(row).is_none();
        match self.ends {
            Ends::Any => true,
            Ends::Never => end().is_none() && is_known(),
            Ends::Within(days) => {
                end().is_some_and(|it| it > self.now && it - self.now <= Millis::from(days).saturating_mul(DAY))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Entry;
    use crate::token::Validity;

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
            let validity = Validity {
                valid_from,
                valid_to,
                revoked,
                deleted: false,
                said_active: Some(said_active),
                seen_at: NOW,
            };
            let guid = format!("{idx:08x}-0000-4000-8000-00000000abc{idx}");
            store.push(Entry { id: name, guid: &guid, name, validity, ..Entry::default() }, scopes);
        }
        store.push_unreadable(None, "no name".into(), NOW);
        store
    }

    fn parse(text: &str) -> Query {
        Query::from_params(text.split('&').filter_map(|pair| pair.split_once('=')))
    }

    fn shown(results: &ResultSet, stores: &[StoreRef]) -> String {
        let name = |row_ref: &RowRef| match stores[row_ref.slot()].store {
            store if store.problem(row_ref.row()).is_some() => "?",
            store => store.name(row_ref.row()),
        };
        results.row_refs().iter().map(name).collect::<Vec<_>>().join(", ")
    }

    fn one(store: &Store) -> [StoreRef<'_>; 1] {
        [StoreRef { system: "", store }]
    }

    #[test]
    fn what_was_sorted_ahead_is_what_is_shown() {
        let mut store = store();
        let mut results = ResultSet::default();
        for (revision, key, wanted) in [
            (1, SortKey::Name, "sort=name"),
            (1, SortKey::Expiry, "sort=name"),
            (1, SortKey::IsActive, "sort=active"),
            (2, SortKey::Name, "sort=name"),
        ] {
            // What is sorted ahead of time is of another state than what is asked for, the last time.
            results.prefetch_sort(&one(&store), 1, key, NOW);
            if revision == 2 {
                store.push(Entry { id: "new", name: "aaa", ..Entry::default() }, &[]);
            }
            let clock = Clock::utc(NOW);
            let query = parse(wanted);
            results.update(&one(&store), revision, &query, clock);
            let mut other = ResultSet::default();
            other.update(&one(&store), revision, &query, clock);
            assert_eq!(shown(&results, &one(&store)), shown(&other, &one(&store)), "{revision} {key:?}");
        }
    }

    #[track_caller]
    fn check(query: &str, expected: &str) {
        check_at(query, NOW, expected);
    }

    #[track_caller]
    fn check_at(query: &str, now: Millis, expected: &str) {
        check_among(&one(&store()), query, now, expected);
    }

    #[track_caller]
    fn check_among(stores: &[StoreRef], query: &str, now: Millis, expected: &str) {
        let mut results = ResultSet::default();
        results.update(stores, 0, &parse(query), Clock::utc(now));
        assert_eq!(shown(&results, stores), expected, "{query}");
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
    fn an_address_holds_no_more_than_eight_digits_of_a_guid() {
        let params = |filter: Filter| Query { filter, sort: None }.to_params();
        let whole = "00000006-0000-4000-8000-00000000abc6";
        for text in [whole, &whole.replace('-', ""), &format!(" {whole} ")] {
            assert_eq!(params(Filter { guid: text.into(), ..Filter::default() }), [("guid", "00000006".into())]);
            let in_name = Filter { name: format!("ci {}", text.trim()), ..Filter::default() };
            assert_eq!(params(in_name), [("name", "ci 00000006".into())]);
        }
        let secret = "Xh3k9LmPq2RsT7uVwYz1Ab".to_owned();
        let everywhere = Filter { name: secret.clone(), guid: secret.clone(), created_by: secret, ..Filter::default() };
        assert_eq!(params(everywhere), []);
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
        let mut kept = ResultSet::default();
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
            "creator=an",
            "creator=anna",
            "creator=ann&used=never",
            "used=never&ends=never",
            "ends=never",
            "sort=creator",
            "sort=-scopes&ends=never",
        ];
        for (step, query) in steps.iter().chain(steps.iter().rev()).enumerate() {
            let now = NOW + 100 * step as Millis;
            let query = parse(query);
            kept.update(&one(&store), 0, &query, Clock::utc(now));
            let mut fresh = ResultSet::default();
            fresh.update(&one(&store), 0, &query, Clock::utc(now));
            assert_eq!(shown(&kept, &one(&store)), shown(&fresh, &one(&store)), "{query:?}");
        }
    }

    #[test]
    fn a_changed_store_is_listed_anew() {
        let mut store = store();
        let mut results = ResultSet::default();
        for query in ["name=ci", "name=ci&sort=name"] {
            let query = parse(query);
            results.update(&one(&store), 0, &query, Clock::utc(NOW));
            store.push(Entry { id: "ci deploy", name: "renamed", ..Entry::default() }, &[]);
            results.update(&one(&store), 1, &query, Clock::utc(NOW));
            assert_eq!(shown(&results, &one(&store)), "ci Lint, old CI deploy");
        }
    }

    #[test]
    fn more_filters() {
        const NOON: Millis = 12 * crate::time::HOUR;
        let mut store = Store::new();
        let mut add = |name: &str, created_by: &str, last_used: Option<Millis>, valid_to: Option<Millis>| {
            let validity = Validity { valid_to, said_active: Some(true), ..Validity::default() };
            store.push(Entry { id: name, name, created_by, last_used, validity, ..Entry::default() }, &[]);
        };
        add("a", "Anna Ünal", None, None);
        add("b", "ann", Some(DAY + NOON), Some(3 * DAY));
        add("c", "bob", Some(2 * DAY), Some(31 * DAY));
        add("d", "", None, Some(DAY));
        let silent = crate::store::Unreported { valid_to: true, last_used: true, ..Default::default() };
        store.push(Entry { id: "silent", name: "silent", unreported: silent, ..Entry::default() }, &[]);
        store.push_unreadable(None, "no name".into(), 0);
        let stores = one(&store);
        let now = 2 * DAY;
        check_among(&stores, "creator=unal an", now, "a");
        check_among(&stores, "creator=AN", now, "a, b");
        check_among(&stores, "used=never", now, "a, d");
        check_among(&stores, "used=1970-01-03", now, "b");
        check_among(&stores, "used=1970-01-04", now, "b, c");
        check_among(&stores, "ends=never", now, "a");
        check_among(&stores, "ends=1", now, "b");
        check_among(&stores, "ends=29", now, "b, c");
        check_among(&stores, "sort=used", now, "b, c, a, d, silent, ?");
        check_among(&stores, "sort=-creator", now, "c, a, b, d, silent, ?");
    }

    #[test]
    fn a_date_begins_in_the_viewers_zone() {
        struct East;
        impl crate::time::Zone for East {
            fn offset(&self, _: Millis) -> Millis {
                2 * crate::time::HOUR
            }
        }
        let mut store = Store::new();
        let last_used = Some(2 * DAY - crate::time::HOUR);
        store.push(Entry { id: "a", name: "a", last_used, ..Entry::default() }, &[]);
        let n_found = |zone: &dyn crate::time::Zone| {
            let mut results = ResultSet::default();
            results.update(&one(&store), 0, &parse("used=1970-01-03"), Clock { now: NOW, zone });
            results.row_refs().len()
        };
        assert_eq!((n_found(&East), n_found(&crate::time::Utc)), (0, 1));
    }

    #[test]
    fn several_systems_are_one_list() {
        let (first, mut second) = (store(), Store::with_extras(1));
        let other = Entry { id: "ci deploy", guid: "zz9", name: "ci build", ..Entry::default() };
        second.put(other, &["read"], [Some("own")], false);
        second.push(Entry { id: "2", name: "Alone", ..Entry::default() }, &[]);
        let stores = [StoreRef { system: "One", store: &first }, StoreRef { system: "Two", store: &second }];
        check_among(&stores, "name=ci", NOW, "ci deploy, ci Lint, old CI deploy, ci build");
        check_among(&stores, "name=ci&sort=name", NOW, "ci build, ci deploy, ci Lint, old CI deploy");
        check_among(&stores, "system=Two", NOW, "ci build, Alone");
        check_among(&stores, "system=Two&system=One&scope=read", NOW, "Backup nightly, ci deploy, zulu, ci build");
        check_among(&stores, "system=Three", NOW, "");
        check_among(&stores, "name=i&sort=-system", NOW, "ci build, old CI deploy, ci Lint, ci deploy, Backup nightly");
        check_among(&stores, "guid=zz9&sort=extra0", NOW, "ci build");
        check_among(&stores, "sort=extra0&system=Two", NOW, "ci build, Alone");
        check_among(&stores, "sort=-id&name=ci", NOW, "ci build, old CI deploy, ci Lint, ci deploy");
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
        for text in [
            "",
            "name=a b",
            "name=a&guid=b&scope=c&scope=d&status=revoked&sort=-expires",
            "sort=active",
            "creator=a b&system=One&system=Two&used=2026-01-31&ends=30&sort=-used",
            "used=never&ends=never&sort=extra2",
        ] {
            let query = parse(text);
            let again: Vec<String> = query.to_params().iter().map(|(key, value)| format!("{key}={value}")).collect();
            assert_eq!(again.join("&"), text);
        }
    }

    #[test]
    fn an_address_that_is_not_understood_shows_everything() {
        for text in ["status=what", "sort=size", "sort=", "foo=bar", "name= ", "used=soon", "ends=-1", "sort=extra"] {
            let query = parse(text);
            assert!(query.filter.is_empty() && query.sort.is_none() && query.to_params().is_empty(), "{text}");
        }
    }
}
