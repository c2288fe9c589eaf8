//! What stands on the page, found as assistive technology does it: by role and name.

use std::rc::Rc;

use tokendeck::adapters::DIALECTS;
use tokendeck::config::Config;
use tokendeck::{platform, view};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use crate::fake::{self, BASE, System};

/// Waits so many milliseconds.
pub(crate) async fn sleep(millis: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        platform::window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis).expect("a timer");
    });
    JsFuture::from(promise).await.expect("no rejection");
}

/// The page in the document, taken off again at the end.
pub(crate) struct Page(HtmlElement);

impl Page {
    /// The page with a configuration.
    pub(crate) fn new(config: &str) -> Self {
        platform::set_address_params(&[], false);
        // A test that failed leaves its page: a panic drops nothing here.
        let body = platform::document().body().expect("a body");
        let left = body.query_selector_all("#app, dialog").expect("a selector");
        (0..left.length()).filter_map(|it| left.get(it)).for_each(|it| it.unchecked_into::<Element>().remove());
        let place: HtmlElement = platform::document().create_element("div").expect("an element").unchecked_into();
        place.set_id("app");
        body.append_child(&place).expect("a child");
        view::mount_over(place.clone(), Config::parse(config, DIALECTS), &fake::FAKE);
        Page(place)
    }

    /// The page over a system.
    pub(crate) fn over(system: &Rc<System>) -> Self {
        Self::with_auth(system, "none")
    }

    /// The page over a system by way of a description.
    pub(crate) fn described(system: &Rc<System>) -> Self {
        fake::put(system.clone());
        let api = r#"{"name":"Fake","token":{"id":"/id","name":"/name","scopes":"/scopes"},
            "scopes":[{"value":"read","label":"Read"}],"list":{"path":"/tokens","items":"/entries"},
            "create":{"path":"/tokens","body":{"name":"{name}","scopes":"{scopes}"},"secret":"/secret"}}"#;
        Page::new(&format!(r#"{{"connections":[{{"name":"Fake","dialect":"rest","base":"{BASE}","api":{api}}}]}}"#))
    }

    /// The same, where the user signs in by `auth`.
    pub(crate) fn with_auth(system: &Rc<System>, auth: &str) -> Self {
        fake::put(system.clone());
        Page::new(&format!(
            r#"{{"connections":[{{"name":"Fake","dialect":"scoped","base":"{BASE}","auth":{{"type":"{auth}"}}}}]}}"#
        ))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Everything of a role, in the document's order. Hidden ones are left out, and controls that a modal dialog covers.
fn all(role: &str) -> Vec<HtmlElement> {
    let native = match role {
        "button" => "button",
        "textbox" => "input[type=text], input[type=password], textarea",
        "searchbox" => "input[type=search]",
        "checkbox" => "input[type=checkbox]",
        "combobox" => "select",
        "dialog" => "dialog[open]:not([role])",
        _ => "",
    };
    let open = if role.ends_with("dialog") { "[open]" } else { "" };
    let selector = format!("[role={role}]{open}");
    let selector = if native.is_empty() { selector } else { format!("{native}, {selector}") };
    let found = platform::document().query_selector_all(&selector).expect("a selector");
    let elements = (0..found.length()).filter_map(|it| found.get(it)).map(|it| it.unchecked_into::<HtmlElement>());
    let modals = platform::document().query_selector_all("dialog:modal").expect("a selector");
    let topmost = modals.length().checked_sub(1).and_then(|it| modals.get(it));
    let is_covered =
        |it: &HtmlElement| !native.is_empty() && topmost.as_ref().is_some_and(|top| !top.contains(Some(it)));
    elements.filter(|it| it.closest("[hidden]").expect("a selector").is_none() && !is_covered(it)).collect()
}

/// The name of an element, as far as this page gives names.
fn name(element: &Element) -> String {
    let text = |it: &Element| it.text_content().unwrap_or_default();
    let by_id = |id: &str| platform::document().get_element_by_id(id).map(|it| text(&it)).unwrap_or_default();
    if let Some(label) = element.get_attribute("aria-label") {
        return label;
    }
    if let Some(ids) = element.get_attribute("aria-labelledby") {
        return ids.split(' ').map(by_id).collect::<Vec<_>>().join(" ");
    }
    let label = element.closest("label").expect("a selector").or_else(|| {
        let selector = format!("label[for='{}']", element.id());
        platform::document().query_selector(&selector).expect("a selector").filter(|_| !element.id().is_empty())
    });
    // What a list offers is no part of its name.
    let offered = text(element);
    let name = label.map_or_else(|| text(element), |it| text(&it).replacen(&offered, "", 1));
    // What marks a field as required is no part of its name.
    name.trim().trim_end_matches(" *").to_owned()
}

/// An element by role and name, where it is there.
pub(crate) fn find(role: &str, named: &str) -> Option<HtmlElement> {
    all(role).into_iter().find(|it| name(it) == named)
}

/// An element by role and name.
#[track_caller]
pub(crate) fn get(role: &str, named: &str) -> HtmlElement {
    find(role, named).unwrap_or_else(|| {
        let names: Vec<String> = all(role).iter().map(|it| name(it)).collect();
        panic!("no {role} “{named}” among {names:?}")
    })
}

/// Waits for an element by role and name.
pub(crate) async fn wait_for(role: &str, named: &str) -> HtmlElement {
    wait(&format!("{role} “{named}”"), || find(role, named).is_some()).await;
    get(role, named)
}

/// Clicks a button as soon as it is there and can be used.
pub(crate) async fn click(named: &str) {
    let is_ready = || find("button", named).is_some_and(|it| !is_disabled(&it));
    wait(&format!("the button “{named}”"), is_ready).await;
    get("button", named).click();
}

/// Waits until something is so; fails after 15 seconds, as in the specs, with all that the page says.
pub(crate) async fn wait(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        sleep(25).await;
    }
    panic!("{what}: {}", platform::document().body().and_then(|it| it.text_content()).unwrap_or_default());
}

/// The texts of all elements of a role.
pub(crate) fn texts(role: &str) -> Vec<String> {
    all(role).iter().map(|it| it.text_content().unwrap_or_default()).collect()
}

/// Whether an element of this role says a text.
pub(crate) fn says(role: &str, text: &str) -> bool {
    texts(role).iter().any(|it| it.contains(text))
}

/// The names of the tokens whose rows are there, in order.
pub(crate) fn rows() -> Vec<String> {
    let first_cell = |it: HtmlElement| it.query_selector("[role=rowheader] a").expect("a selector")?.text_content();
    all("row").into_iter().filter_map(first_cell).collect()
}

/// Whether a button or another control can be used.
pub(crate) fn is_disabled(element: &HtmlElement) -> bool {
    element.has_attribute("disabled") || element.get_attribute("aria-disabled").as_deref() == Some("true")
}

/// What a control holds.
pub(crate) fn value(control: &HtmlElement) -> String {
    match control.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.value(),
        None => control.unchecked_ref::<HtmlTextAreaElement>().value(),
    }
}

/// Types a text into a control, in place of what it holds.
pub(crate) fn fill(control: &HtmlElement, text: &str) {
    match control.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.set_value(text),
        None => control.unchecked_ref::<HtmlTextAreaElement>().set_value(text),
    }
    fire(control, "input");
}

/// Chooses what a list offers under this text.
pub(crate) fn choose(list: &HtmlElement, text: &str) {
    let list: &HtmlSelectElement = list.unchecked_ref();
    let options = list.query_selector_all("option").expect("a selector");
    let named = |it: &u32| options.get(*it).and_then(|it| it.text_content()).as_deref() == Some(text);
    let place = (0..options.length()).find(named).unwrap_or_else(|| panic!("no option “{text}”"));
    list.set_selected_index(place as i32);
    fire(list, "change");
}

fn fire(element: &HtmlElement, event: &str) {
    let init = EventInit::new();
    init.set_bubbles(true);
    element.dispatch_event(&Event::new_with_event_init_dict(event, &init).expect("an event")).expect("sent");
}
