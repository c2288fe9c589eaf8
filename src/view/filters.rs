//! The filters above the table, what is set of them, and `Clear filters`.

use std::borrow::Cow;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, FocusEvent, HtmlElement, Node};

use super::choices::{scope_choices, toggle_in};
use super::kit::{El, button, effect, el, key_of, on_window, value_of, verbatim};
use crate::excerpt::LINE;
use crate::messages::filters::{Chip, EndsChoice, Filters, ListOf, UsedChoice, list_empty, list_name, list_title};
use crate::messages::{Count, Number, Unit, shown, status_filter};
use crate::platform::{ViewerZone, now};
use crate::query::{Ends, Filter, LastUsed, StatusFilter};
use crate::time::{DAY, wall_at};
use crate::workspace::Workspace;
use crate::workspace::connection::Scopes;

/// What of the filters comes later.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// Those that are not always wanted.
    More,
    /// A list any of whose entries a token must have.
    List(ListOf),
}

/// All filters. `later` makes the parts that come later.
pub(super) fn filters(workspace: Workspace, later: impl Fn(Part) -> El + Copy + 'static) -> El {
    let system = workspace.system();
    let option = |it: &StatusFilter| el("option").attr("value", it.key()).text(status_filter(*it));
    let status = el("select")
        .children(system.statuses.iter().map(option).collect())
        .bind_value(move || workspace.query.with(|it| it.filter.status.key().into()))
        .on("change", move |event| {
            let key = value_of(&event);
            let chosen = StatusFilter::from_key(&key).unwrap_or_default();
            workspace.filter(None, |it| it.status = chosen);
        });
    let more = RwSignal::new(false);
    let has_more = Memo::new(move |_| workspace.query.with(|it| it.filter.has_more()));
    // What an address asks for is in sight; afterwards it is the user's to fold away.
    effect(move || {
        if has_more.get() {
            more.set(true);
        }
    });
    let opener = button("button quiet", &Filters::More.text(), move || more.update(|it| *it = !*it))
        .bind_attr("aria-expanded", move || Some(more.get().to_string()));
    let always = el("div.filters")
        .child(search(workspace, &Filters::SearchByName.text(), "name", |it| &mut it.name))
        .child(search(workspace, &Filters::SearchBy { label: &system.id_label.text() }.text(), "guid", |it| {
            &mut it.guid
        }))
        .maybe(workspace.is_inventory().then(|| choice_filter(workspace, ListOf::Systems, later)))
        .maybe(system.scopes_label.is_some().then(|| choice_filter(workspace, ListOf::Scopes, later)))
        .child(el("label.field").child(el("span").text(&Filters::Status.text())).child(status))
        .child(opener);
    el("div.search")
        .attr("role", "search")
        .attr("aria-label", &Filters::Label.text())
        .child(always)
        .bind_show(move || more.get(), move || later(Part::More))
}

/// A part that has come.
pub(super) fn part(workspace: Workspace, part: Part) -> El {
    match part {
        Part::More => more_filters(workspace),
        Part::List(of) => list(workspace, of),
    }
}

/// Filters that are not always wanted: who made it, when it was used, when it ends.
fn more_filters(workspace: Workspace) -> El {
    let used = el("select")
        .children(LAST_USED.map(|(value, choice)| el("option").attr("value", value).text(&choice.text())).into())
        .bind_value(move || match workspace.query.with(|it| it.filter.last_used) {
            LastUsed::Before(_) => "before".into(),
            other => other.key(),
        })
        .on("change", move |event| {
            let chosen = match value_of(&event).as_str() {
                "before" => LastUsed::Before(wall_at(now(), &ViewerZone).div_euclid(DAY) * DAY - 90 * DAY),
                key => LastUsed::from_key(key).unwrap_or_default(),
            };
            workspace.filter(None, |it| it.last_used = chosen);
        });
    let before = move || {
        let is_before = workspace.query.with(|it| matches!(it.filter.last_used, LastUsed::Before(_)));
        is_before.then(|| {
            let date = el("input")
                .attr("type", "date")
                .bind_value(move || workspace.query.with(|it| it.filter.last_used.key()))
                // While a date is being typed there is none, and the last one holds.
                .on("change", move |event| {
                    if let Some(date @ LastUsed::Before(_)) = LastUsed::from_key(&value_of(&event)) {
                        workspace.filter(None, |it| it.last_used = date);
                    }
                });
            el("label.field").child(el("span").text(&Filters::LastUsedBefore.text())).child(date)
        })
    };
    let ends = el("select")
        .children(ENDS.map(|(value, choice)| el("option").attr("value", value).text(&choice.text())).into())
        .bind_value(move || {
            workspace.query.with(|it| match it.filter.ends {
                Ends::Within(days) if !ENDS.iter().any(|(value, _)| *value == days.to_string()) => "within".into(),
                other => other.key(),
            })
        })
        .on("change", move |event| {
            let chosen = match value_of(&event).as_str() {
                "within" => Ends::Within(14),
                key => Ends::from_key(key).unwrap_or_default(),
            };
            workspace.filter(None, |it| it.ends = chosen);
        });
    let within = move || {
        let is_within = workspace.query.with(|it| matches!(it.filter.ends, Ends::Within(_)));
        is_within.then(|| {
            let days = el("input")
                .attr("type", "number")
                .attr("min", "0")
                .attr("max", "36500")
                .bind_value(move || workspace.query.with(|it| it.filter.ends.key()))
                .on("input", move |event| {
                    if let Some(within @ Ends::Within(_)) = Ends::from_key(&value_of(&event)) {
                        workspace.filter(Some("ends"), |it| it.ends = within);
                    }
                });
            el("label.field").child(el("span").text(&Filters::DaysFromNow.text())).child(days)
        })
    };
    el("div.filters")
        .child(search(workspace, &Filters::CreatedBy.text(), "creator", |it| &mut it.created_by))
        .child(el("label.field").child(el("span").text(&Filters::LastUsed.text())).child(used))
        .bind_child(before)
        .child(el("label.field").child(el("span").text(&Filters::Expires.text())).child(ends))
        .bind_child(within)
}

/// The choices of `Last used`, as the address writes them.
const LAST_USED: [(&str, UsedChoice); 3] =
    [("", UsedChoice::Any), ("never", UsedChoice::Never), ("before", UsedChoice::Before)];

/// The choices of `Expires`, as the address writes them.
const ENDS: [(&str, EndsChoice); 6] = [
    ("", EndsChoice::Any),
    ("7", EndsChoice::within(7)),
    ("30", EndsChoice::within(30)),
    ("90", EndsChoice::within(90)),
    ("within", EndsChoice::WithinTyped),
    ("never", EndsChoice::Never),
];

fn search(workspace: Workspace, label: &str, key: &'static str, part: fn(&mut Filter) -> &mut String) -> El {
    let input = el("input")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .bind_value(move || workspace.query.with(|it| part(&mut it.filter.clone()).clone()))
        .on("input", move |event| workspace.filter(Some(key), |it| *part(it) = value_of(&event)));
    el("label.field.grow").child(el("span").text(label)).child(input)
}

/// What is ticked in a list.
fn ticked(filter: &Filter, of: ListOf) -> &Vec<String> {
    match of {
        ListOf::Scopes => &filter.scopes,
        ListOf::Systems => &filter.systems,
    }
}

/// The entries of a list, to tick those of which a token must have any.
fn list(workspace: Workspace, of: ListOf) -> El {
    let chosen = Memo::new(move |_| workspace.query.with(|it| ticked(&it.filter, of).clone()));
    // The ones that the system lists, those that tokens have and those of the address: each can be taken away again.
    let choices = Memo::new(move |_| match of {
        ListOf::Scopes => {
            workspace.load.track();
            let used = workspace.connection_states().into_iter().flat_map(|it| it.used_scopes());
            workspace.scopes.with(|it| it.with_others(used.chain(chosen.get())))
        }
        ListOf::Systems => {
            let names = workspace.slots.with(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
            Scopes::default().with_others(names.into_iter().chain(chosen.get()))
        }
    });
    let failed = move || {
        let is_failed = matches!(of, ListOf::Scopes) && workspace.scopes.with(|it| it.error.is_some());
        is_failed.then(|| el("p.muted").text(&Filters::ScopesNotLoaded.text()))
    };
    let toggle = move |id: &str| {
        workspace.filter(None, |it| match of {
            ListOf::Scopes => toggle_in(&mut it.scopes, id),
            ListOf::Systems => toggle_in(&mut it.systems, id),
        });
    };
    let none = move || choices.with(Vec::is_empty).then(|| el("p.muted").text(list_empty(of)));
    let [find, list] = scope_choices(choices, chosen, Rc::new(toggle), "popup-list");
    let popup = el("div.popup").attr("role", "group").attr("aria-label", list_name(of));
    popup.child(find).bind_child(failed).child(list).bind_child(none)
}

/// A button that opens a list, any of whose entries a token must have.
fn choice_filter(workspace: Workspace, of: ListOf, later: impl Fn(Part) -> El + Copy + 'static) -> El {
    let title = list_title(of);
    let open = RwSignal::new(false);
    let name = move |id: &str| workspace.scopes.with(|it| it.name(id).to_owned());
    let n_chosen = move || workspace.query.with(|it| ticked(&it.filter, of).len());
    let opener = el("button.select-like")
        .attr("type", "button")
        .attr("translate", "no")
        .attr("aria-haspopup", "true")
        .bind_attr("aria-expanded", move || Some(open.get().to_string()))
        .bind_attr("aria-label", move || {
            Some(match n_chosen() {
                0 => title.into(),
                n => Filters::TitleChosen { title, n: Number(n) }.text().into(),
            })
        })
        .bind_text(move || {
            workspace.query.with(|it| match (of, ticked(&it.filter, of).as_slice()) {
                (_, []) => Filters::Any.text().into(),
                (ListOf::Scopes, [one]) => shown(&name(one), LINE).into_owned(),
                (ListOf::Systems, [one]) => shown(one, LINE).into_owned(),
                (_, several) => Filters::Chosen { n: Number(several.len()) }.text().into(),
            })
        })
        .on("click", move |_| open.update(|it| *it = !*it));
    let popup = move || open.get().then(|| later(Part::List(of)));
    let (host, button) = (el("div.field.popup-host"), opener.0.clone());
    let (for_focus, for_pointer) = (host.0.clone(), send_wrapper::SendWrapper::new(host.0.clone()));
    on_window("pointerdown", move |event| {
        if open.get_untracked() && !is_within(&for_pointer, event.target()) {
            open.set(false);
        }
    });
    host.child(el("span").attr("aria-hidden", "true").text(title))
        .child(opener)
        .bind_child(popup)
        .on("keydown", move |event| {
            if key_of(&event) == "Escape" && open.get_untracked() {
                event.prevent_default();
                open.set(false);
                let _ = button.focus();
            }
        })
        .on("focusout", move |event| {
            let to = event.unchecked_ref::<FocusEvent>().related_target();
            if to.is_some() && !is_within(&for_focus, to) {
                // The page may be going away with the focus in it.
                let _ = open.try_set(false);
            }
        })
}

/// Whether the other end of a focus or pointer event lies within an element.
fn is_within(element: &HtmlElement, target: Option<EventTarget>) -> bool {
    target.is_some_and(|it| element.contains(it.dyn_ref::<Node>()))
}

/// What is set, each to be taken away by itself. The chips stay as they are while the user types; their texts follow.
pub(super) fn chips(workspace: Workspace) -> impl Fn() -> Option<El> {
    let set = Memo::new(move |_| {
        let mut filter = workspace.query.with(|it| it.filter.clone());
        for typed in [&mut filter.name, &mut filter.guid, &mut filter.created_by] {
            *typed = if typed.trim().is_empty() { String::new() } else { "typed".into() };
        }
        filter
    });
    move || {
        let set = set.get();
        (!set.is_empty()).then(|| chips_of(workspace, set))
    }
}

fn chips_of(workspace: Workspace, filter: Filter) -> El {
    let mut list = el("ul").attr("aria-label", &Chip::List.text());
    let mut chip = |text: Rc<dyn Fn() -> String>, remove: Box<dyn Fn(&mut Filter)>| {
        let label = text.clone();
        let button = button("chip", "", move || workspace.filter(None, |it| remove(it)))
            .bind_attr("aria-label", move || Some(Chip::Remove { filter: &label() }.text().into()))
            .child(verbatim("").bind_text(move || shown(&text(), LINE).into_owned()))
            .child(el("span").attr("aria-hidden", "true").text("×"));
        list = list.clone().child(el("li").child(button));
    };
    let typed = |label: &str, text: fn(&Filter) -> &String| -> Rc<dyn Fn() -> String> {
        let label = label.to_owned();
        let typed = move |it: &Filter| Chip::Typed { label: &label, text: text(it).trim() }.text().into();
        Rc::new(move || workspace.query.with(|it| typed(&it.filter)))
    };
    let fixed = |text: Cow<str>| -> Rc<dyn Fn() -> String> {
        let text = text.into_owned();
        Rc::new(move || text.clone())
    };
    if !filter.name.is_empty() {
        chip(typed(&Chip::Name.text(), |it| &it.name), Box::new(|it| it.name.clear()));
    }
    if !filter.guid.is_empty() {
        chip(typed(&workspace.system().id_label.text(), |it| &it.guid), Box::new(|it| it.guid.clear()));
    }
    for id in filter.scopes {
        let name = workspace.scopes.with(|it| it.name(&id).to_owned());
        chip(fixed(Chip::Scope { name: &name }.text()), Box::new(move |it| it.scopes.retain(|it| *it != id)));
    }
    if filter.status != StatusFilter::All {
        let text = Chip::Status { status: status_filter(filter.status) }.text();
        chip(fixed(text), Box::new(|it| it.status = StatusFilter::All));
    }
    for system in filter.systems {
        chip(fixed(Chip::System { name: &system }.text()), Box::new(move |it| it.systems.retain(|it| *it != system)));
    }
    if !filter.created_by.is_empty() {
        chip(typed(&Chip::CreatedBy.text(), |it| &it.created_by), Box::new(|it| it.created_by.clear()));
    }
    match filter.last_used {
        LastUsed::Any => {}
        LastUsed::Never => chip(fixed(Chip::NeverUsed.text()), Box::new(|it| it.last_used = LastUsed::Any)),
        date => {
            let text = Chip::LastUsedBefore { date: &date.key() }.text();
            chip(fixed(text), Box::new(|it| it.last_used = LastUsed::Any));
        }
    }
    match filter.ends {
        Ends::Any => {}
        Ends::Never => chip(fixed(Chip::NoExpiry.text()), Box::new(|it| it.ends = Ends::Any)),
        Ends::Within(days) => {
            let text = Chip::ExpiresWithin { time: Count(days as usize, Unit::Day) }.text();
            chip(fixed(text), Box::new(|it| it.ends = Ends::Any));
        }
    }
    let clear = button("button quiet", &Filters::Clear.text(), move || workspace.clear_filters());
    el("div.chips").child(list).child(clear)
}
