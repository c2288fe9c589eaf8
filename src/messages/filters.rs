//! The filters, and what is set of them. Pure.

use super::numbers::{Count, Number, Unit};
use super::texts::texts;

texts! {
    /// The filters.
    pub enum Filters<'a> {
        Label => "Filters",
        More => "More filters",
        SearchByName => "Search by name",
        SearchBy { label: &'a str } => "Search by {label}",
        Status => "Token status",
        CreatedBy => "Created by",
        LastUsed => "Last used",
        LastUsedBefore => "Last used before",
        Expires => "Expires",
        DaysFromNow => "Days from now",
        FindScope => "Find a scope",
        ScopesNotLoaded => "The system's list of scopes could not be loaded; these are the scopes of the tokens.",
        Any => "Any",
        Chosen { n: Number } => "{n} chosen",
        TitleChosen { title: &'a str, n: Number } => "{title}: {n} chosen",
        Clear => "Clear filters",
    }
}

texts! {
    /// A filter that is set.
    pub enum Chip<'a> {
        List => "Filters that are set",
        Remove { filter: &'a str } => "Remove filter {filter}",
        Typed { label: &'a str, text: &'a str } => "{label}: {text}",
        Name => "Name",
        CreatedBy => "Created by",
        Scope { name: &'a str } => "Scope: {name}",
        Status { status: &'a str } => "Status: {status}",
        System { name: &'a str } => "System: {name}",
        NeverUsed => "Never used",
        LastUsedBefore { date: &'a str } => "Last used before {date}",
        NoExpiry => "No expiry",
        ExpiresWithin { time: Count } => "Expires within {time}",
    }
}

texts! {
    /// A choice of `Last used`.
    pub enum UsedChoice {
        Any => "Whenever",
        Never => "Never",
        Before => "Not since …",
    }
}

texts! {
    /// A choice of `Expires`.
    pub enum EndsChoice {
        Any => "Whenever",
        Within { time: Count } => "Within {time}",
        WithinTyped => "Within … days",
        Never => "No expiry",
    }
}

impl EndsChoice {
    /// Within so many days.
    pub const fn within(days: usize) -> Self {
        EndsChoice::Within { time: Count(days, Unit::Day) }
    }
}

/// What a list to choose from is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListOf {
    /// Scopes that a token must have any of.
    Scopes,
    /// Systems that a token must belong to any of.
    Systems,
}

texts! {
    /// What a list to choose from is called.
    pub fn list_title(of: ListOf) -> &'static str {
        Scopes => "Scope",
        Systems => "System",
    }
}

texts! {
    /// What the list itself is called, once it is open.
    pub fn list_name(of: ListOf) -> &'static str {
        Scopes => "Scopes to show",
        Systems => "Systems to show",
    }
}

texts! {
    /// What stands in a list that is empty.
    pub fn list_empty(of: ListOf) -> &'static str {
        Scopes => "There are no scopes.",
        Systems => "There are no systems.",
    }
}
