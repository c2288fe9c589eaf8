//! What is read of tokens, and written.

use super::*;
use crate::api::tokens::TokenApi;

#[test]
fn the_seeds_example_is_read() {
    let expected = json!({
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "guid": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "name": "string",
        "scopes": ["org: admin"],
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "privileges": [{"scope": "org", "role": "admin", "target": ""}],
        "source_ips": [],
        // It is not known when it was made, and it was never used.
        "last_used_at": null,
        "extras": ["string", "string", null, null, null],
    });
    let entry = entry(example());
    assert_eq!(entry, expected);
    assert_eq!(status_of(&entry, 0), Status::Active);
}

#[test]
fn an_organisations_token_is_read() {
    let token = json!({
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "name": "ci",
        "key": MASKED,
        "created_time": 1_700_000_000.5,
        "last_used": 1_700_086_400,
        "org_id": "o1",
        "created_by": "ada@example.com",
        "src_ips": ["63.3.56.0/24", "63.3.55.4"],
        "privileges": [
            {"scope": "org", "role": "read", "org_id": "o1"},
            {"scope": "site", "role": "write", "site_id": "s1", "views": ["location"]},
            {"scope": "sitegroup", "role": "write", "sitegroup_ids": ["g1", "g2"]},
        ],
        "unknown": {"a": 1},
    });
    let expected = json!({
        "id": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "guid": "b069b358-4c97-5319-1f8c-7c5ca64d6ab1",
        "name": "ci",
        "scopes": ["org: read", "site: write", "sitegroup: write"],
        "valid_from": null,
        "valid_to": null,
        "is_active": true,
        "created_by": "ada@example.com",
        "last_used_at": "2023-11-15T22:13:20Z",
        "privileges": [
            {"scope": "org", "role": "read", "target": ""},
            {"scope": "site", "role": "write", "target": "s1"},
            {"scope": "sitegroup", "role": "write", "target": "g1"},
            {"scope": "sitegroup", "role": "write", "target": "g2"},
        ],
        "source_ips": ["63.3.56.0/24", "63.3.55.4"],
        "extras": [
            "Acme, North, Shops, g2", MASKED, "2023-11-14T22:13:20.500Z", "2024-02-13T22:13:20Z",
            "63.3.56.0/24, 63.3.55.4",
        ],
    });
    assert_eq!(org_entry(token), expected);
}

/// When a token that is like this will be removed.
#[track_caller]
fn check_deadline(created: Value, last_used: Option<Value>, expected: Option<&str>) {
    let mut token = json!({"id": "1", "name": "n", "created_time": created});
    if let Some(last_used) = last_used {
        token["last_used"] = last_used;
    }
    assert_eq!(entry(token)["extras"][3].as_str(), expected);
}

#[test]
fn a_token_is_removed_ninety_days_after_its_last_use() {
    let (made, used) = (json!(1_700_000_000), json!(1_700_086_400));
    check_deadline(made.clone(), Some(used.clone()), Some("2024-02-13T22:13:20Z"));
    check_deadline(json!(0), Some(used), Some("2024-02-13T22:13:20Z"));
    for never in [json!(0), json!(0.0), json!(null)] {
        check_deadline(made.clone(), Some(never.clone()), Some("2024-02-12T22:13:20Z"));
        check_deadline(json!(0), Some(never), None);
    }
    check_deadline(made, None, None);
}

#[test]
fn what_is_missing_is_not_reported() {
    for token in [json!({"id": "1"}), json!({"id": "1", "name": null, "key": null, "privileges": null})] {
        let entry = entry(token);
        assert_eq!((&entry["name"], &entry["extras"]), (&json!(""), &json!([null, null, null, null, null])));
        for absent in ["scopes", "created_by", "last_used_at"] {
            assert_eq!(entry.get(absent), None, "{absent}");
        }
    }
}

#[test]
fn what_is_null_is_said_not_to_be_there() {
    let entry = entry(json!({"id": "1", "last_used": null, "created_by": null, "src_ips": null, "privileges": []}));
    assert_eq!((&entry["last_used_at"], &entry["created_by"]), (&json!(null), &json!(null)));
    assert_eq!((&entry["extras"][0], &entry["extras"][4]), (&json!(""), &json!("")));
    assert_eq!(entry["scopes"], json!([]));
}

#[test]
fn scopes_and_roles_that_are_not_known_are_shown() {
    let privileges = json!([
        {"scope": "galaxy", "role": "emperor"},
        {"scope": "galaxy", "role": "emperor", "name": "Andromeda"},
        {"role": "read"},
        {"scope": "msp", "role": "admin", "msp_id": "m1", "msp_name": "Partner"},
        {"scope": "orggroup", "role": "read", "orggroup_ids": ["x1", "x1"], "name": "Partner"},
        null,
        "admin",
    ]);
    let entry = entry(json!({"id": "1", "name": "n", "privileges": privileges}));
    assert_eq!(entry["scopes"], json!(["galaxy: emperor", "read", "msp: admin", "orggroup: read"]));
    assert_eq!(entry["extras"][0], json!("Andromeda, Partner"));
    assert_eq!(entry["privileges"][4], json!({"scope": "orggroup", "role": "read", "target": "x1"}));
    assert_eq!(entry["privileges"].as_array().map(Vec::len), Some(5));
}

#[test]
fn what_is_no_token_hides_no_other() {
    let tokens = json!([null, "x", {"name": "no id"}, {"id": "1"}]);
    let page = signed_in(own()).page(None, [get(SELF).signed().answers(200, tokens)]).expect("a page");
    assert_eq!((&page["total"], &page["next"]), (&json!(4), &json!(null)));
    let statuses: Vec<Status> = entries_of(&page).iter().map(|it| status_of(it, 0)).collect();
    assert_eq!(statuses, [Status::Unreadable, Status::Unreadable, Status::Unreadable, Status::Active]);
}

#[test]
fn an_empty_list_has_many_forms() {
    for (status, body) in [(200, "[]"), (200, "{}"), (200, r#"{"total":0}"#), (204, "")] {
        assert_eq!(signed_in(own()).list([get(SELF).signed().says(status, body)]), Ok(Vec::new()), "{body}");
    }
}

#[test]
fn what_is_no_list_is_no_answer() {
    for body in ["<h1>Welcome</h1>", "", "null", r#"{"detail":"?"}"#] {
        let outcome = signed_in(own()).list([get(SELF).signed().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn a_list_shows_ids_where_names_cannot_be_had() {
    let token = || {
        json!([{"id": "1", "privileges": [
            {"scope": "site", "role": "read", "site_id": "s1"},
            {"scope": "sitegroup", "role": "read", "sitegroup_id": "g1"},
        ]}])
    };
    let shown = |steps: Vec<Step>| {
        let mut all = vec![get(ORG).signed().answers(200, token())];
        all.extend(steps);
        signed_in(org()).entry(all)["extras"][0].clone()
    };
    assert_eq!(shown(vec![sites(), site_groups()]), json!("North, Shops"));
    assert_eq!(shown(vec![sites().says(403, ""), site_groups()]), json!("s1, Shops"));
    assert_eq!(shown(vec![sites(), site_groups().says(404, "")]), json!("North, g1"));
    assert_eq!(shown(vec![sites().fails(NetworkError::Timeout(30))]), json!("s1, g1"));
    assert_eq!(shown(vec![sites().says(200, "<h1>Welcome</h1>")]), json!("s1, g1"));
}

#[test]
fn who_declines_to_sign_in_for_names_is_not_asked_again() {
    let fake = signed_in(org());
    let token = json!([{"id": "1", "privileges": [{"scope": "site", "role": "read", "site_id": "s1"}]}]);
    let entry = fake.entry([get(ORG).signed().answers(200, token), sites().says(401, "")]);
    assert_eq!(entry["extras"][0], json!("s1"));
    assert_eq!(fake.reasons.borrow().len(), 1);
}

#[test]
fn one_token_is_read_with_its_places() {
    let token = json!({"id": "1", "name": "ci", "privileges": [{"scope": "site", "role": "read", "site_id": "s1"}]});
    let read = get(&format!("{ORG}/1")).signed().answers(200, token);
    let tagged = signed_in(org()).read("1", [read, sites(), site_groups()]).expect("a token");
    let privilege = Privilege { scope: "site".into(), role: "read".into(), target: "s1".into() };
    assert_eq!((tagged.token.name.as_str(), tagged.token.privileges.as_slice()), ("ci", [privilege].as_slice()));
    for body in ["[]", "", "null"] {
        let outcome = signed_in(own()).read("1", [get(&format!("{SELF}/1")).signed().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

// Places ------------------------------------------------------------------------------------------------------------

fn targets(fake: &Fake, steps: impl IntoIterator<Item = Step>) -> Result<Vec<Target>, ApiError> {
    fake.during(steps, fake.api().targets())
}

#[test]
fn targets_are_sites_and_site_groups() {
    let target = |scope: &str, id: &str, name: &str| Target { scope: scope.into(), id: id.into(), name: name.into() };
    let odd = sites().answers(200, json!([null, {"name": "no id"}, {"id": "s1", "name": "North"}, {"id": "s2"}]));
    let expected = vec![target("site", "s1", "North"), target("site", "s2", "s2"), target("sitegroup", "g1", "Shops")];
    assert_eq!(targets(&signed_in(org()), [odd, site_groups()]), Ok(expected));
    assert_eq!(targets(&signed_in(own()), []), Ok(vec![]));
}

#[test]
fn the_form_is_told_why_there_are_no_targets() {
    let words = "You do not have permission to perform this action.";
    let outcome = targets(&signed_in(org()), [sites().answers(403, json!({"detail": words}))]);
    assert_eq!(outcome, Err(ApiError::Forbidden(words.into())));
    let outcome = targets(&signed_in(org()), [sites().says(200, "{}")]);
    assert!(matches!(outcome, Err(ApiError::Malformed(_))));
}

fn page_of_sites(number: usize, ids: std::ops::Range<usize>) -> Step {
    let list: Vec<Value> = ids.map(|it| json!({"id": format!("s{it}")})).collect();
    get(&format!("/api/v1/orgs/o1/sites?limit=1000&page={number}")).signed().answers(200, json!(list))
}

#[test]
fn sites_come_page_by_page() {
    let found = |pages: Vec<Step>| {
        let steps = pages.into_iter().chain([site_groups().answers(200, json!([]))]);
        targets(&signed_in(org()), steps).map(|it| it.len())
    };
    assert_eq!(found(vec![page_of_sites(1, 0..1_000), page_of_sites(2, 1_000..1_001)]), Ok(1_001));
    assert_eq!(found(vec![page_of_sites(1, 0..1_000), page_of_sites(2, 0..0)]), Ok(1_000));
    // A system without pages gives the same one for ever.
    assert_eq!(found(vec![page_of_sites(1, 0..1_000), page_of_sites(2, 0..1_000)]), Ok(1_000));
}

// Writing -----------------------------------------------------------------------------------------------------------

fn privilege(scope: &str, role: &str, target: &str) -> Privilege {
    Privilege { scope: scope.into(), role: role.into(), target: target.into() }
}

fn org_draft(privileges: &[Privilege]) -> Draft {
    Draft {
        guid: "made-in-the-page".into(),
        name: "ci".into(),
        privileges: Some(privileges.into()),
        source_ips: Some(vec![]),
        ..Draft::default()
    }
}

#[test]
fn a_token_of_ones_own_may_have_no_name() {
    let made = |name: &str, body: Value| {
        let draft = Draft { name: name.into(), ..Draft::default() };
        let step = post(SELF).signed().json(body).answers(200, json!({"id": "1", "name": name, "key": KEY}));
        signed_in(own()).create(&draft, [step]).expect("a token")
    };
    assert_eq!(made("", json!({})).token.name, "");
    assert_eq!(made("ci", json!({"name": "ci"})).token.name, "ci");
}

/// A token of one's own whose creation is answered so.
#[track_caller]
fn created(answer: Value) -> Result<Tagged, ApiError> {
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    signed_in(own()).create(&draft, [post(SELF).signed().json(json!({"name": "ci"})).answers(200, answer)])
}

#[test]
fn the_key_is_told_once() {
    let token = json!({"id": "1", "name": "ci", "key": KEY, "created_time": 1_700_000_000, "last_used": null});
    for answer in [token.clone(), json!([token])] {
        let tagged = created(answer).expect("a token");
        assert_eq!(tagged.secret, Some(Secret { value: KEY.into(), ..Secret::default() }));
        let body = body_of(&tagged);
        assert_eq!(body["extras"][1], json!(MASKED));
        assert!(!body.to_string().contains(KEY));
    }
}

#[test]
fn the_seeds_answer_to_a_creation_is_read() {
    let tagged = created(example()).expect("a token");
    assert_eq!(tagged.secret, Some(Secret { value: "string".into(), ..Secret::default() }));
    assert_eq!(tagged.token.id, "b069b358-4c97-5319-1f8c-7c5ca64d6ab1");
    // So short a key would be told by its ends.
    assert_eq!(body_of(&tagged)["extras"][1], json!(""));
}

#[test]
fn a_missing_key_is_told() {
    for answer in [json!({"id": "1"}), json!({"id": "1", "key": null}), json!({"id": "1", "key": 5})] {
        let tagged = created(answer).expect("a token");
        assert_eq!(tagged.secret, Some(Secret { value: String::new(), ..Secret::default() }));
    }
}

#[test]
fn what_is_no_token_after_a_creation_is_no_answer() {
    for answer in [json!(null), json!([]), json!([5]), json!("ok"), json!([{"id": "1"}, {"id": "2"}])] {
        assert!(matches!(created(answer.clone()), Err(ApiError::Malformed(_))), "{answer}");
    }
}

#[test]
fn a_new_token_of_an_organisation_says_where_it_holds() {
    let all = [privilege("org", "read", ""), privilege("site", "write", "s1"), privilege("sitegroup", "admin", "g1")];
    let on_wire = json!([
        {"scope": "org", "role": "read", "org_id": "o1"},
        {"scope": "site", "role": "write", "site_id": "s1"},
        {"scope": "sitegroup", "role": "admin", "sitegroup_id": "g1"},
    ]);
    let body = json!({"name": "ci", "privileges": on_wire, "src_ips": ["10.0.0.0/8"]});
    let step = post(ORG).signed().json(body);
    // The answer leaves the privileges out.
    let answer = json!({"id": "1", "name": "ci", "key": KEY, "created_time": 1_700_000_000, "src_ips": ["10.0.0.0/8"]});
    let draft = Draft { source_ips: Some(vec!["10.0.0.0/8".into()]), ..org_draft(&all) };
    let steps = [step.answers(200, answer), sites(), site_groups()];
    let tagged = signed_in(org()).create(&draft, steps).expect("a token");
    assert_eq!(tagged.token.privileges, all);
    assert_eq!(tagged.token.source_ips, ["10.0.0.0/8"]);
    let expected = json!(["Acme, North, Shops", MASKED, "2023-11-14T22:13:20Z", "2024-02-12T22:13:20Z", "10.0.0.0/8"]);
    assert_eq!(body_of(&tagged)["extras"], expected);
}

#[test]
fn a_key_is_not_lost_over_what_its_answer_leaves_out() {
    let body = json!({"name": "ci", "privileges": [{"scope": "org", "role": "read", "org_id": "o1"}]});
    let step = post(ORG).signed().json(body).answers(200, json!({"key": KEY, "privileges": null}));
    let draft = org_draft(&[privilege("org", "read", "")]);
    let tagged = signed_in(org()).create(&draft, [step]).expect("a token");
    assert_eq!(tagged.secret.as_ref().map(|it| it.value.as_str()), Some(KEY));
    assert_eq!((tagged.token.name.as_str(), tagged.token.privileges.len()), ("ci", 1));
    // It was asked to be good from anywhere.
    assert_eq!(body_of(&tagged)["extras"][4], json!(""));
}

/// Saves a token of the organisation that has such privileges on the wire; the request says others, the answer nothing.
#[track_caller]
fn check_update(before: Value, privileges: &[Privilege], sent: Value) {
    let token = json!({"id": "1", "name": "old", "key": MASKED, "created_by": "ada", "privileges": before});
    let read = get(&format!("{ORG}/1")).signed().answers(200, token);
    let write = put(&format!("{ORG}/1")).signed().json(json!({"name": "ci", "privileges": sent}));
    let has_places = privileges.iter().any(|it| it.scope != "org");
    let names = if has_places { vec![sites(), site_groups()] } else { vec![] };
    let steps = [read, write].into_iter().chain(names);
    let tagged = signed_in(org()).update("1", &org_draft(privileges), steps).expect("a token");
    assert_eq!((tagged.token.id.as_str(), tagged.token.name.as_str()), ("1", "ci"));
    let said = |list: &[Privilege]| list.iter().map(|it| format!("{it:?}")).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(said(&tagged.token.privileges), said(privileges));
    let body = body_of(&tagged);
    assert_eq!((&body["created_by"], &body["extras"][1]), (&json!("ada"), &json!(MASKED)));
}

#[test]
fn a_put_without_a_body_leaves_what_was_there_and_what_was_sent() {
    let org = json!([{"scope": "org", "role": "read", "org_id": "o1"}]);
    check_update(org.clone(), &[privilege("org", "read", "")], org.clone());
    check_update(json!(null), &[privilege("org", "read", "")], org);
}

#[test]
fn what_the_form_does_not_show_of_a_privilege_goes_back() {
    let limited = json!({"scope": "site", "role": "write", "site_id": "s1", "views": ["location"], "new": 1});
    let added = json!({"scope": "org", "role": "read", "org_id": "o1"});
    let kept = privilege("site", "write", "s1");
    check_update(json!([limited]), std::slice::from_ref(&kept), json!([limited]));
    check_update(json!([limited]), &[kept, privilege("org", "read", "")], json!([limited, added]));
    // A privilege with another role is another privilege.
    let other = json!({"scope": "site", "role": "read", "site_id": "s1"});
    check_update(json!([limited]), &[privilege("site", "read", "s1")], json!([other]));
}

#[test]
fn a_privilege_for_several_places_stays_one_with_its_limits() {
    let both = json!({"scope": "sitegroup", "role": "read", "sitegroup_ids": ["g1", "g2"], "views": ["location"]});
    let (first, second) = (privilege("sitegroup", "read", "g1"), privilege("sitegroup", "read", "g2"));
    check_update(json!([both]), &[first.clone(), second.clone()], json!([both]));
    let one = json!({"scope": "sitegroup", "role": "read", "sitegroup_ids": ["g2"], "views": ["location"]});
    check_update(json!([both]), std::slice::from_ref(&second), json!([one]));
    let mixed = json!({"scope": "sitegroup", "role": "read", "sitegroup_id": "g1", "sitegroup_ids": ["g1", "g2"]});
    let rest = json!({"scope": "sitegroup", "role": "read", "sitegroup_ids": ["g2"]});
    check_update(json!([mixed]), &[first, second.clone()], json!([mixed]));
    check_update(json!([mixed]), &[second], json!([rest]));
}

#[test]
fn an_answer_to_a_put_is_what_there_is_now() {
    let read = || get(&format!("{SELF}/1")).signed().answers(200, json!({"id": "1", "name": "old", "created_time": 5}));
    let write = || put(&format!("{SELF}/1")).signed().json(json!({"name": "ci"}));
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    let saved = |body: &str| signed_in(own()).update("1", &draft, [read(), write().says(200, body)]).expect("a token");
    for (body, name) in [
        ("", "ci"),
        ("{}", "ci"),
        ("[]", "ci"),
        ("null", "ci"),
        (r#"{"name":null}"#, "ci"),
        (r#"{"name":"CI","id":"1"}"#, "CI"),
        (r#"[{"name":"CI","id":"1"}]"#, "CI"),
    ] {
        let tagged = saved(body);
        assert_eq!((tagged.token.id.as_str(), tagged.token.name.as_str()), ("1", name), "{body}");
        assert_eq!(body_of(&tagged)["extras"][2], json!("1970-01-01T00:00:05Z"), "{body}");
        // What it does not say is not seen yet.
        assert_eq!(tagged.seen == Seen::Answered, name == "CI", "{body}");
    }
    let page = signed_in(own()).update("1", &draft, [read(), write().says(200, "<h1>Sign in</h1>")]);
    assert!(matches!(page, Err(ApiError::Malformed(_))));
}

#[test]
fn a_token_that_cannot_be_read_is_not_written() {
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    let read = || get(&format!("{SELF}/1")).signed();
    let outcome = signed_in(own()).update("1", &draft, [read().answers(404, json!({"id": "1"}))]);
    assert_eq!(outcome, Err(ApiError::NotFound("".into())));
    for body in ["[]", "\"x\"", "", "<h1>Welcome</h1>"] {
        let outcome = signed_in(own()).update("1", &draft, [read().says(200, body)]);
        assert!(matches!(outcome, Err(ApiError::Malformed(_))), "{body}");
    }
}

#[test]
fn any_success_deletes() {
    for (status, body) in [(200, ""), (200, "{}"), (204, "")] {
        let step = delete(&format!("{ORG}/1")).signed().says(status, body);
        assert_eq!(signed_in(org()).delete("1", [step]), Ok(true));
    }
    let step = delete(&format!("{ORG}/1")).signed().says(200, "<h1>Sign in</h1>");
    assert!(matches!(signed_in(org()).delete("1", [step]), Err(ApiError::Malformed(_))));
    let step = delete(&format!("{ORG}/a%2Fb")).signed().answers(404, json!({"id": "a/b"}));
    assert_eq!(signed_in(org()).delete("a/b", [step]), Ok(false));
}

#[test]
fn errors_are_told_in_the_systems_words() {
    let silent = Words::default;
    let check = |status: u16, body: &str, expected: ApiError, words: &str| {
        check_error(signed_in(own()).list([get(SELF).signed().says(status, body)]), expected, words);
    };
    let detail = |words: &str| json!({ "detail": words }).to_string();
    check(
        400,
        &detail("Name is required."),
        ApiError::Invalid("Name is required.".into(), vec![]),
        "Name is required.",
    );
    check(400, r#"{"detail":{"name":["Too long."]}}"#, ApiError::Invalid("Too long.".into(), vec![]), "Too long.");
    check(400, "", ApiError::Refused(400, silent()), "The system did not accept the request.");
    check(403, &detail("Permission denied."), ApiError::Forbidden("Permission denied.".into()), "Permission denied.");
    check(403, "", ApiError::Forbidden(silent()), "You are not allowed to do this.");
    check(404, &detail("Not found."), ApiError::NotFound("Not found.".into()), "Not found.");
    check(404, r#"{"id":"b069b358"}"#, ApiError::NotFound(silent()), "It is not there.");
    check(429, &detail("Slow down."), ApiError::TooMany(None), "Too many requests.");
    check(500, "<h1>Sorry</h1>", ApiError::Server(500, silent()), "The server had an error.");
    let enough = get(SELF).signed().says(429, "").and(|it| it.retry_after = Some(3_600));
    assert_eq!(signed_in(own()).list([enough]), Err(ApiError::TooMany(Some(3_600))));
}

// What it is like ---------------------------------------------------------------------------------------------------

fn system(tokens: &str, is_foreign: bool) -> Capabilities {
    gateway(json!({"dialect": "mist", "tokens": tokens}), BASE, is_foreign).expect("a gateway").system()
}

#[test]
fn from_another_origin_only_an_api_token_works() {
    for tokens in ["self", "org"] {
        let ways = |is_foreign| {
            let sign_in = system(tokens, is_foreign).sign_in.expect("ways to sign in");
            let keys = |way: &Vec<crate::capabilities::Input>| way.iter().map(|it| it.key.clone()).collect::<Vec<_>>();
            (sign_in.ways.iter().map(keys).collect::<Vec<_>>(), sign_in.warning)
        };
        let account = ["email", "password", "code"].map(str::to_owned).to_vec();
        assert_eq!(ways(false), (vec![account, vec!["token".into()]], Words::default()));
        assert_eq!(ways(true).0, [["token"]]);
        assert_eq!(ways(true).1, Words::from(Text::Foreign));
    }
}

#[test]
fn organisations_tokens_have_more_fields() {
    let (own, org) = (system("self", false), system("org", false));
    assert_eq!(own.fields.iter().map(|it| it.field).collect::<Vec<_>>(), [Field::Name]);
    assert!(!own.fields[0].required && org.fields[0].required);
    assert!(org.field(Field::Privileges).is_some_and(|it| it.required && it.editable));
    assert!(org.field(Field::SourceIps).is_some_and(|it| !it.required && !it.editable));
    for system in [own, org] {
        assert!(system.can(Action::Edit).is_ok() && system.can(Action::Revoke).is_err());
        assert!(system.remarks.contains(&Text::RemovesUnused { days: 90 }.into()));
    }
}
