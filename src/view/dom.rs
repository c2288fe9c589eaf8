//! Elements, and the places in them that follow a signal.
//!
//! A browser that translates replaces the text nodes of a page. So a text that follows signals is written to
//! its element, and no text node is kept; and what stands for itself in every language is made by [`verbatim`].
//!
//! The page's elements are made by these few functions rather than by `view!`: every view is a type of its own there,
//! with code of its own to build and rebuild it, and this page came to 217 kB (brotli) that way, against a third of
//! that so. Signals, memos, effects, owners and mounting are Leptos' own.

use std::cell::RefCell;

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, HtmlElement, HtmlInputElement};

use crate::platform::{document, when_idle};

/// An element under construction. Cloning it gives another handle to the same element.
#[derive(Clone)]
pub(super) struct El(pub(super) HtmlElement);

// What takes a closure boxes it at once: the code behind it is then there once, not once for every caller.

/// Makes an element: its name, then its classes after dots, like `button.button.primary`.
pub(super) fn el(name_and_classes: &str) -> El {
    let mut parts = name_and_classes.split('.');
    let node = document().create_element(parts.next().unwrap_or_default()).expect("a known element");
    let classes = parts.fold(String::new(), |all, class| if all.is_empty() { class.into() } else { all + " " + class });
    if !classes.is_empty() {
        node.set_class_name(&classes);
    }
    El(node.unchecked_into())
}

/// A button that does something.
pub(super) fn button(classes: &str, text: &str, on_click: impl Fn() + 'static) -> El {
    let button = el("button").attr("type", "button").text(text);
    button.0.set_class_name(classes);
    button.on("click", move |_| on_click())
}

/// A text that is not words of the page's language but a name, an id, a scope or a secret: no browser may translate it, as
/// the user would then read another one than the page acts on.
pub(super) fn verbatim(text: &str) -> El {
    el("bdi").attr("translate", "no").text(text)
}

/// Calls `run` now and whenever a signal that it read has changed, until the owner is done.
pub(super) fn effect(run: impl Fn() + 'static) {
    effect_boxed(Box::new(run));
}

fn effect_boxed(run: Box<dyn Fn()>) {
    StoredValue::new_local(RenderEffect::new(move |_| run()));
}

impl El {
    /// With an attribute.
    pub(super) fn attr(self, name: &str, value: &str) -> Self {
        let _ = self.0.set_attribute(name, value);
        self
    }

    /// With a text at its end.
    pub(super) fn text(self, text: &str) -> Self {
        let _ = self.0.append_with_str_1(text);
        self
    }

    /// With an element at its end.
    pub(super) fn child(self, child: El) -> Self {
        let _ = self.0.append_child(&child.0);
        self
    }

    /// With elements at its end.
    pub(super) fn children(self, children: Vec<El>) -> Self {
        children.into_iter().fold(self, El::child)
    }

    /// With an element at its end, where there is one.
    pub(super) fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// With a handler. The browser's garbage collector frees it with the element.
    pub(super) fn on(self, event: &str, run: impl FnMut(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(run))
    }

    fn on_boxed(self, event: &str, run: Box<dyn FnMut(Event)>) -> Self {
        let run = Closure::wrap(run).into_js_value();
        let _ = self.0.add_event_listener_with_callback(event, run.unchecked_ref());
        self
    }

    /// With something that is made ready when somebody goes to the element, as they are likely to press it. By the keyboard
    /// one passes through many, and the focus comes back from a dialog that closes: so that waits for a quiet moment.
    pub(super) fn prefetch(self, make: impl Fn() + Copy + 'static) -> Self {
        self.on("pointerenter", move |_| make()).on("focus", move |_| when_idle(make))
    }

    /// With a text that follows signals and is all that the element holds.
    pub(super) fn bind_text(self, text: impl Fn() -> String + 'static) -> Self {
        self.bind_text_boxed(Box::new(text))
    }

    fn bind_text_boxed(self, text: Box<dyn Fn() -> String>) -> Self {
        let node = self.0.clone();
        let shown = RefCell::new(String::new());
        effect(move || {
            let text = text();
            if text != *shown.borrow() {
                node.set_text_content(Some(&text));
                shown.replace(text);
            }
        });
        self
    }

    /// With an attribute that follows signals; while it says `None` there is none.
    pub(super) fn bind_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.bind_attr_boxed(name, Box::new(value))
    }

    fn bind_attr_boxed(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        let node = self.0.clone();
        let shown = RefCell::new(None);
        effect(move || {
            let value = value();
            if value != *shown.borrow() {
                let _ = match &value {
                    Some(value) => node.set_attribute(name, value),
                    None => node.remove_attribute(name),
                };
                shown.replace(value);
            }
        });
        self
    }

    /// With an attribute that is there or not.
    pub(super) fn bind_flag(self, name: &'static str, is_set: impl Fn() -> bool + 'static) -> Self {
        self.bind_attr(name, move || is_set().then(String::new))
    }

    /// With a class that is there or not.
    pub(super) fn bind_class(self, class: &'static str, is_set: impl Fn() -> bool + 'static) -> Self {
        let node = self.0.clone();
        effect(move || {
            let _ = node.class_list().toggle_with_force(class, is_set());
        });
        self
    }

    /// With a value that follows signals; what the user types is not disturbed as long as it says the same.
    pub(super) fn bind_value(self, value: impl Fn() -> String + 'static) -> Self {
        self.bind_value_boxed(Box::new(value))
    }

    fn bind_value_boxed(self, value: Box<dyn Fn() -> String>) -> Self {
        let node = self.input();
        effect(move || {
            let value = value();
            if node.value() != value {
                node.set_value(&value);
            }
        });
        self
    }

    /// With a check mark that follows signals.
    pub(super) fn bind_checked(self, is_checked: impl Fn() -> bool + 'static) -> Self {
        let node = self.input();
        effect(move || node.set_checked(is_checked()));
        self
    }

    /// With an element at its end that follows signals: it is made anew whenever one of them has changed.
    pub(super) fn bind_child(self, make: impl Fn() -> Option<El> + 'static) -> Self {
        self.bind_children(move || make().into_iter().collect())
    }

    /// With elements at its end that follow signals.
    pub(super) fn bind_children(self, make: impl Fn() -> Vec<El> + 'static) -> Self {
        self.bind_children_boxed(Box::new(make))
    }

    fn bind_children_boxed(self, make: Box<dyn Fn() -> Vec<El>>) -> Self {
        // Not a text: a browser that translates would take it away.
        let place = document().create_comment("");
        let _ = self.0.append_child(&place);
        let shown = StoredValue::new_local(Vec::<El>::new());
        effect(move || {
            let fresh = make();
            for before in shown.try_update_value(std::mem::take).into_iter().flatten() {
                before.0.remove();
            }
            let parent = place.parent_node();
            for El(node) in &fresh {
                let _ = parent.as_ref().map(|it| it.insert_before(node, Some(&place)));
            }
            shown.set_value(fresh);
        });
        self
    }

    /// The element as a form control. Selects and text areas have the same members that are used here.
    pub(super) fn input(&self) -> HtmlInputElement {
        self.0.clone().unchecked_into()
    }
}

/// Gives the focus to the first element that a selector finds.
pub(super) fn focus_first(selector: &str) {
    if let Ok(Some(found)) = document().query_selector(selector) {
        let _ = found.unchecked_into::<HtmlElement>().focus();
    }
}

/// What a control holds after one of its events.
pub(super) fn value_of(event: &Event) -> String {
    event
        .target()
        .map(JsValue::from)
        .map(JsCast::unchecked_into::<HtmlInputElement>)
        .map(|it| it.value())
        .unwrap_or_default()
}

/// The key of a keyboard event; empty for one of an input method, which chooses and cancels by Enter and Escape itself.
pub(super) fn key_of(event: &Event) -> String {
    let event = event.unchecked_ref::<web_sys::KeyboardEvent>();
    // Safari ends the composition before it tells of the key, which has this number then.
    if event.is_composing() || event.key_code() == 229 { String::new() } else { event.key() }
}

/// Whether the other end of a focus or pointer event lies within an element.
pub(super) fn is_within(element: &HtmlElement, target: Option<web_sys::EventTarget>) -> bool {
    target.is_some_and(|it| element.contains(it.dyn_ref::<web_sys::Node>()))
}
