//! The module that manages connections (`src/bin/connections.rs`): loading it, and speaking with it.

use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::api::NetworkError;
use crate::config::Connection;
use crate::config::local::LocalConnections;
use crate::platform::on_window;
use crate::platform::storage::stored;
use crate::runtime::Refused;

#[wasm_bindgen]
extern "C" {
    /// Loads the module; `start.js` knows where it is.
    #[wasm_bindgen(js_name = tokendeckConnections, catch)]
    async fn load_module() -> Result<JsValue, JsValue>;

    type Module;
    #[wasm_bindgen(method)]
    fn open(this: &Module, config: &str, shown: &str, edit: Option<String>, closed: &Function);
}

/// Where the page's connections are kept in the browser.
pub const KEY: &str = "tokendeck.connections";

/// What this browser keeps of connections. Where it cannot be read, nothing; why, is told where they are managed.
pub fn kept() -> LocalConnections {
    read_kept().unwrap_or_default()
}

/// What this browser keeps of connections, or why that cannot be read: a sentence.
pub fn read_kept() -> Result<LocalConnections, String> {
    match stored(KEY) {
        Ok(None) => Ok(LocalConnections::default()),
        Ok(Some(text)) => LocalConnections::parse(&text).map_err(|problem| {
            format!("What this browser keeps of connections {problem}, so it is left out. The next change replaces it.")
        }),
        Err(Refused) => Err("This browser keeps nothing for this page: its storage is switched off.".into()),
    }
}

/// Calls `run` whenever another page of this browser has changed what is kept of connections.
pub fn on_change_elsewhere(mut run: impl FnMut() + 'static) {
    on_window("storage", move |event| {
        // A storage that was emptied names no key.
        let key = Reflect::get(&event, &"key".into()).ok().and_then(|it| it.as_string());
        if key.is_none_or(|it| it == KEY) {
            run();
        }
    });
}

/// Opens the dialog over the page, or only the form for the user's own connection that is named by `edit`. `hosted` are
/// the connections of `config.json`, `shown` is the name of the one on the page. `closed` is called when the dialog has
/// gone; where what is kept has changed, with the name of the one to show.
pub async fn manage(
    hosted: &[Connection],
    shown: &str,
    edit: Option<String>,
    closed: impl FnOnce(Option<String>) + 'static,
) -> Result<(), NetworkError> {
    let module: Module = load_module().await.map_err(|_| NetworkError::Interrupted)?.unchecked_into();
    module.open(&config_json(hosted), shown, edit, Closure::once_into_js(closed).unchecked_ref());
    Ok(())
}

/// Connections as a `config.json`.
pub fn config_json(connections: &[Connection]) -> String {
    let all: Vec<&str> = connections.iter().map(|it| it.settings.as_str()).collect();
    format!(r#"{{"connections":[{}]}}"#, all.join(","))
}
