//! The module with the adapters of other systems (`src/bin/gateway.rs`): loading it, and speaking with it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AbortSignal;

use super::fetch::{Fetch, signal_of};
use super::{cookies, is_own_origin, now, random_hex, read_address};
use crate::api::{ApiError, Method, NetworkError, Request, Response, Transport, outcome_from_json, outcome_to_json};
use crate::capabilities::Capabilities;
use crate::config::{ConfigError, Connection, Dialect, mistakes_from_json};
use crate::json::{self, Read, Writer};
use crate::runtime::{Job, Later};
use crate::session::way::{AskToSignIn, OpenError, Way};

#[wasm_bindgen]
extern "C" {
    /// Loads the module; `start.js` knows where it is.
    #[wasm_bindgen(js_name = tokendeckGateway, catch)]
    async fn load_module() -> Result<JsValue, JsValue>;

    type Module;
    #[wasm_bindgen(method, getter, js_name = Border)]
    fn border(this: &Module) -> BorderClass;

    type BorderClass;
    #[wasm_bindgen(method, catch)]
    fn open(
        this: &BorderClass,
        settings: &str,
        base: &str,
        is_foreign: bool,
        description: Option<String>,
        page: &JsValue,
    ) -> Result<Option<Border>, JsValue>;

    type Border;
    #[wasm_bindgen(method)]
    fn system(this: &Border) -> Option<String>;
    #[wasm_bindgen(method)]
    fn send(this: &Border, request: &str, job: &JsValue) -> Promise;
}

/// A connection that speaks another dialect than the Scoped Token API's, behind that one's form. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    border: Rc<Border>,
    system: Rc<Capabilities>,
    ask: Rc<RefCell<Option<Box<AskToSignIn>>>>,
}

impl Gateway {
    /// Loads the adapters, and the description where a file holds it, and opens a connection. Nothing is sent to its
    /// system yet.
    pub async fn open(connection: &Connection) -> Result<Gateway, OpenError> {
        let description = match &connection.dialect {
            Dialect::Rest(Some(file)) => Some(read_file(file, connection.timeout).await?),
            _ => None,
        };
        let module: Module = load_module().await.map_err(|_| NetworkError::NotLoaded)?.unchecked_into();
        let base = read_address(&connection.base).ok_or(NetworkError::Unreachable)?;
        let is_foreign = !is_own_origin(&base);
        let ask = Rc::new(RefCell::new(None));
        let page = page(ask.clone(), connection.clone(), base.href());
        let border = module.border().open(&connection.settings, &base.href(), is_foreign, description, &page);
        let border = border.map_err(|thrown| {
            let mistakes = thrown.as_string().and_then(|it| mistakes_from_json(&it));
            mistakes.map_or(OpenError::NetworkError(NetworkError::NotLoaded), OpenError::Mistakes)
        })?;
        // What does not say what the system is like is no module of this version of the page.
        let border = border.ok_or(NetworkError::NotLoaded)?;
        let system = border.system().and_then(|it| Capabilities::read(&json::read(it.as_bytes()).ok()?));
        Ok(Gateway { border: Rc::new(border), system: Rc::new(system.ok_or(NetworkError::NotLoaded)?), ask })
    }
}

impl Way for Gateway {
    fn system(&self) -> Capabilities {
        (*self.system).clone()
    }

    fn ask_with(&self, ask: Box<AskToSignIn>) {
        self.ask.replace(Some(ask));
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
        Box::new(Through { border: self.border.clone(), signal: signal_of(job) })
    }
}

/// Reads a file beside the page.
pub async fn read_file(address: &str, timeout: u32) -> Result<String, OpenError> {
    let job = Job::new();
    let answer = Fetch::files(&job, timeout).send(Request::new(Method::Get, address.into())).await?;
    match answer.status {
        200 => Ok(String::from_utf8_lossy(&answer.body).into_owned()),
        status => {
            let text = format!("cannot be read: the server answered {status}");
            Err(OpenError::Mistakes(vec![ConfigError { pointer: address.into(), text }]))
        }
    }
}

struct Through {
    border: Rc<Border>,
    signal: AbortSignal,
}

impl Transport for Through {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            let asked_at = now();
            let promise = self.border.send(&request.to_json(), &self.signal);
            let outcome = JsFuture::from(promise).await.ok().and_then(|it| it.as_string());
            let answer = outcome_from_json(&outcome.ok_or(NetworkError::Interrupted)?)?;
            Ok(Response { asked_at, ..answer })
        })
    }
}

/// What the module needs of the page (`Page` in `src/bin/gateway.rs`).
fn page(ask: Rc<RefCell<Option<Box<AskToSignIn>>>>, connection: Connection, base: String) -> JsValue {
    let send = Closure::<dyn Fn(String, AbortSignal) -> Promise>::new(move |request: String, signal| {
        let network = Fetch::to(&connection, &base, signal);
        future_to_promise(async move {
            let outcome = match Request::from_json(&request) {
                Some(request) => network.send(request).await,
                None => Err(NetworkError::Interrupted),
            };
            Ok(outcome_to_json(&outcome).into())
        })
    });
    let sign_in = Closure::<dyn Fn(String) -> Promise>::new(move |reason| {
        let asked = ask.borrow().as_ref().map(|ask| ask(reason));
        future_to_promise(async move {
            let signed_in = match asked {
                Some(asked) => asked.await,
                None => false,
            };
            Ok(signed_in.into())
        })
    });
    let members = [
        ("send", send.into_js_value()),
        ("signIn", sign_in.into_js_value()),
        ("now", Closure::<dyn Fn() -> f64>::new(|| now() as f64).into_js_value()),
        ("random", Closure::<dyn Fn() -> String>::new(random_hex).into_js_value()),
        ("cookies", Closure::<dyn Fn() -> String>::new(cookies).into_js_value()),
    ];
    let page = Object::new();
    for (name, member) in &members {
        let _ = Reflect::set(&page, &(*name).into(), member);
    }
    page.into()
}
