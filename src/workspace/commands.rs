//! Commands that a dialog gives. A command goes on when its dialog is left. Pure.

use std::rc::Rc;

use reactive_graph::prelude::*;

use super::following::{Came, Follow};
use super::report::Report;
pub use super::sending::Sending;
use super::state::ConnectionState;
use super::told::{State, Written};
use crate::actions::check::{Listed, NotAllowed, WhyNot};
use crate::actions::{Command, NamedToken, Outcome, may_be_done, retry_safety, run};
use crate::api::{ApiError, RetrySafety};

impl ConnectionState {
    /// Whether a command may be run at this moment, and why not. Follows the list.
    pub fn check(self, command: &Command) -> Result<(), WhyNot> {
        self.workspace.listed.track();
        self.check_now(command)
    }

    fn check_now(self, command: &Command) -> Result<(), WhyNot> {
        let (system, now) = (self.system(), self.runtime().now());
        self.with_store(|store| {
            let row = store.find(&command.token().token.id);
            command.check(row.map(|row| Listed { store, row }), &system, now)
        })
    }

    /// Runs a command of the dialog that is open, unless one is under way or it may not be run. What comes of it is said in
    /// the dialog where it is an error and as long as that is open, everything else on the page.
    pub fn dispatch(self, command: Command, sending: Sending) {
        self.dispatch_followed(command, sending, None);
    }

    /// [`ConnectionState::dispatch`], where something follows. What that does first is done before the request is sent.
    pub fn dispatch_followed(self, command: Command, sending: Sending, follow: Option<Follow>) {
        if let Err(why) = self.check_now(&command) {
            let not_allowed = NotAllowed { action: command.action(), why };
            return sending.error.set(Some(ApiError::Invalid(not_allowed.into(), Vec::new())));
        }
        if sending.begin() {
            let handed = follow.as_ref().and_then(|it| it.handed.clone());
            let (report, dialog) = (Report::new(self).handing_over(handed), self.workspace.dialog_number());
            self.runtime().spawn(Box::pin(self.carry_out(command, report, sending, dialog, follow)));
        }
    }

    /// `dialog`: the number of the one that gave the command.
    async fn carry_out(
        self,
        command: Command,
        report: Report,
        sending: Sending,
        dialog: Option<u32>,
        follow: Option<Follow>,
    ) {
        let client = report.client();
        let (action, token) = (command.action(), command.token());
        let before = report.ids_named(&token.name);
        let was_there = |id: &str| report.with_store(|it| it.find(id).is_some()).unwrap_or(false);
        let session = client.session();
        let writing = self.inner().writing.clone();
        let came = match follow {
            Some(Follow { first, came, .. }) => {
                // The page is held from here on, not only while the request is under way.
                let _writing = client.begin_write();
                first.await;
                Some(came)
            }
            None => None,
        };
        let tell = |what: Came| came.iter().for_each(|came| came(what.clone()));
        let outcome = run(&command, client, &was_there).await;
        drop(writing);
        // A user who signs out while it is under way has been warned; nothing is told to the next one.
        if client.session() != session {
            return;
        }
        tell(report.came_of(&command, &outcome));
        // Another dialog may be open by now: it is none of this command's business.
        let is_open = sending.busy.try_set(false).is_none() && self.workspace.dialog_number() == dialog;
        let _ = sending.leaving.try_set(false);
        let error = match outcome {
            Outcome::ChangedMeanwhile(theirs) => {
                if is_open {
                    sending.theirs.set(Some(Rc::from(theirs)));
                }
                ApiError::Changed
            }
            Outcome::Refused(error) | Outcome::Unknown(error) => error,
            outcome => {
                if is_open {
                    self.workspace.close_dialog();
                }
                return report.settle(command, outcome, before);
            }
        };
        let is_unknown = may_be_done(&error);
        let retry_safety = retry_safety(client, action);
        if is_open {
            sending.error.set(Some(error));
        } else {
            // Sent again from a new form it is another request.
            let again = if is_unknown { RetrySafety::NotIdempotent } else { RetrySafety::Idempotent };
            report.post(
                Written { action, called: token.called().into(), state: State::Failed(error, again) }.into(),
                true,
            );
        }
        if is_unknown && retry_safety == RetrySafety::NotIdempotent {
            let new = report.look_for_lost(action, &token, &before, sending, is_open).await;
            if let Some(ids) = new {
                tell(Came::Listed(ids.into_iter().map(|id| report.named(id, token.name.clone())).collect()));
            }
        } else if is_unknown && !is_open {
            report.reload().await;
        }
    }

    /// Takes a token out of the list that the system says is not there any more.
    pub fn take_out(self, token: NamedToken) {
        Report::new(self).was_deleted(token, true);
    }

    /// Compares a list that has come with what is said to be gone.
    pub(super) fn compare_with_gone(self) {
        Report::new(self).compare_with_gone();
    }
}
