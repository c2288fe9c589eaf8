//! Requests by the browser's `fetch`: where they may go and what goes along, time-outs, cancelling, and telling apart what
//! it reports alike.

use std::cell::RefCell;

use gloo_net::http::{Headers, Response as Answer};
use js_sys::{Array, Date, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect, Url,
};

use super::{Preloaded, document, is_own_origin, now, preloaded, read_address, read_body, refused_by_policy, window};
use crate::api::waiting::retry_after;
use crate::api::{Asked, Later, Method, NetworkError, Request, Response, Transport, fits_header, is_within};
use crate::config::{Connection, MAX_ANSWER_MB};
use crate::json::mended;
use crate::runtime::Job;
use crate::time::Millis;

/// A signal that tells when a job is called off.
fn signal_of(job: &Job) -> AbortSignal {
    let controller = AbortController::new().expect("browsers have AbortController");
    let signal = controller.signal();
    job.on_cancel(move || controller.abort());
    signal
}

/// The browser's `fetch`. It alone decides where a request may go, before it leaves.
pub struct Fetch {
    signal: AbortSignal,
    timeout: u32,
    /// How many megabytes an answer may have.
    max_answer_mb: u32,
    /// The address that all requests of a connection lie within; without one they are for the page's own files.
    base: Option<String>,
    /// Whether cookies of the page's own origin go with every request.
    cookies: bool,
}

impl Transport for Fetch {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(self.fetch(request))
    }
}

impl Fetch {
    /// Requests to a connection that belong to a job.
    pub fn of(job: &Job, connection: &Connection) -> Self {
        let base = Some(connection.base.trim_end_matches('/').into());
        let &Connection { timeout, max_answer_mb, cookies, .. } = connection;
        Fetch { signal: signal_of(job), timeout, max_answer_mb, base, cookies }
    }

    /// Requests of a job for the page's own files; each may take so many seconds.
    pub fn files(job: &Job, timeout: u32) -> Self {
        Fetch { signal: signal_of(job), timeout, max_answer_mb: MAX_ANSWER_MB, base: None, cookies: true }
    }

    async fn fetch(&self, request: Request) -> Result<Response, NetworkError> {
        let may_go = match &self.base {
            Some(base) => is_within(&request.url, base),
            None => read_address(&request.url).is_some_and(|it| is_own_origin(&it)),
        };
        if !may_go {
            return Err(NetworkError::Outside(without_query(&request.url)));
        }
        let signal = self.signal_with_timeout();
        let is_plain = request.method == Method::Get && request.headers.is_empty();
        let early = if is_plain { preloaded(&request.url, Some(&signal)) } else { None };
        if let Some(Preloaded { answer, body, asked_at }) = early
            && let Ok(answer) = answer.await
        {
            let answer: web_sys::Response = answer.unchecked_into();
            remember_answer(&answer.url(), Vec::new());
            return self.read(answer, Some(body), &signal, asked_at).await;
        }
        let asked_at = now();
        let headers = Headers::new();
        for (name, value) in &request.headers {
            if !fits_header(value) {
                return Err(NetworkError::Unsendable(name.clone()));
            }
            headers.set(name, value);
        }
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        init.set_headers(&headers.into_raw());
        init.set_cache(RequestCache::NoStore);
        init.set_signal(Some(&signal));
        init.set_credentials(match self.cookies || request.cookies {
            true => RequestCredentials::SameOrigin,
            false => RequestCredentials::Omit,
        });
        // Who follows a redirect takes headers and body along, wherever it leads.
        if request.follows || self.base.is_none() {
            init.set_mode(RequestMode::SameOrigin);
        } else {
            init.set_redirect(RequestRedirect::Manual);
        }
        if let Some(body) = &request.body {
            init.set_body(&body.into());
        }
        let Ok(answer) = send(&request.url, &init).await else {
            return Err(self.explain(&signal, &request).await);
        };
        remember_answer(&answer.url(), request.wants_allowed());
        self.read(answer, None, &signal, asked_at).await
    }

    async fn read(
        &self,
        answer: web_sys::Response,
        body: Option<JsFuture>,
        signal: &AbortSignal,
        asked_at: Millis,
    ) -> Result<Response, NetworkError> {
        // A redirect that was not followed has no status, and does not tell where it leads.
        let address = answer.url();
        if answer.status() == 0 {
            return Err(NetworkError::Redirected { asked: without_query(&address), to: String::new() });
        }
        if answer.redirected() && self.base.as_ref().is_some_and(|it| !is_within(&address, it)) {
            return Err(NetworkError::Redirected { asked: String::new(), to: without_query(&address) });
        }
        let interrupted = |error: JsValue| match error.is_instance_of::<js_sys::RangeError>() {
            true => NetworkError::TooLarge(self.max_answer_mb),
            false => self.called_off(signal).unwrap_or(NetworkError::Interrupted),
        };
        let body = match body {
            Some(body) => body,
            None => {
                let limit = f64::from(self.max_answer_mb) * 1e6;
                // `start.js` is not there where nothing but this module is.
                let body = read_body(&answer, limit).or_else(|_| answer.array_buffer());
                JsFuture::from(body.map_err(interrupted)?)
            }
        };
        let body = mended(Uint8Array::new(&body.await.map_err(interrupted)?).to_vec());
        let answer = Answer::from(answer);
        let headers = answer.headers();
        let date = headers.get("Date").and_then(|it| http_date(&it));
        let retry_after = |it: String| retry_after(&it, http_date(&it), date.unwrap_or_else(now));
        Ok(Response {
            status: answer.status(),
            etag: headers.get("ETag"),
            retry_after: headers.get("Retry-After").and_then(retry_after),
            date,
            content_type: headers.get("Content-Type").unwrap_or_default().to_ascii_lowercase(),
            asked_at,
            headers: headers.entries().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
            body,
        })
    }

    /// Aborts when the job is called off, and when the time is over: `AbortSignal.any` with `AbortSignal.timeout`.
    fn signal_with_timeout(&self) -> AbortSignal {
        let timeout = AbortSignal::timeout_with_u32(self.timeout * 1_000);
        let both = Array::of2(&self.signal, &timeout);
        // Without `any` (Safari before 17.4) cancelling still works; the time-out is the browser's own.
        let any = Reflect::get(&window(), &"AbortSignal".into()).and_then(|class| {
            let any: Function = Reflect::get(&class, &"any".into())?.dyn_into()?;
            any.call1(&class, &both)
        });
        any.map_or_else(|_| self.signal.clone(), JsCast::unchecked_into)
    }

    /// The fault where the request was called off, by the user or by the clock.
    fn called_off(&self, signal: &AbortSignal) -> Option<NetworkError> {
        if self.signal.aborted() {
            Some(NetworkError::Cancelled)
        } else {
            signal.aborted().then_some(NetworkError::Timeout(self.timeout))
        }
    }

    /// Finds out why there was no answer. The browser gives one error for most of these on purpose, so one harmless
    /// question more is asked: a GET of the other side's front page, which needs no permission of it.
    async fn explain(&self, signal: &AbortSignal, request: &Request) -> NetworkError {
        if let Some(fault) = self.called_off(signal) {
            return fault;
        }
        if !window().navigator().on_line() {
            return NetworkError::Offline;
        }
        let Some(target) = read_address(&request.url).filter(|it| !is_own_origin(it)) else {
            return NetworkError::Unreachable;
        };
        if was_refused_by_policy(&target.origin(), false).await {
            return NetworkError::Policy(target.origin());
        }
        let allowed = ANSWERED.with_borrow(|it| it.iter().find(|(it, _)| *it == target.origin()).cloned());
        // What it has allowed before it allows still.
        let is_new = |it: &Asked| allowed.as_ref().is_none_or(|(_, allowed)| !allowed.contains(it));
        let new: Vec<Asked> = request.wants_allowed().into_iter().filter(is_new).collect();
        if allowed.is_some() && new.is_empty() || !answers(&target.origin()).await {
            return NetworkError::Unreachable;
        }
        if allowed.is_some() { NetworkError::CorsFor(new) } else { NetworkError::Cors }
    }
}

/// An address as it is told: what follows a question mark may be long, or secret.
fn without_query(address: &str) -> String {
    address.split(['?', '#']).next().unwrap_or_default().into()
}

/// Asks an origin for its front page, which needs no permission of it. Whether it answers, whatever that is. Browsers let
/// such a question follow redirects or fail at them, and never say which it was. So it follows them: nothing goes along
/// that tells of the user. Where one leads to what the policy refuses, there was an answer.
async fn answers(origin: &str) -> bool {
    let signal = AbortSignal::timeout_with_u32(5_000);
    let question = RequestInit::new();
    question.set_mode(RequestMode::NoCors);
    question.set_credentials(RequestCredentials::Omit);
    question.set_cache(RequestCache::NoStore);
    question.set_signal(Some(&signal));
    send(&format!("{origin}/"), &question).await.is_ok() || was_refused_by_policy(origin, true).await
}

/// The report of a policy that was broken comes by itself, a little after the request has failed.
async fn was_refused_by_policy(origin: &str, is_listed: bool) -> bool {
    for _ in 0..5 {
        if refused_by_policy(origin, is_listed) {
            return true;
        }
        sleep(20).await;
    }
    false
}

/// The origin of an address, where the page's own policy does not let it connect there. To find out it asks that origin
/// for its front page, which the policy stops before anything is sent.
pub async fn refused_origin(address: &str) -> Option<String> {
    let origin = read_address(address).filter(|it| !is_own_origin(it))?.origin();
    (!answers(&origin).await && was_refused_by_policy(&origin, false).await).then_some(origin)
}

/// Whether the program for one's own machine serves the page: it says so beside `config.json`.
pub async fn is_served_by_program() -> bool {
    let question = RequestInit::new();
    question.set_method("HEAD");
    question.set_cache(RequestCache::NoStore);
    let answer = send("config.json", &question).await;
    answer.is_ok_and(|it| it.headers().get("server").is_ok_and(|it| it.as_deref() == Some("tokendeck")))
}

thread_local! {
    /// Origins that have let this page read an answer, and what they have allowed it to send.
    static ANSWERED: RefCell<Vec<(String, Vec<Asked>)>> = const { RefCell::new(Vec::new()) };
}

fn remember_answer(address: &str, allowed: Vec<Asked>) {
    let Ok(url) = Url::new(address) else { return };
    let origin = url.origin();
    ANSWERED.with_borrow_mut(|it| match it.iter_mut().find(|(it, _)| *it == origin) {
        Some((_, known)) => {
            let new: Vec<Asked> = allowed.into_iter().filter(|it| !known.contains(it)).collect();
            known.extend(new);
        }
        None => it.push((origin, allowed)),
    });
}

/// Sends a request as it is. gloo's own builder would add an `&` to an address that has a query.
async fn send(url: &str, init: &RequestInit) -> Result<web_sys::Response, gloo_net::Error> {
    let request =
        web_sys::Request::new_with_str_and_init(url, init).map_err(|_| gloo_net::Error::GlooError(url.into()))?;
    gloo_net::http::Request::from(request).send().await.map(web_sys::Response::from)
}

/// Waits until the browser has shown what has changed, and begins to show what comes next. A page in the background
/// shows nothing, and waits a moment only.
pub async fn painted() {
    for _ in 0..2 {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let _ = window().request_animation_frame(&resolve);
            let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 100);
        });
        let _ = JsFuture::from(promise).await;
    }
    sleep(0).await;
}

/// Has the style sheet come that only what loads later needs; its element in `index.html` has no meaning to a browser
/// before. Tells whether it is there: the next call tries again.
pub fn later_style() -> impl Future<Output = bool> {
    let find = || document().query_selector("link[rel=later]").ok().flatten();
    let coming = COMING.with_borrow_mut(|coming| {
        if coming.is_none() {
            *coming = find().map(|link| {
                let come = js_sys::Promise::new(&mut |resolve, reject| {
                    let _ = link.add_event_listener_with_callback("load", &resolve);
                    let _ = link.add_event_listener_with_callback("error", &reject);
                });
                let _ = link.set_attribute("rel", "stylesheet");
                (link, come)
            });
        }
        coming.clone()
    });
    // Where it does not come that is heard, also while this waits for something else.
    let coming = coming.map(|(link, come)| (link, JsFuture::from(come)));
    async move {
        let Some((link, come)) = coming else { return true };
        let has_come = come.await.is_ok();
        if !has_come {
            let _ = link.set_attribute("rel", "later");
        }
        COMING.take();
        has_come
    }
}

thread_local! {
    /// The style sheet that is on its way, for all who wait for it.
    static COMING: RefCell<Option<(web_sys::Element, js_sys::Promise)>> = const { RefCell::new(None) };
}

/// Lets what has been spawned begin, before anything else.
pub async fn soon() {
    let _ = JsFuture::from(js_sys::Promise::resolve(&JsValue::UNDEFINED)).await;
}

/// Waits so many milliseconds.
pub async fn sleep(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    let _ = JsFuture::from(promise).await;
}

/// Reads an HTTP date (`Sun, 06 Nov 1994 08:49:37 GMT`).
fn http_date(text: &str) -> Option<Millis> {
    // Browsers take a number for a year, or for worse.
    if !text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let at = Date::new(&JsValue::from_str(text)).get_time();
    at.is_finite().then_some(at as Millis)
}
