//! What the page tells in passing, and how long. Pure.

use reactive_graph::prelude::*;

use super::notices::Notice;
use super::state::{ConnectionState, Workspace};
use super::told::{Copied, Told};
use crate::runtime::Guard;
use crate::token::TokenRef;
use crate::words::Words;

impl Workspace {
    /// Tells something in passing.
    pub fn tell(self, text: Words) {
        self.show_notice(Notice::new(text));
    }

    /// Shows a notice, in place of the one before. It goes by itself, unless something went wrong.
    pub fn show_notice(self, notice: Notice) {
        if self.is_left() {
            return;
        }
        self.notice.set(Some(notice));
        self.hold_notice(false);
    }

    /// Takes the notice away.
    pub fn dismiss_notice(self) {
        if let Some(inner) = self.inner.try_get_value() {
            inner.notice_timer.take();
            self.notice.set(None);
        }
    }

    /// Keeps the notice as long as the user points at it, or has the focus in it. Let go of, it has all its time again.
    pub fn hold_notice(self, is_held: bool) {
        let Some(inner) = self.inner.try_get_value() else { return };
        let lasts = self.notice.with_untracked(|it| it.as_ref().and_then(Notice::lasts));
        let timer = lasts.filter(|_| !is_held).map(|it| self.later(it, Self::dismiss_notice));
        inner.notice_timer.replace(timer);
    }

    /// Copies a text. That it is copied is heard, and seen where the user asked for it; that it is not is told.
    pub fn copy(self, text: String, what: Copied) {
        let runtime = self.runtime;
        runtime.spawn(Box::pin(async move {
            let is_copied = runtime.copy(text).await;
            if self.is_left() {
                return;
            }
            if is_copied {
                self.copied.update(|it| *it += 1);
                self.heard.set(Some(Told::Copied(what).into()));
            } else {
                self.show_notice(Notice::error(Told::NotCopied(what).into()));
            }
        }));
    }

    /// Calls `run` after so many milliseconds, unless the guard is dropped before.
    pub(super) fn later(self, millis: i32, run: fn(Self)) -> Guard {
        let runtime = self.runtime;
        // The timer must not be dropped while it runs, and `run` may set the next one.
        runtime.after(millis, Box::new(move || runtime.spawn(Box::pin(async move { run(self) }))))
    }
}

impl ConnectionState {
    /// Tells something of a token of this system, with the system's name where there are several. A token that the filters
    /// hide can be shown.
    pub(super) fn tell(&self, text: Words, hidden_token: Option<TokenRef>) {
        let several = self.workspace.has_several.get_untracked();
        let system = several.then(|| self.inner().client.name().to_owned());
        self.workspace.show_notice(Notice { system, hidden_token, ..Notice::new(text) });
    }
}
