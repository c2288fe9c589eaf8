//! The page: which part is seen when. Views only wire; what they show is decided elsewhere.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::browser;
use crate::config::{Config, Connection, Mistake};
use crate::desk::{Desk, Dialog};

mod confirm;
mod dialog;
mod filters;
mod form;
mod notice;
mod sign_in;
mod table;
mod toolbar;

/// Puts the app in the place of the page's first paint and starts it.
pub fn start() {
    browser::watch_policy();
    let place = browser::document().get_element_by_id("app").map(JsCast::unchecked_into::<web_sys::HtmlElement>);
    let Some(place) = place else { return };
    wasm_bindgen_futures::spawn_local(async move {
        let config = read_config().await;
        place.set_text_content(None);
        mount_to(place, move || match config {
            Ok(config) => page(config).into_any(),
            Err(mistakes) => misconfigured(mistakes).into_any(),
        })
        .forget();
    });
}

/// Reads `config.json` beside the page.
async fn read_config() -> Result<Config, Vec<Mistake>> {
    let text = async {
        let answer = JsFuture::from(browser::window().fetch_with_str("config.json")).await.ok()?;
        let answer: web_sys::Response = answer.unchecked_into();
        let text = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
        Some(if answer.ok() { Ok(text) } else { Err(format!("cannot be read: the server answered {}", answer.status())) })
    };
    let unreadable = |text: String| vec![Mistake { pointer: String::new(), text }];
    match text.await {
        Some(Ok(text)) => Config::parse(&text),
        Some(Err(problem)) => Err(unreadable(problem)),
        None => Err(unreadable("cannot be read: the server did not answer".into())),
    }
}

/// The page where the configuration is wrong.
fn misconfigured(mistakes: Vec<Mistake>) -> impl IntoView {
    let line = |Mistake { pointer, text }: Mistake| {
        let place = if pointer.is_empty() { "config.json".to_owned() } else { pointer };
        view! { <li><code>{place}</code>{" "}{text}</li> }
    };
    view! {
        <main class="message-page">
            <h1>{"The page is not configured rightly"}</h1>
            <p role="alert">{"The file config.json beside this page has to be corrected by whoever hosts it:"}</p>
            <ul>{mistakes.into_iter().map(line).collect_view()}</ul>
            <p><button type="button" class="button primary" on:click=|_| { let _ = browser::window().location().reload(); }>{"Reload"}</button></p>
        </main>
    }
}

fn page(config: Config) -> impl IntoView {
    let wanted = browser::address_params().into_iter().find(|(key, _)| key == "connection").map(|(_, name)| name);
    let opened = wanted.and_then(|name| config.connections.iter().position(|it| it.name == name)).unwrap_or(0);
    let chosen = RwSignal::new(opened);
    let connections = StoredValue::new(config.connections);
    let on_page = StoredValue::new_local(None::<Desk>);
    browser::on_window("popstate", move |_| {
        if let Some(desk) = on_page.get_value() {
            desk.read_address();
        }
    });
    move || {
        let idx = chosen.get();
        let connection = connections.with_value(|it| it[idx].clone());
        let desk = Desk::new(connection, idx != 0);
        on_page.set_value(Some(desk));
        desk.start();
        view! { <DeskView desk connections chosen/> }
    }
}

#[component]
fn DeskView(desk: Desk, connections: StoredValue<Vec<Connection>>, chosen: RwSignal<usize>) -> impl IntoView {
    let several = connections.with_value(|it| it.len() > 1);
    let can_sign_in = desk.connection().auth != crate::config::Auth::None;
    view! {
        <header class="page-head">
            <div class="brand">
                <span class="brand-mark" aria-hidden="true">{"t"}</span>
                <span class="brand-name">{"tokendeck"}</span>
            </div>
            <div class="page-connection">
                {several.then(|| toolbar::connections(desk, connections, chosen))}
                {move || (can_sign_in && desk.signed_in.get()).then(|| view! {
                    <button type="button" class="button quiet" on:click=move |_| desk.sign_out()>{"Sign out"}</button>
                })}
            </div>
        </header>
        <main class="page-main">
            {toolbar::toolbar(desk)}
            {filters::filters(desk)}
            {toolbar::state_line(desk)}
            {notice::load_error(desk)}
            {table::table(desk)}
        </main>
        {notice::notice(desk)}
        {move || desk.dialog.get().map(|dialog| match dialog {
            Dialog::Create => form::create(desk).into_any(),
            Dialog::Edit(token) => form::edit(desk, token).into_any(),
            Dialog::Revoke(token) => confirm::revoke(desk, token).into_any(),
            Dialog::Delete(token) => confirm::delete(desk, token).into_any(),
        })}
        {move || desk.sign_in.get().map(|reason| sign_in::sign_in(desk, reason))}
    }
}
