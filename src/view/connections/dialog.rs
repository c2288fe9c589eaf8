//! The dialog that manages connections: those of `config.json`, and those that this browser keeps.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::super::dialogs::frame::modal;
use super::super::download::Download;
use super::super::kit::{El, button, el, on_window};
use super::super::offered::Offered;
use super::manager::{Above, Ask, Manager, ON_PAGE, Trouble, focus_button};
use super::{connection_list, connection_test, edit, import};
use crate::adapters::DIALECTS;
use crate::config::import::config_json;
use crate::json;
use crate::messages::config::not_kept;
use crate::messages::connections::{ConnectionLine, Manages};
use crate::messages::dialogs::Dialogs;
use crate::platform::connections::read_kept;
use crate::platform::{active_element, document};

/// Opens it over the page, or only its form.
pub(super) fn open(offered: Offered, ask: Ask) {
    let Ok(place) = document().create_element("div").map(JsCast::unchecked_into::<HtmlElement>) else { return };
    // The page's own box, which is asked how wide the page is.
    let Ok(Some(app)) = document().query_selector("#app") else { return };
    let _ = app.append_child(&place);
    let parent = place.clone();
    let mounted = mount_to(parent, {
        let place = El(place.clone());
        move || {
            Manager::new(offered, ask).view(place);
        }
    });
    ON_PAGE.with_borrow_mut(|it| {
        *it = Some(Box::new(move || {
            drop(mounted);
            place.remove();
        }));
    });
}

impl Manager {
    fn view(self, place: El) {
        on_window("storage", move |_| {
            if let Ok(kept) = read_kept() {
                self.kept.set(kept);
            }
        });
        let above = move || {
            let Some(above) = self.above.get() else {
                if !self.has_list.get_untracked() {
                    self.close();
                }
                return None;
            };
            Some(untrack(|| match above {
                Above::Form { before, settings } => edit::form(self, before, &settings),
                Above::Remove { settings, name } => self.removal(settings, &name),
                Above::Test(connection) => connection_test::dialog(*connection, move || self.above.set(None)),
                Above::Import { file, brought } => import::dialog(self, &file, brought),
            }))
        };
        place.bind_show(move || self.has_list.get(), move || self.list_view()).child(el("div").bind_child(above));
    }

    fn list_view(self) -> El {
        let body = el("div.modal-body")
            .bind_child(move || self.trouble.get().map(|it| trouble_panel(&it)))
            .child(el("p.muted").text(&Manages::About.text()))
            .child(connection_list::lines(self))
            .child(el("p.offscreen").attr("role", "status").bind_text(move || self.said.get()));
        let add = move || self.above.set(Some(Above::Form { before: None, settings: String::new() }));
        let files = el("div.foot-text.panel-buttons").children(import::chooser(self)).child(button(
            "button",
            &Manages::Export.text(),
            move || self.export(),
        ));
        let close = button("button", &Manages::Close.text(), move || self.close());
        let add = button("button primary", &Manages::Add.text(), add);
        let foot = el("div.modal-foot").child(files).child(close).child(add);
        let content = el("div.modal-whole").child(body).child(foot);
        modal(&Manages::Title.text(), "dialog", active_element(), move || self.close(), content)
    }

    /// The question before one of the user's own is removed.
    fn removal(self, settings: String, name: &str) -> El {
        let close = move || self.above.set(None);
        let removed = name.to_owned();
        let remove = move || {
            close();
            if self.change(|it| it.remove(&settings)) {
                self.said.set(Manages::Removed { name: &removed }.text().into());
                focus_button(&Manages::Add.text());
            }
        };
        let body = el("div.modal-body")
            .child(el("p.question").child(el("bdi.token-name").attr("translate", "no").text(name)))
            .child(el("p").text(&Manages::RemoveWhat.text()));
        let foot = el("div.modal-foot").child(button("button", &Dialogs::Cancel.text(), close)).child(button(
            "button danger",
            &ConnectionLine::Remove.text(),
            remove,
        ));
        let content = el("div").child(body).child(foot);
        modal(&Manages::RemoveTitle.text(), "alertdialog", active_element(), close, content)
    }

    /// Hands out the connections that the page offers, as a `config.json`.
    fn export(self) {
        let shown = self.hosted.with_value(|hosted| self.kept.with_untracked(|kept| kept.shown(hosted, DIALECTS)));
        let text = config_json(&shown);
        let text = json::read(text.as_bytes()).map(|it| json::pretty(&it)).unwrap_or_default();
        let file = Download::new("application/json");
        let said = match file.add(&(text + "\n")).and_then(|()| file.save("config.json")) {
            Some(()) => Manages::Exported.text(),
            None => Manages::NotExported.text(),
        };
        self.said.set(said.into());
    }
}

fn trouble_panel(trouble: &Trouble) -> El {
    let text = match trouble {
        Trouble::NotRead(why) => not_kept(why),
        Trouble::NotSaved => Manages::NotSaved.text(),
    };
    el("div.panel.error").attr("role", "alert").child(el("p").text(&text))
}
