//! Mist's tokens and their privileges, as they come over the wire and as the Scoped Token API would have them.

use serde_json::{Value, json};

use crate::adapters::wire::{instant, name, plain, time, time_extra};
use crate::time::{DAY, format_rfc3339};
use crate::token::{Privilege, Target};

/// Mist removes a token that was not used for so many days.
pub(super) const IDLE_DAYS: i64 = 90;

/// The organisation whose tokens are meant, its id and its name; `None` for the user's own.
type Org<'a> = Option<&'a (String, String)>;

/// As Mist itself masks a key.
pub(super) fn masked(key: &str) -> String {
    let chars: Vec<char> = key.chars().collect();
    if chars.len() < 12 {
        return String::new();
    }
    let text = |chars: &[char]| chars.iter().collect::<String>();
    format!("{}...{}", text(&chars[..4]), text(&chars[chars.len() - 4..]))
}

/// Privileges that were there go back as they came, with what the form does not show; of one for several places only
/// those that are left.
pub(super) fn privileges_on_wire(privileges: &[Privilege], org: Org<'_>, kept: &[Value]) -> Value {
    let mut wire = Vec::new();
    let mut gone_back = Vec::new();
    for privilege in privileges {
        match kept.iter().position(|it| privileges_of(it).contains(privilege)) {
            None => wire.push(new_on_wire(privilege, org)),
            Some(idx) if gone_back.contains(&idx) => {}
            Some(idx) => {
                gone_back.push(idx);
                wire.push(without_others(&kept[idx], privileges));
            }
        }
    }
    Value::Array(wire)
}

fn new_on_wire(privilege: &Privilege, org: Org<'_>) -> Value {
    let mut wire = json!({ "scope": privilege.scope, "role": privilege.role });
    let (field, id) = match (privilege.scope.as_str(), org) {
        ("org", Some((org_id, _))) => ("org_id", org_id),
        ("site" | "sitegroup", _) => (id_fields(&privilege.scope).0, &privilege.target),
        _ => return wire,
    };
    wire[field] = id.clone().into();
    wire
}

/// A privilege of the wire without the places that are not among these any more.
fn without_others(wire: &Value, privileges: &[Privilege]) -> Value {
    let mut wire = wire.clone();
    let (stay, go): (Vec<Privilege>, Vec<Privilege>) =
        privileges_of(&wire).into_iter().partition(|it| privileges.contains(it));
    if !go.is_empty() {
        let (one, several) = id_fields(&stay[0].scope);
        if let Some(wire) = wire.as_object_mut() {
            wire.remove(one);
        }
        wire[several] = stay.into_iter().map(|it| it.target).collect();
    }
    wire
}

/// The fields with the id, or the ids, of what a privilege of a scope holds for.
fn id_fields(scope: &str) -> (&'static str, &'static str) {
    match scope {
        "site" => ("site_id", "site_ids"),
        "sitegroup" => ("sitegroup_id", "sitegroup_ids"),
        "orggroup" => ("orggroup_id", "orggroup_ids"),
        "msp" => ("msp_id", "msp_ids"),
        _ => ("", ""),
    }
}

/// A privilege of the wire: one for every place that it names.
fn privileges_of(wire: &Value) -> Vec<Privilege> {
    let scope = wire["scope"].as_str().unwrap_or_default();
    let role = wire["role"].as_str().unwrap_or_default();
    let (one, several) = id_fields(scope);
    let several = wire[several].as_array().into_iter().flatten();
    let mut privileges: Vec<Privilege> = Vec::new();
    for target in [&wire[one]].into_iter().chain(several).filter_map(Value::as_str) {
        let privilege = Privilege { scope: scope.into(), role: role.into(), target: target.into() };
        if !privileges.contains(&privilege) {
            privileges.push(privilege);
        }
    }
    if privileges.is_empty() {
        privileges.push(Privilege { scope: scope.into(), role: role.into(), target: String::new() });
    }
    privileges
}

/// Whether a token names sites or groups by their ids.
pub(super) fn has_places(it: &Value) -> bool {
    let privileges = it["privileges"].as_array().into_iter().flatten();
    privileges.flat_map(privileges_of).any(|it| matches!(it.scope.as_str(), "site" | "sitegroup"))
}

/// A token in the Scoped Token API's form.
pub(super) fn token(it: &Value, names: &[Target], org: Org<'_>) -> Value {
    let id = plain(&it["id"]);
    let wire: Option<Vec<&Value>> =
        it["privileges"].as_array().map(|it| it.iter().filter(|it| it.is_object()).collect());
    let privileges: Vec<Privilege> = wire.iter().flatten().flat_map(|it| privileges_of(it)).collect();
    let scopes = privileges.iter().map(|Privilege { scope, role, .. }| match (scope.as_str(), role.as_str()) {
        ("", one) | (one, "") => one.to_owned(),
        (scope, role) => format!("{scope}: {role}"),
    });
    // The user's own tokens name their places themselves.
    let places = wire.as_ref().map(|wire| match org {
        None => listed(wire.iter().filter_map(|it| place_of_own(it))),
        Some((_, org_name)) => listed(privileges.iter().map(|it| place(it, names, org_name))),
    });
    let created = time(&it["created_time"]);
    let last_used = time(&it["last_used"]);
    // Where it is not reported when a token was last used, it is not known when it will be removed.
    let is_unused = it.get("last_used").is_some() && last_used.as_ref().is_none_or(Value::is_null);
    let used_or_made = if is_unused { created.as_ref() } else { last_used.as_ref() };
    let deadline = used_or_made.and_then(instant).map(|it| format_rfc3339(it + IDLE_DAYS * DAY));
    let source_ips: Option<Vec<&str>> = match &it["src_ips"] {
        Value::Array(list) => Some(list.iter().filter_map(Value::as_str).collect()),
        _ => it.get("src_ips").filter(|it| it.is_null()).map(|_| Vec::new()),
    };
    let mut token = json!({
        "id": id,
        "guid": id,
        "name": name(&it["name"]),
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "privileges": privileges,
        "source_ips": source_ips.clone().unwrap_or_default(),
        "extras": [places, plain(&it["key"]), time_extra(&it["created_time"]), deadline, source_ips.map(|it| it.join(", "))],
    });
    if wire.is_some() {
        token["scopes"] = json!(distinct(scopes));
    }
    if it.get("last_used").is_some() {
        token["last_used_at"] = last_used.into();
    }
    if let Some(creator) = it.get("created_by") {
        token["created_by"] = creator.clone();
    }
    token
}

/// What the place of a privilege is called; its id where that is not known.
fn place(privilege: &Privilege, names: &[Target], org_name: &str) -> String {
    let named = names.iter().find(|it| it.scope == privilege.scope && it.id == privilege.target);
    match named {
        Some(target) => target.name.clone(),
        None if privilege.scope == "org" => org_name.to_owned(),
        None => privilege.target.clone(),
    }
}

/// What the user's own token says of a privilege's place.
fn place_of_own(wire: &Value) -> Option<String> {
    ["name", "org_name", "msp_name"].iter().find_map(|field| wire[*field].as_str()).map(str::to_owned)
}

fn listed(texts: impl Iterator<Item = String>) -> String {
    distinct(texts.filter(|it| !it.is_empty())).join(", ")
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}
