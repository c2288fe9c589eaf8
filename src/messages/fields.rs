//! What is wrong with a field of a form. Pure.

use super::numbers::{Count, Number, Unit};
use super::texts::texts;
use crate::capabilities::{Field, MAX_LIST};
use crate::draft::Problem;

texts! {
    /// What is wrong with a field.
    pub enum Wrong<'a> {
        ChooseOneOf { label: &'a str } => "Choose at least one of “{label}”.",
        ChooseOne { one: &'a str } => "Choose at least {one}.",
        FillIn { label: &'a str } => "Fill in “{label}”.",
        Enter { one: &'a str } => "Enter {one}.",
        Undated { label: &'a str } => "Choose a date for {label}.",
        NotADate { label: &'a str } => "Enter the whole date and time of {label}.",
        StartPast { label: &'a str } => "{label} must be in the future. Leave it empty to start now.",
        Past { label: &'a str } => "{label} must be in the future.",
        Skipped { label: &'a str } => "The clocks skip the time of {label}: they go forward over it. Choose another time.",
        Twice { label: &'a str } => "The clocks show the time of {label} twice: they go back over it. Choose which one you mean.",
        EndBeforeStart { label: &'a str, start: &'a str } => "{label} must be after {start}.",
        TooFar { label: &'a str, days: Count } => "{label} can be {days} from now at most.",
        TooLong { label: &'a str, most: Number, n: Number } => "{label} can have {most} characters at most. It has {n}.",
        Rule { label: &'a str } => "{label} does not follow the rule.",
        TooMany { label: &'a str, most: usize } => "{label} can have {most} entries at most.",
        NoRole => "Choose what the privilege allows.",
        NoTarget => "Choose where the privilege holds.",
        Doubled => "The same privilege is there twice. Remove one.",
        NotANumber { label: &'a str } => "{label} must be a number.",
        NotAnAddress { label: &'a str } => "{label} can only be IP addresses such as 192.0.2.7 and networks such as 192.0.2.0/24.",
        UnfitForHeader { label: &'a str } => "{label} has characters that cannot be sent in a header; one that is not seen may have come with it. Copy it again.",
    }
}

/// What is wrong with a field, as a sentence. `label` is what the system calls a field; `one` is how a sentence asks for
/// one ([`Key::one`](crate::words::Key::one)).
pub fn problem(field: Field, label: impl Fn(Field) -> String, one: &str, problem: Problem) -> String {
    let start = || label(Field::ValidFrom);
    let label = &*label(field);
    let wrong = match problem {
        Problem::Missing => match (field, one) {
            (Field::Scopes | Field::Privileges, "") => Wrong::ChooseOneOf { label },
            (Field::Scopes | Field::Privileges, one) => Wrong::ChooseOne { one },
            (_, "") => Wrong::FillIn { label },
            (_, one) => Wrong::Enter { one },
        },
        Problem::Undated => Wrong::Undated { label },
        Problem::NotADate => Wrong::NotADate { label },
        Problem::Past if field == Field::ValidFrom => Wrong::StartPast { label },
        Problem::Past => Wrong::Past { label },
        Problem::Skipped => Wrong::Skipped { label },
        Problem::Twice(..) => Wrong::Twice { label },
        Problem::EndBeforeStart => return Wrong::EndBeforeStart { label, start: &start() }.text().into(),
        Problem::TooFar(days) => Wrong::TooFar { label, days: Count(days as usize, Unit::Day) },
        Problem::TooLong(n, most) => Wrong::TooLong { label, most: Number(most), n: Number(n) },
        Problem::Rule => Wrong::Rule { label },
        Problem::TooMany => Wrong::TooMany { label, most: MAX_LIST },
        Problem::NoRole => Wrong::NoRole,
        Problem::NoTarget => Wrong::NoTarget,
        Problem::Doubled => Wrong::Doubled,
        Problem::NotANumber => Wrong::NotANumber { label },
        Problem::NotAnAddress => Wrong::NotAnAddress { label },
    };
    wrong.text().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_asked_for_in_every_systems_words() {
        let ask = |field, label: &'static str, one| super::problem(field, |_| label.into(), one, Problem::Missing);
        assert_eq!(ask(Field::Name, "Name", "a name"), "Enter a name.");
        assert_eq!(ask(Field::Scopes, "Scopes", "one scope"), "Choose at least one scope.");
        let say = |field, label: &'static str, problem: Problem| super::problem(field, |_| label.into(), "", problem);
        assert_eq!(say(Field::Scopes, "Access", Problem::Missing), "Choose at least one of “Access”.");
        assert_eq!(say(Field::Input(0), "Your password", Problem::Missing), "Fill in “Your password”.");
        assert_eq!(say(Field::Input(0), "Networks", Problem::Missing), "Fill in “Networks”.");
        assert!(say(Field::ValidFrom, "Start", Problem::Past).ends_with(" Leave it empty to start now."));
        let label = |it| if it == Field::ValidFrom { "Start".to_owned() } else { "End".to_owned() };
        assert_eq!(super::problem(Field::ValidTo, label, "", Problem::EndBeforeStart), "End must be after Start.");
    }
}
