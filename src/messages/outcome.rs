//! What the page says of a write: as much as its answer proves, and no more. Pure.

use super::{Explanation, list_of};
use crate::actions::proof::{Difference, Fact, What};
use crate::capabilities::{Action, Field};

/// Said in a dialog that the user wants to leave while it sends something.
pub const SENDING: &str = "It is being sent, and the system may do it all the same. If you leave, the page goes on watching and says what came of it.";

/// Said when the user signs out while something is being sent.
pub const STILL_SENDING: &str = "A change is still being sent. Wait for its answer, or sign out once more to leave it: the system may do it all the same.";

/// What has been done to a token: `“ci” was created.`
pub fn done(action: Action, called: &str) -> String {
    match action {
        Action::Rotate => format!("“{called}” has a new secret."),
        action => format!("“{called}” was {}.", done_word(action)),
    }
}

fn done_word(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Edit => "saved",
        Action::Revoke => "revoked",
        Action::Rotate => "given a new secret",
        Action::Delete => "deleted",
    }
}

/// Said while it is not known yet whether a write is done.
pub fn pending(action: Action, called: &str) -> String {
    format!(
        "The system accepted the request, but does not show yet that “{called}” was {}. It is being checked…",
        done_word(action)
    )
}

/// Said where it was not to be found out whether a write is done.
pub fn unseen(action: Action, called: &str) -> String {
    format!(
        "The system accepted the request, but does not show that “{called}” was {}. Refresh the list later.",
        done_word(action)
    )
}

/// Said where a write that left its dialog has failed.
pub fn failed(action: Action, called: &str, Explanation { what, next, .. }: &Explanation) -> String {
    let doing = match action {
        Action::Create => "Creating",
        Action::Edit => "Saving",
        Action::Revoke => "Revoking",
        Action::Rotate => "Rotating",
        Action::Delete => "Deleting",
    };
    format!("{doing} “{called}” failed. {what} {next}")
}

/// Said where a token is active after it was revoked.
pub fn still_active(called: &str) -> String {
    format!("The system answered, but “{called}” is still active.")
}

/// Said where the list has a token that the system said it had deleted, or did not know: `was_missing`.
pub fn still_listed(called: &str, was_missing: bool) -> String {
    if was_missing {
        format!(
            "The system answered that “{called}” is not there, and still lists it. It was not deleted; a proxy on the way \
             may decode its ID."
        )
    } else {
        format!("The system said that it deleted “{called}”, and still lists it.")
    }
}

/// Said where a rotation has made another token, and it is not known which.
pub fn unknown_successor(called: &str) -> String {
    format!(
        "“{called}” has a new secret, but the system does not say which token has it now. The list is loaded again: look \
         for a new one there."
    )
}

/// Said where a creation or a rotation is answered with the secret of a token that was there before.
pub fn answered_another(action: Action, called: &str, other: &str) -> String {
    let what = if action == Action::Rotate { "rotation" } else { "creation" };
    format!(
        "The system answered the {what} of “{called}” with another token, “{other}”. The secret may be of either: try it \
         before you rely on it. The list is loaded again."
    )
}

/// Said where the list lacks a token that was just made.
pub fn not_listed_yet(called: &str) -> String {
    format!("“{called}” was created, but the system does not list it yet.")
}

/// Said where a write was done whose answer cannot be read whole.
pub fn unreadable(action: Action, called: &str) -> String {
    format!("{} The answer has something that cannot be read, so the list is loaded again.", done(action, called))
}

/// What tokens are called that came up after a request that made more than one, or whose answer was lost.
pub fn new_tokens(called: &str, ids: &[String], is_rotation: bool) -> String {
    match ids {
        [] if is_rotation => format!(
            "The list shows no new token. “{called}” may have a new secret all the same, which nobody has seen."
        ),
        [] => format!("The list shows no new token named “{called}”."),
        [id] if is_rotation => format!(
            "“{called}” with the ID {id} is new: it was made, and its secret never arrived. Rotate that one, and not the old \
             one again."
        ),
        [id] => format!(
            "“{called}” with the ID {id} is new: it was made, and its secret never arrived. Delete it, or rotate it, before \
             you make another."
        ),
        ids => format!(
            "{} tokens named “{called}” are new, with the IDs {}. The secrets of those that this page did not show were never \
             seen: delete them.",
            ids.len(),
            list_of(ids)
        ),
    }
}

/// Said while the list is read for what a lost answer would have told.
pub const LOOKING: &str = "The list is being read, to see what was made…";

/// Said where the list could not be read for that.
pub const NOT_LOOKED: &str = "The list could not be read either. Look at it before you try again.";

/// What is not as it should be after a write, one sentence each. `label` names a fact, `show` writes it.
pub fn differences(
    all: &[Difference],
    action: Action,
    label: impl Fn(What) -> String,
    show: impl Fn(&Fact) -> String,
) -> String {
    let noun = |what: What| match what {
        What::Field(Field::ValidTo) => "end".to_owned(),
        What::Field(Field::ValidFrom) => "start".to_owned(),
        what => label(what).to_lowercase(),
    };
    let (asked, unasked): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.asked.is_some());
    let mut sentences: Vec<String> = Vec::new();
    for it in asked {
        let (noun, found) = (noun(it.what), show(&it.found));
        let has = if found == NONE { format!("no {noun}") } else { format!("{found} as its {noun}") };
        let asked = it.asked.as_ref().map_or_else(String::new, &show);
        sentences.push(match it.is_kept() {
            true => format!("The system kept {has}."),
            false => format!("The system set {has}; you asked for {asked}."),
        });
    }
    let changed: Vec<String> = unasked
        .iter()
        .map(|it| {
            let before = it.before.as_ref().map_or_else(|| NONE.into(), &show);
            format!("{} {before} → {}", label(it.what), show(&it.found))
        })
        .collect();
    if !changed.is_empty() {
        let doing = if action == Action::Edit { "This edit" } else { "This" };
        sentences.push(format!("{doing} also changed: {}.", changed.join("; ")));
    }
    sentences.join(" ")
}

/// What stands for a fact that is not there.
pub const NONE: &str = "none";

#[cfg(test)]
mod tests {
    use super::*;

    fn said(all: &[Difference]) -> String {
        let label = |what: What| match what {
            What::Field(Field::ValidTo) => "Valid to".to_owned(),
            _ => "Role".to_owned(),
        };
        let show = |it: &Fact| match it {
            Fact::Text(text) => text.clone(),
            Fact::Time(Some(_)) => "1 Mar 2027".to_owned(),
            _ => NONE.to_owned(),
        };
        differences(all, Action::Edit, label, show)
    }

    #[test]
    fn what_a_write_did_otherwise_is_said_as_a_person_would() {
        let end = |before, asked: Option<i64>, found| Difference {
            what: What::Field(Field::ValidTo),
            before: Some(Fact::Time(before)),
            asked: Some(Fact::Time(asked)),
            found: Fact::Time(found),
        };
        let day = Some(1_803_859_200_000);
        assert_eq!(said(&[end(day, None, day)]), "The system kept 1 Mar 2027 as its end.");
        assert_eq!(said(&[end(None, day, None)]), "The system kept no end.");
        assert_eq!(said(&[end(Some(0), day, None)]), "The system set no end; you asked for 1 Mar 2027.");
        let role = Difference {
            what: What::Extra(0),
            before: Some(Fact::Text("viewer".into())),
            asked: None,
            found: Fact::Text("administrator".into()),
        };
        assert_eq!(said(&[role]), "This edit also changed: Role viewer → administrator.");
        assert_eq!(said(&[]), "");
    }

    #[test]
    fn what_came_up_is_named() {
        let ids = |n: usize| (0..n).map(|it| it.to_string()).collect::<Vec<_>>();
        assert!(
            new_tokens("cutme", &ids(2), false).starts_with("2 tokens named “cutme” are new, with the IDs 0 and 1.")
        );
        assert!(new_tokens("ci", &ids(1), true).contains("Rotate that one"));
        assert!(new_tokens("ci", &ids(0), true).contains("may have a new secret"));
    }
}
