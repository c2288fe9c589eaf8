//! A token on its way into the store. Pure.

use crate::time::Millis;
use crate::token::Validity;

/// A token as a list gives it, on its way into the [`Store`](super::Store).
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry<'a> {
    /// See [`crate::token::Token`].
    pub id: &'a str,
    /// What a caller of the protected API sends.
    pub guid: &'a str,
    /// The name.
    pub name: &'a str,
    /// The purpose, empty for none.
    pub description: &'a str,
    /// When it works and since when that is known.
    pub validity: Validity,
    /// When it was switched off, where it is and that is told.
    pub disabled_at: Option<Millis>,
    /// When it was last used; `None` is never.
    pub last_used: Option<Millis>,
    /// Who made it, empty where the system names no creator.
    pub created_by: &'a str,
    /// What the system does not tell of it.
    pub unreported: Unreported,
    /// Whether it is known to be another token than one before it that has the same id.
    pub is_another: bool,
    /// Facts that are not what they should be, with what stands there.
    pub odd: &'a [(OddFact, &'a str)],
}

/// A fact of a token that can be unreadable by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddFact {
    /// From when on it works.
    ValidFrom,
    /// Up to when it works.
    ValidTo,
    /// When it was last used.
    LastUsed,
    /// Whether it works now.
    Active,
    /// What it may do.
    Scopes,
    /// Whether it was revoked.
    Revoked,
    /// Whether it was deleted.
    Deleted,
    /// Whether it was switched off.
    Disabled,
}

/// Facts that a system does not report, which is something else than that there are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unreported {
    /// From when on it works.
    pub valid_from: bool,
    /// Up to when it works.
    pub valid_to: bool,
    /// When it was last used.
    pub last_used: bool,
    /// Who made it.
    pub created_by: bool,
    /// What it may do.
    pub scopes: bool,
    /// Whether it was switched off.
    pub disabled: bool,
}
