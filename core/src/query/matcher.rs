//! A filter made ready for the stores that it is held against. Pure.

use memchr::memmem::Finder;

use super::filter::{Ends, Filter, LastUsed, StatusFilter};
use crate::store::{GuidPart, Row, RowRef, Store, StoreRef};
use crate::text::{Search, Signature, keywords};
use crate::time::{Clock, DAY, Millis};

/// A filter made ready for one state of the stores.
pub(super) struct Matcher<'a> {
    /// Whether it lets everything through.
    pub(super) is_open: bool,
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
    only_selected: bool,
    pub(super) stores: Vec<ShelfMatcher<'a>>,
    now: Millis,
}

/// What of a filter depends on the slot.
pub(super) struct ShelfMatcher<'a> {
    pub(super) store: &'a Store,
    is_wanted: bool,
    scope_sets: Option<Vec<bool>>,
    creators: Option<Vec<bool>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(stores: &[StoreRef<'a>], filter: &Filter, clock: Clock) -> Self {
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
                LastUsed::NotFor(days) => Some(clock.now - days_long(days)),
                LastUsed::Any | LastUsed::Never => None,
            },
            last_used: filter.last_used,
            ends: filter.ends,
            only_selected: filter.only_selected,
            stores: stores.iter().map(for_shelf).collect(),
            now: clock.now,
        }
    }

    pub(super) fn accepts(&self, row_ref: RowRef) -> bool {
        self.is_open || self.accepts_each(&self.stores[row_ref.slot()], row_ref.row())
    }

    /// Most tokens are told by the first question, the others seldom get that far.
    #[inline]
    pub(super) fn accepts_each(&self, slot: &ShelfMatcher, row: Row) -> bool {
        slot.store.signature(row).can_have(self.signature) && self.accepts_the_rest(slot, row)
    }

    #[inline(never)]
    fn accepts_the_rest(&self, slot: &ShelfMatcher, row: Row) -> bool {
        let store = slot.store;
        slot.is_wanted
            && (!self.only_selected || store.is_apart(row))
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
        match self.last_used {
            LastUsed::Any => true,
            LastUsed::Never => used().is_none() && store.knows_last_use(row),
            LastUsed::Before(_) | LastUsed::NotFor(_) => used() < self.used_before && used().is_some(),
        }
    }

    fn accepts_end(&self, store: &Store, row: Row) -> bool {
        let end = || store.validity(row).valid_to;
        match self.ends {
            Ends::Any => true,
            Ends::Never => end().is_none() && store.knows_end(row),
            Ends::Within(days) => end().is_some_and(|it| it > self.now && it - self.now <= days_long(days)),
        }
    }
}

/// So many days, in milliseconds.
fn days_long(days: u32) -> Millis {
    Millis::from(days).saturating_mul(DAY)
}
