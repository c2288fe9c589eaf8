//! The words of the domain: a token, its rights and its status. Pure.

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// What was given for the inputs that a system asks for: their keys, and every value as a text: a switch
/// as `true` or `false`, a list as its lines.
pub type Inputs = Vec<(String, String)>;

/// Which token, among those of all systems on the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenRef {
    /// The slot of its system.
    pub slot: usize,
    /// Its id there.
    pub id: String,
}

/// One token, whole, as a system gave it when it was read by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// What the system's addresses call it.
    pub id: String,
    /// What a caller of the protected API sends, where the system shows it.
    pub guid: String,
    /// The name people know it by.
    pub name: String,
    /// Its purpose.
    pub description: Option<String>,
    /// Ids of the scopes it has.
    pub scopes: Vec<String>,
    /// RFC 3339, to the letter as it came, so that it can go back so.
    pub valid_from: Option<String>,
    /// RFC 3339, to the letter as it came.
    pub valid_to: Option<String>,
    /// Whether it has been revoked.
    pub revoked: bool,
    /// What it may do where, in systems whose rights have a target.
    pub privileges: Vec<Privilege>,
    /// From which addresses it may be used; empty for any.
    pub source_ips: Vec<String>,
    /// What it has of the inputs that its system asks for beyond the fields.
    pub inputs: Inputs,
}

/// A right with the place it holds in (wire contracts §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privilege {
    /// What kind of place: `org`, `site`, `sitegroup` …
    pub scope: String,
    /// What may be done there: `admin`, `write`, `read` …
    pub role: String,
    /// The id of the place; empty where the scope says it all.
    #[serde(default)]
    pub target: String,
}

/// A place that a privilege can hold in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// As [`Privilege::scope`].
    pub scope: String,
    /// As [`Privilege::target`].
    pub id: String,
    /// As people call it.
    pub name: String,
}

/// A right that a token can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// As tokens list it.
    pub id: String,
    /// As people call it.
    pub name: String,
}

/// Where a token stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It works now.
    Active,
    /// Its start lies ahead.
    Scheduled,
    /// It was switched off, and can be switched on again.
    Disabled,
    /// Its end has passed.
    Expired,
    /// It was revoked.
    Revoked,
    /// It is gone, and still listed.
    Deleted,
    /// The system says that it does not work, and not why.
    Inactive,
    /// The system does not say whether it works.
    Unknown,
    /// Its entry could not be read.
    Unreadable,
}

impl Status {
    /// Whether a token of this status works now.
    pub fn is_active(self) -> bool {
        self == Status::Active
    }

    /// Whether a token of this status has worked and will not again.
    pub fn is_over(self) -> bool {
        matches!(self, Status::Expired | Status::Revoked | Status::Deleted)
    }
}

/// What decides a token's status, and when it will change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// From when on it works; `None` is from its creation.
    pub valid_from: Option<Millis>,
    /// Up to when it works (that instant excluded); `None` is for ever.
    pub valid_to: Option<Millis>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Whether it was switched off, and not on again since.
    pub disabled: bool,
    /// Whether it is gone, and still listed.
    pub deleted: bool,
    /// Whether the system said that it works; `None` where it does not say.
    pub said_active: Option<bool>,
    /// When the system said so.
    pub seen_at: Millis,
}

impl Validity {
    /// The status at `now`. What the server said holds until one of the token's own bounds passes (wire contracts §1):
    /// its clock, not this one, decides about the past.
    pub fn status(&self, now: Millis) -> Status {
        let bound_passed = |bound: Option<Millis>| bound.is_some_and(|it| self.seen_at < it && it <= now);
        let started = self.valid_from.is_none_or(|it| it <= now);
        let ended = self.valid_to.is_some_and(|it| it <= now);
        let said = if bound_passed(self.valid_from) || bound_passed(self.valid_to) {
            self.said_active.map(|_| started && !ended && !self.revoked && !self.disabled)
        } else {
            self.said_active
        };
        match self {
            _ if self.deleted => Status::Deleted,
            _ if said == Some(true) => Status::Active,
            _ if self.revoked => Status::Revoked,
            _ if self.disabled => Status::Disabled,
            _ if !started => Status::Scheduled,
            _ if ended => Status::Expired,
            _ if said.is_none() => Status::Unknown,
            _ => Status::Inactive,
        }
    }

    /// The next instant after `now` at which the status can change by itself.
    pub fn next_change(&self, now: Millis) -> Option<Millis> {
        [self.valid_from, self.valid_to].into_iter().flatten().filter(|bound| *bound > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALIDITY: Validity = Validity {
        valid_from: None,
        valid_to: None,
        revoked: false,
        disabled: false,
        deleted: false,
        said_active: Some(true),
        seen_at: 100,
    };

    #[track_caller]
    fn check(validity: Validity, now: Millis, expected: Status) {
        assert_eq!(validity.status(now), expected);
    }

    #[test]
    fn no_bounds_is_active_for_ever() {
        check(VALIDITY, i64::MAX, Status::Active);
        assert_eq!(VALIDITY.next_change(100), None);
    }

    #[test]
    fn the_server_is_right_about_what_it_saw() {
        check(Validity { valid_to: Some(90), ..VALIDITY }, 200, Status::Active);
        check(Validity { valid_from: Some(50), said_active: Some(false), ..VALIDITY }, 200, Status::Inactive);
    }

    #[test]
    fn a_bound_that_passes_decides() {
        let ends = Validity { valid_to: Some(150), ..VALIDITY };
        check(ends, 149, Status::Active);
        check(ends, 150, Status::Expired);
        assert_eq!((ends.next_change(100), ends.next_change(150)), (Some(150), None));
        let starts = Validity { valid_from: Some(150), valid_to: Some(180), said_active: Some(false), ..VALIDITY };
        check(starts, 149, Status::Scheduled);
        check(starts, 150, Status::Active);
        check(starts, 180, Status::Expired);
        check(Validity { revoked: true, ..starts }, 160, Status::Revoked);
    }

    #[test]
    fn what_is_disabled_stays_so_whatever_passes() {
        let bounds = Validity { valid_from: Some(150), valid_to: Some(180), said_active: Some(false), ..VALIDITY };
        let disabled = Validity { disabled: true, ..bounds };
        for now in [100, 150, 180, 500] {
            check(disabled, now, Status::Disabled);
        }
        check(Validity { revoked: true, ..disabled }, 160, Status::Revoked);
        check(Validity { deleted: true, ..disabled }, 160, Status::Deleted);
        check(Validity { said_active: None, ..disabled }, 160, Status::Disabled);
        // The system is right about what it saw, until a bound passes.
        let contradicts = Validity { said_active: Some(true), disabled: true, valid_to: Some(180), ..VALIDITY };
        check(contradicts, 179, Status::Active);
        check(contradicts, 180, Status::Disabled);
    }

    #[test]
    fn inactive_is_split_by_reason() {
        let inactive = Validity { said_active: Some(false), ..VALIDITY };
        check(Validity { revoked: true, valid_from: Some(500), valid_to: Some(50), ..inactive }, 100, Status::Revoked);
        check(
            Validity { disabled: true, valid_from: Some(500), valid_to: Some(50), ..inactive },
            100,
            Status::Disabled,
        );
        check(Validity { valid_from: Some(500), ..inactive }, 100, Status::Scheduled);
        check(Validity { valid_to: Some(50), ..inactive }, 100, Status::Expired);
        check(inactive, 100, Status::Inactive);
    }

    #[test]
    fn what_is_gone_is_deleted_and_what_is_not_said_is_unknown() {
        check(Validity { deleted: true, ..VALIDITY }, 100, Status::Deleted);
        let silent = Validity { said_active: None, ..VALIDITY };
        check(silent, 100, Status::Unknown);
        check(Validity { valid_to: Some(150), ..silent }, 150, Status::Expired);
        check(Validity { valid_from: Some(150), ..silent }, 100, Status::Scheduled);
        check(Validity { valid_from: Some(150), ..silent }, 150, Status::Unknown);
    }
}
