//! The heading, the buttons beside it, and the line that says how the list stands. Pure.

use super::numbers::{Count, Number};
use super::texts::texts;

texts! {
    /// The choice of the system.
    pub enum Choice {
        System => "System",
        Systems => "Systems",
        AllSystems => "All systems",
        PressEnter => "Press Enter to show it.",
    }
}

texts! {
    /// The heading and the buttons beside it.
    pub enum Toolbar<'a> {
        Title => "API tokens",
        Create => "Create token",
        Refresh => "Refresh",
        Stop => "Stop loading",
        JustNow => "just now",
        Loaded { time: &'a str, age: &'a str } => "Loaded {time}, {age}",
    }
}

texts! {
    /// The line that says how the list stands.
    pub enum StateLine<'a> {
        Loading => "Loading tokens…",
        NotLoaded => "No tokens loaded",
        Shown { shown: Number, loaded: Number } => "{shown} of {loaded} tokens",
        ShownOf { shown: Number, loaded: Number, total: Number } => "{shown} of {loaded} tokens, {total} in all",
        SoFar { shown: Number, loaded: Number } => "{shown} of {loaded} tokens so far",
        Refreshing => "Refreshing…",
        NotUpToDate => "Not up to date",
        NotComplete => "Not complete",
        ClockAhead { time: Count } => "The server's clock is {time} ahead of yours: times near now may be off.",
        ClockBehind { time: Count } => "The server's clock is {time} behind yours: times near now may be off.",
        SameId { one: &'a str, other: &'a str } => "“{one}” and “{other}” have the same id, so neither can be changed here: the other could be hit.",
        Zone { zone: &'a str } => "Times in {zone}",
        Columns => "Columns",
    }
}
