//! What the page tells in passing. Pure.

use reactive_graph::prelude::*;

use super::notices::Notice;
use super::state::{ConnectionState, Workspace};
use super::told::{Copied, Told};
use crate::token::TokenRef;
use crate::words::Words;

impl Workspace {
    /// Tells something in passing.
    pub fn tell(self, text: Words) {
        self.notice.set(Some(Notice::new(text)));
    }

    /// Copies a text and says so, or says that it could not.
    pub fn copy(self, text: String, what: Copied) {
        let runtime = self.runtime;
        runtime.spawn(Box::pin(async move {
            let notice = match runtime.copy(text).await {
                true => Notice::new(Told::Copied(what).into()),
                false => Notice::error(Told::NotCopied(what).into()),
            };
            self.notice.set(Some(notice));
        }));
    }
}

impl ConnectionState {
    /// Tells something of a token of this system, with the system's name where there are several. A token that the filters
    /// hide can be shown.
    pub(super) fn tell(&self, text: Words, hidden_token: Option<TokenRef>) {
        let several = self.workspace.has_several.get_untracked();
        let system = several.then(|| self.inner().client.name().to_owned());
        self.workspace.notice.set(Some(Notice { system, hidden_token, ..Notice::new(text) }));
    }
}
