//! The adapters of other systems, in this page: opening a connection to one, and what it needs of the page.

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

use web_sys::AbortSignal;

use super::fetch::{Fetch, signal_of};
use super::zones::zone_offset;
use super::{cookies, is_own_origin, now, random_hex, read_address};
use crate::adapters::{Gateway, Host};
use crate::api::{ApiError, Method, NetworkError, Request, Response, Transport};
use crate::capabilities::Capabilities;
use crate::config::{ConfigError, Connection, Mistake};
use crate::json::{Read, Writer};
use crate::parts::part;
use crate::runtime::{Job, Later};
use crate::session::way::{AskToSignIn, OpenError, Way};
use crate::time::Millis;
use crate::words::Words;

/// Has the adapter come, and the description where a file holds it, and opens a connection. Nothing is sent to its system
/// yet.
pub async fn open(connection: &Connection) -> Result<Rc<dyn Way>, OpenError> {
    let opening = match &connection.description {
        Some(_) => open_described(connection.clone()).await,
        None => open_vendor(connection.clone()).await,
    };
    match opening {
        Ok(opening) => opening.await,
        Err(missing) => Err(NetworkError::from(missing).into()),
    }
}

type Opening = Later<'static, Result<Rc<dyn Way>, OpenError>>;

part!(vendors; fn open_vendor(connection: Connection) -> Opening {
    Box::pin(ready(through(connection, Gateway::of_vendor)))
});

part!(rest; fn open_described(connection: Connection) -> Opening {
    Box::pin(async move {
        let file = match connection.file() {
            Some(file) => Some(read_file(file, connection.timeout).await?),
            None => None,
        };
        through(connection, |it, base, is_foreign| Gateway::described(it, base, is_foreign, file.as_deref()))
    })
});

fn through(
    connection: Connection,
    open: impl FnOnce(&Connection, &str, bool) -> Result<Option<Gateway>, Vec<ConfigError>>,
) -> Result<Rc<dyn Way>, OpenError> {
    let base = read_address(&connection.base).ok_or(NetworkError::Unreachable)?;
    let gateway = open(&connection, &base.href(), !is_own_origin(&base)).map_err(OpenError::Mistakes)?;
    let gateway = gateway.ok_or(NetworkError::NotLoaded)?;
    let mistakes = gateway.mistakes(&|zone| zone_offset(zone, now()).is_some());
    if !mistakes.is_empty() {
        return Err(OpenError::Mistakes(mistakes));
    }
    let page = Page { connection, base: base.href(), ask: RefCell::default() };
    Ok(Rc::new(Through(Rc::new((gateway, page)))))
}

/// The way through an adapter.
struct Through(Rc<(Gateway, Page)>);

impl Way for Through {
    fn system(&self) -> Capabilities {
        self.0.0.system()
    }

    fn ask_with(&self, ask: Box<AskToSignIn>) {
        self.0.1.ask.replace(Some(ask));
    }

    fn sign_in<'a>(&'a self, typed: &'a [(String, String)]) -> Later<'a, Result<String, ApiError>> {
        Box::pin(async move {
            let body = typed.iter().fold(Writer::default(), |body, (key, value)| body.text(key, Some(value)));
            let request = Request::new(Method::Post, "session".into()).json(body.done());
            let job = Job::new();
            let answer = self.transport(&job).send(request).await?.success()?;
            let who = answer.read()?;
            Ok(who.text_of("name").unwrap_or_default().to_owned())
        })
    }

    fn transport(&self, job: &Job) -> Box<dyn Transport> {
        Box::new(OfJob { through: self.0.clone(), signal: signal_of(job) })
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
    connection: Connection,
    /// Absolute.
    base: String,
    ask: RefCell<Option<Box<AskToSignIn>>>,
}

/// The way for a job, which is called off by its signal.
struct OfJob {
    through: Rc<(Gateway, Page)>,
    signal: AbortSignal,
}

impl Transport for OfJob {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let asked_at = now();
            let answer = self.through.0.send(self, request).await?;
            Ok(Response { asked_at, ..answer })
        })
    }
}

impl Host for OfJob {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        let Page { connection, base, .. } = &self.through.1;
        Box::pin(async move { Fetch::to(connection, base, self.signal.clone()).send(request).await })
    }

    fn sign_in(&self, reason: Words) -> Later<'_, bool> {
        let asked = self.through.1.ask.borrow().as_ref().map(|ask| ask(reason));
        asked.unwrap_or_else(|| Box::pin(ready(false)))
    }

    fn now(&self) -> Millis {
        now()
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
