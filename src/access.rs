//! What a scope allows, as far as its words tell: to read, or to change something. Pure.

use crate::token::Scope;

/// What a scope allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To look at things.
    Read,
    /// To change things.
    Write,
}

/// Words that say it by themselves.
const READ: [&str; 11] =
    ["read", "reader", "reading", "readonly", "ro", "view", "viewer", "list", "get", "see", "fetch"];
const WRITE: [&str; 19] = [
    "write",
    "writer",
    "writing",
    "readwrite",
    "rw",
    "manage",
    "edit",
    "editor",
    "create",
    "delete",
    "remove",
    "update",
    "modify",
    "upload",
    "publish",
    "rotate",
    "revoke",
    "sudo",
    "root",
];

/// Words that are names of things as well: `deploy keys: read` reads. They count where no other word says it.
const PERHAPS_READ: [&str; 4] = ["pull", "download", "export", "search"];
const PERHAPS_WRITE: [&str; 18] = [
    "admin",
    "administrator",
    "administration",
    "administer",
    "manager",
    "maintainer",
    "owner",
    "add",
    "set",
    "push",
    "deploy",
    "run",
    "execute",
    "trigger",
    "approve",
    "import",
    "send",
    "control",
];

/// What the words of a scope's id and of its name say; `None` where they say nothing. What allows both is for changes:
/// that is what has to be thought about.
pub fn access(scope: &Scope) -> Option<Access> {
    let said: Vec<String> = words(&scope.id).chain(words(&scope.name)).collect();
    let has = |known: &[&str]| said.iter().any(|word| known.contains(&word.as_str()));
    match (has(&READ), has(&WRITE)) {
        (_, true) => Some(Access::Write),
        (true, false) => Some(Access::Read),
        (false, false) if has(&PERHAPS_WRITE) => Some(Access::Write),
        (false, false) => has(&PERHAPS_READ).then_some(Access::Read),
    }
}

/// The words of a text in lower case. `readAll` has two.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut was_lower = false;
    for letter in text.chars() {
        if letter.is_uppercase() && was_lower {
            spaced.push(' ');
        }
        was_lower = letter.is_lowercase();
        spaced.extend(letter.to_lowercase());
    }
    let words: Vec<String> =
        spaced.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Option<Access>, ids: &[&str]) {
        for id in ids {
            assert_eq!(access(&Scope { id: (*id).into(), name: (*id).into() }), expected, "{id}");
        }
    }

    #[test]
    fn what_the_words_of_systems_say() {
        check(
            Some(Access::Read),
            &["Logs: read", "read_api", "read:admin", "TASKS_VIEW_ALL", "repo.readonly", "issues:get"],
        );
        check(Some(Access::Write), &["Builds: write", "write_repository", "create_runner", "self_rotate", "sudo"]);
        check(Some(Access::Write), &["read_write", "View and edit", "tokensReadWrite", "admin_mode", "push", "owner"]);
        check(None, &["api", "SCAN_WITH_EXTENDED_SETTINGS", "k8s_proxy", "all", "*", "", "Проекты"]);
    }

    #[test]
    fn names_of_things_are_not_what_is_done_to_them() {
        check(Some(Access::Read), &["Deploy keys: read", "administration:read", "read:admin"]);
        check(None, &["Updates", "Readers", "Address book", "Settings", "Bread"]);
    }

    #[test]
    fn the_name_may_say_what_the_id_does_not() {
        let scope = Scope { id: "scope-2".into(), name: "Plant B: manage".into() };
        assert_eq!(access(&scope), Some(Access::Write));
    }
}
