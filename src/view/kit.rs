//! The kit: elements, and the places in them that follow signals.
//!
//! Signals, memos, effects, owners and mounting are Leptos' own. The kit makes elements by functions instead of `view!`
//! (ARCHITECTURE.md says why, with numbers), and has Leptos' words for what it does:
//!
//! - [`el`] makes an element, `svg:` before the name one of SVG. [`El::attr`], [`El::text`] and [`El::child`] fill it.
//! - [`El::on`] listens to an event. [`on_window`] and [`on_resize`] do so for the window and for an element's size.
//! - `bind_*` ties a place to signals: [`El::bind_text`], [`El::bind_attr`], [`El::bind_value`] and so on.
//! - [`El::bind_child`] makes an element again whenever what it read has changed; [`El::bind_show`] (Leptos' `Show`) makes
//!   one when a condition turns true; [`El::bind_for`] (Leptos' `For`) keeps one for each key.
//!
//! **All of it belongs to the current owner.** When that is cleaned up, effects stop, listeners and observers are taken off,
//! and the functions behind them are dropped. So nothing that is off the page is held by what was on it.
//!
//! **The focus is never lost to the page.** What has it and goes off the page leaves it to what comes in its place, else to the
//! heading above; a button that is busy keeps it ([`El::bind_unavailable`]).
//!
//! A browser that translates replaces the text nodes of a page. So a text that follows signals is written to
//! its element, and no text node is kept; and what stands for itself in every language is made by [`verbatim`].

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Comment, Event, EventTarget, HtmlElement, HtmlInputElement, Node, ResizeObserver};

use crate::excerpt::{LINE, excerpt};
use crate::platform::{Listener, active_element, document, when_idle, window};

/// An element under construction. Cloning it gives another handle to the same element.
#[derive(Clone)]
pub(super) struct El(pub(super) HtmlElement);

// What takes a closure boxes it at once: the code behind it is then there once, not once for every caller.

/// What a name before a colon stands for.
const SVG: (&str, &str) = ("svg:", "http://www.w3.org/2000/svg");

/// Makes an element: its name, then its classes after dots, like `button.button.primary` or `svg:path.mark`.
pub(super) fn el(name_and_classes: &str) -> El {
    let mut parts = name_and_classes.split('.');
    let name = parts.next().unwrap_or_default();
    let node = match name.strip_prefix(SVG.0) {
        Some(name) => document().create_element_ns(Some(SVG.1), name),
        None => document().create_element(name),
    };
    let node = node.expect("a known element");
    let classes = parts.fold(String::new(), |all, class| if all.is_empty() { class.into() } else { all + " " + class });
    if !classes.is_empty() {
        let _ = node.set_attribute("class", &classes);
    }
    El(node.unchecked_into())
}

/// A button that does something.
pub(super) fn button(classes: &str, text: &str, on_click: impl Fn() + 'static) -> El {
    let button = el("button").attr("type", "button").text(text);
    button.0.set_class_name(classes);
    button.on("click", move |_| on_click())
}

/// A text that is not words of the page's language but a name, an id or a scope: no browser may translate it, as the user
/// would then read another one than the page acts on. Of a long one it is the beginning.
pub(super) fn verbatim(text: &str) -> El {
    el("bdi").attr("translate", "no").text(&excerpt(text, LINE))
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

    /// With a handler, until the owner is done.
    pub(super) fn on(self, event: &str, run: impl FnMut(Event) + 'static) -> Self {
        self.on_boxed(event, Box::new(run))
    }

    fn on_boxed(self, event: &str, run: Box<dyn FnMut(Event)>) -> Self {
        listen(self.0.clone().into(), event, run);
        self
    }

    /// With something that is made ready when the user goes to the element, as they are likely to press it. By the keyboard
    /// one passes through many, and the focus comes back from a dialog that closes: so that waits for a quiet moment.
    pub(super) fn prefetch(self, make: impl Fn() + Copy + 'static) -> Self {
        self.on("pointerenter", move |_| make()).on("focus", move |_| when_idle(make))
    }

    /// With a text that follows signals and is all that the element holds.
    pub(super) fn bind_text(self, text: impl Fn() -> String + 'static) -> Self {
        self.bind(Box::new(text), |node, text| node.set_text_content(Some(text)))
    }

    /// With an attribute that follows signals; while it says `None` there is none.
    pub(super) fn bind_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.bind_attr_boxed(name, Box::new(value))
    }

    fn bind_attr_boxed(self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) -> Self {
        self.bind(value, move |node, value| {
            let _ = match value {
                Some(value) => node.set_attribute(name, value),
                None => node.remove_attribute(name),
            };
        })
    }

    /// With an attribute that is there or not.
    pub(super) fn bind_flag(self, name: &'static str, is_set: impl Fn() -> bool + 'static) -> Self {
        self.bind_attr(name, move || is_set().then(String::new))
    }

    /// With nothing to press while `is_so`, as it is busy or cannot help. The button says so and keeps the focus, which the
    /// browser takes from one that is `disabled`, and with it the keys of the dialog around it. Nor does Enter in a field of
    /// its form press it.
    pub(super) fn bind_unavailable(self, is_so: impl Fn() -> bool + 'static) -> Self {
        self.bind_unavailable_boxed(Rc::new(is_so))
    }

    fn bind_unavailable_boxed(self, is_so: Rc<dyn Fn() -> bool>) -> Self {
        let for_click = is_so.clone();
        let stop = move |event: Event| {
            if untrack(|| for_click()) {
                event.prevent_default();
                event.stop_immediate_propagation();
            }
        };
        keep(Listener::early(self.0.clone().into(), "click", Box::new(stop)));
        self.bind_attr("aria-disabled", move || is_so().then(|| "true".into()))
    }

    /// With a class that is there or not.
    pub(super) fn bind_class(self, class: &'static str, is_set: impl Fn() -> bool + 'static) -> Self {
        self.bind(Box::new(is_set), move |node, is_set| drop(node.class_list().toggle_with_force(class, *is_set)))
    }

    /// Writes a value to the element now and whenever it is another one.
    fn bind<T: PartialEq + 'static>(
        self,
        value: Box<dyn Fn() -> T>,
        write: impl Fn(&HtmlElement, &T) + 'static,
    ) -> Self {
        let (node, shown) = (self.0.clone(), RefCell::new(None));
        effect(move || {
            let value = Some(value());
            if *shown.borrow() != value {
                value.iter().for_each(|it| write(&node, it));
                shown.replace(value);
            }
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

    /// With an element at its end that follows signals: it is made again whenever one of them has changed.
    pub(super) fn bind_child(self, make: impl Fn() -> Option<El> + 'static) -> Self {
        self.bind_child_boxed(Box::new(make))
    }

    fn bind_child_boxed(self, make: Box<dyn Fn() -> Option<El>>) -> Self {
        self.bind_children_boxed(Box::new(move || make().into_iter().collect()))
    }

    /// With elements at its end that follow signals.
    pub(super) fn bind_children(self, make: impl Fn() -> Vec<El> + 'static) -> Self {
        self.bind_children_boxed(Box::new(make))
    }

    fn bind_children_boxed(self, make: Box<dyn Fn() -> Vec<El>>) -> Self {
        let end = self.end();
        let shown = StoredValue::new_local(Vec::<El>::new());
        effect(move || {
            let fresh = make();
            let before = shown.try_update_value(std::mem::take).unwrap_or_default();
            let focused = place_of_focus(&end, &mut before.iter());
            for before in before {
                before.0.remove();
            }
            for El(node) in &fresh {
                put(node, &end);
            }
            if let Some(place) = focused {
                keep_focus(place, fresh.clone(), end.clone());
            }
            shown.set_value(fresh);
        });
        self
    }

    /// With an element at its end while `when` says so (Leptos' `Show`). It is made when that turns true.
    pub(super) fn bind_show(
        self,
        when: impl Fn() -> bool + Send + Sync + 'static,
        children: impl Fn() -> El + 'static,
    ) -> Self {
        let when = Memo::new(move |_| when());
        self.bind_child(move || when.get().then(|| untrack(&children)))
    }

    /// With a list at its end (Leptos' `For`): an element for each item. It is made once for a key, and stays itself
    /// wherever its item moves to; what of the item may change is for the element to follow.
    pub(super) fn bind_for<T: 'static, K: PartialEq + 'static>(
        self,
        each: impl Fn() -> Vec<T> + 'static,
        key: impl Fn(&T) -> K + 'static,
        children: impl Fn(T) -> El + 'static,
    ) -> Self {
        let end = self.end();
        let owner = Owner::current().unwrap_or_default();
        let shown = StoredValue::new_local(Vec::<(K, Kept)>::new());
        effect(move || {
            let mut before: Vec<(K, Kept)> = shown.try_update_value(std::mem::take).unwrap_or_default();
            let focused = place_of_focus(&end, &mut before.iter().map(|(_, kept)| &kept.view));
            let kept = |item: T| {
                let key = key(&item);
                if let Some(idx) = before.iter().position(|(it, _)| *it == key) {
                    return before.remove(idx);
                }
                let owner = owner.child();
                let view = owner.with(|| untrack(|| children(item)));
                (key, Kept { view, owner })
            };
            let items: Vec<_> = each().into_iter().map(kept).collect();
            for (_, Kept { view, owner }) in before {
                owner.cleanup();
                view.0.remove();
            }
            arrange(items.iter().map(|(_, kept)| &kept.view), &end);
            if let Some(place) = focused {
                keep_focus(place, items.iter().map(|(_, kept)| kept.view.clone()).collect(), end.clone());
            }
            shown.set_value(items);
        });
        self
    }

    /// A mark at its end, before which comes what follows signals. Not a text: a browser that translates would take it away.
    fn end(&self) -> Comment {
        let end = document().create_comment("");
        let _ = self.0.append_child(&end);
        end
    }

    /// The element as a form control. Selects and text areas have the same members that are used here.
    pub(super) fn input(&self) -> HtmlInputElement {
        self.0.clone().unchecked_into()
    }
}

/// An element of a list.
struct Kept {
    view: El,
    /// Of its signals, effects and listeners.
    owner: Owner,
}

/// Puts elements into this order before `end`. What is moved loses the focus, so the one that has it stays where it is and
/// the others go around it.
fn arrange<'a>(views: impl DoubleEndedIterator<Item = &'a El>, end: &Node) {
    let focused = active_element();
    let mut next = end.clone();
    for El(node) in views.rev() {
        let has_focus = focused.as_ref().is_some_and(|it| node.contains(Some(it)));
        if !has_focus && node.next_sibling().as_ref() != Some(&next) {
            put(node, &next);
        }
        next = node.clone().into();
    }
}

/// What can have the focus.
const FOCUSABLE: &str = "a[href],button:enabled,input:enabled,select:enabled,textarea:enabled,summary,[tabindex]";

/// What can have the focus among elements and in them.
fn focusable(views: &mut dyn Iterator<Item = &El>) -> Vec<Node> {
    let mut all = Vec::new();
    for El(node) in views {
        if node.matches(FOCUSABLE) == Ok(true) {
            all.push(node.clone().into());
        }
        if let Ok(inner) = node.query_selector_all(FOCUSABLE) {
            all.extend((0..inner.length()).filter_map(|idx| inner.get(idx)));
        }
    }
    all
}

/// The place of what has the focus among elements that stand before `end`.
fn place_of_focus(end: &Node, views: &mut dyn Iterator<Item = &El>) -> Option<usize> {
    let focused: Node = active_element()?.into();
    // Most often it is elsewhere, and the elements may be many.
    end.parent_node().filter(|it| it.contains(Some(&focused)))?;
    focusable(views).iter().position(|it| *it == focused)
}

/// Where the focus was lost with what has gone, it goes to the same place among the elements that are there now, else to the
/// heading around `end`. Code that has a better place gives it the focus before.
fn keep_focus(place: usize, views: Vec<El>, end: Comment) {
    spawn_local(async move {
        if active_element().is_some_and(|it| it.tag_name() != "BODY") {
            return;
        }
        let mut left = focusable(&mut views.iter());
        left.truncate(place + 1);
        match left.pop() {
            Some(next) => drop(next.unchecked_into::<HtmlElement>().focus()),
            None => focus_heading(end.parent_element()),
        }
    });
}

/// Gives the focus to the heading of the dialog or the part of the page around a place; the page does not move for it.
pub(super) fn focus_heading(place: Option<web_sys::Element>) {
    let part = place.and_then(|it| it.closest("dialog,aside,main").ok().flatten());
    let part = part.or_else(|| document().query_selector("main").ok().flatten());
    let Some(heading) = part.and_then(|it| it.query_selector("h1,h2").ok().flatten()) else { return };
    let _ = heading.set_attribute("tabindex", "-1");
    let still = web_sys::FocusOptions::new();
    still.set_prevent_scroll(true);
    let _ = heading.unchecked_into::<HtmlElement>().focus_with_options(&still);
}

/// Puts a node before another one, wherever that is.
fn put(node: &Node, next: &Node) {
    let _ = next.parent_node().map(|parent| parent.insert_before(node, Some(next)));
}

/// Listens to an event of the window, until the owner is done.
pub(super) fn on_window(event: &str, run: impl FnMut(Event) + 'static) {
    listen(window().into(), event, Box::new(run));
}

/// Calls `run` whenever an element has got another size, until the owner is done.
pub(super) fn on_resize(element: &HtmlElement, run: impl FnMut() + 'static) {
    let run = Closure::<dyn FnMut()>::new(run);
    if let Ok(observer) = ResizeObserver::new(run.as_ref().unchecked_ref()) {
        observer.observe(element);
        let watched = SendWrapper::new((observer, run));
        on_cleanup(move || watched.take().0.disconnect());
    }
}

fn listen(target: EventTarget, event: &str, run: Box<dyn FnMut(Event)>) {
    keep(Listener::new(target, event, run));
}

/// Listens until the owner is done.
fn keep(listener: Listener) {
    let listener = SendWrapper::new(listener);
    on_cleanup(move || drop(listener.take()));
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
