//! The filters above the table, what is set of them, and `Clear filters`.

use std::borrow::Cow;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventTarget, FocusEvent, HtmlElement, Node};

use super::choices::{scope_choices, toggle_in};
use super::counts::counts;
use super::dialogs::frame::focus_first;
use super::kit::{El, button, effect, el, key_of, on_window, value_of, verbatim};
use crate::excerpt::LINE;
use crate::messages::filters::{
    Chip, CountsText, EndsChoice, Filters, ListOf, UsedChoice, list_empty, list_name, list_title,
};
use crate::messages::{Count, Number, Unit, shown, status_filter};
use crate::platform::{ViewerZone, active_element, now};
use crate::query::{Counted, Ends, Filter, LastUsed, SOON, StatusFilter, UNUSED};
use crate::time::{DAY, wall_at};
use crate::words::{Label, Words};
use crate::workspace::Workspace;
use crate::workspace::connection::Scopes;

/// What of the filters comes later.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// The counts.
    Counts,
    /// What is set; and whether more filters are in sight on a wide page.
    Chips(RwSignal<bool>),
    /// Those that are not always wanted.
    More,
    /// A list any of whose entries a token must have.
    List(ListOf),
}

/// All filters, and the line below them: how many tokens call for a look, and what is set. `later` makes the parts that come
/// when they are asked for, `when_here` those that come by themselves after the first rows.
///
/// On a narrow page one button stands for all filters but the search by name. The style sheet decides which of the two
/// buttons is seen, so nothing is made again when the width changes, and what is typed and the focus stay.
pub(super) fn filters(
    workspace: Workspace,
    later: fn(Workspace, Part) -> El,
    when_here: fn(Workspace, Part) -> Option<El>,
) -> Vec<El> {
    let system = workspace.system();
    let status = el("select")
        .children(StatusFilter::ALL.map(|it| status_option(workspace, it)).into())
        .bind_value(move || workspace.query.with(|it| it.filter.status.key().into()))
        .on("change", move |event| {
            let key = value_of(&event);
            let chosen = StatusFilter::from_key(&key).unwrap_or_default();
            workspace.filter(None, |it| it.status = chosen);
        });
    // Whether more filters are in sight where the page is wide, and whether all are where it is narrow.
    let (more, open) = (RwSignal::new(false), RwSignal::new(false));
    // What an address asks for is in sight, and afterwards the user's to fold away. A count that is pressed says it itself.
    let has_more =
        Memo::new(move |_| workspace.query.with(|it| it.filter.n_more() > 0 && !is_told_by_count(&it.filter)));
    effect(move || {
        if has_more.get() {
            more.set(true);
        }
    });
    let opener = |class: &str, is_open: RwSignal<bool>, text: fn(&Filter) -> Cow<'static, str>| {
        button(class, "", move || is_open.update(|it| *it = !*it))
            .bind_text(move || workspace.query.with(|it| text(&it.filter).into_owned()))
            .bind_attr("aria-expanded", move || Some(is_open.get().to_string()))
    };
    let for_all = opener("button opener for-all", open, |it| match it.n_besides_name() {
        0 => Filters::Label.text(),
        n => Filters::LabelSet { n: Number(n) }.text(),
    });
    let for_more = opener("button opener for-more", more, |it| match it.n_more() {
        0 => Filters::More.text(),
        n => Filters::MoreSet { n: Number(n) }.text(),
    });
    let is_asked = move || more.get() || open.get();
    let others = el("div.more-filters")
        .bind_show(is_asked, move || later(workspace, Part::More))
        .on("focusin", move |_| more.set(true));
    let scopes = system.scopes_label.as_ref().map(|_| choice_filter(workspace, ListOf::Scopes, later));
    let systems = workspace.is_inventory().then(|| choice_filter(workspace, ListOf::Systems, later));
    let n_lists = [&scopes, &systems].iter().filter(|it| it.is_some()).count();
    let besides = el("div.besides")
        .child(search(workspace, &Filters::SearchBy { label: &system.id_label.text() }.text(), "guid", |it| {
            &mut it.guid
        }))
        .maybe(systems)
        .maybe(scopes)
        .child(labelled(&Filters::Status.text(), status))
        .child(for_more)
        .child(others)
        // What has the focus stays in sight where the page gets narrower.
        .on("focusin", move |_| open.set(true));
    let bar = el("div.filters")
        .child(search(workspace, &Filters::SearchByName.text(), "name", |it| &mut it.name))
        .child(for_all)
        .child(besides);
    let _ = bar.0.style().set_property("--lists", &n_lists.to_string());
    let search = el("div.search")
        .attr("role", "search")
        .attr("aria-label", &Filters::Label.text())
        .child(bar)
        .bind_class("more", move || more.get())
        .bind_class("open", move || open.get());
    let is_empty = move || workspace.load.with(|it| it.loaded == 0 && !it.running);
    // There is room for the counts before they come.
    let counts = el("div.counts")
        .attr("role", "group")
        .attr("aria-label", &CountsText::Label.text())
        .bind_flag("hidden", is_empty)
        .bind_child(move || when_here(workspace, Part::Counts));
    let chips = move || when_here(workspace, Part::Chips(more));
    vec![search, el("div.below-filters").child(counts).child(el("div.later").bind_child(chips))]
}

/// A choice of `Token status`. What the system does not have is there only while the address or a count asks for it.
fn status_option(workspace: Workspace, choice: StatusFilter) -> El {
    let is_had = workspace.system().statuses.contains(&choice);
    // Some systems of a dialect have it, and some do not.
    let is_offered =
        move || is_had && (choice != StatusFilter::Disabled || workspace.only().is_none_or(|it| it.has_switch()));
    el("option")
        .attr("value", choice.key())
        .text(status_filter(choice))
        .bind_flag("hidden", move || !is_offered() && workspace.query.with(|it| it.filter.status != choice))
}

/// A part that has come.
pub(super) fn part(workspace: Workspace, part: Part) -> El {
    match part {
        Part::Counts => counts(workspace),
        Part::Chips(more) => chips(workspace, more),
        Part::More => more_filters(workspace),
        Part::List(of) => list(workspace, of),
    }
}

/// Filters that are not always wanted: who made it, when it was used, when it ends.
fn more_filters(workspace: Workspace) -> El {
    let used = Days {
        workspace,
        key: "used",
        get: |it| if let LastUsed::NotFor(days) = it.last_used { Some(days) } else { None },
        set: |it, days| it.last_used = LastUsed::NotFor(days),
        is_choice: |days| days == UNUSED,
        is_asked: RwSignal::new(false),
    };
    let ends = Days {
        workspace,
        key: "ends",
        get: |it| if let Ends::Within(days) = it.ends { Some(days) } else { None },
        set: |it, days| it.ends = Ends::Within(days),
        is_choice: |days| [7, SOON, 30, 90].contains(&days),
        is_asked: RwSignal::new(false),
    };
    let option = |value: &str, text: Cow<str>| el("option").attr("value", value).text(&text);
    let used_choices = [
        (LastUsed::Any.key(), UsedChoice::Any),
        (LastUsed::Never.key(), UsedChoice::Never),
        (LastUsed::NotFor(UNUSED).key(), UsedChoice::not_for(UNUSED)),
        (DAYS.into(), UsedChoice::NotForTyped),
        (BEFORE.into(), UsedChoice::Before),
    ];
    let used_select = el("select")
        .children(used_choices.map(|(value, choice)| option(&value, choice.text())).into())
        .bind_value(move || match workspace.query.with(|it| it.filter.last_used) {
            LastUsed::Before(_) => BEFORE.into(),
            LastUsed::NotFor(_) if used.is_typed() => DAYS.into(),
            other => other.key(),
        })
        .on("change", move |event| {
            let value = value_of(&event);
            used.is_asked.set(value == DAYS);
            let chosen = match value.as_str() {
                BEFORE => LastUsed::Before(wall_at(now(), &ViewerZone).div_euclid(DAY) * DAY - 90 * DAY),
                DAYS => LastUsed::NotFor(30),
                key => LastUsed::from_key(key).unwrap_or_default(),
            };
            workspace.filter(None, |it| it.last_used = chosen);
        });
    let is_before = move || workspace.query.with(|it| matches!(it.filter.last_used, LastUsed::Before(_)));
    let before = move || {
        let date = el("input")
            .attr("type", "date")
            .bind_value(move || workspace.query.with(|it| it.filter.last_used.key()))
            // While a date is being typed there is none, and the last one holds.
            .on("change", move |event| {
                if let Some(date @ LastUsed::Before(_)) = LastUsed::from_key(&value_of(&event)) {
                    workspace.filter(None, |it| it.last_used = date);
                }
            });
        labelled(&Filters::LastUsedBefore.text(), date)
    };
    let ends_choices = [7, SOON, 30, 90].map(|days| (Ends::Within(days).key(), EndsChoice::within(days)));
    let ends_choices = [(Ends::Any.key(), EndsChoice::Any)]
        .into_iter()
        .chain(ends_choices)
        .chain([(DAYS.into(), EndsChoice::WithinTyped), (Ends::Never.key(), EndsChoice::Never)]);
    let ends_select = el("select")
        .children(ends_choices.map(|(value, choice)| option(&value, choice.text())).collect())
        .bind_value(move || match workspace.query.with(|it| it.filter.ends) {
            Ends::Within(_) if ends.is_typed() => DAYS.into(),
            other => other.key(),
        })
        .on("change", move |event| {
            let value = value_of(&event);
            ends.is_asked.set(value == DAYS);
            let chosen = match value.as_str() {
                DAYS => Ends::Within(60),
                key => Ends::from_key(key).unwrap_or_default(),
            };
            workspace.filter(None, |it| it.ends = chosen);
        });
    el("div.more-fields")
        .child(search(workspace, &Filters::CreatedBy.text(), "creator", |it| &mut it.created_by))
        .child(labelled(&Filters::LastUsed.text(), used_select))
        .bind_show(move || used.is_typed(), move || used.field(&Filters::DaysWithoutUse.text()))
        .bind_show(is_before, before)
        .child(labelled(&Filters::Expires.text(), ends_select))
        .bind_show(move || ends.is_typed(), move || ends.field(&Filters::DaysFromNow.text()))
}

/// The choice of `Last used` that takes a date.
const BEFORE: &str = "before";

/// The choice that takes a number of days.
const DAYS: &str = "days";

/// A number of days in a filter, which is chosen from a few or typed.
#[derive(Clone, Copy)]
struct Days {
    workspace: Workspace,
    /// What is typed, see [`Workspace::filter`].
    key: &'static str,
    get: fn(&Filter) -> Option<u32>,
    set: fn(&mut Filter, u32),
    /// Whether so many days are a choice of their own.
    is_choice: fn(u32) -> bool,
    /// Whether the user wants to type it: the field must not go away while what is in it happens to be a choice.
    is_asked: RwSignal<bool>,
}

impl Days {
    fn get(self) -> Option<u32> {
        self.workspace.query.with(|it| (self.get)(&it.filter))
    }

    /// Whether there is a field to type it.
    fn is_typed(self) -> bool {
        self.get().is_some_and(|days| self.is_asked.get() || !(self.is_choice)(days))
    }

    fn field(self, label: &str) -> El {
        let days = el("input")
            .attr("type", "number")
            .attr("min", "0")
            .attr("max", "36500")
            .bind_value(move || self.get().map_or(String::new(), |it| it.to_string()))
            .on("input", move |event| {
                if let Ok(days) = value_of(&event).parse() {
                    self.is_asked.set(true);
                    self.workspace.filter(Some(self.key), |it| (self.set)(it, days));
                }
            });
        // Where a count sets it again, that is a choice again.
        on_cleanup(move || {
            let _ = self.is_asked.try_set(false);
        });
        labelled(label, days)
    }
}

/// A control below what it is called.
fn labelled(label: &str, control: El) -> El {
    el("label.field").child(el("span").text(label)).child(control)
}

fn search(workspace: Workspace, label: &str, key: &'static str, part: fn(&mut Filter) -> &mut String) -> El {
    let input = el("input")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .bind_value(move || workspace.query.with(|it| part(&mut it.filter.clone()).clone()))
        .on("input", move |event| workspace.filter(Some(key), |it| *part(it) = value_of(&event)));
    labelled(label, input)
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
    // What was chosen when the list was opened comes first; what is ticked now stays where it is.
    let first = chosen.get_untracked();
    // The ones that the system lists, those that tokens have and those of the address: each can be taken away again.
    let choices = Memo::new(move |_| {
        let mut choices = match of {
            ListOf::Scopes => {
                workspace.load.track();
                let used = workspace.connection_states().into_iter().flat_map(|it| it.used_scopes());
                workspace.scopes.with(|it| it.with_others(used.chain(chosen.get())))
            }
            ListOf::Systems => {
                let names = workspace.slots.with(|it| it.iter().map(|it| it.name.clone()).collect::<Vec<_>>());
                Scopes::default().with_others(names.into_iter().chain(chosen.get()))
            }
        };
        choices.sort_by_key(|it| !first.contains(&it.id));
        choices
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
    el("div.popup-part").child(find).bind_child(failed).child(list).bind_child(none)
}

/// What a list is called: scopes as the system's own column calls them, but `Scope` where that is `Scopes`.
fn title(workspace: Workspace, of: ListOf) -> String {
    let own = workspace
        .system()
        .scopes_label
        .clone()
        .filter(|it| matches!(of, ListOf::Scopes) && *it != Words::from(Label::Scopes));
    own.map_or_else(|| list_title(of).into(), |it| it.text().into_owned())
}

/// A button that opens a list, any of whose entries a token must have.
fn choice_filter(workspace: Workspace, of: ListOf, later: fn(Workspace, Part) -> El) -> El {
    let open = RwSignal::new(false);
    let name = move |id: &str| workspace.scopes.with(|it| it.name(id).to_owned());
    let [label_id, value_id] = match of {
        ListOf::Scopes => ["scopes-label", "scopes-value"],
        ListOf::Systems => ["systems-label", "systems-value"],
    };
    let value = verbatim("").attr("id", value_id).bind_text(move || {
        workspace.query.with(|it| match (of, ticked(&it.filter, of).as_slice()) {
            (_, []) => Filters::Any.text().into(),
            (ListOf::Scopes, [one]) => shown(&name(one), LINE).into_owned(),
            (ListOf::Systems, [one]) => shown(one, LINE).into_owned(),
            (_, several) => Filters::Chosen { n: Number(several.len()) }.text().into(),
        })
    });
    let opener = el("button.select-like")
        .attr("type", "button")
        .attr("aria-labelledby", &format!("{label_id} {value_id}"))
        .bind_attr("aria-expanded", move || Some(open.get().to_string()))
        .child(value)
        .on("click", move |_| open.update(|it| *it = !*it));
    let (host, button) = (el("div.field.popup-host"), opener.0.clone());
    let close = move || {
        open.set(false);
        let _ = button.focus();
    };
    let on_done = close.clone();
    let popup = move || {
        let done = super::kit::button("button small", &Filters::Done.text(), on_done.clone());
        let part = later(workspace, Part::List(of));
        el("div.popup").attr("role", "group").attr("aria-label", list_name(of)).child(part).child(done)
    };
    let (for_focus, for_pointer) = (host.0.clone(), send_wrapper::SendWrapper::new(host.0.clone()));
    on_window("pointerdown", move |event| {
        if open.get_untracked() && !is_within(&for_pointer, event.target()) {
            open.set(false);
        }
    });
    host.child(el("span").attr("id", label_id).text(&title(workspace, of)))
        .child(opener)
        .bind_show(move || open.get(), popup)
        .on("keydown", move |event| {
            if key_of(&event) == "Escape" && open.get_untracked() {
                event.prevent_default();
                close();
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

/// Whether a count that is pressed says when tokens are used and when they end.
fn is_told_by_count(filter: &Filter) -> bool {
    filter.created_by.trim().is_empty() && Counted::of(filter).is_some()
}

/// What is set, each to be taken away by itself. The chips stay as they are while the user types; their texts follow.
/// `more`: whether more filters are in sight on a wide page.
fn chips(workspace: Workspace, more: RwSignal<bool>) -> El {
    let set = Memo::new(move |_| {
        let mut filter = workspace.query.with(|it| it.filter.clone());
        for typed in [&mut filter.name, &mut filter.guid, &mut filter.created_by] {
            *typed = if typed.trim().is_empty() { String::new() } else { "typed".into() };
        }
        filter
    });
    el("div.later").bind_child(move || {
        let set = set.get();
        (!set.is_empty()).then(|| chips_of(workspace, set, more))
    })
}

fn chips_of(workspace: Workspace, filter: Filter, more: RwSignal<bool>) -> El {
    let mut list = el("ul").attr("aria-label", &Chip::List.text());
    let mut chip = |told: Told, text: Rc<dyn Fn() -> String>, remove: Box<dyn Fn(&mut Filter)>| {
        let label = text.clone();
        let button = button("chip", "", move || {
            workspace.filter(None, |it| remove(it));
            keep_focus();
        });
        let button = button
            .bind_attr("aria-label", move || Some(Chip::Remove { filter: &label() }.text().into()))
            .child(verbatim("").bind_text(move || shown(&text(), LINE).into_owned()));
        let is_told = move || told == Told::Always || told == Told::WithMore && more.get();
        let item = el(if told == Told::ByCount { "li.counted" } else { "li" });
        list = list.clone().child(item.bind_class("told", is_told).child(button));
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
    // A control names one that is chosen, and of several their number.
    let told_of_list = |chosen: &[String]| if chosen.len() == 1 { Told::Always } else { Told::Never };
    let by_count = |other: Told| if Counted::of(&filter).is_some() { Told::ByCount } else { other };
    let (told_of_status, told_of_time) = (by_count(Told::Always), by_count(Told::WithMore));
    if !filter.name.is_empty() {
        chip(Told::Always, typed(&Chip::Name.text(), |it| &it.name), Box::new(|it| it.name.clear()));
    }
    if !filter.guid.is_empty() {
        let text = typed(&workspace.system().id_label.text(), |it| &it.guid);
        chip(Told::Always, text, Box::new(|it| it.guid.clear()));
    }
    let (told, label) = (told_of_list(&filter.scopes), title(workspace, ListOf::Scopes));
    for id in filter.scopes {
        let name = workspace.scopes.with(|it| it.name(&id).to_owned());
        let text = Chip::Typed { label: &label, text: &name }.text();
        chip(told, fixed(text), Box::new(move |it| it.scopes.retain(|it| *it != id)));
    }
    if filter.status != StatusFilter::All {
        let text = Chip::Status { status: status_filter(filter.status) }.text();
        chip(told_of_status, fixed(text), Box::new(|it| it.status = StatusFilter::All));
    }
    let told = told_of_list(&filter.systems);
    for system in filter.systems {
        let text = Chip::System { name: &system }.text();
        chip(told, fixed(text), Box::new(move |it| it.systems.retain(|it| *it != system)));
    }
    if !filter.created_by.is_empty() {
        let text = typed(&Chip::CreatedBy.text(), |it| &it.created_by);
        chip(Told::WithMore, text, Box::new(|it| it.created_by.clear()));
    }
    let used = match filter.last_used {
        LastUsed::Any => None,
        LastUsed::Never => Some(Chip::NeverUsed.text()),
        LastUsed::NotFor(days) => Some(Chip::NotUsedFor { time: Count(days as usize, Unit::Day) }.text()),
        date @ LastUsed::Before(_) => Some(Chip::LastUsedBefore { date: &date.key() }.text()),
    };
    if let Some(text) = used {
        chip(told_of_time, fixed(text), Box::new(|it| it.last_used = LastUsed::Any));
    }
    let ends = match filter.ends {
        Ends::Any => None,
        Ends::Never => Some(Chip::NoExpiry.text()),
        Ends::Within(days) => Some(Chip::ExpiresWithin { time: Count(days as usize, Unit::Day) }.text()),
    };
    if let Some(text) = ends {
        chip(told_of_time, fixed(text), Box::new(|it| it.ends = Ends::Any));
    }
    if filter.only_selected {
        chip(Told::Never, fixed(Chip::Selected.text()), Box::new(|it| it.only_selected = false));
    }
    let clear = button("button quiet small", &Filters::Clear.text(), move || {
        workspace.clear_filters();
        keep_focus();
    });
    el("div.chips").child(list).child(clear)
}

/// Where what is set is said, so that a chip says nothing new.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    /// In a control that a wide page always shows.
    Always,
    /// In one of those that are in sight at times.
    WithMore,
    /// By a count that is pressed.
    ByCount,
    Never,
}

/// What was pressed goes away with what it took away: the focus goes to what is still set, else to the counts.
fn keep_focus() {
    spawn_local(async {
        if active_element().is_none_or(|it| it.tag_name() == "BODY") {
            focus_first(".pill:not([hidden])");
            focus_first(".chips li:not(.counted) button");
        }
    });
}
