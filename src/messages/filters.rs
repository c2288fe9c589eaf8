//! The filters, and what is set of them. Pure.

use super::numbers::{Count, Number, Unit};
use super::texts::texts;
use crate::query::Counted;

texts! {
    /// The filters.
    pub enum Filters<'a> {
        Label => "Filters",
        LabelSet { n: Number } => "Filters ({n})",
        More => "More filters",
        MoreSet { n: Number } => "More filters ({n})",
        SearchByName => "Search by name",
        SearchBy { label: &'a str } => "Search by {label}",
        Status => "Token status",
        CreatedBy => "Created by",
        LastUsed => "Last used",
        LastUsedBefore => "Last used before",
        Expires => "Expires",
        DaysFromNow => "Days from now",
        DaysWithoutUse => "Days without use",
        FindScope => "Find a scope",
        ScopesNotLoaded => "Couldn't load the system's list of scopes. These are the scopes of the tokens.",
        Any => "Any",
        Chosen { n: Number } => "{n} chosen",
        Done => "Done",
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
        Status { status: &'a str } => "Status: {status}",
        System { name: &'a str } => "System: {name}",
        NeverUsed => "Never used",
        NotUsedFor { time: Count } => "Not used for {time}",
        LastUsedBefore { date: &'a str } => "Last used before {date}",
        Selected => "Selected",
        NoExpiry => "No expiry",
        ExpiresWithin { time: Count } => "Expires within {time}",
    }
}

texts! {
    /// A choice of `Last used`.
    pub enum UsedChoice {
        Any => "Any time",
        Never => "Never",
        NotFor { time: Count } => "Not for {time}",
        NotForTyped => "Not for … days",
        Before => "Not used since…",
    }
}

impl UsedChoice {
    /// Not for so many days.
    pub const fn not_for(days: u32) -> Self {
        UsedChoice::NotFor { time: Count(days as usize, Unit::Day) }
    }
}

texts! {
    /// A choice of `Expires`.
    pub enum EndsChoice {
        Any => "Any time",
        Within { time: Count } => "Within {time}",
        WithinTyped => "Within … days",
        Never => "No expiry",
    }
}

impl EndsChoice {
    /// Within so many days.
    pub const fn within(days: u32) -> Self {
        EndsChoice::Within { time: Count(days as usize, Unit::Day) }
    }
}

texts! {
    /// What is counted of the tokens that are here.
    pub fn counted(what: Counted) -> &'static str {
        Active => "Active",
        EndingSoon => "Ending in 14 days",
        Unused => "Unused 90 days",
        NeverUsed => "Never used",
        NoEnd => "No end",
        Over => "Over",
    }
}

texts! {
    /// The counts themselves.
    pub enum CountsText {
        Label => "Counts",
        Some { n: Number } => "{n}+",
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
