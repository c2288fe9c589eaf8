//! The Scoped Token API (wire contracts §1): the only place that knows its addresses and shapes.
//!
//! Other systems come in the same form, by way of a [`crate::gateway`]. They may leave out facts that they do not report,
//! say more in `extras`, and have `targets`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{ApiError, Method, Request, Response, Secret, Transport, encode};
use crate::draft::Draft;
use crate::store::{Entry, Row, Store, Unreported};
use crate::time::{Millis, parse_rfc3339};
use crate::token::{Life, Privilege, Scope, Target, Token};

/// A Scoped Token API at a base address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scoped {
    base: String,
}

/// A token and the tag of the state it was read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The token.
    pub token: Token,
    /// Its strong `ETag`, where one could be read.
    pub etag: Option<String>,
    /// The answer itself, to bring the list up to date with. No secret is in it.
    pub answer: Response,
    /// The secret of a token that was just made.
    pub secret: Option<Secret>,
}

/// What a page of the list says of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// How many tokens there are.
    pub total: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
}

impl Scoped {
    /// `base` is the address of the API, with or without a slash at its end.
    pub fn new(base: &str) -> Self {
        Scoped { base: base.trim_end_matches('/').into() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    fn token_url(&self, id: &str) -> String {
        self.url(&format!("tokens/{}", encode(id)))
    }

    /// The scopes assigned to the caller.
    pub async fn scopes(&self, transport: &dyn Transport) -> Result<Vec<Scope>, ApiError> {
        #[derive(Deserialize)]
        struct WireScope {
            id: String,
            name: String,
        }
        let answer = transport.send(Request::new(Method::Get, self.url("scopes"))).await?.success()?;
        let scopes: Vec<WireScope> = answer.json()?;
        Ok(scopes.into_iter().map(|WireScope { id, name }| Scope { id, name }).collect())
    }

    /// What privileges can hold for.
    pub async fn targets(&self, transport: &dyn Transport) -> Result<Vec<Target>, ApiError> {
        transport.send(Request::new(Method::Get, self.url("targets"))).await?.success()?.json()
    }

    /// The request for a page of at most `limit` tokens; without a cursor for the first one.
    pub fn page_request(&self, limit: u32, cursor: Option<&str>) -> Request {
        let cursor = cursor.map(|it| format!("&cursor={}", encode(it))).unwrap_or_default();
        Request::new(Method::Get, self.url(&format!("tokens?limit={limit}{cursor}")))
    }

    /// One token as it is now.
    pub async fn read(&self, transport: &dyn Transport, id: &str) -> Result<Tagged, ApiError> {
        tagged(transport.send(Request::new(Method::Get, self.token_url(id))).await?)
    }

    /// Makes a token. The same `idempotency_key` makes it once, however often it is sent.
    pub async fn create(
        &self,
        transport: &dyn Transport,
        draft: &Draft,
        idempotency_key: &str,
    ) -> Result<Tagged, ApiError> {
        let request = Request::new(Method::Post, self.url("tokens"))
            .header("Idempotency-Key", idempotency_key)
            .json(write(draft));
        tagged(transport.send(request).await?)
    }

    /// Replaces a token; with a tag only if it is still in that state.
    pub async fn update(
        &self,
        transport: &dyn Transport,
        id: &str,
        draft: &Draft,
        etag: Option<&str>,
    ) -> Result<Tagged, ApiError> {
        let request = Request::new(Method::Put, self.token_url(id)).json(write(draft));
        tagged(transport.send(if_match(request, etag)).await?)
    }

    /// Ends a token and keeps its entry.
    pub async fn revoke(&self, transport: &dyn Transport, id: &str) -> Result<Tagged, ApiError> {
        tagged(transport.send(Request::new(Method::Post, format!("{}/revoke", self.token_url(id)))).await?)
    }

    /// Removes a token. Tells whether it was still there: one that is gone already is no failure.
    pub async fn delete(&self, transport: &dyn Transport, id: &str) -> Result<bool, ApiError> {
        match transport.send(Request::new(Method::Delete, self.token_url(id))).await?.success() {
            Ok(_) => Ok(true),
            Err(ApiError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn if_match(request: Request, etag: Option<&str>) -> Request {
    match etag {
        Some(etag) => request.header("If-Match", etag),
        None => request,
    }
}

fn write(draft: &Draft) -> String {
    serde_json::to_string(draft).unwrap_or_default()
}

fn tagged(answer: Response) -> Result<Tagged, ApiError> {
    /// What only matters of one token.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Details {
        privileges: Vec<Privilege>,
        source_ips: Vec<String>,
    }
    let mut answer = answer.success()?;
    let secret = answer.secret.take();
    let wire: WireToken = answer.json()?;
    let Details { privileges, source_ips } = answer.json()?;
    let owned = |it: &Option<Text>| it.as_ref().map(|it| it.0.clone().into_owned());
    let token = Token {
        id: wire.id.0.clone().into_owned(),
        guid: wire.guid.0.clone().into_owned(),
        name: wire.name.0.clone().into_owned(),
        description: owned(&wire.description),
        scopes: wire.scopes.iter().map(|it| it.0.clone().into_owned()).collect(),
        valid_from: wire.valid_from.as_ref().and_then(owned),
        valid_to: wire.valid_to.as_ref().and_then(owned),
        revoked: wire.revoked_at.is_some(),
        privileges,
        source_ips,
    };
    Ok(Tagged { token, etag: answer.etag.clone(), answer, secret })
}

/// Text that borrows from the answer unless something in it is escaped.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Cow<'de, str>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
                Ok(Cow::Borrowed(text))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Cow<'de, str>, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(TextVisitor).map(Text)
    }
}

/// A fact that may be there, be said not to be there (`null`), or not be reported (absent: the default).
type Reported<T> = Option<Option<T>>;

fn reported<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Reported<T>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A token on the wire. Unknown fields are ignored; what the page can do without may be missing.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct WireToken<'a> {
    id: Text<'a>,
    guid: Text<'a>,
    name: Text<'a>,
    #[serde(default)]
    description: Option<Text<'a>>,
    #[serde(default)]
    scopes: Vec<Text<'a>>,
    #[serde(default, deserialize_with = "reported")]
    valid_from: Reported<Text<'a>>,
    #[serde(default, deserialize_with = "reported")]
    valid_to: Reported<Text<'a>>,
    #[serde(default)]
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "reported")]
    created_by: Reported<Text<'a>>,
    #[serde(default, deserialize_with = "reported")]
    last_used_at: Reported<Text<'a>>,
    #[serde(default)]
    revoked_at: Option<Text<'a>>,
    #[serde(default)]
    deleted_at: Option<Text<'a>>,
    #[serde(default)]
    extras: Vec<Option<Text<'a>>>,
}

impl WireToken<'_> {
    /// Puts the token into the list, or says which date is none. `in_front`: where it is a new one.
    fn put(&self, store: &mut Store, seen_at: Millis, in_front: bool) -> Result<Row, String> {
        let time = |field: &str, text: &Reported<Text>| match text {
            Some(Some(Text(text))) => {
                parse_rfc3339(text).map(Some).ok_or_else(|| format!("{field} is not a date: {text}"))
            }
            _ => Ok(None),
        };
        let text = |text: &Option<Text>| text.as_ref().map_or(String::new(), |it| it.0.to_string());
        let (description, created_by) = (&self.description, self.created_by.as_ref().map(text).unwrap_or_default());
        let scopes: Vec<&str> = self.scopes.iter().map(|it| &*it.0).collect();
        let entry = Entry {
            id: &self.id.0,
            guid: &self.guid.0,
            name: &self.name.0,
            description: description.as_ref().map_or("", |it| &it.0),
            life: Life {
                valid_from: time("valid_from", &self.valid_from)?,
                valid_to: time("valid_to", &self.valid_to)?,
                revoked: self.revoked_at.is_some(),
                deleted: self.deleted_at.is_some(),
                said_active: self.is_active,
                seen_at,
            },
            last_used: time("last_used_at", &self.last_used_at)?,
            created_by: &created_by,
            unreported: Unreported {
                valid_from: self.valid_from.is_none(),
                valid_to: self.valid_to.is_none(),
                last_used: self.last_used_at.is_none(),
                created_by: self.created_by.is_none(),
            },
        };
        let row = if in_front { store.push_front(entry, &scopes) } else { store.push(entry, &scopes) };
        store.set_extras(self.extras.iter().map(|it| it.as_ref().map(|it| &*it.0)));
        Ok(row)
    }
}

/// Reads one token's answer into the list: a new one comes first, a known one keeps its place.
pub fn put_one(answer: &Response, store: &mut Store, seen_at: Millis) -> Result<Row, ApiError> {
    let wire: WireToken = answer.json()?;
    wire.put(store, seen_at, true).map_err(ApiError::Malformed)
}

/// A page on the wire.
#[derive(Deserialize)]
#[serde(bound(deserialize = "E: Deserialize<'de>, 'de: 'a"))]
struct WirePage<'a, E> {
    #[serde(default)]
    total: usize,
    entries: Vec<E>,
    #[serde(default)]
    next: Option<Text<'a>>,
}

/// Reads a page into the list. An entry that does not parse is kept as unreadable; the others still come.
///
/// Nearly every page is right as a whole, so it is read in one go; only a wrong one is taken apart entry by entry.
pub fn put_page(answer: &Response, store: &mut Store, seen_at: Millis) -> Result<PageEnd, ApiError> {
    if let Ok(WirePage { total, entries, next }) = answer.json::<WirePage<WireToken>>() {
        make_room(store, total);
        for wire in entries {
            if let Err(problem) = wire.put(store, seen_at, false) {
                store.push_unreadable(Some(&wire.id.0), problem, seen_at);
            }
        }
        return Ok(PageEnd { total, next: next.map(|it| it.0.into_owned()) });
    }
    let WirePage { total, entries, next } = answer.json::<WirePage<&RawValue>>()?;
    make_room(store, total);
    for raw in entries {
        let read = serde_json::from_str::<WireToken>(raw.get()).map_err(|error| error.to_string());
        let put = read.and_then(|wire| wire.put(store, seen_at, false));
        if let Err(problem) = put {
            #[derive(Deserialize)]
            struct OnlyId {
                id: String,
            }
            let id = serde_json::from_str::<OnlyId>(raw.get()).ok().map(|it| it.id);
            store.push_unreadable(id.as_deref(), problem, seen_at);
        }
    }
    Ok(PageEnd { total, next: next.map(|it| it.0.into_owned()) })
}

/// The first page says how much is to come. A server that exaggerates gets no memory for it.
fn make_room(store: &mut Store, total: usize) {
    store.reserve(total.min(200_000).saturating_sub(store.len()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Status;
    use std::cell::RefCell;

    const TOKEN: &str = r#"{"id":"01234567-89ab-cdef-0123-456789abcdef","guid":"11111111-2222-4333-8444-555555555555","name":"ci \"deploy\"",
        "description":"Ships it","scopes":["s1","s2"],"valid_from":"2026-01-01T00:00:00+02:00","valid_to":null,"is_active":true,
        "created_at":"2025-01-01T00:00:00Z","created_by":"ada@example.com","last_used_at":"2026-02-01T00:00:00.5Z","revoked_at":null,"new":{"a":[1]}}"#;

    fn answer(body: &str) -> Response {
        Response { status: 200, body: body.into(), etag: Some("\"1\"".into()), ..Response::default() }
    }

    /// Answers everything alike and remembers what it was asked.
    struct Fake(RefCell<Vec<Request>>, Response);
    impl Transport for Fake {
        fn send(
            &self,
            request: Request,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<Response, super::super::Fault>> + '_>> {
            self.0.borrow_mut().push(request);
            Box::pin(std::future::ready(Ok(self.1.clone())))
        }
    }

    fn ready<T>(future: impl Future<Output = T>) -> T {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::pin!(future).poll(&mut context) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => panic!("the fake transport answers at once"),
        }
    }

    #[test]
    fn a_page_is_read() {
        let mut store = Store::new();
        let end =
            put_page(&answer(&format!(r#"{{"total":3,"entries":[{TOKEN}],"next":"c1","extra":1}}"#)), &mut store, 9)
                .expect("a page");
        assert_eq!(end, PageEnd { total: 3, next: Some("c1".into()) });
        let row = store.find("01234567-89ab-cdef-0123-456789abcdef").expect("the token");
        assert_eq!(
            (store.name(row), store.description(row), store.created_by(row)),
            ("ci \"deploy\"", "Ships it", "ada@example.com")
        );
        assert_eq!(store.scopes(row).collect::<Vec<_>>(), ["s1", "s2"]);
        assert_eq!(store.life(row).valid_from, parse_rfc3339("2025-12-31T22:00:00Z"));
        assert_eq!(store.last_used(row), parse_rfc3339("2026-02-01T00:00:00.5Z"));
        assert_eq!(store.status(row, 10), Status::Active);
    }

    #[test]
    fn one_bad_entry_does_not_hide_the_others() {
        let mut store = Store::new();
        let bad_date =
            TOKEN.replace("0123456789ab", "x").replace("2026-01-01", "2026-13-01").replace("01234567", "99999999");
        let body = format!(
            r#"{{"entries":[null,{{"id":5}},{{"id":"known","name":7}},{bad_date},{TOKEN}],"total":5,"next":null}}"#
        );
        put_page(&answer(&body), &mut store, 0).expect("a page");
        let statuses: Vec<_> = store.rows().iter().map(|row| store.status(*row, 0)).collect();
        assert_eq!(
            statuses,
            [Status::Unreadable, Status::Unreadable, Status::Unreadable, Status::Unreadable, Status::Active]
        );
        let problem = |row: usize| store.problem(store.rows()[row]).unwrap_or_default();
        assert!(problem(3).contains("valid_from is not a date"), "{}", problem(3));
        assert!(store.find("known").is_some());
    }

    #[test]
    fn fields_may_be_missing() {
        let mut store = Store::new();
        let body = r#"{"entries":[{"id":"1","guid":"2","name":"n","is_active":false}]}"#;
        assert_eq!(put_page(&answer(body), &mut store, 0), Ok(PageEnd::default()));
        assert_eq!(store.status(store.rows()[0], 0), Status::Inactive);
    }

    #[test]
    fn rubbish_is_malformed() {
        for body in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"entries":{}}"#,
            r#"{"entries":["#,
            &format!(r#"{{"entries":[{TOKEN}],"next":5}}"#),
            r#"{"entries":[]} x"#,
        ] {
            assert!(matches!(put_page(&answer(body), &mut Store::new(), 0), Err(ApiError::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn a_token_comes_with_its_tag_and_its_dates_to_the_letter() {
        let fake = Fake(RefCell::default(), answer(TOKEN));
        let tagged = ready(Scoped::new("/api/v1/").read(&fake, "a/b")).expect("a token");
        assert_eq!(fake.0.borrow()[0], Request::new(Method::Get, "/api/v1/tokens/a%2Fb".into()));
        assert_eq!(
            (tagged.etag.as_deref(), tagged.token.valid_from.as_deref()),
            (Some("\"1\""), Some("2026-01-01T00:00:00+02:00"))
        );
        assert!(!tagged.token.revoked);
    }

    #[test]
    fn writes_say_all_fields() {
        let fake = Fake(RefCell::default(), answer(TOKEN));
        let draft = Draft {
            guid: "g".into(),
            name: "n".into(),
            scopes: vec!["s".into()],
            valid_to: Some("2027-01-01T00:00:00Z".into()),
            ..Draft::default()
        };
        let api = Scoped::new("api/v1");
        ready(api.create(&fake, &draft, "key-1")).expect("created");
        ready(api.update(&fake, "1", &draft, Some("\"7\""))).expect("updated");
        ready(api.update(&fake, "1", &draft, None)).expect("updated");
        let sent = fake.0.borrow();
        let body = r#"{"guid":"g","name":"n","scopes":["s"],"description":null,"valid_from":null,"valid_to":"2027-01-01T00:00:00Z"}"#;
        assert!(sent.iter().all(|it| it.body.as_deref() == Some(body)));
        let header = |idx: usize, name: &str| {
            sent[idx].headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(
            (header(0, "Idempotency-Key"), header(1, "If-Match"), header(2, "If-Match")),
            (Some("key-1"), Some("\"7\""), None)
        );
        assert_eq!((sent[0].method, sent[1].method), (Method::Post, Method::Put));
    }

    #[test]
    fn deleting_what_is_gone_is_done() {
        let api = Scoped::new("api");
        for (status, done) in [(204, Some(true)), (404, Some(false)), (500, None), (403, None)] {
            let fake = Fake(RefCell::default(), Response { status, ..Response::default() });
            assert_eq!(ready(api.delete(&fake, "1")).ok(), done, "{status}");
        }
    }

    #[test]
    fn pages_are_asked_for_by_cursor() {
        let api = Scoped::new("api");
        assert_eq!(api.page_request(1000, None).url, "api/tokens?limit=1000");
        assert_eq!(api.page_request(5, Some("a=&b")).url, "api/tokens?limit=5&cursor=a%3D%26b");
    }
}
