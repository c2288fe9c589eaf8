//! A system under the control of a test: it expects requests one after the other, to the letter, and answers as told.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};

use super::{Calls, DIALECTS, Gateway, Host};
use crate::api::tokens::{Answered, Deletion, ListApi, ListPage, Tagged, TokenApi};
use crate::api::{ApiError, Later, Method, NetworkError, Request, Response, RetrySafety, is_within};
use crate::config::{Config, Connection};
use crate::draft::{Draft, Inputs};
use crate::messages::explain;
use crate::store::Store;
use crate::time::{HOUR, Millis, parse_rfc3339};
use crate::token::Status;
use crate::words::Words;

/// Where the systems of all tests are: behind a proxy, so that nothing gets by with the vendor's own address.
pub(super) const BASE: &str = "https://desk.example/system";

/// What [`Host::random`] gives.
pub(super) const RANDOM: &str = "000102030405060708090a0b0c0d0e0f";

/// A gateway, and everything around it.
pub(super) struct Fake {
    gateway: Gateway,
    script: RefCell<VecDeque<Step>>,
    typed: RefCell<VecDeque<Value>>,
    /// With what reasons the user was asked to sign in.
    pub(super) reasons: RefCell<Vec<Words>>,
    /// What the clock shows.
    pub(super) now: Cell<Millis>,
    /// Cookies that the page can read.
    pub(super) cookies: RefCell<Vec<(&'static str, &'static str)>>,
    /// What was sent.
    pub(super) sent: RefCell<Vec<Request>>,
    /// Whether what changes a token is held back, and the addresses to which it was to be sent.
    pub(super) holds_back: Cell<bool>,
    pub(super) held_back: RefCell<Vec<String>>,
}

/// A request that is expected, what happens while it is under way, and its outcome.
pub(super) struct Step {
    request: Request,
    meanwhile: Option<Meanwhile>,
    outcome: Result<Response, NetworkError>,
}

type Meanwhile = Box<dyn FnOnce(&Fake)>;

pub(super) fn get(path: &str) -> Step {
    step(Method::Get, path)
}

pub(super) fn post(path: &str) -> Step {
    step(Method::Post, path)
}

pub(super) fn put(path: &str) -> Step {
    step(Method::Put, path)
}

pub(super) fn delete(path: &str) -> Step {
    step(Method::Delete, path)
}

pub(super) fn step(method: Method, path: &str) -> Step {
    let outcome = Ok(Response { status: 200, ..Response::default() });
    Step { request: Request::new(method, format!("{BASE}{path}")), meanwhile: None, outcome }
}

impl Step {
    /// It comes with a header.
    pub(super) fn with(self, name: &str, value: &str) -> Step {
        Step { request: self.request.header(name, value), ..self }
    }

    /// It comes with a bearer token.
    pub(super) fn bearer(self, token: &str) -> Step {
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// It comes with a JSON body.
    pub(super) fn json(self, body: Value) -> Step {
        Step { request: self.request.json(body.to_string()), ..self }
    }

    /// It comes with this body.
    pub(super) fn text(self, body: &str) -> Step {
        Step { request: Request { body: Some(body.into()), ..self.request }, ..self }
    }

    /// It is answered by JSON.
    pub(super) fn answers(self, status: u16, body: Value) -> Step {
        self.says(status, &body.to_string())
    }

    /// It is answered by a text; a web page calls itself one.
    pub(super) fn says(self, status: u16, body: &str) -> Step {
        let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
        let answer = Response { status, content_type: kind.into(), body: body.into(), ..Response::default() };
        Step { outcome: Ok(answer), ..self }
    }

    /// The answer has more to it than a status and a body.
    pub(super) fn and(mut self, more: impl FnOnce(&mut Response)) -> Step {
        if let Ok(answer) = &mut self.outcome {
            more(answer);
        }
        self
    }

    /// It gets no answer.
    pub(super) fn fails(self, fault: NetworkError) -> Step {
        Step { outcome: Err(fault), ..self }
    }

    /// Something happens before its answer is there.
    pub(super) fn meanwhile(self, happens: impl FnOnce(&Fake) + 'static) -> Step {
        Step { meanwhile: Some(Box::new(happens)), ..self }
    }
}

impl Fake {
    /// A system at [`BASE`], with the settings that say what it speaks.
    pub(super) fn new(settings: Value) -> Fake {
        Fake {
            gateway: gateway(settings, BASE, false).expect("a dialect with a gateway"),
            script: RefCell::default(),
            typed: RefCell::default(),
            reasons: RefCell::default(),
            now: Cell::new(1_800_000_000_000),
            cookies: RefCell::default(),
            sent: RefCell::default(),
            holds_back: Cell::default(),
            held_back: RefCell::default(),
        }
    }

    /// The same on another origin than the page's.
    pub(super) fn of_another_origin(mut self) -> Fake {
        self.gateway.site.is_foreign = true;
        self
    }

    /// Of each request that was sent until now whether the browser's cookies went along; forgets them.
    pub(super) fn cookies_sent(&self) -> Vec<bool> {
        self.sent.take().iter().map(|it| it.cookies).collect()
    }

    /// What the user will type when asked to sign in; asked once more, they decline.
    pub(super) fn will_type(&self, typed: Value) {
        self.typed.borrow_mut().push_back(typed);
    }

    /// The page's side.
    pub(super) fn api(&self) -> Calls<&Gateway, &Fake> {
        Calls { gateway: &self.gateway, host: self }
    }

    /// Runs something that makes these requests, each of them and no other.
    #[track_caller]
    pub(super) fn during<T>(&self, steps: impl IntoIterator<Item = Step>, call: impl Future<Output = T>) -> T {
        // What happens meanwhile has a script of its own.
        let before = self.script.replace(steps.into_iter().collect());
        let outcome = ready(call);
        let left = self.script.replace(before);
        let left: Vec<&String> = left.iter().map(|it| &it.request.url).collect();
        assert!(left.is_empty(), "not asked for: {left:?}");
        outcome
    }

    /// Signs in with what was typed: the name of the user.
    #[track_caller]
    pub(super) fn sign_in(&self, typed: &Value, steps: impl IntoIterator<Item = Step>) -> Result<String, ApiError> {
        self.during(steps, self.gateway.sign_in(self, &texts(typed)))
    }

    /// Signs out.
    #[track_caller]
    pub(super) fn sign_out(&self, steps: impl IntoIterator<Item = Step>) {
        self.during(steps, self.gateway.sign_out(self));
    }

    /// A page of the list, in the normal form, that the page has read.
    #[track_caller]
    pub(super) fn page(&self, cursor: Option<&str>, steps: impl IntoIterator<Item = Step>) -> Result<Value, ApiError> {
        let page = self.during(steps, self.api().list(1_000, cursor))?;
        // As the page reads it.
        page.put(&mut Store::new())?;
        Ok(serde_json::from_slice(&page.json).expect("JSON"))
    }

    /// The entries of the list's first page, in the normal form, which the page can read.
    #[track_caller]
    pub(super) fn list(&self, steps: impl IntoIterator<Item = Step>) -> Result<Vec<Value>, ApiError> {
        let page = self.page(None, steps)?;
        let entries = entries_of(&page).to_vec();
        for entry in &entries {
            assert_ne!(status_of(entry, self.now.get()), Status::Unreadable, "{entry}");
        }
        Ok(entries)
    }

    /// The only entry of the list.
    #[track_caller]
    pub(super) fn entry(&self, steps: impl IntoIterator<Item = Step>) -> Value {
        let entries = self.list(steps).expect("a list");
        assert_eq!(entries.len(), 1);
        entries[0].clone()
    }

    /// Everything that the system says of a token.
    #[track_caller]
    pub(super) fn details(&self, id: &str, steps: impl IntoIterator<Item = Step>) -> Result<Value, ApiError> {
        let details = self.during(steps, self.api().details(id, &Vec::new))?;
        Ok(serde_json::from_str(&details.raw).expect("JSON"))
    }

    /// One token.
    #[track_caller]
    pub(super) fn read(&self, id: &str, steps: impl IntoIterator<Item = Step>) -> Result<Tagged, ApiError> {
        self.during(steps, self.api().read(id, false))
    }

    /// What creating one like it sends parts of.
    #[track_caller]
    pub(super) fn original(
        &self,
        id: &str,
        steps: impl IntoIterator<Item = Step>,
    ) -> Result<Option<crate::draft::Original>, ApiError> {
        self.during(steps, self.api().original(id))
    }

    /// A new token.
    #[track_caller]
    pub(super) fn create(&self, draft: &Draft, steps: impl IntoIterator<Item = Step>) -> Result<Tagged, ApiError> {
        self.during(steps, self.api().create(draft, "key")).map(one)
    }

    /// A changed token.
    #[track_caller]
    pub(super) fn update(
        &self,
        id: &str,
        draft: &Draft,
        steps: impl IntoIterator<Item = Step>,
    ) -> Result<Tagged, ApiError> {
        self.during(steps, self.api().update(id, draft, None)).map(one)
    }

    /// Removes a token, and tells whether it was there.
    #[track_caller]
    pub(super) fn delete(&self, id: &str, steps: impl IntoIterator<Item = Step>) -> Result<bool, ApiError> {
        let deletion = self.during(steps, self.api().delete(id, &Inputs::new()))?;
        assert_ne!(deletion, Deletion::Accepted);
        Ok(deletion == Deletion::Done)
    }
}

/// The token of an answer.
#[track_caller]
pub(super) fn one(answered: Answered) -> Tagged {
    answered.token().expect("a token")
}

/// What was typed, by the keys of inputs.
pub(super) fn texts(typed: &Value) -> Vec<(String, String)> {
    let typed = typed.as_object().expect("an object").iter();
    typed.map(|(key, value)| (key.clone(), value.as_str().expect("a text").to_owned())).collect()
}

/// A gateway to a system somewhere, where its dialect has one.
pub(super) fn gateway(settings: Value, base: &str, is_foreign: bool) -> Option<Gateway> {
    let mut connection = settings;
    connection["name"] = json!("Test");
    connection["base"] = json!(base);
    let config = Config::parse(&json!({ "connections": [connection] }).to_string(), DIALECTS).expect("a configuration");
    let connection: &Connection = &config.connections[0];
    Gateway::new(connection, base, is_foreign, None).expect("no mistakes")
}

/// A token's answer in the normal form.
pub(super) fn body_of(tagged: &Tagged) -> Value {
    serde_json::from_slice(&tagged.json.text).expect("JSON")
}

/// The entries of a page.
pub(super) fn entries_of(page: &Value) -> &[Value] {
    page["entries"].as_array().expect("entries")
}

/// The status that the page shows of a token in the normal form.
pub(super) fn status_of(entry: &Value, now: Millis) -> Status {
    let json = json!({ "entries": [entry] }).to_string().into();
    let mut store = Store::new();
    ListPage { json, asked_at: now, ..ListPage::default() }.put(&mut store).expect("a page");
    store.status(store.rows()[0], now)
}

/// What an error is, and what the user is told of it.
#[track_caller]
pub(super) fn check_error<T: std::fmt::Debug>(outcome: Result<T, ApiError>, expected: ApiError, words: &str) {
    let error = outcome.expect_err("an error");
    assert_eq!(error, expected);
    assert_eq!(explain(&error, RetrySafety::ReadOnly).what, words);
}

/// A refused sign-in with what is said of it.
pub(super) fn refused(words: impl Into<Words>) -> Result<String, ApiError> {
    Err(ApiError::SignedOut(words.into()))
}

/// What a future gives that never waits.
pub(super) fn ready<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing in a test waits"),
    }
}

fn later<'a, T: 'a>(value: T) -> Later<'a, T> {
    Box::pin(std::future::ready(value))
}

impl Host for Fake {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        // As the page does.
        if !is_within(&request.url, BASE) {
            return later(Err(NetworkError::Outside(request.url)));
        }
        self.sent.borrow_mut().push(request.with_headers(&[]));
        let Some(Step { request: expected, meanwhile, outcome }) = self.script.borrow_mut().pop_front() else {
            panic!("unexpected: {request:?}")
        };
        assert_eq!(plainly(&request), plainly(&expected));
        if let Some(happens) = meanwhile {
            happens(self);
        }
        later(outcome)
    }

    fn change(&self, request: Request, _: &[String]) -> Later<'_, Result<Response, NetworkError>> {
        if !self.holds_back.get() {
            return self.send(request);
        }
        self.held_back.borrow_mut().push(request.url);
        later(Err(NetworkError::Cancelled))
    }

    fn rehearses(&self) -> bool {
        self.holds_back.get()
    }

    fn sign_in(&self, reason: Words) -> Later<'_, bool> {
        self.reasons.borrow_mut().push(reason);
        let Some(typed) = self.typed.borrow_mut().pop_front() else { return later(false) };
        Box::pin(async move { self.gateway.sign_in(self, &texts(&typed)).await.is_ok() })
    }

    fn now(&self) -> Millis {
        self.now.get()
    }

    fn zone_offset(&self, zone: &str, at: Millis) -> Option<Millis> {
        let summer = ["2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"].map(|it| parse_rfc3339(it).unwrap_or_default());
        match zone {
            "Europe/Berlin" if (summer[0]..summer[1]).contains(&at) => Some(2 * HOUR),
            "Europe/Berlin" => Some(HOUR),
            "Asia/Tokyo" => Some(9 * HOUR),
            _ => None,
        }
    }

    fn random(&self) -> String {
        RANDOM.into()
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.borrow();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// A request as a text: headers in order, the body as JSON.
fn plainly(request: &Request) -> String {
    let mut headers: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    headers.sort_unstable();
    let body = request.body.as_deref().map(|it| serde_json::from_str(it).unwrap_or_else(|_| json!(it)));
    let body: Option<Value> = body;
    format!("{} {}\n{}\n{body:?}", request.method.as_str(), request.url, headers.join("\n"))
}
