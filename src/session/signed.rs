//! Requests of a session: adds who asks, and drops what comes after the user has signed out. Pure.

use std::rc::Rc;

use super::{Client, Credentials, Prompt, ask};
use crate::api::{NetworkError, Request, Response, Transport};
use crate::runtime::Later;
use crate::words::Words;

/// Adds who asks to every request. Where the system wants to know, the user is asked and the request sent again, so
/// that the work it belongs to goes on where it was: a 401 means that nothing was done.
pub(super) struct Signed {
    pub(super) network: Box<dyn Transport>,
    pub(super) client: Rc<Client>,
}

impl Transport for Signed {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let client = &self.client;
            let can_sign_in = client.system.sign_in.is_some();
            let mut reason = Words::default();
            loop {
                let is_unknown = client.credentials.borrow().is_none();
                if is_unknown && can_sign_in && !ask(&client.ask, &client.signed_in, std::mem::take(&mut reason)).await
                {
                    return Ok(Response { status: 401, ..Response::default() });
                }
                let sent_with = client.credentials.borrow().clone();
                let auth = &client.connection.auth;
                let headers = sent_with.as_ref().map_or(&[][..], |it| &it.headers);
                let answer = self.network.send(auth.sign(request.clone(), headers)).await?;
                let answer = match &sent_with {
                    Some(credentials) => (credentials.mask)(auth, headers, answer),
                    None => answer,
                };
                if answer.status != 401 || !can_sign_in {
                    client.let_in();
                    return Ok(answer);
                }
                // The user may have signed in again while this request was under way.
                let address = |it: &Option<Rc<Credentials>>| it.as_ref().map(Rc::as_ptr);
                if address(&client.credentials.borrow()) == address(&sent_with) {
                    client.credentials.replace(None);
                }
                reason = if client.accepted.take() {
                    Prompt::SessionEnded.into()
                } else {
                    Prompt::NotAccepted.into()
                };
            }
        })
    }
}

/// The way to a system in one session: an answer that comes after the user has signed out is dropped.
pub(super) struct OfSession {
    pub(super) way: Box<dyn Transport>,
    pub(super) client: Rc<Client>,
    /// The session as it was when the way was taken.
    pub(super) session: u32,
}

impl Transport for OfSession {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let answer = self.way.send(request).await;
            if self.client.session.get() == self.session { answer } else { Err(NetworkError::Cancelled) }
        })
    }
}
