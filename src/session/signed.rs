//! Requests of a session: adds who asks, and drops what comes after the user has signed out. Pure.

use std::rc::Rc;

use super::{Client, Credentials, ask};
use crate::api::scoped::Details;
use crate::api::{ApiError, NetworkError, Prompt, Request, Response, Transport};
use crate::runtime::{Job, Later};
use crate::token::Target;
use crate::words::Words;

impl Client {
    /// The transport of a job: adds who asks, and asks the user where the system wants to know. It is of the session as it
    /// is now.
    pub fn transport(self: &Rc<Self>, job: &Job) -> Box<dyn Transport> {
        let way: Box<dyn Transport> = match &self.gateway {
            // The gateway signs by itself, and asks the user by itself.
            Some(gateway) => gateway.transport(job),
            None => {
                let network = self.runtime.network(&self.connection, job);
                Box::new(Signed { network, client: self.clone() })
            }
        };
        Box::new(OfSession { way, session: self.session.get(), client: self.clone() })
    }

    /// Everything that the system says of a token, as JSON; what looks like a secret is masked.
    pub async fn details(self: &Rc<Self>, job: &Job, id: &str) -> Result<Details, ApiError> {
        let known = || {
            let credentials = self.credentials.borrow();
            credentials.as_ref().map(|it| self.connection.auth.secrets(&it.headers)).unwrap_or_default()
        };
        self.api.details(&*self.transport(job), id, self.is_behind_gateway(), known).await
    }

    /// What privileges can hold for.
    pub async fn targets(self: &Rc<Self>, job: &Job) -> Result<Vec<Target>, ApiError> {
        self.api.targets(&*self.transport(job)).await
    }
}

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
                reason = if client.accepted.take() { Prompt::SessionEnded.into() } else { Prompt::NotAccepted.into() };
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
