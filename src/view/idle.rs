//! Signs out where the page is left alone: warns before, waits for what is being sent, and says afterwards that it was so. What
//! the clock says is in `session/idle`; this listens to the user, looks at the clock, and shows the dialog.
//!
//! An action is a key, a press, a touch or a turn of the wheel. A pointer that merely moves is none: a desk that shakes moves
//! it. Pages of this origin tell each other when the user did something, as it is one person at one machine.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::clients::All;
use super::dialogs::frame::modal;
use super::kit::{El, button, el, on_window};
use crate::messages::idle::IdleDialog;
use crate::messages::{Count, Unit};
use crate::platform::storage::{store, stored};
use crate::platform::{Listener, Timer, active_element, document, now, window};
use crate::session::idle::{Due, Idle};
use crate::time::Millis;
use crate::workspace::Workspace;

/// Where pages of this origin note when the user did something: two times of day.
const KEY: &str = "tokendeck.active";

/// How often that is noted at most, in milliseconds.
const NOTED: Millis = 2_000;

/// How soon it is looked again whether a change is still being sent, in milliseconds.
const WAIT: i32 = 250;

/// What is an action of the user.
const ACTIONS: [&str; 4] = ["keydown", "pointerdown", "touchstart", "wheel"];

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing is said.
    Quiet,
    /// It ends soon.
    Warning,
    /// It has ended, and a change is still being sent.
    Waiting,
    /// The user is signed out everywhere.
    Over,
}

#[derive(Clone, Copy)]
struct Watch {
    minutes: u32,
    all: StoredValue<All, LocalStorage>,
    on_page: RwSignal<Option<Workspace>>,
    idle: StoredValue<Idle>,
    noted_at: StoredValue<Millis>,
    state: RwSignal<State>,
    /// Seconds until it ends.
    left: RwSignal<usize>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
}

/// Watches as long as the page is there; the element is the place of the dialog.
pub(super) fn watch(minutes: u32, all: All, on_page: RwSignal<Option<Workspace>>) -> El {
    let watch = Watch {
        minutes,
        all: StoredValue::new_local(all),
        on_page,
        idle: StoredValue::new(Idle::new(minutes, now())),
        noted_at: StoredValue::new(0),
        state: RwSignal::new(State::Quiet),
        left: RwSignal::new(0),
        timer: StoredValue::new_local(None),
    };
    for action in ACTIONS {
        // Before anything that would act on it.
        keep(Listener::early(window().into(), action, Box::new(move |_| watch.act())));
    }
    // A machine that wakes up shows one of these first, as a rule.
    for event in ["focus", "pageshow", "storage"] {
        on_window(event, move |_| watch.look());
    }
    keep(Listener::new(document().into(), "visibilitychange", Box::new(move |_| watch.look())));
    watch.look();
    el("div").bind_child(move || watch.dialog(watch.state.get()))
}

/// Listens until the owner is done.
fn keep(listener: Listener) {
    StoredValue::new_local(listener);
}

impl Watch {
    /// The user has done something.
    fn act(self) {
        // A dialog that warns is answered by its buttons, and what has ended goes on to its end.
        if matches!(self.state.get_untracked(), State::Warning | State::Waiting) {
            return;
        }
        self.stay();
    }

    fn stay(self) {
        let now = now();
        if !self.holds_user() {
            self.idle.update_value(|it| it.begin(now));
        } else if self.idle.try_update_value(|it| it.act(now)) != Some(true) {
            self.look();
        } else if now - self.noted_at.get_value() >= NOTED {
            self.noted_at.set_value(now);
            // Without storage every page goes by itself.
            let _ = store(KEY, &self.idle.with_value(Idle::note));
        }
    }

    /// Looks at the clock, does what is due, and comes back.
    fn look(self) {
        let now = now();
        if let Ok(Some(note)) = stored(KEY) {
            self.idle.update_value(|it| {
                it.hear(&note, now);
            });
        }
        if !self.holds_user() {
            self.idle.update_value(|it| it.begin(now));
        }
        let due = self.idle.try_update_value(|it| it.due(now)).unwrap_or(Due::Over);
        let is_waiting = self.state.get_untracked() == State::Waiting;
        let after = match due {
            Due::Over => self.end(State::Over),
            _ if is_waiting => self.end(State::Over),
            Due::Warning(left) => {
                self.left.set(usize::try_from((left + 999) / 1_000).unwrap_or_default());
                self.show(State::Warning);
                i32::try_from(left % 1_000).unwrap_or_default() + 1
            }
            Due::Nothing(after) => {
                if self.state.get_untracked() == State::Warning {
                    self.show(State::Quiet);
                }
                i32::try_from(after).unwrap_or(i32::MAX)
            }
        };
        // Not from within the timer, which ends with that.
        self.timer.set_value(Some(Timer::after(after, move || spawn_local(async move { self.look() }))));
    }

    fn show(self, state: State) {
        if self.state.get_untracked() != state {
            self.state.set(state);
        }
    }

    /// Whether there is anything to sign out from.
    fn holds_user(self) -> bool {
        self.all.with_value(|all| {
            all.borrow().iter().any(|(_, opened)| {
                opened.with_untracked(|it| it.as_ref().is_some_and(|it| it.as_ref().is_ok_and(|it| it.holds_user())))
            })
        })
    }

    /// Signs out everywhere, as the user would, but for where something is being sent: there it is done later. How long
    /// until then, in milliseconds. `then` is shown once it is done.
    fn end(self, then: State) -> i32 {
        let sources = self.on_page.get_untracked().map(|it| it.connection_states()).unwrap_or_default();
        let opened: Vec<_> = self.all.with_value(|all| all.borrow().iter().map(|it| it.1).collect());
        let mut is_writing = false;
        for client in opened.into_iter().filter_map(|it| it.get_untracked()?.ok()).filter(|it| it.holds_user()) {
            if client.is_writing() {
                is_writing = true;
                continue;
            }
            match sources.iter().find(|it| Rc::ptr_eq(&it.client(), &client)) {
                Some(source) => source.sign_out(),
                // It is not on the page.
                None => client.forget(),
            }
        }
        self.show(if is_writing { State::Waiting } else { then });
        if is_writing { WAIT } else { 0 }
    }

    fn dialog(self, state: State) -> Option<El> {
        let minutes = Count(self.minutes as usize, Unit::Minute);
        let (title, text, buttons) = match state {
            State::Quiet => return None,
            State::Warning => {
                let stay = move || {
                    self.stay();
                    self.look();
                };
                let out = button("button", &IdleDialog::SignOut.text(), move || {
                    self.end(State::Quiet);
                    self.look();
                });
                let stay = button("button primary", &IdleDialog::Stay.text(), stay).attr("autofocus", "");
                (IdleDialog::Warning.text(), IdleDialog::Quiet { n: minutes }.text(), vec![out, stay])
            }
            State::Waiting => (IdleDialog::Waiting.text(), IdleDialog::WaitingFor.text(), Vec::new()),
            State::Over => {
                let close = button("button primary", &IdleDialog::Close.text(), move || self.show(State::Quiet));
                (IdleDialog::Over.text(), IdleDialog::OverWhy { n: minutes }.text(), vec![close])
            }
        };
        let left = (state == State::Warning).then(|| {
            // Not told every second: a timer is read when the user goes to it.
            el("p")
                .attr("role", "timer")
                .bind_text(move || IdleDialog::Left { n: Count(self.left.get(), Unit::Second) }.text().into())
        });
        let body = el("div.modal-body").child(el("p").text(&text)).maybe(left);
        let foot = (!buttons.is_empty()).then(|| el("div.modal-foot").children(buttons));
        let on_escape = move || match state {
            State::Warning => {
                self.stay();
                self.look();
            }
            State::Over => self.show(State::Quiet),
            State::Quiet | State::Waiting => {}
        };
        Some(untrack(|| {
            let content = el("div.modal-whole").child(body).maybe(foot);
            modal(&title, "alertdialog", active_element(), on_escape, content)
        }))
    }
}
