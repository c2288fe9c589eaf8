//! Small functions over what the browser offers: clock, zone, clipboard, address, randomness. No domain in here.

use std::cell::{OnceCell, RefCell};

use js_sys::{Array, Date, Function, Intl, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Document, Event, EventTarget, HtmlElement, HtmlTextAreaElement, Url, Window};

use crate::api::{NetworkError, lists_origin};
use crate::parts::Missing;
use crate::time::{Distance, MINUTE, Millis, Zone, format_rfc3339};

pub mod connections;
pub mod fetch;
pub mod gateway;
pub mod records;
pub mod runtime;
pub mod storage;
pub mod zones;

/// Why a part of the page did not come, as far as the browser knows.
impl From<Missing> for NetworkError {
    fn from(_: Missing) -> Self {
        if window().navigator().on_line() { NetworkError::NotLoaded } else { NetworkError::Offline }
    }
}

/// The window. There always is one: the page runs nowhere else.
pub fn window() -> Window {
    web_sys::window().expect("a page has a window")
}

/// The document.
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// How many pixels of the screen a CSS pixel has along a line; more on a sharp screen, and where the page is zoomed in.
pub fn pixel_ratio() -> f64 {
    window().device_pixel_ratio()
}

/// The viewer's clock.
pub fn now() -> Millis {
    Date::now() as Millis
}

#[wasm_bindgen]
extern "C" {
    /// What `start.js` asked for while this module was on the way.
    #[wasm_bindgen(js_name = tokendeckEarly, catch)]
    fn take_early(address: &str, signal: Option<&AbortSignal>) -> Result<Option<SentEarly>, JsValue>;

    /// Reads the body of an answer, an `ArrayBuffer`; a `RangeError` where it has more bytes than that.
    #[wasm_bindgen(js_name = tokendeckRead, catch)]
    fn read_body(answer: &web_sys::Response, limit: f64) -> Result<Promise, JsValue>;

    type SentEarly;
    #[wasm_bindgen(method, getter)]
    fn answer(this: &SentEarly) -> Promise;
    #[wasm_bindgen(method, getter)]
    fn body(this: &SentEarly) -> Promise;
    #[wasm_bindgen(method, getter, js_name = askedAt)]
    fn asked_at(this: &SentEarly) -> f64;
}

/// A request that was sent before this module had come.
pub struct Preloaded {
    /// Its answer.
    pub answer: JsFuture,
    /// What that holds: a text of `config.json`, else an `ArrayBuffer`.
    pub body: JsFuture,
    /// When it was sent.
    pub asked_at: Millis,
}

/// The request for this address that was sent ahead of the page, if there is one; `signal` calls it off.
pub fn preloaded(address: &str, signal: Option<&AbortSignal>) -> Option<Preloaded> {
    let sent = take_early(address, signal).ok()??;
    Some(Preloaded {
        answer: JsFuture::from(sent.answer()),
        body: JsFuture::from(sent.body()),
        asked_at: sent.asked_at() as Millis,
    })
}

/// The viewer's own time zone.
pub struct ViewerZone;

impl Zone for ViewerZone {
    fn offset(&self, at: Millis) -> Millis {
        -(Date::new(&JsValue::from_f64(at as f64)).get_timezone_offset() as Millis) * MINUTE
    }
}

/// How far a clock is from UTC, like `UTC+2` or `UTC−3:30`.
pub fn utc_offset(ahead: Millis) -> String {
    let minutes = ahead.abs() / MINUTE;
    let sign = if ahead < 0 { '−' } else { '+' };
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

thread_local! {
    static FORMATS: OnceCell<Formats> = const { OnceCell::new() };
}

/// Calls `write` with what writes dates for the viewer.
pub fn with_formats<T>(write: impl FnOnce(&Formats) -> T) -> T {
    FORMATS.with(|it| write(it.get_or_init(Formats::new)))
}

/// Writes dates in the page's language. Making these is slow, so it is done once.
pub struct Formats {
    date_time: Function,
    date: DateFormat,
    time: DateFormat,
    relative: Intl::RelativeTimeFormat,
    written: Written<Millis>,
    distances: Written<Distance>,
    /// The viewer's zone: its name and how far it is from UTC now, like `Europe/Berlin (UTC+2)`.
    pub zone: String,
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
    }
    object
}

impl Formats {
    /// Formats for the page's language and the viewer's zone.
    fn new() -> Self {
        let short =
            Intl::DateTimeFormat::new(&date_language(), &options(&[("dateStyle", "medium"), ("timeStyle", "short")]));
        let zone = Reflect::get(&short.resolved_options(), &"timeZone".into()).ok().and_then(|it| it.as_string());
        Formats {
            date_time: short.format(),
            date: DateFormat::new(&[("dateStyle", "medium")]),
            time: DateFormat::new(&[("timeStyle", "short")]),
            relative: Intl::RelativeTimeFormat::new(&Array::of1(&"en".into()), &options(&[("numeric", "auto")])),
            written: Written::new(),
            distances: Written::new(),
            zone: format!("{} ({})", zone.unwrap_or_default(), utc_offset(ViewerZone.offset(now()))),
        }
    }

    /// Date and time to the minute.
    pub fn date_time(&self, at: Millis) -> String {
        self.written.get(at, at as usize / 1_000, || write_date(&self.date_time, at))
    }

    /// Date and time to the second with the zone, and the same in UTC as it is written on the wire.
    pub fn in_full(&self, at: Millis) -> String {
        let full = DateFormat::new(&[("dateStyle", "full"), ("timeStyle", "long")]);
        format!("{} ({})", full.write(at), format_rfc3339(at))
    }

    /// The day.
    pub fn date(&self, at: Millis) -> String {
        self.date.write(at)
    }

    /// The time of day to the minute.
    pub fn time(&self, at: Millis) -> String {
        self.time.write(at)
    }

    /// How far away, like `in 3 days`.
    pub fn distance(&self, distance: Distance) -> String {
        let write = || self.relative.format(distance.count as f64, distance.unit).into();
        self.distances.get(distance, distance.count as usize ^ distance.unit.len() << 5, write)
    }
}

/// What was written last, so that rows that are filled again need not ask the browser again.
struct Written<K>(RefCell<[Option<(K, String)>; 128]>);

impl<K: Copy + PartialEq> Written<K> {
    fn new() -> Self {
        Written(RefCell::new([const { None }; 128]))
    }

    /// What was written for `key`, else what `write` gives. Keys with the same last bits in `place` push each other out.
    fn get(&self, key: K, place: usize, write: impl FnOnce() -> String) -> String {
        let mut all = self.0.borrow_mut();
        let kept = &mut all[place % 128];
        match kept {
            Some((it, text)) if *it == key => text.clone(),
            _ => kept.insert((key, write())).1.clone(),
        }
    }
}

/// A format that is made when it is first used: making one takes the browser as long as filling many rows.
struct DateFormat {
    options: &'static [(&'static str, &'static str)],
    made: OnceCell<Function>,
}

impl DateFormat {
    fn new(options: &'static [(&'static str, &'static str)]) -> Self {
        DateFormat { options, made: OnceCell::new() }
    }

    fn write(&self, at: Millis) -> String {
        let make = || Intl::DateTimeFormat::new(&date_language(), &options(self.options)).format();
        write_date(self.made.get_or_init(make), at)
    }
}

/// The language of dates: as a viewer of English has them, in their order. For others day, month and year, as most of the
/// world does; the month is a word, so the order cannot be mistaken. The words around them are English for everybody.
fn date_language() -> Array {
    let viewers = window().navigator().language().filter(|it| it.starts_with("en"));
    Array::of1(&viewers.as_deref().unwrap_or("en-GB").into())
}

fn write_date(format: &Function, at: Millis) -> String {
    format.call1(&JsValue::NULL, &JsValue::from_f64(at as f64)).ok().and_then(|it| it.as_string()).unwrap_or_default()
}

/// 16 bytes from the browser's cryptographic source.
fn random_bytes() -> [u8; 16] {
    let mut bytes = [0_u8; 16];
    if window().crypto().and_then(|it| it.get_random_values_with_u8_array(&mut bytes)).is_err() {
        // Said here, as the release page's panics say nothing.
        report_panic("this browser has no source of randomness");
        panic!("no randomness");
    }
    bytes
}

/// 16 random bytes as 32 hexadecimal digits.
pub fn random_hex() -> String {
    hyphenated(random_bytes()).replace('-', "")
}

/// A random UUID (version 4). Written here and not by `crypto.randomUUID`, which plain HTTP lacks.
pub fn random_uuid() -> String {
    let mut bytes = random_bytes();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    hyphenated(bytes)
}

fn hyphenated(bytes: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (idx, byte) in bytes.iter().enumerate() {
        if matches!(idx, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

/// Puts a text on the clipboard. Tells whether it is there: never fails silently.
pub async fn copy(text: &str) -> bool {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into());
    if clipboard.is_ok_and(|it| !it.is_undefined())
        && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
    {
        return true;
    }
    copy_by_selection(text).unwrap_or(false)
}

/// The old way, which works on plain HTTP too: select a text field and copy it.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = document();
    let focused = active_element();
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_value(text);
    field.set_class_name("offscreen");
    // Inside an open modal dialog nothing outside of it can be selected.
    let host = document.query_selector("dialog[open]").ok().flatten().or_else(|| document.body().map(Into::into))?;
    host.append_child(&field).ok()?;
    field.select();
    let exec = Reflect::get(&document, &"execCommand".into()).ok()?.dyn_into::<Function>().ok();
    let copied = exec.and_then(|it| it.call1(&document, &"copy".into()).ok()).is_some_and(|it| it.is_truthy());
    field.remove();
    if let Some(focused) = focused {
        let _ = focused.focus();
    }
    Some(copied)
}

/// Whether a text matches a JavaScript regular expression. A pattern that is none matches everything.
pub fn matches(pattern: &str, text: &str) -> bool {
    static CLASS: &str = "RegExp";
    let class = Reflect::get(&window(), &CLASS.into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
    let made = class.and_then(|it| Reflect::construct(&it, &Array::of2(&pattern.into(), &"u".into())).ok());
    made.is_none_or(|it| it.unchecked_into::<js_sys::RegExp>().test(text))
}

/// The cookies that the page can read: `a=1; b=2`.
pub fn cookies() -> String {
    Reflect::get(&document(), &"cookie".into()).ok().and_then(|it| it.as_string()).unwrap_or_default()
}

/// An address as the browser reads it, where it is one: absolute, or relative to the page.
pub fn read_address(address: &str) -> Option<Url> {
    Url::new_with_base(address, &document().base_uri().ok()??).ok()
}

/// Whether an address is of the page's own origin.
pub fn is_own_origin(address: &Url) -> bool {
    window().location().origin().is_ok_and(|it| it == address.origin())
}

/// The element that has the focus.
pub fn active_element() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// The parameters of the page's address, decoded.
pub fn address_params() -> Vec<(String, String)> {
    let search = window().location().search().unwrap_or_default();
    let Ok(params) = web_sys::UrlSearchParams::new_with_str(&search) else { return Vec::new() };
    let pairs = params.entries().into_iter().flatten().map(|it| Array::from(&it));
    pairs.map(|it| (it.get(0).as_string().unwrap_or_default(), it.get(1).as_string().unwrap_or_default())).collect()
}

/// Writes the parameters into the page's address: as a new step in the history, or in place of the present one.
pub fn set_address_params(pairs: &[(&str, String)], new_step: bool) {
    let Ok(params) = web_sys::UrlSearchParams::new() else { return };
    for (key, value) in pairs {
        params.append(key, value);
    }
    let search = String::from(params.to_string());
    let location = window().location();
    if location.search().is_ok_and(|it| it.trim_start_matches('?') == search) {
        return;
    }
    let address =
        format!("{}{}{search}", location.pathname().unwrap_or_default(), if search.is_empty() { "" } else { "?" });
    let Ok(history) = window().history() else { return };
    let written = if new_step {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
    // Safari refuses too many in a row. The view is right all the same.
    drop(written);
}

/// Listens to an event; dropping it ends that.
pub struct Listener {
    target: EventTarget,
    event: String,
    is_early: bool,
    run: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Calls `run` on every such event of the target.
    pub fn new(target: EventTarget, event: &str, run: Box<dyn FnMut(Event)>) -> Self {
        Listener::add(target, event, run, false)
    }

    /// The same, before the others on the target and on what is in it.
    pub fn early(target: EventTarget, event: &str, run: Box<dyn FnMut(Event)>) -> Self {
        Listener::add(target, event, run, true)
    }

    fn add(target: EventTarget, event: &str, run: Box<dyn FnMut(Event)>, is_early: bool) -> Self {
        let run = Closure::wrap(run);
        let callback = run.as_ref().unchecked_ref();
        let _ = target.add_event_listener_with_callback_and_bool(event, callback, is_early);
        Listener { target, event: event.into(), is_early, run }
    }

    /// Listens as long as the page lives.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.run.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(&self.event, callback, self.is_early);
    }
}

/// Calls something when nothing else is to do.
pub fn when_idle(run: impl FnOnce() + 'static) {
    let run = Closure::once_into_js(run);
    let run: &Function = run.unchecked_ref();
    // Safari has no such thing.
    if window().request_idle_callback(run).is_err() {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(run, 50);
    }
}

/// Calls something later; dropping it calls it off.
pub struct Timer {
    id: i32,
    _run: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `run` once after so many milliseconds.
    pub fn after(millis: i32, run: impl FnOnce() + 'static) -> Self {
        let run = Closure::once(run);
        let id = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(run.as_ref().unchecked_ref(), millis)
            .unwrap_or_default();
        Timer { id, _run: run }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.id);
    }
}

thread_local! {
    /// Origins that the page's own policy refused to connect to, and whether it lists them.
    static REFUSED: RefCell<Vec<(String, bool)>> = const { RefCell::new(Vec::new()) };
}

/// Remembers which addresses the page's own policy refuses to connect to. Called once at the start.
pub fn watch_policy() {
    let remember = |event: Event| {
        let text = |key: &str| Reflect::get(&event, &key.into()).ok().and_then(|it| it.as_string()).unwrap_or_default();
        let origin = || Some(Url::new(&text("blockedURI")).ok()?.origin());
        if text("effectiveDirective") == "connect-src"
            && let Some(origin) = origin()
        {
            let is_listed = lists_origin(&text("originalPolicy"), &origin);
            REFUSED.with_borrow_mut(|it| it.push((origin, is_listed)));
        }
    };
    Listener::new(window().into(), "securitypolicyviolation", Box::new(remember)).keep();
}

/// Whether the page's policy has refused to connect to this origin. `is_listed`: the origin itself is allowed, and its
/// answer led to another one, which browsers report as if it had been the first. That is told once for each report.
pub fn refused_by_policy(origin: &str, is_listed: bool) -> bool {
    REFUSED.with_borrow_mut(|all| {
        let at = all.iter().position(|(it, listed)| it == origin && *listed == is_listed);
        if let Some(at) = at.filter(|_| is_listed) {
            all.swap_remove(at);
        }
        at.is_some()
    })
}

/// Hands a panic's message to the recovery page (`start.js`).
pub fn report_panic(message: &str) {
    let report = Reflect::get(&window(), &"tokendeckFailed".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
    if let Some(report) = report {
        let _ = report.call1(&JsValue::NULL, &message.into());
    }
}
