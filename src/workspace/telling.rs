//! What the page tells in passing. Pure.

use reactive_graph::prelude::*;

use super::notices::Notice;
use super::state::Workspace;

impl Workspace {
    /// Tells something in passing.
    pub fn tell(self, text: String) {
        self.notice.set(Some(Notice { text, is_error: false, hidden_token: None }));
    }

    /// Copies a text and says so, or says that it could not.
    pub fn copy(self, text: String, what: String) {
        let runtime = self.runtime;
        runtime.spawn(Box::pin(async move {
            let copied = runtime.copy(text).await;
            let text = if copied {
                format!("{what} is on the clipboard.")
            } else {
                format!("The browser did not let the page copy {what}. Select it and copy it by hand.")
            };
            self.notice.set(Some(Notice { text, is_error: !copied, hidden_token: None }));
        }));
    }
}
