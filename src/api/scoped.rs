//! The Scoped Token API (wire contracts §1): the only place that knows its addresses and shapes.
//!
//! Other systems come in the same form, by way of [`crate::adapters`]. They may leave out facts that they do not report,
//! say more in `extras`, and have `targets`.

use std::borrow::Cow;

use super::{ApiError, Method, Reason, Request, Response, Secret, Transport, UNREADABLE, encode, path_part};
use crate::draft::{Draft, Inputs};
use crate::json::{self, Json, Read, Writer};
use crate::mask::masked_scoped;
pub use crate::page::PageEnd;
use crate::page::{self, WireToken};
use crate::store::{Row, Store};
use crate::token::{Privilege, Scope, Target, Token};

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
    /// Whether its facts are what the system answered.
    pub seen: Seen,
}

/// How the facts of a token came to be known after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The answer has them.
    Answered,
    /// They were read after it: a system that keeps several copies may be behind.
    Read,
    /// Nothing has shown them yet.
    Not,
}

/// Everything that a system says of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// As JSON, whatever form that has; what looks like a secret is masked.
    pub json: String,
    /// The token as it is now, as an answer to bring the list up to date with.
    pub token: Response,
}

/// What a system answered to a write that it did not refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// A token.
    Token(Box<Tagged>),
    /// Nothing that says what came of it: it was accepted and may be done later (202), or the answer is empty.
    Nothing,
}

impl Answered {
    /// The token, where there is one.
    pub fn token(self) -> Option<Tagged> {
        match self {
            Answered::Token(tagged) => Some(*tagged),
            Answered::Nothing => None,
        }
    }
}

/// What a system answered to a deletion that it did not refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It is done.
    Done,
    /// There was no such token.
    Missing,
    /// It was accepted and may be done later (202).
    Accepted,
}

impl Scoped {
    /// `base` is the address of the API, with or without a slash at its end.
    pub fn new(base: &str) -> Self {
        Scoped { base: base.trim_end_matches('/').into() }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    fn token_url(&self, id: &str) -> Result<String, ApiError> {
        Ok(self.url(&format!("tokens/{}", path_part(id)?)))
    }

    /// The scopes assigned to the caller.
    pub async fn scopes(&self, transport: &dyn Transport) -> Result<Vec<Scope>, ApiError> {
        let answer = transport.send(Request::new(Method::Get, self.url("scopes"))).await?.success()?;
        let scope = |it: &Json| Some(Scope { id: it.text_of("id")?.into(), name: it.text_of("name")?.into() });
        answer.every(Reason::NoScopes, scope)
    }

    /// What privileges can hold for.
    pub async fn targets(&self, transport: &dyn Transport) -> Result<Vec<Target>, ApiError> {
        let answer = transport.send(Request::new(Method::Get, self.url("targets"))).await?.success()?;
        let text = |it: &Json, name: &str| it.text_of(name).map(str::to_owned);
        answer.every(Reason::NoTargets, |it| {
            Some(Target { scope: text(it, "scope")?, id: text(it, "id")?, name: text(it, "name")? })
        })
    }

    /// The request for a page of at most `limit` tokens; without a cursor for the first one.
    pub fn page_request(&self, limit: u32, cursor: Option<&str>) -> Request {
        let cursor = cursor.map(|it| format!("&cursor={}", encode(it))).unwrap_or_default();
        Request::new(Method::Get, self.url(&format!("tokens?limit={limit}{cursor}")))
    }

    /// One token as it is now. An answer that speaks of another one is [`ApiError::Malformed`].
    pub async fn read(&self, transport: &dyn Transport, id: &str) -> Result<Tagged, ApiError> {
        about(id, tagged(transport.send(Request::new(Method::Get, self.token_url(id)?)).await?)?)
    }

    /// The same, and never from what a gateway remembers.
    pub async fn read_again(&self, transport: &dyn Transport, id: &str) -> Result<Tagged, ApiError> {
        let request = Request::new(Method::Get, format!("{}?again", self.token_url(id)?));
        about(id, tagged(transport.send(request).await?)?)
    }

    /// Makes a token. The same `idempotency_key` makes it once, however often it is sent.
    pub async fn create(
        &self,
        transport: &dyn Transport,
        draft: &Draft,
        idempotency_key: &str,
    ) -> Result<Answered, ApiError> {
        let request = Request::new(Method::Post, self.url("tokens"))
            .header("Idempotency-Key", idempotency_key)
            .json(write(draft));
        answered(transport.send(request).await?)
    }

    /// Replaces a token; with a strong tag only if it is still in that state.
    pub async fn update(
        &self,
        transport: &dyn Transport,
        id: &str,
        draft: &Draft,
        etag: Option<&str>,
    ) -> Result<Answered, ApiError> {
        let request = Request::new(Method::Put, self.token_url(id)?).json(write(draft));
        answered_about(id, transport.send(if_match(request, etag)).await?)
    }

    /// Everything that a system says of a token, as JSON; what looks like a secret is masked, and so are the secrets of the
    /// session, `known` once there is an answer. `behind_gateway`: the system's own JSON, whatever form that has, masked by
    /// the gateway.
    pub async fn details(
        &self,
        transport: &dyn Transport,
        id: &str,
        behind_gateway: bool,
        known: impl FnOnce() -> Vec<String>,
    ) -> Result<Details, ApiError> {
        let tail = if behind_gateway { "/details" } else { "" };
        let answer =
            transport.send(Request::new(Method::Get, format!("{}{tail}", self.token_url(id)?))).await?.success()?;
        let json = answer.read()?;
        let token = if behind_gateway { json.get("token") } else { Some(&json) };
        if let Some(other) = token.and_then(|it| it.text_of("id")).filter(|it| *it != id) {
            return Err(ApiError::Malformed(Reason::AnotherToken { name: None, id: other.into() }.into()));
        }
        if !behind_gateway {
            let json = masked_scoped(json, id, &known());
            return Ok(Details { json, token: answer });
        }
        let body = json::to_text(json.get("token").unwrap_or(&Json::Null)).into();
        let json = json::to_text(json.get("raw").unwrap_or(&Json::Null));
        Ok(Details { json, token: Response { body, ..answer } })
    }

    /// Ends a token and keeps its entry.
    pub async fn revoke(&self, transport: &dyn Transport, id: &str, inputs: &Inputs) -> Result<Answered, ApiError> {
        let request = Request::new(Method::Post, format!("{}/revoke", self.token_url(id)?));
        answered_about(id, transport.send(with_inputs(request, inputs)).await?)
    }

    /// Gives a token a new secret in place of the old; it may be another token after that, with an id of its own. For
    /// systems behind a gateway.
    pub async fn rotate(&self, transport: &dyn Transport, id: &str, inputs: &Inputs) -> Result<Answered, ApiError> {
        let request = Request::new(Method::Post, format!("{}/rotate", self.token_url(id)?));
        answered(transport.send(with_inputs(request, inputs)).await?)
    }

    /// Removes a token. One that is gone already is no failure; a web page is no answer.
    pub async fn delete(&self, transport: &dyn Transport, id: &str, inputs: &Inputs) -> Result<Deletion, ApiError> {
        let request = with_inputs(Request::new(Method::Delete, self.token_url(id)?), inputs);
        match transport.send(request).await?.accepted() {
            Ok(it) if it.is_page() || it.content_type == UNREADABLE => Err(it.malformed("")),
            Ok(Response { status: 202, .. }) => Ok(Deletion::Accepted),
            Ok(_) => Ok(Deletion::Done),
            Err(ApiError::NotFound(_)) => Ok(Deletion::Missing),
            Err(error) => Err(error),
        }
    }
}

/// A tag that `If-Match` can carry: that compares strongly, so one that was weakened on the way never matches (RFC 9110,
/// 13.1.1).
fn strong(etag: &str) -> bool {
    !etag.is_empty() && !etag.starts_with("W/")
}

fn if_match(request: Request, etag: Option<&str>) -> Request {
    match etag {
        Some(etag) => request.header("If-Match", etag),
        None => request,
    }
}

/// What came back for a token, which has to be the one that was asked for.
fn about(id: &str, tagged: Tagged) -> Result<Tagged, ApiError> {
    if tagged.token.id == id { Ok(tagged) } else { Err(of_another(&tagged.token)) }
}

/// The error for an answer that speaks of this token, where another one was meant.
pub fn of_another(token: &Token) -> ApiError {
    ApiError::Malformed(Reason::AnotherToken { name: Some(token.name.clone()), id: token.id.clone() }.into())
}

fn answered_about(id: &str, answer: Response) -> Result<Answered, ApiError> {
    // An empty answer is common for what changes a token that is there.
    if answer.is_empty() && (200..300).contains(&answer.status) {
        return Ok(Answered::Nothing);
    }
    match answered(answer)? {
        Answered::Token(tagged) => about(id, *tagged).map(|it| Answered::Token(Box::new(it))),
        Answered::Nothing => Ok(Answered::Nothing),
    }
}

fn answered(answer: Response) -> Result<Answered, ApiError> {
    let is_later = answer.status == 202 && !answer.is_page();
    match tagged(answer) {
        Ok(tagged) => Ok(Answered::Token(Box::new(tagged))),
        // It need not have the token yet.
        Err(ApiError::Malformed(_)) if is_later => Ok(Answered::Nothing),
        Err(error) => Err(error),
    }
}

/// With what the call asks for, where it asks for anything.
fn with_inputs(request: Request, inputs: &Inputs) -> Request {
    if inputs.is_empty() { request } else { request.json(write_inputs(Writer::default(), inputs).done()) }
}

fn write_inputs(body: Writer, inputs: &Inputs) -> Writer {
    let inputs = inputs.iter().fold(Writer::default(), |object, (key, value)| object.text(key, Some(value)));
    body.raw("inputs", &inputs.done())
}

/// The body of a write. An absent optional field is null on the server, so nothing is left out by accident.
fn write(draft: &Draft) -> String {
    let Draft { guid, name, scopes, description, valid_from, valid_to, privileges, source_ips, inputs } = draft;
    let mut body = Writer::default()
        .text("guid", Some(guid))
        .text("name", Some(name))
        .texts("scopes", scopes.iter().map(String::as_str))
        .text("description", description.as_deref())
        .text("valid_from", valid_from.as_deref())
        .text("valid_to", valid_to.as_deref());
    if let Some(privileges) = privileges {
        let write = |it: &Privilege, out: &mut String| {
            let privilege = Writer::default().text("scope", Some(&it.scope)).text("role", Some(&it.role));
            out.push_str(&privilege.text("target", Some(&it.target)).done());
        };
        body = body.list("privileges", privileges, write);
    }
    if let Some(source_ips) = source_ips {
        body = body.texts("source_ips", source_ips.iter().map(String::as_str));
    }
    if !inputs.is_empty() {
        body = write_inputs(body, inputs);
    }
    body.done()
}

fn tagged(answer: Response) -> Result<Tagged, ApiError> {
    let mut answer = answer.accepted()?;
    let secret = answer.secret.take();
    let wire = WireToken::read_whole(&answer.body).map_err(|problem| answer.malformed(problem))?;
    let json = answer.read()?;
    let each = |name: &str| json.get(name).map(Json::list).unwrap_or_default();
    let text = |it: &Json, name: &str| it.text_of(name).unwrap_or_default().to_owned();
    let privilege =
        |it: &Json| Privilege { scope: text(it, "scope"), role: text(it, "role"), target: text(it, "target") };
    let inputs = json.get("inputs").and_then(Json::members).unwrap_or_default().iter();
    let owned = |it: &Option<Cow<str>>| it.as_ref().map(|it| it.clone().into_owned());
    let seen = match json.text_of("seen") {
        _ if answer.status == 202 => Seen::Not,
        Some("not") => Seen::Not,
        Some("read") => Seen::Read,
        _ => Seen::Answered,
    };
    let token = Token {
        id: wire.id.clone().into_owned(),
        guid: wire.guid.clone().into_owned(),
        name: wire.name.clone().into_owned(),
        description: owned(&wire.description),
        scopes: wire.scopes.iter().flatten().map(|it| it.clone().into_owned()).collect(),
        valid_from: wire.valid_from.as_ref().and_then(owned),
        valid_to: wire.valid_to.as_ref().and_then(owned),
        revoked: wire.is_revoked(answer.asked_at),
        privileges: each("privileges").iter().map(privilege).collect(),
        source_ips: each("source_ips").iter().filter_map(|it| it.text().map(str::to_owned)).collect(),
        inputs: inputs.filter_map(|(key, value)| Some((key.to_string(), value.text()?.to_owned()))).collect(),
    };
    let etag = answer.etag.clone().filter(|it| strong(it));
    Ok(Tagged { token, etag, answer, secret, seen })
}

/// Reads one token's answer into the list: a new one comes first, a known one keeps its place.
pub fn put_one(answer: &Response, store: &mut Store) -> Result<Row, ApiError> {
    page::put_one(&answer.body, answer.asked_at, store).map_err(|problem| answer.malformed(problem))
}

/// Reads a page into the list. An entry that does not parse is kept as unreadable; the others still come.
pub fn put_page(answer: &Response, store: &mut Store) -> Result<PageEnd, ApiError> {
    Page::new(answer).put(store, usize::MAX).map(Option::unwrap_or_default)
}

/// A page that is read into the list a part at a time.
pub struct Page<'a> {
    answer: &'a Response,
    page: page::Page<'a>,
}

impl<'a> Page<'a> {
    /// Nothing of it is read before [`Page::put`].
    pub fn new(answer: &'a Response) -> Self {
        // Without a body there is nothing that could be listed.
        let body = if answer.status == 204 && answer.is_empty() { b"[]" } else { &answer.body[..] };
        Page { answer, page: page::Page::new(body, answer.asked_at) }
    }

    /// Reads at most so many entries; `None` where more are left. See [`page::Page::put`].
    pub fn put(&mut self, store: &mut Store, n_entries: usize) -> Result<Option<PageEnd>, ApiError> {
        self.page.put(store, n_entries).map_err(|problem| self.answer.malformed(problem))
    }

    /// How many tokens the system has, as far as that has been read.
    pub fn total(&self) -> usize {
        self.page.total()
    }

    /// The cursor of the next page, to ask for that before this one is read. See [`page::guess_next`].
    pub fn guess_next(&self) -> Option<String> {
        page::guess_next(&self.answer.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OddFact;
    use crate::time::parse_rfc3339;
    use crate::token::Status;
    use std::cell::RefCell;

    const ID: &str = "01234567-89ab-cdef-0123-456789abcdef";
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
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<Response, super::super::NetworkError>> + '_>> {
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
        let end = put_page(&answer(&format!(r#"{{"total":3,"entries":[{TOKEN}],"next":"c1","extra":1}}"#)), &mut store)
            .expect("a page");
        assert_eq!(end, PageEnd { total: 3, next: Some("c1".into()) });
        let row = store.find("01234567-89ab-cdef-0123-456789abcdef").expect("the token");
        assert_eq!(
            (store.name(row), store.description(row), store.created_by(row)),
            ("ci \"deploy\"", "Ships it", "ada@example.com")
        );
        assert_eq!(store.scopes(row).collect::<Vec<_>>(), ["s1", "s2"]);
        assert_eq!(store.validity(row).valid_from, parse_rfc3339("2025-12-31T22:00:00Z"));
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
        put_page(&answer(&body), &mut store).expect("a page");
        let statuses: Vec<_> = store.rows().iter().map(|row| store.status(*row, 0)).collect();
        assert_eq!(statuses, [Status::Unreadable, Status::Unknown, Status::Unknown, Status::Active, Status::Active]);
        // What can be read of an entry is there, and what cannot is shown as it stands.
        let (known, odd) = (store.rows()[2], store.rows()[3]);
        assert_eq!((store.id(known).as_str(), store.name(known)), ("known", "7"));
        assert_eq!(store.odd(odd, OddFact::ValidFrom), Some("2026-13-01T00:00:00+02:00"));
        assert!(store.problem(store.rows()[0]).is_some());
    }

    #[test]
    fn fields_may_be_missing() {
        let mut store = Store::new();
        let body = r#"{"entries":[{"id":"1","guid":"2","name":"n","is_active":false}]}"#;
        assert_eq!(put_page(&answer(body), &mut store), Ok(PageEnd::default()));
        assert_eq!(store.status(store.rows()[0], 0), Status::Inactive);
    }

    #[test]
    fn rubbish_is_malformed() {
        for body in [
            "",
            "null",
            r#"{"entries":{}}"#,
            r#"{"entries":["#,
            &format!(r#"{{"entries":[{TOKEN}],"next":{{}}}}"#),
            r#"{"entries":[]} x"#,
        ] {
            assert!(matches!(put_page(&answer(body), &mut Store::new()), Err(ApiError::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn a_token_comes_with_its_tag_and_its_dates_to_the_letter() {
        let fake = Fake(RefCell::default(), answer(TOKEN));
        let tagged = ready(Scoped::new("/api/v1/").read(&fake, ID)).expect("a token");
        assert_eq!(fake.0.borrow()[0], Request::new(Method::Get, format!("/api/v1/tokens/{ID}")));
        assert_eq!(
            (tagged.etag.as_deref(), tagged.token.valid_from.as_deref()),
            (Some("\"1\""), Some("2026-01-01T00:00:00+02:00"))
        );
        assert!(!tagged.token.revoked);
    }

    #[test]
    fn what_a_system_asks_for_goes_along() {
        let token = TOKEN.replacen('{', r#"{"inputs":{"user":"7","odd":1},"#, 1);
        let fake = Fake(RefCell::default(), answer(&token));
        let inputs = vec![("password".to_owned(), "a\"b".to_owned())];
        let api = Scoped::new("");
        let made = ready(api.create(&fake, &Draft { inputs: inputs.clone(), ..Draft::default() }, "key"));
        let made = made.expect("created").token().expect("a token");
        assert_eq!(made.token.inputs, [("user".to_owned(), "7".to_owned())]);
        ready(api.revoke(&fake, ID, &inputs)).expect("revoked");
        ready(api.rotate(&fake, "1", &inputs)).expect("rotated");
        ready(api.delete(&fake, "1", &inputs)).expect("deleted");
        for request in &*fake.0.borrow() {
            let body: serde_json::Value = serde_json::from_str(request.body.as_deref().expect("a body")).expect("JSON");
            assert_eq!(body["inputs"], serde_json::json!({ "password": "a\"b" }), "{}", request.url);
        }
        assert_eq!(fake.0.borrow()[2].url, "/tokens/1/rotate");
    }

    #[test]
    fn writes_say_all_fields() {
        let fake = Fake(RefCell::default(), answer(TOKEN));
        let draft = Draft {
            guid: "11111111-2222-4333-8444-555555555555".into(),
            name: "n".into(),
            scopes: vec!["s".into()],
            valid_to: Some("2027-01-01T00:00:00Z".into()),
            ..Draft::default()
        };
        let api = Scoped::new("api/v1");
        ready(api.create(&fake, &draft, "key-1")).expect("created");
        ready(api.update(&fake, ID, &draft, Some("\"7\""))).expect("updated");
        ready(api.update(&fake, ID, &draft, None)).expect("updated");
        let sent = fake.0.borrow();
        let body = r#"{"guid":"11111111-2222-4333-8444-555555555555","name":"n","scopes":["s"],"description":null,"valid_from":null,"valid_to":"2027-01-01T00:00:00Z"}"#;
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

    fn delete(answer: Response) -> Result<Deletion, ApiError> {
        let fake = Fake(RefCell::default(), answer);
        ready(Scoped::new("api").delete(&fake, "1", &Inputs::new()))
    }

    #[test]
    fn only_an_answer_of_the_api_deletes() {
        let status = |status| delete(Response { status, ..Response::default() });
        assert_eq!(status(204), Ok(Deletion::Done));
        assert_eq!(status(404), Ok(Deletion::Missing));
        assert_eq!(status(202), Ok(Deletion::Accepted));
        for refused in [500, 403, 303] {
            assert!(status(refused).is_err(), "{refused}");
        }
        assert_eq!(delete(answer(r#"{"ok":true}"#)), Ok(Deletion::Done));
        for page in ["<h1>Sign in</h1>", " \n<!doctype html>"] {
            assert!(matches!(delete(answer(page)), Err(ApiError::Malformed(_))), "{page}");
        }
        let typed = Response { content_type: "text/html".into(), ..answer("Sign in") };
        assert!(matches!(delete(typed), Err(ApiError::Malformed(_))));
        // What a gateway could not read.
        let unreadable = Response { content_type: UNREADABLE.into(), ..answer("why") };
        assert_eq!(delete(unreadable), Err(ApiError::Malformed("why".into())));
    }

    #[test]
    fn an_answer_about_another_token_is_none() {
        let api = Scoped::new("");
        let fake = Fake(RefCell::default(), answer(TOKEN));
        let other = |outcome: Result<Answered, ApiError>| match outcome {
            Err(error) => {
                error == of_another(&Token { name: "ci \"deploy\"".into(), id: ID.into(), ..Token::default() })
            }
            _ => false,
        };
        let draft = Draft::default();
        assert!(ready(api.read(&fake, "2")).is_err());
        assert!(
            ready(api.details(&fake, "2", false, Vec::new)).is_err()
                && ready(api.details(&fake, ID, false, Vec::new)).is_ok()
        );
        assert!(other(ready(api.update(&fake, "2", &draft, None))));
        assert!(other(ready(api.revoke(&fake, "2", &Inputs::new()))));
        // A token that is rotated may get another id.
        assert!(ready(api.rotate(&fake, "2", &Inputs::new())).is_ok());
    }

    #[test]
    fn what_proves_nothing_is_told_apart() {
        let api = Scoped::new("");
        let revoke = |answer: Response| ready(api.revoke(&Fake(RefCell::default(), answer), ID, &Inputs::new()));
        for nothing in [(202, ""), (202, "{\"job\":1}"), (204, ""), (200, " ")] {
            let answer = Response { status: nothing.0, ..answer(nothing.1) };
            assert_eq!(revoke(answer), Ok(Answered::Nothing), "{nothing:?}");
        }
        let seen = |answer: Response| revoke(answer).ok().and_then(Answered::token).map(|it| it.seen);
        assert_eq!(seen(Response { status: 202, ..answer(TOKEN) }), Some(Seen::Not));
        assert_eq!(seen(answer(TOKEN)), Some(Seen::Answered));
        assert_eq!(seen(answer(&TOKEN.replacen('{', r#"{"seen":"read","#, 1))), Some(Seen::Read));
        for page in [200, 202] {
            let answer = Response { status: page, ..answer("<h1>Sign in</h1>") };
            assert!(matches!(revoke(answer), Err(ApiError::Malformed(_))));
        }
    }

    #[test]
    fn only_a_strong_tag_can_be_a_condition() {
        let api = Scoped::new("");
        for (tag, kept) in [("\"5\"", true), ("W/\"5\"", false), ("", false)] {
            let fake = Fake(RefCell::default(), Response { etag: Some(tag.into()), ..answer(TOKEN) });
            assert_eq!(ready(api.read(&fake, ID)).expect("a token").etag.is_some(), kept, "{tag}");
        }
    }

    #[test]
    fn what_has_no_address_of_its_own_is_neither_read_nor_changed() {
        let api = Scoped::new("api");
        let fake = Fake(RefCell::default(), answer(TOKEN));
        for id in ["", ".", ".."] {
            let (draft, none) = (Draft::default(), Inputs::new());
            let outcomes = [
                ready(api.read(&fake, id)).err(),
                ready(api.update(&fake, id, &draft, None)).err(),
                ready(api.details(&fake, id, true, Vec::new)).err(),
                ready(api.revoke(&fake, id, &none)).err(),
                ready(api.rotate(&fake, id, &none)).err(),
                ready(api.delete(&fake, id, &none)).err(),
            ];
            assert!(outcomes.iter().all(|it| matches!(it, Some(ApiError::Invalid(..)))), "{id}: {outcomes:?}");
        }
        assert_eq!(*fake.0.borrow(), []);
    }

    #[test]
    fn pages_are_asked_for_by_cursor() {
        let api = Scoped::new("api");
        assert_eq!(api.page_request(1000, None).url, "api/tokens?limit=1000");
        assert_eq!(api.page_request(5, Some("a=&b")).url, "api/tokens?limit=5&cursor=a%3D%26b");
    }
}
