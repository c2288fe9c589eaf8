//! The first screen of a page without a connection: what is ready to use, systems by their names, any other API, and what to
//! read.

use leptos::prelude::*;

use super::super::kit::{El, button, el};
use super::super::offered::Offered;
use super::command;
use super::dialog::open;
use super::manager::Ask;
use crate::adapters::DIALECTS;
use crate::config::Connection;
use crate::config::form::{Catalog, Form, Speaks};
use crate::config::local::LocalConnections;
use crate::messages::Number;
use crate::messages::config::not_kept;
use crate::messages::welcome::Welcome;
use crate::platform::connections::{KEY, kept, read_kept};
use crate::platform::storage::store;

/// The screen.
pub(super) fn view(offered: Offered) -> El {
    let trouble = RwSignal::new(false);
    let suggested = offered.suggested.get_value();
    let head = el("div.welcome-head")
        .child(el("h1").text(&Welcome::Title.text()))
        .child(el("p.muted").text(&Welcome::About.text()));
    let not_saved = move || {
        let text = Welcome::NotSaved.text();
        trouble.get().then(|| el("div.panel.error").attr("role", "alert").child(el("p").text(&text)))
    };
    el("div.welcome")
        .child(head)
        .maybe(unusable(offered))
        .bind_child(not_saved)
        .maybe((!suggested.is_empty()).then(|| ready(offered, suggested, trouble)))
        .child(known(offered))
        .child(
            el("div.welcome-ways")
                .child(any(offered))
                .child(way(&Welcome::Read.text(), "").child(el("ul").children(guides()))),
        )
}

fn way(title: &str, about: &str) -> El {
    let about = (!about.is_empty()).then(|| el("p.muted").text(about));
    el("section.welcome-way").child(el("h2").text(title)).maybe(about)
}

/// What is kept and cannot be used, so that the page has nothing to show.
fn unusable(offered: Offered) -> Option<El> {
    let why = match read_kept() {
        Err(why) => not_kept(&why),
        Ok(kept) if !kept.own.is_empty() => Welcome::Broken.text(),
        Ok(_) => return None,
    };
    let review = button("button", &Welcome::Review.text(), move || open(offered, Ask::List));
    Some(el("div.panel.error").child(el("p").text(&why)).child(review))
}

/// What comes with the page: each connects with one click.
fn ready(offered: Offered, suggested: Vec<Connection>, trouble: RwSignal<bool>) -> El {
    let one = |it: &Connection| {
        let this = vec![it.clone()];
        el("li").child(button("button", &it.name, move || add(offered, &this, trouble)).attr("translate", "no"))
    };
    let all = suggested.clone();
    let n = Number(suggested.len());
    let add_all = button("button primary", &Welcome::AddAll { n }.text(), move || add(offered, &all, trouble));
    way(&Welcome::Suggested.text(), &Welcome::SuggestedWhat.text())
        .child(el("ul.welcome-choices").children(suggested.iter().map(one).collect()))
        .maybe((suggested.len() > 1).then(|| el("p").child(add_all)))
}

/// Keeps connections as the user's own, and shows them.
fn add(offered: Offered, all: &[Connection], trouble: RwSignal<bool>) {
    let mut now: LocalConnections = kept();
    for it in all {
        now.put(None, it.settings.clone());
    }
    match store(KEY, &now.to_json()) {
        Ok(()) => offered.renew(match all {
            [only] => &only.name,
            _ => "",
        }),
        Err(_) => trouble.set(true),
    }
}

/// The systems that the page knows by their names: each leads to the form with all but the address in it.
fn known(offered: Offered) -> El {
    let catalog = Catalog::new(DIALECTS);
    let choice = |(speaks, name): (Speaks, crate::words::Words)| {
        let name = name.text().into_owned();
        let filled = Form { name: name.clone(), speaks: speaks.clone(), ..Form::default() }.to_json(&catalog);
        el("li").child(button("button", &name, move || open(offered, Ask::Add(filled.clone()))).attr("translate", "no"))
    };
    let all: Vec<El> = catalog.all().into_iter().filter(|it| it.0 != Speaks::Described).map(choice).collect();
    way(&Welcome::Known.text(), &Welcome::KnownWhat.text())
        .child(el("ul.welcome-choices").children(all))
        .child(command::example())
}

fn any(offered: Offered) -> El {
    let catalog = Catalog::new(DIALECTS);
    let empty = Form { speaks: Speaks::Described, ..Form::default() }.to_json(&catalog);
    let describe = move || open(offered, Ask::Add(empty.clone()));
    way(&Welcome::Any.text(), &Welcome::AnyWhat.text()).child(el("p").child(button(
        "button",
        &Welcome::Describe.text(),
        describe,
    )))
}

/// What comes with the page to read.
fn guides() -> Vec<El> {
    let guides = [(Welcome::ReadDescribe.text(), "connect-any-api.md"), (Welcome::ReadProxy.text(), "proxy.md")];
    let link = |(text, file): &(std::borrow::Cow<str>, &str)| {
        el("li").child(el("a").attr("href", file).attr("target", "_blank").text(text))
    };
    guides.iter().map(link).collect()
}
