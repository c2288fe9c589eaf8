//! Taking a run back, and trying again what failed: the steps that do so. Pure.

use super::Aim;
use super::step::Step;
use crate::record::{self, Facts, Known, StepOutcome};
use crate::time::Millis;

/// A step for the same token that does this.
fn again(step: &Step, aim: Aim, until: Option<Millis>, before: Facts, looks_first: bool, now: Millis) -> Step {
    let kept = record::Step {
        action: aim.deed(),
        until,
        before,
        after: Facts::default(),
        outcome: StepOutcome::Open,
        words: String::new(),
        at: now,
        ..step.kept.clone()
    };
    let mut again = Step::new(step.lane, step.token.clone(), aim, kept, looks_first);
    again.comes_last = step.comes_last && aim.stops();
    again
}

/// The steps that take a run back, for what it has done or may have done. Of what it may have done the token is read first.
/// Nothing where it cannot be taken back.
pub fn undo<'a>(steps: impl IntoIterator<Item = &'a Step>, now: Millis) -> Vec<Step> {
    let back = |step: &Step| {
        let is_done = match step.outcome() {
            StepOutcome::Done => true,
            StepOutcome::Unknown | StepOutcome::Accepted => false,
            _ => return None,
        };
        let aim = step.aim.undone_by()?;
        let until = match (aim, &step.kept.before.valid_to) {
            (Aim::Extend, Known::Is(end)) => *end,
            // What the end was is not known.
            (Aim::Extend, _) => return None,
            _ => None,
        };
        Some(again(step, aim, until, step.kept.after.clone(), !is_done, now))
    };
    steps.into_iter().filter_map(back).collect()
}

/// The steps that try again what failed, and what may have been done: that is read first.
pub fn failed_again<'a>(steps: impl IntoIterator<Item = &'a Step>, now: Millis) -> Vec<Step> {
    let retry = |it: &Step| {
        let looks_first = match it.outcome() {
            StepOutcome::Failed => false,
            StepOutcome::Unknown | StepOutcome::Accepted => true,
            _ => return None,
        };
        Some(again(it, it.aim, it.kept.until, it.kept.before.clone(), looks_first, now))
    };
    steps.into_iter().filter_map(retry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::NamedToken;
    use crate::record::Deed;
    use crate::token::TokenRef;

    const NOW: Millis = 1_800_000_000_000;

    fn step(id: &str, aim: Aim, outcome: StepOutcome, end: Known<Option<Millis>>) -> Step {
        let token = NamedToken { token: TokenRef { slot: 0, id: id.into() }, name: id.into() };
        let kept = record::Step {
            connection: "A".into(),
            system: "A".into(),
            id: id.into(),
            name: id.into(),
            action: aim.deed(),
            until: Some(NOW),
            before: Facts { valid_to: end, ..Facts::default() },
            after: Facts::default(),
            outcome,
            words: String::new(),
            at: NOW,
        };
        Step::new(0, token, aim, kept, false)
    }

    #[test]
    fn what_was_switched_off_is_switched_on_again() {
        let all = StepOutcome::ALL.map(|it| step(it.code(), Aim::Disable, it, Known::NotRead));
        let back: Vec<_> = undo(&all, NOW).into_iter().map(|it| (it.token.name, it.aim, it.looks_first)).collect();
        let expected = [("done", false), ("accepted", true), ("unknown", true)];
        assert_eq!(back, expected.map(|(name, looks)| (name.to_owned(), Aim::Enable, looks)));
    }

    #[test]
    fn an_end_is_put_back_as_it_was() {
        let ends = [Known::Is(Some(5)), Known::Is(None), Known::NotRead];
        let all = ends.map(|it| step("1", Aim::Extend, StepOutcome::Done, it));
        let back: Vec<_> = undo(&all, NOW).into_iter().map(|it| (it.kept.action, it.kept.until)).collect();
        assert_eq!(back, [(Deed::Extend, Some(5)), (Deed::Extend, None)]);
    }

    #[test]
    fn what_ends_for_good_is_not_taken_back() {
        for aim in [Aim::Revoke, Aim::Delete] {
            assert!(undo(&[step("1", aim, StepOutcome::Done, Known::NotRead)], NOW).is_empty());
        }
    }

    #[test]
    fn what_failed_is_tried_again_and_what_may_be_done_is_read_first() {
        let all = StepOutcome::ALL.map(|it| step(it.code(), Aim::Revoke, it, Known::NotRead));
        let again: Vec<_> = failed_again(&all, NOW).into_iter().map(|it| (it.token.name, it.looks_first)).collect();
        let expected = [("accepted", true), ("failed", false), ("unknown", true)];
        assert_eq!(again, expected.map(|(name, looks)| (name.to_owned(), looks)));
    }
}
