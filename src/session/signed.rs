//! Requests of a session: adds who asks, and drops what comes after the user has signed out. Pure.

use std::rc::Rc;

use super::{Client, Credentials, ask};
use crate::api::rehearsal::{Rehearsal, Rehearsing};
use crate::api::scoped::Scoped;
use crate::api::tokens::{Details, ListApi, TokenApi};
use crate::api::{ApiError, Later, NetworkError, Prompt, Request, Response, Transport};
use crate::runtime::Job;
use crate::token::Target;
use crate::words::Words;

impl Client {
    /// The API of a system that nothing stands before, for a job of the session as it is now.
    fn direct_api(self: &Rc<Self>, job: &Job) -> Scoped {
        let network = self.runtime.network(&self.connection, job);
        let signed = Signed { network, client: self.clone(), session: self.session.get() };
        Scoped::new(&self.connection.base, Rc::new(signed))
    }

    /// What the table shows of the system, for a job of the session as it is now that is called off with it:
    /// [`Client::reading_job`].
    pub fn lists(self: &Rc<Self>, job: &Job) -> Box<dyn ListApi> {
        match &self.gateway {
            Some(gateway) => gateway.tokens(job),
            None => Box::new(self.direct_api(job)),
        }
    }

    /// Makes calls for a job, in the session as it is now. Nothing comes of them once the user has signed out.
    pub async fn ask<T>(
        self: &Rc<Self>,
        job: &Job,
        calls: impl AsyncFnOnce(&dyn TokenApi) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let api: Box<dyn TokenApi> = match &self.gateway {
            Some(gateway) => gateway.tokens(job),
            None => Box::new(self.direct_api(job)),
        };
        let session = self.session.get();
        let outcome = calls(&*api).await;
        if self.session.get() == session { outcome } else { Err(NetworkError::Cancelled.into()) }
    }

    /// Makes calls that are not carried out: the requests up to the one that would change something, and what in them must
    /// not be shown. The user may be asked to sign in. Fails where it does not come so far.
    pub async fn rehearse<T>(
        self: &Rc<Self>,
        job: &Job,
        calls: impl AsyncFnOnce(&dyn TokenApi) -> Result<T, ApiError>,
    ) -> Result<(Vec<Request>, Vec<String>), ApiError> {
        let rehearsal = Rc::new(Rehearsal::default());
        let api: Box<dyn TokenApi> = match &self.gateway {
            Some(gateway) => gateway.rehearse(job, rehearsal.clone()),
            None => {
                let network = self.runtime.network(&self.connection, job);
                let network = Box::new(Rehearsing { network, rehearsal: rehearsal.clone() });
                let signed = Signed { network, client: self.clone(), session: self.session.get() };
                Box::new(Scoped::new(&self.connection.base, Rc::new(signed)))
            }
        };
        let session = self.session.get();
        let outcome = calls(&*api).await;
        if self.session.get() != session {
            return Err(NetworkError::Cancelled.into());
        }
        match outcome {
            Err(error) if !rehearsal.is_over() => Err(error),
            _ => {
                let (requests, mut secrets) = rehearsal.take();
                secrets.extend(self.secrets());
                Ok((requests, secrets))
            }
        }
    }

    /// What proves who is signed in.
    fn secrets(&self) -> Vec<String> {
        let credentials = self.credentials.borrow();
        let own = credentials.as_ref().map(|it| self.connection.auth.secrets(&it.headers)).unwrap_or_default();
        own.into_iter().chain(self.gateway.iter().flat_map(|it| it.secrets())).collect()
    }

    /// Everything that the system says of a token, as JSON; what looks like a secret is masked.
    pub async fn details(self: &Rc<Self>, job: &Job, id: &str) -> Result<Details, ApiError> {
        let known = || {
            let credentials = self.credentials.borrow();
            credentials.as_ref().map(|it| self.connection.auth.secrets(&it.headers)).unwrap_or_default()
        };
        self.ask(job, async |api| api.details(id, &known).await).await
    }

    /// What privileges can hold for.
    pub async fn targets(self: &Rc<Self>, job: &Job) -> Result<Vec<Target>, ApiError> {
        self.ask(job, async |api| api.targets().await).await
    }
}

/// Adds who asks to every request. Where the system wants to know, the user is asked and the request made again, so that
/// the work it belongs to goes on where it was: a 401 means that nothing was done. An answer that comes after the user has
/// signed out is dropped.
struct Signed {
    network: Box<dyn Transport>,
    client: Rc<Client>,
    /// The session as it was when the job began.
    session: u32,
}

impl Transport for Signed {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(self.send_signed(request))
    }
}

impl Signed {
    async fn send_signed(&self, request: Request) -> Result<Response, NetworkError> {
        let client = &*self.client;
        let is_over = || client.session.get() != self.session;
        let can_sign_in = client.system.sign_in.is_some();
        let auth = &client.connection.auth;
        let mut reason = Words::default();
        // What the system said last to a user it did not let in.
        let mut refusal = Vec::new();
        loop {
            let is_unknown = client.credentials.borrow().is_none();
            if is_unknown && can_sign_in && !ask(&client.ask, &client.signed_in, std::mem::take(&mut reason)).await {
                let refusal = Response { status: 401, body: refusal, ..Response::default() };
                return if is_over() { Err(NetworkError::Cancelled) } else { Ok(refusal) };
            }
            let sent_with = client.credentials.borrow().clone();
            let headers = sent_with.as_ref().map_or(&[][..], |it| &it.headers);
            let answer = self.network.send(auth.sign(&request, headers)).await;
            if is_over() {
                return Err(NetworkError::Cancelled);
            }
            let answer = match &sent_with {
                Some(credentials) => (credentials.mask)(auth, headers, answer?),
                None => answer?,
            };
            if answer.status != 401 || !can_sign_in {
                client.let_in();
                return Ok(answer);
            }
            refusal = answer.body;
            // The user may have signed in again while this request was under way.
            let address = |it: &Option<Rc<Credentials>>| it.as_ref().map(Rc::as_ptr);
            if address(&client.credentials.borrow()) == address(&sent_with) {
                client.credentials.replace(None);
            }
            reason = if client.accepted.take() { Prompt::SessionEnded.into() } else { Prompt::NotAccepted.into() };
        }
    }
}
