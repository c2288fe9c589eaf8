//! What is said of a rotation, in its dialog and in the list.

use std::borrow::Cow;

use super::super::kit::{El, el};
use super::super::notice::quoted;
use crate::messages::rotation::{RotationList, Rotations, end_due};
use crate::platform::{now, with_formats};
use crate::rotation::{Due, Rotation, Stage};

/// Which token replaces which.
pub(super) fn title(rotation: &Rotation) -> El {
    let old = rotation.old.called();
    let text = match rotation.successor() {
        Some(new) if !rotation.is_same_token() && new.name == rotation.old.name => Rotations::SameName { old }.text(),
        Some(new) if !rotation.is_same_token() => Rotations::Replaces { successor: new.called(), old }.text(),
        _ => Rotations::NewSecret { old }.text(),
    };
    el("p.question").children(quoted(&text))
}

/// How it stands, in a few words.
pub(super) fn state(rotation: &Rotation) -> Cow<'static, str> {
    match rotation.stage {
        Stage::Sent | Stage::Lost => RotationList::Sent.text(),
        Stage::Made => RotationList::Shown.text(),
        Stage::Unhanded => RotationList::Unhanded.text(),
        Stage::HandedOver => RotationList::Overlap.text(),
        Stage::Stopped | Stage::Ended => RotationList::Stopped.text(),
    }
}

/// Whether something is not as it should be.
pub(super) fn is_wrong(rotation: &Rotation) -> bool {
    matches!(rotation.stage, Stage::Sent | Stage::Lost | Stage::Unhanded)
}

/// What is due, and since when or from when on.
pub(super) fn due(it: &Due) -> (String, bool) {
    let (what, is_due) = (end_due(it.end), it.at <= now());
    let date = &*with_formats(|formats| formats.date(it.at));
    let text = if is_due { Rotations::Due { what, date }.text() } else { Rotations::Planned { what, date }.text() };
    (text.into_owned(), is_due)
}

/// The same as a paragraph.
pub(super) fn due_line(it: &Due) -> El {
    let (text, is_due) = due(it);
    el(if is_due { "p.warning" } else { "p" }).text(&text)
}
