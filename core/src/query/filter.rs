//! Which tokens are wanted. Pure.

use serde::Serialize;

use crate::store::GuidPart;
use crate::text::keywords;
use crate::time::{Wall, format_date, parse_date};
use crate::token::Status;

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
    /// Whether it must be one of those that are set apart, see [`crate::store::Store::set_selected_apart`]. No address says
    /// so: what is selected ends with the page.
    pub only_selected: bool,
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
    /// Once or more, and not for so many days.
    NotFor(u32),
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
            LastUsed::NotFor(days) => format!("{days}d"),
        }
    }

    /// The one that the address writes so.
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "" => Some(LastUsed::Any),
            "never" => Some(LastUsed::Never),
            other => match other.strip_suffix('d') {
                Some(days) => days.parse().ok().map(LastUsed::NotFor),
                None => parse_date(other).map(LastUsed::Before),
            },
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
            && !self.only_selected
            && self.n_more() == 0
    }

    /// How many of the filters are set that are not always in sight.
    pub fn n_more(&self) -> usize {
        let set = [!self.created_by.trim().is_empty(), self.last_used != LastUsed::Any, self.ends != Ends::Any];
        set.into_iter().filter(|it| *it).count()
    }

    /// How many of the filters are set besides the search by name.
    pub fn n_besides_name(&self) -> usize {
        let set = [
            !self.guid.trim().is_empty(),
            !self.scopes.is_empty(),
            self.status != StatusFilter::All,
            !self.systems.is_empty(),
            self.only_selected,
        ];
        set.into_iter().filter(|it| *it).count() + self.n_more()
    }

    /// Whether the passing of time alone can change what it lets through.
    pub(super) fn follows_time(&self) -> bool {
        self.status != StatusFilter::All
            || matches!(self.ends, Ends::Within(_))
            || matches!(self.last_used, LastUsed::NotFor(_))
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
    /// Those that were switched off, and can be switched on again.
    Disabled,
    /// Those that no longer do.
    Expired,
    /// Those that were revoked.
    Revoked,
    /// Those that are gone.
    Deleted,
    /// Those of which the system does not say.
    Unknown,
    /// Those that have worked and will not again: expired, revoked or deleted.
    Over,
}

impl StatusFilter {
    /// Those that a Scoped Token API has, in the order in which they are offered.
    pub const SCOPED: [StatusFilter; 7] = [
        StatusFilter::All,
        StatusFilter::Active,
        StatusFilter::Inactive,
        StatusFilter::Scheduled,
        StatusFilter::Disabled,
        StatusFilter::Expired,
        StatusFilter::Revoked,
    ];

    /// All of them.
    pub const ALL: [StatusFilter; 10] = [
        StatusFilter::All,
        StatusFilter::Active,
        StatusFilter::Inactive,
        StatusFilter::Scheduled,
        StatusFilter::Disabled,
        StatusFilter::Expired,
        StatusFilter::Revoked,
        StatusFilter::Deleted,
        StatusFilter::Unknown,
        StatusFilter::Over,
    ];

    /// How the address writes it.
    pub fn key(self) -> &'static str {
        match self {
            StatusFilter::All => "all",
            StatusFilter::Active => "active",
            StatusFilter::Inactive => "inactive",
            StatusFilter::Scheduled => "scheduled",
            StatusFilter::Disabled => "disabled",
            StatusFilter::Expired => "expired",
            StatusFilter::Revoked => "revoked",
            StatusFilter::Deleted => "deleted",
            StatusFilter::Unknown => "unknown",
            StatusFilter::Over => "over",
        }
    }

    /// The one that the address writes so.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.key() == key)
    }

    pub(super) fn accepts(self, status: Status) -> bool {
        match self {
            StatusFilter::All => true,
            StatusFilter::Active => status == Status::Active,
            StatusFilter::Inactive => !matches!(status, Status::Active | Status::Unknown | Status::Unreadable),
            StatusFilter::Scheduled => status == Status::Scheduled,
            StatusFilter::Disabled => status == Status::Disabled,
            StatusFilter::Expired => status == Status::Expired,
            StatusFilter::Revoked => status == Status::Revoked,
            StatusFilter::Deleted => status == Status::Deleted,
            StatusFilter::Unknown => status == Status::Unknown,
            StatusFilter::Over => status.is_over(),
        }
    }
}

impl Filter {
    /// Whether everything that passes this filter passes `before` too.
    pub(super) fn narrows(&self, before: &Filter) -> bool {
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
            && (!before.only_selected || self.only_selected)
    }
}

/// Whether every text with all of these keywords has all of those before, too.
fn narrows_words(now: &str, before: &str) -> bool {
    let (words, words_before) = (keywords(now), keywords(before));
    let has = |text: &[u8], part: &[u8]| memchr::memmem::find(text, part).is_some();
    words_before.iter().all(|part| words.iter().any(|word| has(word, part)))
}
