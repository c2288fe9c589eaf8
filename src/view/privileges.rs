//! The editor of what a token may do where.

use std::borrow::Cow;

use leptos::prelude::*;

use super::kit::{El, button, el, value_of};
use super::notice::error_panel;
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::MAX_LIST;
use crate::messages::privileges::{Place, Privileges};
use crate::token::{Privilege, Target};

/// Scopes that a token can be given, with what they are called (wire contracts §4).
const SCOPES: [(&str, Place); 3] =
    [("org", Place::Organisation), ("site", Place::Site), ("sitegroup", Place::SiteGroup)];

/// Roles, from the one that may do least (wire contracts §4).
const ROLES: [&str; 5] = ["read", "installer", "helpdesk", "write", "admin"];

/// The places to choose from; `None` while they are on their way.
pub(super) type Targets = RwSignal<Option<Result<Vec<Target>, ApiError>>>;

/// The privileges in `list`, each to be changed or taken away, and a button for another one. Its buttons and selects
/// call themselves `Scope 1`, `Role 1`, `Where 1` and so on.
pub(super) fn privileges(list: Signal<Vec<Privilege>>, set: Callback<Vec<Privilege>>, targets: Targets) -> El {
    let change = move |idx: usize, part: fn(&mut Privilege) -> &mut String, value: String| {
        let mut all = list.get_untracked();
        if let Some(it) = all.get_mut(idx) {
            *part(it) = value;
            set.run(all);
        }
    };
    let select =
        move |label: Cow<str>, idx: usize, part: fn(&mut Privilege) -> &mut String, choices: Vec<(String, String)>| {
            // What a token already has stays to be chosen, whether it is known here or not.
            let now = list.get_untracked().get_mut(idx).map(|it| part(it).clone()).unwrap_or_default();
            let unknown = (!choices.iter().any(|(value, _)| *value == now)).then(|| {
                let text = if now.is_empty() { &*Privileges::Choose.text() } else { &now };
                el("option").attr("value", &now).text(text)
            });
            let option = |(value, name): (String, String)| {
                el("option").attr("value", &value).attr("translate", "no").text(&name)
            };
            el("select")
                .attr("aria-label", &label)
                .maybe(unknown)
                .children(choices.into_iter().map(option).collect())
                .bind_value(move || list.get().get_mut(idx).map(|it| part(it).clone()).unwrap_or_default())
                .on("change", move |event| change(idx, part, value_of(&event)))
        };
    let add = button("button small", &Privileges::Add.text(), move || {
        let mut all = list.get_untracked();
        // A second one like the first would be wrong before the user has chosen anything.
        let role = if all.is_empty() { ROLES[0] } else { "" };
        all.push(Privilege { scope: "org".into(), role: role.into(), target: String::new() });
        set.run(all);
    });
    let add_node = send_wrapper::SendWrapper::new(add.0.clone());
    let row = move |idx: usize| {
        let n = idx + 1;
        let add_node = add_node.clone();
        let scopes = SCOPES.map(|(id, name)| (id.to_owned(), name.text().into_owned())).into();
        let roles = ROLES.map(|it| (it.to_owned(), it.to_owned())).into();
        let scope = Memo::new(move |_| list.get().get(idx).map(|it| it.scope.clone()).unwrap_or_default());
        let scope_select =
            select(Privileges::Scope { n }.text(), idx, |it| &mut it.scope, scopes).on("change", move |_| {
                // Another kind of place has other places.
                change(idx, |it| &mut it.target, String::new());
            });
        let place = move || {
            let scope = scope.get();
            if scope == "org" {
                return None;
            }
            let known = targets.get().and_then(Result::ok).unwrap_or_default();
            let places = known.into_iter().filter(|it| it.scope == scope).map(|it| (it.id, it.name)).collect();
            Some(untrack(|| select(Privileges::Where { n }.text(), idx, |it| &mut it.target, places)))
        };
        let remove = button("button small", &Privileges::Remove.text(), move || {
            let mut all = list.get_untracked();
            if idx < all.len() {
                all.remove(idx);
                set.run(all);
                // The button that had the focus is gone.
                let _ = add_node.focus();
            }
        });
        el("div.privilege")
            .attr("role", "group")
            .attr("aria-label", &Privileges::Privilege { n }.text())
            .child(scope_select)
            .child(select(Privileges::Role { n }.text(), idx, |it| &mut it.role, roles))
            .child(el("div.grow").bind_child(place))
            .child(remove.attr("aria-label", &Privileges::RemoveThis { n }.text()))
    };
    let n_rows = Memo::new(move |_| list.with(Vec::len));
    let problem = move || match targets.get()? {
        Ok(_) => None,
        Err(error) => {
            Some(error_panel(&error, RetrySafety::ReadOnly).child(el("p").text(&Privileges::NoTargets.text())))
        }
    };
    let rows = el("div").bind_children(move || (0..n_rows.get()).map(|idx| untrack(|| row(idx))).collect());
    el("div.privileges")
        .child(rows)
        .bind_child(problem)
        .child(add.bind_flag("disabled", move || n_rows.get() >= MAX_LIST))
}
