//! What a token may do, compared with what it will be able to do: before a change, a clone or a rotation is saved. Pure.

use self::network::{contains, networks};
use crate::capabilities::{Input, InputKind};
use crate::draft::{Draft, input_value};
use crate::moments::{self, Moment};
use crate::time::{Millis, Utc};
use crate::token::{Privilege, Token};

mod network;

/// What a save would change of a token's rights, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Each change by itself.
    pub changes: Vec<Change>,
}

/// A change of what a token may do, from where, or how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A scope of this id.
    Scope {
        /// As tokens list it.
        id: String,
        /// Whether it comes, or goes.
        is_added: bool,
    },
    /// No scope is left. What that means differs from system to system: nothing, or everything.
    NoScopes,
    /// What it may do in a place.
    Privilege {
        /// The privilege.
        privilege: Privilege,
        /// Whether it comes, or goes.
        is_added: bool,
        /// Whether it allows what nothing before allowed.
        grows: bool,
    },
    /// Something that the system asks for and that decides what the token may do.
    Input {
        /// The place of its input.
        idx: usize,
        /// As it was.
        before: String,
        /// As it will be.
        after: String,
        /// Whether that may be more.
        grows: bool,
    },
    /// When it ends.
    End(Moved),
    /// When it starts.
    Start(Moved),
    /// From which addresses it may be used; empty for any.
    Addresses {
        /// As it was.
        before: Vec<String>,
        /// As it will be.
        after: Vec<String>,
        /// Whether it may be used from an address from which it could not.
        grows: bool,
    },
}

/// A bound that moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// As it was; `None` for none.
    pub before: Option<String>,
    /// As it will be; `None` for none.
    pub after: Option<String>,
    /// Whether the token works at a time, from now on, at which it would not have worked.
    pub grows: bool,
}

impl Change {
    /// Whether the token may do more by it than before. What cannot be told counts as more.
    pub fn grows(&self) -> bool {
        match self {
            Change::Scope { is_added, .. } => *is_added,
            Change::NoScopes => true,
            Change::Privilege { grows, .. } | Change::Input { grows, .. } | Change::Addresses { grows, .. } => *grows,
            Change::End(moved) | Change::Start(moved) => moved.grows,
        }
    }
}

impl Draft {
    /// What a write would send that changes nothing of a token.
    pub fn of(token: &Token) -> Draft {
        Draft {
            guid: token.guid.clone(),
            name: token.name.clone(),
            scopes: token.scopes.clone(),
            description: token.description.clone(),
            valid_from: token.valid_from.clone(),
            valid_to: token.valid_to.clone(),
            privileges: Some(token.privileges.clone()),
            source_ips: Some(token.source_ips.clone()),
            inputs: token.inputs.clone(),
            original: None,
        }
    }
}

impl Difference {
    /// What `after` changes of the rights that `before` gives. What `after` says nothing of stays as it is. `asked`: what
    /// the system asks for besides its fields. The past does not count: an end that moves from last year to last month
    /// gives nothing.
    pub fn between(before: &Draft, after: &Draft, asked: &[Input], now: Millis) -> Difference {
        let mut changes = scopes(&before.scopes, &after.scopes);
        if let (Some(before), Some(after)) = (&before.privileges, &after.privileges) {
            changes.extend(privileges(before, after));
        }
        changes.extend(asked.iter().enumerate().filter_map(|(idx, it)| input(idx, it, before, after)));
        changes.extend(end(before.valid_to.as_deref(), after.valid_to.as_deref(), now).map(Change::End));
        if let (Some(before), Some(after)) = (&before.source_ips, &after.source_ips) {
            changes.extend(addresses(before, after));
        }
        changes.extend(start(before.valid_from.as_deref(), after.valid_from.as_deref(), now).map(Change::Start));
        Difference { changes }
    }

    /// Whether the token may do more by any of it: that is asked once more.
    pub fn grows(&self) -> bool {
        self.changes.iter().any(Change::grows)
    }

    /// Whether the rights stay as they are.
    pub fn is_none(&self) -> bool {
        self.changes.is_empty()
    }
}

fn scopes(before: &[String], after: &[String]) -> Vec<Change> {
    let those = |all: &[String], others: &[String], is_added: bool| {
        let new = all.iter().enumerate().filter(|(idx, it)| !others.contains(it) && !all[..*idx].contains(it));
        new.map(|(_, id)| Change::Scope { id: id.clone(), is_added }).collect::<Vec<_>>()
    };
    let mut changes = those(after, before, true);
    changes.extend(those(before, after, false));
    if after.is_empty() && !before.is_empty() {
        changes.push(Change::NoScopes);
    }
    changes
}

fn privileges(before: &[Privilege], after: &[Privilege]) -> Vec<Change> {
    let those = |all: &[Privilege], others: &[Privilege], is_added: bool| {
        let new = all.iter().filter(|it| !others.contains(it));
        let change = |it: &Privilege| {
            let grows = is_added && !others.iter().any(|other| covers(other, it));
            Change::Privilege { privilege: it.clone(), is_added, grows }
        };
        new.map(change).collect::<Vec<_>>()
    };
    let mut changes = those(after, before, true);
    changes.extend(those(before, after, false));
    changes
}

/// Whether one privilege allows all that another does: in the same place or the organisation around it, by a role that
/// includes the other's (wire contracts §4).
fn covers(one: &Privilege, other: &Privilege) -> bool {
    let is_around = one.scope == "org" && matches!(other.scope.as_str(), "org" | "site" | "sitegroup");
    let is_same = one.scope == other.scope && one.target == other.target;
    let includes = match (one.role.as_str(), other.role.as_str()) {
        (one, other) if one == other => true,
        ("admin", _) => true,
        ("write", "read") => true,
        _ => false,
    };
    // An organisation is named where it is another one than the token's own.
    (is_same || is_around && (one.target == other.target || one.target.is_empty())) && includes
}

fn input(idx: usize, input: &Input, before: &Draft, after: &Draft) -> Option<Change> {
    let was_told = before.inputs.iter().any(|(key, _)| *key == input.key);
    let (before, after) = (input_value(&before.inputs, input), input_value(&after.inputs, input));
    if !input.is_right || !was_told || before.trim() == after.trim() {
        return None;
    }
    let lines =
        |text: &str| text.lines().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let grows = match input.kind {
        InputKind::Switch => after == "true",
        InputKind::List => {
            let (before, after) = (lines(before), lines(after));
            after.is_empty() || after.iter().any(|it| !before.contains(it))
        }
        _ => true,
    };
    Some(Change::Input { idx, before: before.into(), after: after.into(), grows })
}

/// An instant, or nothing for a text that is none.
fn instant(text: &str) -> Option<Millis> {
    match moments::read(text, &Utc).0 {
        Moment::At(at) => Some(at),
        Moment::Never | Moment::Odd => None,
    }
}

/// A bound as it counts; `None` where it cannot be read.
fn bound(text: Option<&str>, absent: Millis, now: Millis) -> Option<Millis> {
    text.map_or(Some(absent), instant).map(|it| it.max(now))
}

fn moved(before: Option<&str>, after: Option<&str>, grows: impl FnOnce() -> bool) -> Option<Moved> {
    let is_same = before == after
        || before.zip(after).is_some_and(|(it, other)| instant(it).is_some() && instant(it) == instant(other));
    let owned = |it: Option<&str>| it.map(str::to_owned);
    (!is_same).then(|| Moved { before: owned(before), after: owned(after), grows: grows() })
}

fn end(before: Option<&str>, after: Option<&str>, now: Millis) -> Option<Moved> {
    let [was, is] = [before, after].map(|it| bound(it, Millis::MAX, now));
    moved(before, after, || was.zip(is).is_none_or(|(was, is)| is > was))
}

fn start(before: Option<&str>, after: Option<&str>, now: Millis) -> Option<Moved> {
    let [was, is] = [before, after].map(|it| bound(it, now, now));
    moved(before, after, || was.zip(is).is_none_or(|(was, is)| is < was))
}

fn addresses(before: &[String], after: &[String]) -> Option<Change> {
    let is_same = before.len() == after.len() && before.iter().all(|it| after.contains(it));
    let grows = !before.is_empty() && (after.is_empty() || !contains(&networks(before), &networks(after)));
    (!is_same).then(|| Change::Addresses { before: before.to_vec(), after: after.to_vec(), grows })
}

#[cfg(test)]
mod tests;
