//! The line of the page that leads to the rotations that are not over. It is there without their code, and names no token.

use leptos::prelude::*;

use super::super::kit::{El, button, el};
use crate::messages::rotation::RotationLine;
use crate::messages::{Count, Unit};
use crate::platform::now;
use crate::rotation::book::{self, Glance};
use crate::workspace::{Dialog, Workspace};

/// The line, while there are some.
pub(in crate::view) fn line(workspace: Workspace) -> impl Fn() -> Option<El> + 'static {
    let glance = Memo::new(move |_| {
        // Whenever something has changed here, may have changed in another tab, and as time goes on.
        book::track();
        workspace.listed.track();
        workspace.dialog.track();
        let glance = Glance::read(workspace.runtime());
        (glance.n_open, glance.due_at.is_some_and(|it| it <= now()))
    });
    move || {
        let (n, is_due) = glance.get();
        if n == 0 {
            return None;
        }
        let n = Count(n, Unit::Rotation);
        let text = if is_due { RotationLine::DueOnes { n } } else { RotationLine::OpenOnes { n } };
        let text = el(if is_due { "span.warning" } else { "span.muted" }).text(&text.text());
        let show = button("button quiet small", &RotationLine::Show.text(), move || {
            workspace.open_dialog(Dialog::Rotations(None))
        });
        Some(el("span.rotations-line").child(text).child(show))
    }
}
