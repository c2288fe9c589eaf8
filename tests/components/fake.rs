//! A Scoped Token API in memory, on the other end of the page's transport.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};
use tokendeck::api::{Later, Method, NetworkError, Request, Response, Transport};
use tokendeck::config::Connection;
use tokendeck::platform::runtime::BROWSER;
use tokendeck::record::{Records, Trouble};
use tokendeck::runtime::{Guard, Job, Refused, Runtime};
use tokendeck::store::Store;
use tokendeck::time::{Millis, Zone};

/// Where it is said to be. Nothing is sent there.
pub(crate) const BASE: &str = "https://system.example/api/v1";

/// What stands in place of the answer to a write.
pub(crate) type Planned = Result<Response, NetworkError>;

/// The system: what it holds, and what it was asked.
#[derive(Default)]
pub(crate) struct System {
    tokens: RefCell<Vec<Value>>,
    /// The credentials that it wants, if any: the whole `Authorization`.
    wanted: Option<&'static str>,
    /// What it answers to the next writes in place of carrying them out.
    planned: RefCell<Vec<Planned>>,
    /// Why nothing reaches it, if so.
    fault: RefCell<Option<NetworkError>>,
    /// The secret that comes with a new token. The Scoped Token API has none, so such a system is reached by a description.
    secret: Option<&'static str>,
    /// Every request, as `METHOD path`.
    asked: RefCell<Vec<String>>,
}

impl System {
    /// A system with tokens of these names, oldest first.
    pub(crate) fn with(names: &[&str]) -> Self {
        let tokens = names.iter().enumerate().map(|(number, name)| token(number, name)).collect();
        Self { tokens: RefCell::new(tokens), ..Self::default() }
    }

    /// The same, and it wants these credentials.
    pub(crate) fn wants(self, credentials: &'static str) -> Self {
        Self { wanted: Some(credentials), ..self }
    }

    /// The same, and a new token has this secret.
    pub(crate) fn with_secret(self, secret: &'static str) -> Self {
        Self { secret: Some(secret), ..self }
    }

    /// From now on nothing reaches it, or everything again.
    pub(crate) fn fail(&self, fault: Option<NetworkError>) {
        self.fault.replace(fault);
    }

    /// The next write is answered so and not carried out.
    pub(crate) fn plan(&self, planned: Planned) {
        self.planned.borrow_mut().push(planned);
    }

    /// What it was asked, as `METHOD path`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }

    /// How often it was asked this.
    pub(crate) fn count(&self, asked: &str) -> usize {
        self.asked.borrow().iter().filter(|it| *it == asked).count()
    }

    fn answer(&self, request: &Request) -> Planned {
        let address = request.url.strip_prefix(BASE).expect("it is asked within its base");
        let path = address.split('?').next().unwrap_or_default();
        self.asked.borrow_mut().push(format!("{} {path}", request.method.as_str()));
        if let Some(fault) = &*self.fault.borrow() {
            return Err(fault.clone());
        }
        let shown = request.headers.iter().find(|it| it.0 == "Authorization").map(|it| it.1.as_str());
        if self.wanted.is_some_and(|it| shown != Some(it)) {
            return Ok(problem(401, "Who asks?"));
        }
        if request.is_write() && !self.planned.borrow().is_empty() {
            return self.planned.borrow_mut().remove(0);
        }
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let mut tokens = self.tokens.borrow_mut();
        let place = parts.get(1).and_then(|id| tokens.iter().position(|it| it["id"] == *id));
        Ok(match (request.method, parts.as_slice(), place) {
            (Method::Get, ["scopes"], _) => {
                answer(200, &json!([{ "id": "read", "name": "Read" }, { "id": "write", "name": "Write" }]))
            }
            (Method::Get, ["tokens"], _) => {
                answer(200, &json!({ "entries": *tokens, "next": null, "total": tokens.len() }))
            }
            (Method::Post, ["tokens"], _) => {
                let mut made = token(tokens.len(), "");
                let body: Value =
                    request.body.as_deref().and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
                for (name, value) in body.as_object().into_iter().flatten() {
                    made[name] = value.clone();
                }
                tokens.push(made.clone());
                if let Some(secret) = self.secret {
                    made["secret"] = secret.into();
                }
                answer(201, &made)
            }
            (Method::Get, [_, _], Some(place)) => answer(200, &tokens[place]),
            (Method::Post, [_, _, "revoke"], Some(place)) => {
                let token = &mut tokens[place];
                let at = json!("2024-01-01T00:00:00Z");
                (token["is_active"], token["valid_to"], token["revoked_at"]) = (json!(false), at.clone(), at);
                answer(200, token)
            }
            (Method::Delete, [_, _], Some(place)) => {
                tokens.remove(place);
                Response { status: 204, ..Response::default() }
            }
            _ => problem(404, "There is nothing here."),
        })
    }
}

fn token(number: usize, name: &str) -> Value {
    json!({
        "id": format!("10000000-0000-4000-8000-{number:012}"),
        "guid": format!("20000000-0000-4000-8000-{number:012}"),
        "name": name,
        "description": null,
        "scopes": ["read"],
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "created_at": format!("2023-10-01T14:46:{number:02}Z"),
        "created_by": "ann@example.com",
        "last_used_at": null,
        "revoked_at": null,
    })
}

fn answer(status: u16, body: &Value) -> Response {
    let content_type = "application/json".to_owned();
    Response {
        status,
        content_type,
        etag: Some("\"1\"".into()),
        body: body.to_string().into_bytes(),
        ..Response::default()
    }
}

/// A refusal with these words.
pub(crate) fn problem(status: u16, detail: &str) -> Response {
    let body = json!({ "status": status, "title": "Refused", "detail": detail });
    Response { content_type: "application/problem+json".into(), ..answer(status, &body) }
}

/// The wire to it.
struct Wire(Rc<System>);

impl Transport for Wire {
    fn send(&self, request: Request) -> Later<'_, Planned> {
        Box::pin(async move { self.0.answer(&request) })
    }
}

thread_local! {
    static THERE: RefCell<Rc<System>> = RefCell::default();
}

/// Puts a system behind [`FAKE`].
pub(crate) fn put(system: Rc<System>) {
    THERE.set(system);
}

/// The browser, but for the network: that leads to the system that was put there last.
pub(crate) static FAKE: Fake = Fake;

/// See [`FAKE`].
pub(crate) struct Fake;

impl Runtime for Fake {
    fn network(&self, _: &Connection, _: &Job) -> Box<dyn Transport> {
        Box::new(Wire(THERE.with_borrow(Rc::clone)))
    }

    fn now(&self) -> Millis {
        BROWSER.now()
    }

    fn zone(&self) -> &dyn Zone {
        BROWSER.zone()
    }

    fn date_time(&self, at: Millis) -> String {
        BROWSER.date_time(at)
    }

    fn spawn(&self, task: Later<'static, ()>) {
        BROWSER.spawn(task);
    }

    fn sleep(&self, millis: i32) -> Later<'static, ()> {
        BROWSER.sleep(millis)
    }

    fn soon(&self) -> Later<'static, ()> {
        BROWSER.soon()
    }

    fn painted(&self) -> Later<'static, ()> {
        BROWSER.painted()
    }

    fn after(&self, millis: i32, run: Box<dyn FnOnce()>) -> Guard {
        BROWSER.after(millis, run)
    }

    fn address_params(&self) -> Vec<(String, String)> {
        BROWSER.address_params()
    }

    fn set_address_params(&self, params: &[(&str, String)], new_step: bool) {
        BROWSER.set_address_params(params, new_step);
    }

    fn stored(&self, key: &str) -> Result<Option<String>, Refused> {
        BROWSER.stored(key)
    }

    fn store(&self, key: &str, text: &str) -> Result<(), Refused> {
        BROWSER.store(key, text)
    }

    fn copy(&self, text: String) -> Later<'static, bool> {
        BROWSER.copy(text)
    }

    fn read_odd(&self, store: Rc<RefCell<Store>>) -> Later<'static, bool> {
        BROWSER.read_odd(store)
    }

    fn records(&self) -> Later<'static, Result<Rc<dyn Records>, Trouble>> {
        BROWSER.records()
    }

    fn hold_page(&self) -> Guard {
        BROWSER.hold_page()
    }
}
