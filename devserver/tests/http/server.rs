//! A dev server of a test's own, and a client for it.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokendeck_devserver::clock::Clock;
use tokendeck_devserver::db::{Db, Place};
use tokendeck_devserver::{CHANGES, SCHEMAS, World, app, seed, serve};

/// When the tests' clocks start.
pub(crate) const NOW: &str = "2026-03-01T12:00:00.250Z";

/// A server that runs until the test ends.
pub(crate) struct Server {
    /// The address without a slash at its end.
    pub(crate) url: String,
    clock: Arc<Mutex<DateTime<Utc>>>,
    agent: ureq::Agent,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }

    /// The same answer, once its status is as expected.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The messages for one field of a problem.
    #[track_caller]
    pub(crate) fn field_errors(&self, field: &str) -> Vec<String> {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let messages = self.json()["errors"][field].clone();
        serde_json::from_value(messages).unwrap_or_else(|_| panic!("no error for {field}: {}", self.text()))
    }
}

impl Server {
    /// An empty server: the scopes, no tokens.
    pub(crate) fn start() -> Self {
        Self::with(0, |_| {})
    }

    /// A server with so many seeded tokens.
    pub(crate) fn seeded(n_tokens: usize) -> Self {
        Self::with(n_tokens, |_| {})
    }

    /// A server whose world the test changes first.
    pub(crate) fn with(n_tokens: usize, change: impl FnOnce(&mut World)) -> Self {
        Self::over(Place::Memory, n_tokens, change)
    }

    /// A server over a database of the test's choice.
    pub(crate) fn over(place: Place, n_tokens: usize, change: impl FnOnce(&mut World)) -> Self {
        let clock = Arc::new(Mutex::new(NOW.parse::<DateTime<Utc>>().unwrap()));
        let db = Db::open(&place, SCHEMAS, CHANGES).unwrap();
        seed::fill_if_empty(&db, n_tokens, *clock.lock().unwrap()).unwrap();
        let mut world = World::new(db, folder("no-page"));
        let shown = clock.clone();
        world.clock = Clock::from_fn(move || *shown.lock().unwrap());
        change(&mut world);

        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let (address, bound) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = serve::bind(IpAddr::from([127, 0, 0, 1]), 0).await.unwrap();
                address.send((listener.local_addr().unwrap(), world.base_path.clone())).unwrap();
                let ended = async { drop(ended.await) };
                serve::run(listener, app(Arc::new(world)), ended).await.unwrap();
            });
            runtime.shutdown_background();
        });
        let (address, base_path) = bound.recv().unwrap();
        Self {
            url: serve::url(address, &base_path).trim_end_matches('/').to_owned(),
            clock,
            agent: agent(),
            end: Some(end),
            thread: Some(thread),
        }
    }

    /// Moves the server's clock.
    pub(crate) fn wait(&self, time: TimeDelta) {
        *self.clock.lock().unwrap() += time;
    }

    /// The server's time, `ahead` from now, as the server writes it.
    pub(crate) fn time(&self, ahead: TimeDelta) -> String {
        let at = *self.clock.lock().unwrap() + ahead;
        at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }

    /// Sends a request with whatever headers and body.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).unwrap()
    }

    /// As [`Server::send`], for requests that may get no whole answer.
    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, ureq::Error> {
        send(&self.agent, method, &format!("{}{path}", self.url), headers, body)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.write("POST", path, &[], body)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.write("PUT", path, &[], body)
    }

    /// Sends JSON.
    pub(crate) fn write(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let headers: Vec<_> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
        self.send(method, path, &headers, body.to_string().as_bytes())
    }

    /// Creates a token and gives it back with its ETag.
    #[track_caller]
    pub(crate) fn created(&self, body: &Value) -> (Value, String) {
        let answer = self.post("/api/v1/tokens", body).expect(201);
        (answer.json(), answer.header("etag").to_owned())
    }

    /// The path of a token.
    #[track_caller]
    pub(crate) fn path(token: &Value) -> String {
        format!("/api/v1/tokens/{}", token["id"].as_str().unwrap())
    }

    /// Asks for failures.
    #[track_caller]
    pub(crate) fn fail(&self, plan: &Value) {
        self.post("/dev/faults", plan).expect(201);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Idle connections would hold the graceful end up.
        self.agent = agent();
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

/// A client that gives every status back as an answer.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        // A server may close a connection behind an answer to a body that it did not read.
        .max_idle_connections(0)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into()
}

/// Sends a request to any address.
pub(crate) fn send(
    agent: &ureq::Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, ureq::Error> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = if body.is_empty() && !matches!(method, "POST" | "PUT") {
        agent.run(request.body(()).unwrap())?
    } else {
        agent.run(request.body(body).unwrap())?
    };
    let body = response.body_mut().with_config().limit(1 << 30).read_to_vec()?;
    Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
}

/// What a client must say of a token, with a GUID that no other has.
pub(crate) fn draft(name: &str) -> Value {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    json!({ "guid": format!("00000000-0000-4000-8000-{number:012x}"), "name": name, "scopes": ["builds-read"] })
}

/// `draft` with more fields, or others.
pub(crate) fn draft_with(name: &str, fields: Value) -> Value {
    let mut draft = draft(name);
    for (field, value) in fields.as_object().unwrap() {
        draft[field] = value.clone();
    }
    draft
}

/// What a client sends back of a token that it read.
pub(crate) fn write_of(token: &Value) -> Value {
    let fields = ["guid", "name", "scopes", "description", "valid_from", "valid_to"];
    fields.iter().map(|field| ((*field).to_owned(), token[field].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// An empty folder of this test run.
pub(crate) fn folder(name: &str) -> PathBuf {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{number}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
