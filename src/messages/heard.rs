//! What is heard of the list and not seen. Pure.

use std::borrow::Cow;

use super::numbers::Number;
use super::table::Table;
use super::texts::texts;
use crate::query::SortKey;
use crate::words::Key;
use crate::workspace::hearing::Heard;

texts! {
    /// What is heard of the list.
    pub enum OfList<'a> {
        Count { shown: Number, loaded: Number } => "{shown} of {loaded} tokens",
        Loading => "Loading tokens",
        Loaded { percent: Number, total: Number } => "{percent}% of {total} tokens loaded",
        Sorted { label: &'a str, order: &'a str } => "Sorted by {label}, {order}",
        Unsorted => "Not sorted",
        Selected { n: Number } => "{n} selected",
    }
}

texts! {
    /// How a column orders the list.
    pub enum Order {
        SoonestFirst => "soonest first",
        OldestFirst => "oldest first",
        LatestFirst => "latest first",
        ActiveFirst => "active first",
        ActiveLast => "active last",
        Ascending => "ascending",
        Descending => "descending",
    }
}

fn order(key: SortKey, descending: bool) -> Cow<'static, str> {
    match (key, descending) {
        (SortKey::Expiry, false) => Order::SoonestFirst.text(),
        (SortKey::ActiveFrom | SortKey::LastUsed, false) => Order::OldestFirst.text(),
        (SortKey::Expiry | SortKey::ActiveFrom | SortKey::LastUsed, true) => Order::LatestFirst.text(),
        (SortKey::IsActive, false) => Order::ActiveFirst.text(),
        (SortKey::IsActive, true) => Order::ActiveLast.text(),
        (_, false) => Order::Ascending.text(),
        (_, true) => Order::Descending.text(),
    }
}

impl Key for Heard {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Heard::Count { shown, loaded } => OfList::Count { shown: Number(*shown), loaded: Number(*loaded) }.text(),
            Heard::Loading => OfList::Loading.text(),
            Heard::Loaded { percent, total } => {
                OfList::Loaded { percent: Number(*percent), total: Number(*total) }.text()
            }
            Heard::Sorted { label, key, descending } => {
                let name = if label.is_empty() { Table::Name.text() } else { label.text() };
                OfList::Sorted { label: &name, order: &order(*key, *descending) }.text()
            }
            Heard::Unsorted => OfList::Unsorted.text(),
            Heard::Selected { n } => OfList::Selected { n: Number(*n) }.text(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_told_by_what_comes_first() {
        let said = |key, descending| Heard::Sorted { label: "Expiration date".into(), key, descending }.text();
        assert_eq!(said(SortKey::Expiry, false), "Sorted by Expiration date, soonest first");
        assert_eq!(said(SortKey::Expiry, true), "Sorted by Expiration date, latest first");
        let name = Heard::Sorted { label: "".into(), key: SortKey::Name, descending: true };
        assert_eq!(name.text(), "Sorted by Name, descending");
    }

    #[test]
    fn a_load_is_told_by_what_is_there() {
        assert_eq!(Heard::Loaded { percent: 25, total: 100_000 }.text(), "25% of 100,000 tokens loaded");
        assert_eq!(Heard::Count { shown: 1, loaded: 200 }.text(), "1 of 200 tokens");
    }
}
