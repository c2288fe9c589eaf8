//! Whatever a system answers, nothing panics, nothing is sent elsewhere, and no secret gets where it does not belong.

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};

use super::super::fake::{BASE, RANDOM, gateway, ready, texts};
use super::super::{Calls, Gateway, Host};
use crate::api::tokens::{ListApi, Tagged, TokenApi};
use crate::api::{ApiError, Later, NetworkError, Request, Response, Secret};
use crate::draft::Draft;
use crate::store::Store;
use crate::time::{DAY, Millis};
use crate::token::Privilege;

/// What a system hands out once.
const SECRET: &str = "s3cret-0123456789-0123456789";

/// What proves who the user is.
const BEARER: &str = "bearer-0123456789";

/// A system with the answers that it usually gives.
pub(super) struct World {
    pub(super) settings: Value,
    typed: Value,
    /// Methods, how paths begin or end, and answers; the first that fits.
    answers: Vec<(&'static str, &'static str, Value)>,
    /// In which of them the secret is, and how it is called there.
    secret: (usize, &'static str),
}

/// The worlds of a vendor's dialects, each with the place of its list among the answers.
pub(super) fn listing_worlds() -> Vec<(World, usize)> {
    worlds().into_iter().zip([4, 1, 2, 4, 4]).collect()
}

/// A world that a description tells of: everything that it is asked for is the list.
pub(super) fn described_world(api: Value) -> World {
    let settings = json!({ "dialect": "rest", "api": api });
    World { settings, typed: json!({}), answers: vec![("GET", "", json!([]))], secret: (usize::MAX, "") }
}

/// What the page reads of a list in a world whose answer of this place is another one: the names of the tokens.
pub(super) fn listed(world: &World, idx: usize, body: &str) -> Result<Vec<String>, ApiError> {
    let odd = Odd {
        gateway: gateway(world.settings.clone(), BASE, true).expect("a gateway"),
        world,
        instead: (idx, (200, body.into())),
        n_asked: Cell::new(0),
        seen: RefCell::default(),
    };
    let page = ready(Calls { gateway: &odd.gateway, host: &odd }.list(1_000, None))?;
    let mut store = Store::with_extras(5);
    page.put(&mut store)?;
    Ok(store.rows().iter().map(|row| store.name(*row).to_owned()).collect())
}

fn worlds() -> Vec<World> {
    let pt_token = json!({
        "id": 7, "name": "test-token", "comment": "c", "permissions": ["TASKS_VIEW_ALL"], "creatorLogin": "ada",
        "created": 1.5, "modified": 2.5, "deleted": null, "entryPoint": {"id": "e", "name": "E"},
    });
    let air_token =
        json!({"id": "a1", "name": "n", "created": "2026-01-01T00:00:00Z", "expiry": "2027-01-01T00:00:00Z"});
    let mist_token = json!({
        "id": "m1", "name": "n", "key": "1qkb...QQCL", "created_time": 5, "last_used": 6.5, "org_id": "o1",
        "created_by": "ada", "src_ips": ["10.0.0.0/8"],
        "privileges": [
            {"scope": "site", "role": "read", "site_id": "s1", "name": "North", "org_name": "Acme"},
            {"scope": "sitegroup", "role": "read", "sitegroup_id": "g1", "sitegroup_ids": ["g1", "g2"], "views": ["v"]},
        ],
    });
    let with = |token: &Value, field: &str, value: Value| {
        let mut token = token.clone();
        token[field] = value;
        token
    };
    let mist_short = json!({"id": "m1", "name": "n", "last_used": 0, "privileges": [{"scope": "org", "role": "read"}]});
    let place = json!([{"id": "s1", "name": "North"}, {"id": "g1", "name": "Shops"}]);
    let privileges = json!([{"scope": "org", "role": "admin", "org_id": "o1", "org_name": "Acme", "name": "Acme"}]);
    let mist = |settings: Value, typed: Value| World {
        settings,
        typed,
        answers: vec![
            ("POST", "/api/v1/login", json!({})),
            ("POST", "/api/v1/login/two_factor", json!({})),
            ("GET", "/api/v1/self", json!({"email": "ada", "privileges": privileges, "two_factor_required": false})),
            ("POST", "/apitokens", with(&mist_short, "key", json!(SECRET))),
            ("GET", "/apitokens", json!([mist_token])),
            ("GET", "/apitokens/m1", mist_token.clone()),
            ("PUT", "/apitokens/m1", mist_short.clone()),
            ("GET", "&page=1", place.clone()),
        ],
        secret: (3, "key"),
    };
    vec![
        World {
            settings: json!({"dialect": "pt-sandbox"}),
            typed: json!({"username": "ada", "password": BEARER, "account": "1"}),
            answers: vec![
                ("GET", RANDOM, json!({"data": {"location": "https://sandbox.example/ui/authorize?state=1"}})),
                ("POST", "/ui/login", json!({})),
                ("GET", "/ui/authorize?state=1", json!({})),
                ("POST", "/api/ui/auth/token", json!({"data": {"accessToken": BEARER}})),
                ("GET", "/public-api/tokens", json!({"total": 1, "entries": [pt_token]})),
                ("POST", "/public-api/tokens", with(&with(&pt_token, "token", json!(SECRET)), "key", json!("hash"))),
            ],
            secret: (5, "token"),
        },
        World {
            settings: json!({"dialect": "air", "version": "v1", "filters": {"name": "n"}}),
            typed: json!({"token": BEARER}),
            answers: vec![
                ("GET", "/login/", json!({"id": "u", "username": "ada"})),
                ("GET", "/api/v1/api-token/?name=n", json!([{"id": "a1", "name": "n"}])),
                ("POST", "/api/v1/api-token/", json!({"id": "a1", "name": "n", "token": SECRET})),
            ],
            secret: (2, "token"),
        },
        World {
            settings: json!({"dialect": "air"}),
            typed: json!({"username": "ada", "password": "pw"}),
            answers: vec![
                ("POST", "/login/", json!({"token": BEARER})),
                ("GET", "/login/", json!({"id": "u", "username": "ada"})),
                (
                    "GET",
                    "/api/v2/api-tokens/?limit=200&offset=0",
                    json!({
                        "count": 2, "next": "https://air.nvidia.com/api/v2/api-tokens/?limit=1&offset=1", "previous": null,
                        "results": [air_token],
                    }),
                ),
                ("POST", "/api/v2/api-tokens/", with(&air_token, "token", json!(SECRET))),
            ],
            secret: (3, "token"),
        },
        mist(json!({"dialect": "mist"}), json!({"email": "ada", "password": "pw", "code": "123456"})),
        mist(json!({"dialect": "mist", "tokens": "org"}), json!({"token": BEARER})),
    ]
}

/// Values that no contract knows.
fn odd_values() -> Vec<Value> {
    let deep = (0..40).fold(json!(null), |inner, _| json!([inner]));
    let texts = ["", "9999-99-99T99:99:99Z", "https://evil.example/x", "//evil.example/x"];
    let others =
        [json!(null), json!(true), json!(-1e300), json!(u64::MAX), json!([null]), json!({"id": {"name": []}}), deep];
    texts.map(|it| json!(it)).into_iter().chain(others).collect()
}

/// Texts that are no JSON, or hardly any.
const ODD_TEXTS: [&[u8]; 9] =
    [b"", b"<h1>Welcome</h1>", b"{", b"[1,", b"nul", b"\xff\xfe", b"{\"id\":1,\"id\":2}", b"1e999", &[b'['; 500]];

/// Every document that differs from this one at one place: another value there, or nothing.
fn variants(document: &Value, odd: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = odd.to_vec();
    let mut inside = |key_or_idx: &dyn Fn(&mut Value) -> Option<&mut Value>, value: &Value| {
        for variant in variants(value, odd) {
            let mut whole = document.clone();
            if let Some(place) = key_or_idx(&mut whole) {
                *place = variant;
            }
            all.push(whole);
        }
    };
    match document {
        Value::Object(object) => {
            for (key, value) in object {
                inside(&|it| it.get_mut(key), value);
            }
            for key in object.keys() {
                let mut without = object.clone();
                without.remove(key);
                all.push(Value::Object(without));
            }
        }
        Value::Array(list) => {
            for (idx, value) in list.iter().enumerate() {
                inside(&|it| it.get_mut(idx), value);
            }
        }
        _ => {}
    }
    all
}

/// A gateway to a system that answers anything at all.
struct Odd<'a> {
    gateway: Gateway,
    world: &'a World,
    /// Which answer is another one, and what it is.
    instead: (usize, (u16, Vec<u8>)),
    n_asked: Cell<u32>,
    /// What the page got to read.
    seen: RefCell<Vec<Vec<u8>>>,
}

impl Host for Odd<'_> {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        assert!(request.url.starts_with(&format!("{BASE}/")), "sent elsewhere: {}", request.url);
        let fits =
            |(method, path, _): &(&str, &str, Value)| *method == request.method.as_str() && request.url.ends_with(path);
        let (status, body) = match self.world.answers.iter().position(fits) {
            Some(idx) if idx == self.instead.0 => self.instead.1.clone(),
            Some(idx) => (200, self.world.answers[idx].2.to_string().into()),
            None => (200, b"{}".into()),
        };
        Box::pin(std::future::ready(Ok(Response { status, body, ..Response::default() })))
    }

    fn sign_in(&self, _: crate::words::Words) -> Later<'_, bool> {
        self.n_asked.set(self.n_asked.get() + 1);
        if self.n_asked.get() > 3 {
            return Box::pin(std::future::ready(false));
        }
        Box::pin(async move { self.gateway.sign_in(self, &texts(&self.world.typed)).await.is_ok() })
    }

    fn now(&self) -> Millis {
        // Long enough after the last look at it for everything to be renewed.
        Millis::from(self.n_asked.get()) * DAY
    }

    fn random(&self) -> String {
        RANDOM.into()
    }

    fn cookies(&self) -> String {
        "csrftoken=c1".into()
    }
}

impl Odd<'_> {
    /// Does everything that a page does. What came of a creation.
    async fn everything(&self) -> Result<Option<Secret>, ApiError> {
        let api = Calls { gateway: &self.gateway, host: self };
        let see = |tagged: &Tagged| self.seen.borrow_mut().push(tagged.json.text.clone());
        let mut cursor = None;
        for _ in 0..2 {
            let Ok(page) = api.list(1_000, cursor.as_deref()).await else { break };
            cursor = page.put(&mut Store::with_extras(5)).ok().and_then(|it| it.next);
            self.seen.borrow_mut().push(page.json);
            if cursor.is_none() {
                break;
            }
        }
        let privilege =
            |scope: &str, target: &str| Privilege { scope: scope.into(), role: "read".into(), target: target.into() };
        let draft = Draft {
            name: "n".into(),
            scopes: vec!["TASKS_VIEW_ALL".into()],
            privileges: Some(vec![privilege("site", "s1"), privilege("sitegroup", "g2"), privilege("org", "")]),
            source_ips: Some(vec!["10.0.0.0/8".into()]),
            ..Draft::default()
        };
        // Whatever comes of these.
        let _ = api.scopes().await;
        let _ = api.targets().await;
        let _ = api.read("m1", false).await.map(|it| see(&it));
        let _ = api.update("m1", &draft, None).await.map(|it| it.token().as_ref().map(see));
        let _ = api.delete("m1", &Vec::new()).await;
        let created = api.create(&draft, "key").await.map(|it| it.token());
        self.gateway.sign_out(self).await;
        Ok(created?.and_then(|it| {
            see(&it);
            it.secret
        }))
    }
}

/// Does everything against a world with one other answer; tells what came of a creation.
#[track_caller]
fn check(world: &World, idx: usize, answer: (u16, Vec<u8>)) -> Result<Option<Secret>, ApiError> {
    let odd = Odd {
        gateway: gateway(world.settings.clone(), BASE, false).expect("a gateway"),
        world,
        instead: (idx, answer),
        n_asked: Cell::new(0),
        seen: RefCell::default(),
    };
    let created = ready(odd.everything());
    for body in odd.seen.borrow().iter() {
        let body = String::from_utf8_lossy(body);
        assert!(!body.contains(SECRET) && !body.contains(BEARER), "a secret in {body}");
    }
    created
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> (u16, Vec<u8>) {
    (status, body.into())
}

#[test]
fn the_worlds_are_whole() {
    for world in worlds() {
        let no_other = usize::MAX;
        let secret = check(&world, no_other, answer(200, "")).expect("a token");
        assert_eq!(secret.map(|it| it.value).as_deref(), Some(SECRET), "{}", world.settings);
    }
}

#[test]
fn any_document_is_survived() {
    let odd = odd_values();
    for world in worlds() {
        for (idx, (_, _, document)) in world.answers.iter().enumerate() {
            for variant in variants(document, &odd) {
                let created = check(&world, idx, answer(200, variant.to_string()));
                // A secret that came is never lost, whatever else came with it.
                if idx == world.secret.0 && variant[world.secret.1] == SECRET {
                    let secret = created.ok().flatten().map(|it| it.value);
                    assert_eq!(secret.as_deref(), Some(SECRET), "{variant}");
                }
            }
        }
    }
}

#[test]
fn any_text_of_any_status_is_survived() {
    let errors = [
        json!({"detail": "Authentication credentials were not provided."}),
        json!({"errors": [{"message": "Words.", "type": "T"}]}),
        json!({"name": ["Words."]}),
    ];
    let odd = [json!(null), json!([]), json!({"a": [["Words."]]}), json!(5)];
    for world in worlds() {
        for idx in 0..world.answers.len() {
            for text in ODD_TEXTS {
                let _ = check(&world, idx, answer(200, text));
            }
            for status in [0, 204, 302, 400, 401, 403, 404, 422, 503] {
                let _ = check(&world, idx, answer(status, ""));
                for error in &errors {
                    let _ = check(&world, idx, answer(status, error.to_string()));
                }
            }
        }
        for error in errors.iter().flat_map(|it| variants(it, &odd)) {
            for status in [400, 403] {
                let _ = check(&world, world.secret.0, answer(status, error.to_string()));
            }
        }
    }
}
