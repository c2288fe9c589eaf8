//! The browser as the place where the page runs.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::window_event_listener;
use wasm_bindgen_futures::spawn_local;

use super::{Timer, ViewerZone, fetch, storage, with_formats};
use crate::api::{Later, Transport};
use crate::config::Connection;
use crate::moments;
use crate::parts::part;
use crate::record::{Records, Trouble};
use crate::runtime::{Guard, Job, Refused, Runtime};
use crate::store::Store;
use crate::time::{Millis, Zone};

/// The browser.
pub struct Browser;

/// The one that there is.
pub static BROWSER: Browser = Browser;

impl Runtime for Browser {
    fn now(&self) -> Millis {
        super::now()
    }

    fn zone(&self) -> &dyn Zone {
        &ViewerZone
    }

    fn date_time(&self, at: Millis) -> String {
        with_formats(|it| it.date_time(at))
    }

    fn spawn(&self, task: Later<'static, ()>) {
        spawn_local(task);
    }

    fn sleep(&self, millis: i32) -> Later<'static, ()> {
        Box::pin(fetch::sleep(millis))
    }

    fn soon(&self) -> Later<'static, ()> {
        Box::pin(fetch::soon())
    }

    fn painted(&self) -> Later<'static, ()> {
        Box::pin(fetch::painted())
    }

    fn after(&self, millis: i32, run: Box<dyn FnOnce()>) -> Guard {
        Box::new(Timer::after(millis, run))
    }

    fn network(&self, connection: &Connection, job: &Job) -> Box<dyn Transport> {
        Box::new(fetch::Fetch::of(job, connection))
    }

    fn address_params(&self) -> Vec<(String, String)> {
        super::address_params()
    }

    fn set_address_params(&self, params: &[(&str, String)], new_step: bool) {
        super::set_address_params(params, new_step);
    }

    fn stored(&self, key: &str) -> Result<Option<String>, Refused> {
        storage::stored(key)
    }

    fn store(&self, key: &str, text: &str) -> Result<(), Refused> {
        storage::store(key, text)
    }

    fn copy(&self, text: String) -> Later<'static, bool> {
        Box::pin(async move { super::copy(&text).await })
    }

    fn read_odd(&self, store: Rc<RefCell<Store>>) -> Later<'static, bool> {
        Box::pin(async move { read_odd_again(store).await.is_ok() })
    }

    fn records(&self) -> Later<'static, Result<Rc<dyn Records>, Trouble>> {
        Box::pin(async { open_records(()).await.map_err(|_| Trouble::NotLoaded)?.await })
    }

    fn hold_page(&self) -> Guard {
        Box::new(Held(Some(window_event_listener(ev::beforeunload, |event| event.prevent_default()))))
    }
}

part!(acting; fn read_odd_again(store: Rc<RefCell<Store>>) -> () {
    store.borrow_mut().read_odd(moments::read_odd);
});

part!(bulk; fn open_records(_nothing: ()) -> Later<'static, Result<Rc<dyn Records>, Trouble>> {
    Box::pin(super::records::open())
});

/// Asks before the page is left, as long as it lives.
struct Held(Option<leptos::prelude::WindowListenerHandle>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(listener) = self.0.take() {
            listener.remove();
        }
    }
}
