//! What a gateway remembers of a session, and of whom: no user is answered from what another one was shown.

use super::super::fake::{Step, delete, get, post};
use super::*;

/// A system behind a gateway, and how to ask it.
struct Case {
    settings: Value,
    ada: (Value, Vec<Step>),
    bob: (Value, Vec<Step>),
    /// Its list, as ada or bob sees it.
    list: fn(who: &str) -> Step,
    id: &'static str,
}

fn rest(sign_in: Value) -> Value {
    let api = json!({ "name": "Acme", "token": { "id": "/id", "name": "/name" }, "sign_in": sign_in,
        "list": { "path": "/tokens", "items": "/data" }, "delete": { "path": "/tokens/{id}" } });
    json!({ "dialect": "rest", "api": api })
}

fn item(who: &str) -> Value {
    json!({ "id": 7, "name": format!("seen by {who}") })
}

/// Systems whose details come from the last list: PT Sandbox, Air, and a described one without a call for one token, with
/// and without a name for who is signed in.
fn cases() -> Vec<Case> {
    let air = |who: &str| {
        let (token, name) = (json!({ "token": who }), json!({ "username": who }));
        (token, vec![get("/api/v1/login/").bearer(who).answers(200, name)])
    };
    let pt = |who: &str| {
        let random = super::super::fake::RANDOM;
        let typed = json!({ "username": who, "password": "p" });
        let login = json!({ "username": who, "password": "p", "authType": 0, "rememberLogin": true });
        let steps = vec![
            get(&format!("/api/ui/auth/authorize?fingerprint={random}"))
                .answers(200, json!({ "data": { "location": "/ui/go" } })),
            post("/ui/login").json(login),
            get("/ui/go"),
            post("/api/ui/auth/token")
                .json(json!({ "fingerprint": random }))
                .answers(200, json!({ "data": { "accessToken": who } })),
        ];
        (typed, steps)
    };
    let bearer = |who: &str| (json!({ "token": who }), Vec::new());
    let named = |who: &str| {
        let answer = get("/me").bearer(who).answers(200, json!({ "login": who }));
        (json!({ "token": who }), vec![answer])
    };
    let data = |who: &str| get("/tokens").bearer(who).answers(200, json!({ "data": [item(who)] }));
    let pt_list = |who: &str| {
        get("/api/ui/public-api/tokens").bearer(who).answers(200, json!({ "total": 1, "entries": [item(who)] }))
    };
    let air_list = |who: &str| get("/api/v1/api-token/").bearer(who).answers(200, json!([item(who)]));
    let air_pages = |who: &str| {
        let page = json!({ "count": 1, "next": null, "results": [item(who)] });
        get("/api/v2/api-tokens/?limit=200&offset=0").bearer(who).answers(200, page)
    };
    let who = json!({ "type": "bearer", "who": { "path": "/me", "name": "/login" } });
    vec![
        Case { settings: pt_sandbox(), ada: pt("ada"), bob: pt("bob"), list: pt_list, id: "7" },
        Case { settings: super::air("v1"), ada: air("ada"), bob: air("bob"), list: air_list, id: "7" },
        Case { settings: super::air("v2"), ada: air("ada"), bob: air("bob"), list: air_pages, id: "7" },
        Case {
            settings: rest(json!({ "type": "bearer" })),
            ada: bearer("ada"),
            bob: bearer("bob"),
            list: data,
            id: "7",
        },
        Case { settings: rest(who), ada: named("ada"), bob: named("bob"), list: data, id: "7" },
    ]
}

#[test]
fn who_has_signed_out_left_nothing_behind() {
    for Case { settings, ada, list, id, .. } in cases() {
        let fake = Fake::new(settings.clone());
        fake.sign_in(&ada.0, ada.1).expect("signed in");
        fake.list([list("ada")]).expect("a list");
        assert_eq!(fake.details(id, []).expect("from the list")["name"], "seen by ada", "{settings}");
        fake.sign_out([]);
        assert_eq!(fake.details(id, []), Err(ApiError::SignedOut("".into())), "{settings}");
        assert_eq!(*fake.reasons.borrow(), [""], "{settings}");
    }
}

#[test]
fn who_signs_in_after_another_user_is_asked_about_again() {
    for Case { settings, ada, bob, list, id } in cases() {
        let fake = Fake::new(settings.clone());
        fake.sign_in(&ada.0, ada.1).expect("signed in");
        fake.list([list("ada")]).expect("a list");
        fake.sign_in(&bob.0, bob.1).expect("signed in");
        let answer = fake.details(id, [list("bob")]).expect("details");
        assert_eq!(answer["name"], "seen by bob", "{settings}");
    }
}

#[test]
fn who_signs_in_again_goes_on_where_they_were() {
    for (once, again) in cases().into_iter().zip(cases()) {
        let fake = Fake::new(once.settings.clone());
        fake.sign_in(&once.ada.0, once.ada.1).expect("signed in");
        fake.list([(once.list)("ada")]).expect("a list");
        fake.sign_in(&again.ada.0, again.ada.1).expect("signed in");
        assert_eq!(fake.details("7", []).expect("kept")["name"], "seen by ada", "{}", once.settings);
    }
}

#[test]
fn a_list_that_comes_after_signing_out_is_not_kept() {
    for Case { settings, ada, list, id, .. } in cases() {
        let fake = Fake::new(settings.clone());
        fake.sign_in(&ada.0, ada.1).expect("signed in");
        // What becomes of it is for who asked to say.
        let _ = fake.list([list("ada").meanwhile(|it| it.sign_out([]))]);
        assert_eq!(fake.details(id, []), Err(ApiError::SignedOut("".into())), "{settings}");
    }
}

#[test]
fn a_token_is_not_looked_for_without_an_end() {
    let fake = Fake::new(super::air("v2"));
    let name = json!({ "username": "ada" });
    fake.sign_in(&json!({ "token": "ada" }), [get("/api/v1/login/").bearer("ada").answers(200, name)])
        .expect("signed in");
    let page = |offset: &str, next: &str| {
        let results = json!([{ "id": offset, "name": "n" }]);
        let next = format!("/api/v2/api-tokens/?limit=200&offset={next}");
        let answer = json!({ "count": 9, "next": next, "results": results });
        get(&format!("/api/v2/api-tokens/?limit=200&offset={offset}")).bearer("ada").answers(200, answer)
    };
    let steps = [page("0", "1"), page("1", "2"), page("2", "1")];
    assert!(matches!(fake.details("8", steps), Err(ApiError::Endless(why)) if why.text().contains("repeat")));
}

#[test]
fn another_token_of_the_same_id_on_a_later_page_is_told_as_one() {
    let mut settings = rest(json!({ "type": "bearer" }));
    settings["api"]["list"]["query"] = json!({ "after": "{page.cursor}" });
    settings["api"]["list"]["pages"] = json!({ "by": "cursor", "next": "/next" });
    let fake = Fake::new(settings);
    fake.sign_in(&json!({ "token": "ada" }), []).expect("signed in");
    let page = |path: &str, items: Value, next: Value| {
        get(path).bearer("ada").answers(200, json!({ "data": items, "next": next }))
    };
    let first = fake.page(None, [page("/tokens", json!([{ "id": 12, "name": "build" }]), json!("b"))]).expect("a page");
    // Pages shift: the same token once more is no other.
    let items = json!([{ "id": 12, "name": "build", "used": 5 }, { "id": 12, "name": "deploy" }]);
    let second = fake.page(first["next"].as_str(), [page("/tokens?after=b", items, Value::Null)]).expect("a page");
    let told: Vec<bool> = super::super::fake::entries_of(&second).iter().map(|it| it["is_another"] == true).collect();
    assert_eq!(told, [false, true]);
}

#[test]
fn deleting_needs_a_session() {
    let fake = Fake::new(rest(json!({ "type": "bearer" })));
    fake.sign_in(&json!({ "token": "ada" }), []).expect("signed in");
    fake.list([get("/tokens").bearer("ada").answers(200, json!({ "data": [item("ada")] }))]).expect("a list");
    fake.sign_out([]);
    assert_eq!(fake.delete("7", []), Err(ApiError::SignedOut("".into())));
    fake.will_type(json!({ "token": "bob" }));
    assert_eq!(fake.delete("7", [delete("/tokens/7").bearer("bob").answers(204, Value::Null)]), Ok(true));
}
