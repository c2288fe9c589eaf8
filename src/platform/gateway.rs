//! The adapters of other systems, in this page: opening a connection to one, and what it needs of the page.

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

use super::fetch::Fetch;
use super::zones::zone_offset;
use super::{cookies, is_own_origin, now, random_hex, read_address};
use crate::adapters::{Calls, Gateway, Host};
use crate::api::rehearsal::Rehearsal;
use crate::api::tokens::{TokenApi, Work};
use crate::api::{Later, Method, NetworkError, Request, Response, Transport};
use crate::capabilities::Capabilities;
use crate::config::{ConfigError, Connection, Mistake};
use crate::parts::part;
use crate::runtime::{Job, Runtime};
use crate::session::way::{AskToSignIn, OpenError, Way};
use crate::time::Millis;
use crate::words::Words;

/// Has the adapter come, and the description where a file holds it, and opens a connection. Nothing is sent to its system
/// yet.
pub async fn open(connection: &Connection, runtime: &'static dyn Runtime) -> Result<Rc<dyn Way>, OpenError> {
    let opening = match &connection.description {
        Some(_) => open_described((connection.clone(), runtime)).await,
        None => open_vendor((connection.clone(), runtime)).await,
    };
    match opening {
        Ok(opening) => opening.await,
        Err(missing) => Err(NetworkError::from(missing).into()),
    }
}

type Opening = Later<'static, Result<Rc<dyn Way>, OpenError>>;

part!(vendors; fn open_vendor(place: (Connection, &'static dyn Runtime)) -> Opening {
    Box::pin(ready(through(place, Gateway::of_vendor)))
});

part!(rest; fn open_described(place: (Connection, &'static dyn Runtime)) -> Opening {
    Box::pin(async move {
        let file = match place.0.file() {
            Some(file) => Some(read_file(file, place.0.timeout).await?),
            None => None,
        };
        through(place, |it, base, is_foreign| Gateway::described(it, base, is_foreign, file.as_deref()))
    })
});

fn through(
    (connection, runtime): (Connection, &'static dyn Runtime),
    open: impl FnOnce(&Connection, &str, bool) -> Result<Option<Gateway>, Vec<ConfigError>>,
) -> Result<Rc<dyn Way>, OpenError> {
    let base = read_address(&connection.base).ok_or(NetworkError::Unreachable)?;
    let gateway = open(&connection, &base.href(), !is_own_origin(&base)).map_err(OpenError::Mistakes)?;
    let gateway = Rc::new(gateway.ok_or(NetworkError::NotLoaded)?);
    let mistakes = gateway.mistakes(&|zone| zone_offset(zone, now()).is_some());
    if !mistakes.is_empty() {
        return Err(OpenError::Mistakes(mistakes));
    }
    let connection = Connection { base: base.href(), ..connection };
    Ok(Rc::new(Through { gateway, page: Rc::new(Page { connection, runtime, ask: RefCell::default() }) }))
}

/// The way through an adapter.
struct Through {
    gateway: Rc<Gateway>,
    page: Rc<Page>,
}

impl Through {
    fn host(&self, job: &Job) -> OfJob {
        let network = self.page.runtime.network(&self.page.connection, job);
        OfJob { network, page: self.page.clone(), rehearsal: None }
    }
}

impl Way for Through {
    fn system(&self) -> Capabilities {
        self.gateway.system()
    }

    fn ask_with(&self, ask: Box<AskToSignIn>) {
        self.page.ask.replace(Some(ask));
    }

    fn sign_in<'a>(&'a self, typed: &'a [(String, String)]) -> Work<'a, String> {
        Box::pin(async move {
            let job = Job::new();
            self.gateway.sign_in(&self.host(&job), typed).await
        })
    }

    fn signs_in_with(&self, id: &str) -> bool {
        self.gateway.signs_in_with(id)
    }

    fn sign_out(&self) -> Later<'_, ()> {
        Box::pin(async move {
            let job = Job::new();
            self.gateway.sign_out(&self.host(&job)).await;
        })
    }

    fn tokens(&self, job: &Job) -> Box<dyn TokenApi> {
        Box::new(Calls { gateway: self.gateway.clone(), host: Box::new(self.host(job)) })
    }

    fn rehearse(&self, job: &Job, rehearsal: Rc<Rehearsal>) -> Box<dyn TokenApi> {
        let host = OfJob { rehearsal: Some(rehearsal), ..self.host(job) };
        Box::new(Calls { gateway: self.gateway.clone(), host: Box::new(host) })
    }

    fn secrets(&self) -> Vec<String> {
        self.gateway.secrets()
    }
}

/// Reads a file beside the page.
pub async fn read_file(address: &str, timeout: u32) -> Result<String, OpenError> {
    let job = Job::new();
    let answer = Fetch::files(&job, timeout).send(Request::new(Method::Get, address.into())).await?;
    match answer.status {
        200 => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
        status => Err(OpenError::Mistakes(vec![ConfigError::at(address, Mistake::NotServed(Some(status)))])),
    }
}

/// What an adapter needs of the page, whatever the job.
struct Page {
    /// Its base is absolute.
    connection: Connection,
    runtime: &'static dyn Runtime,
    ask: RefCell<Option<Box<AskToSignIn>>>,
}

/// The page for a job, which calls off what is sent.
struct OfJob {
    page: Rc<Page>,
    network: Box<dyn Transport>,
    /// What holds back changes, where nothing is to be changed.
    rehearsal: Option<Rc<Rehearsal>>,
}

impl Host for OfJob {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        match self.rehearsal.as_ref().map_or(Ok(()), |it| it.reads(&request)) {
            Ok(()) => self.network.send(request),
            Err(fault) => Box::pin(ready(Err(fault))),
        }
    }

    fn change(&self, request: Request, secrets: &[String]) -> Later<'_, Result<Response, NetworkError>> {
        match &self.rehearsal {
            Some(rehearsal) => Box::pin(ready(Err(rehearsal.holds_back(request, secrets)))),
            None => self.network.send(request),
        }
    }

    fn rehearses(&self) -> bool {
        self.rehearsal.is_some()
    }

    fn sign_in(&self, reason: Words) -> Later<'_, bool> {
        let asked = self.page.ask.borrow().as_ref().map(|ask| ask(reason));
        asked.unwrap_or_else(|| Box::pin(ready(false)))
    }

    fn now(&self) -> Millis {
        self.page.runtime.now()
    }

    fn zone_offset(&self, zone: &str, at: Millis) -> Option<Millis> {
        zone_offset(zone, at)
    }

    fn random(&self) -> String {
        random_hex()
    }

    fn cookies(&self) -> String {
        cookies()
    }
}
