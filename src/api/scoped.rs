//! The Scoped Token API (wire contracts §1): the only place that knows its addresses and shapes.

use std::rc::Rc;

use super::report::Report;
use super::tokens::{Answered, Deletion, Details, ListApi, ListPage, Seen, Tagged, TokenApi, TokenJson, Work};
use super::{ApiError, Method, Reason, Request, Response, Transport, encode, path_part};
use crate::draft::{Draft, Inputs};
use crate::json::{Json, Read, Writer};
use crate::mask::masked_scoped;
use crate::token::Scope;

/// A Scoped Token API at a base address.
#[derive(Clone)]
pub struct Scoped {
    base: String,
    transport: Rc<dyn Transport>,
}

impl Scoped {
    /// `base` is the address of the API, with or without a slash at its end.
    pub fn new(base: &str, transport: Rc<dyn Transport>) -> Self {
        Scoped { base: base.trim_end_matches('/').into(), transport }
    }

    fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}/{path}", self.base))
    }

    /// A request about one token; `tail` follows its id.
    fn about(&self, method: Method, id: &str, tail: &str) -> Result<Request, ApiError> {
        Ok(self.request(method, &format!("tokens/{}{tail}", path_part(id)?)))
    }

    /// Does something to a token that its address names.
    fn act<'a>(&'a self, id: &'a str, tail: &'a str) -> Work<'a, Answered> {
        Box::pin(async move { answered_about(id, self.transport.send(self.about(Method::Post, id, tail)?).await?) })
    }

    fn page(&self, limit: u32, cursor: Option<&str>) -> Request {
        let cursor = cursor.map(|it| format!("&cursor={}", encode(it))).unwrap_or_default();
        self.request(Method::Get, &format!("tokens?limit={limit}{cursor}"))
    }
}

impl ListApi for Scoped {
    fn scopes(&self) -> Work<'_, Vec<Scope>> {
        Box::pin(async {
            let answer = self.transport.send(self.request(Method::Get, "scopes")).await?.success()?;
            let scope = |it: &Json| Some(Scope { id: it.text_of("id")?.into(), name: it.text_of("name")?.into() });
            answer.every(Reason::NoScopes, scope)
        })
    }

    fn list<'a>(&'a self, limit: u32, cursor: Option<&'a str>) -> Work<'a, ListPage> {
        Box::pin(async move {
            let answer = self.transport.send(self.page(limit, cursor)).await?.success()?;
            let is_web_page = answer.is_page();
            let Response { asked_at, date, .. } = answer;
            // Without a body there is nothing that could be listed.
            let json = if answer.is_nothing() { b"[]".into() } else { answer.body };
            Ok(ListPage { json, asked_at, date, is_web_page })
        })
    }
}

impl TokenApi for Scoped {
    fn test(&self) -> Work<'_, Report> {
        Box::pin(async { Report::of_scoped(&self.transport.send(self.page(1, None)).await?.success()?) })
    }

    fn read<'a>(&'a self, id: &'a str, _again: bool) -> Work<'a, Tagged> {
        Box::pin(async move { tagged(self.transport.send(self.about(Method::Get, id, "")?).await?)?.about(id) })
    }

    fn details<'a>(&'a self, id: &'a str, known: &'a dyn Fn() -> Vec<String>) -> Work<'a, Details> {
        Box::pin(async move {
            let answer = self.transport.send(self.about(Method::Get, id, "")?).await?.success()?;
            let json = answer.read()?;
            if let Some(other) = json.text_of("id").filter(|it| *it != id) {
                return Err(ApiError::Malformed(Reason::AnotherToken { name: None, id: other.into() }.into()));
            }
            let raw = masked_scoped(json, id, &known());
            Ok(Details { raw, token: TokenJson { text: answer.body, asked_at: answer.asked_at } })
        })
    }

    fn create<'a>(&'a self, draft: &'a Draft, key: &'a str) -> Work<'a, Answered> {
        Box::pin(async move {
            let request = self.request(Method::Post, "tokens").header("Idempotency-Key", key).json(write(draft));
            answered(self.transport.send(request).await?)
        })
    }

    fn update<'a>(&'a self, id: &'a str, draft: &'a Draft, etag: Option<&'a str>) -> Work<'a, Answered> {
        Box::pin(async move {
            let request = self.about(Method::Put, id, "")?.json(write(draft));
            answered_about(id, self.transport.send(if_match(request, etag)).await?)
        })
    }

    fn revoke<'a>(&'a self, id: &'a str, _: &'a Inputs) -> Work<'a, Answered> {
        self.act(id, "/revoke")
    }

    fn disable<'a>(&'a self, id: &'a str, _: &'a Inputs) -> Work<'a, Answered> {
        self.act(id, "/disable")
    }

    fn enable<'a>(&'a self, id: &'a str, _: &'a Inputs) -> Work<'a, Answered> {
        self.act(id, "/enable")
    }

    fn delete<'a>(&'a self, id: &'a str, _: &'a Inputs) -> Work<'a, Deletion> {
        Box::pin(async move {
            match self.transport.send(self.about(Method::Delete, id, "")?).await?.accepted() {
                // That is no answer.
                Ok(it) if it.is_page() => Err(it.malformed("")),
                Ok(Response { status: 202, .. }) => Ok(Deletion::Accepted),
                Ok(_) => Ok(Deletion::Done),
                Err(ApiError::NotFound(_)) => Ok(Deletion::Missing),
                Err(error) => Err(error),
            }
        })
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

fn answered_about(id: &str, answer: Response) -> Result<Answered, ApiError> {
    // An empty answer is common for what changes a token that is there.
    if answer.is_empty() && (200..300).contains(&answer.status) {
        return Ok(Answered::Nothing);
    }
    answered(answer)?.about(id)
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

/// The body of a write. An absent optional field is null on the server, so nothing is left out by accident.
fn write(draft: &Draft) -> String {
    Writer::default()
        .text("guid", Some(&draft.guid))
        .text("name", Some(&draft.name))
        .texts("scopes", draft.scopes.iter().map(String::as_str))
        .text("description", draft.description.as_deref())
        .text("valid_from", draft.valid_from.as_deref())
        .text("valid_to", draft.valid_to.as_deref())
        .done()
}

fn tagged(answer: Response) -> Result<Tagged, ApiError> {
    let answer = answer.accepted()?;
    let web_page = answer.is_page().then(|| answer.malformed(""));
    let tagged =
        Tagged::read(answer.body, answer.asked_at).map_err(|it| web_page.unwrap_or(ApiError::Malformed(it.into())))?;
    let seen = if answer.status == 202 { Seen::Not } else { Seen::Answered };
    Ok(Tagged { etag: answer.etag.filter(|it| strong(it)), seen, ..tagged })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::tokens::{PageEnd, of_another};
    use crate::api::{Later, NetworkError};
    use crate::store::Store;
    use crate::token::Token;
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
        fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
            self.0.borrow_mut().push(request);
            let Response { status, ref etag, ref content_type, asked_at, ref body, .. } = self.1;
            let (etag, content_type, body) = (etag.clone(), content_type.clone(), body.clone());
            let answer = Response { status, etag, content_type, asked_at, body, ..Response::default() };
            Box::pin(std::future::ready(Ok(answer)))
        }
    }

    /// An API that answers everything alike, and what it was asked.
    fn api(answer: Response) -> (Scoped, Rc<Fake>) {
        let fake = Rc::new(Fake(RefCell::default(), answer));
        (Scoped::new("/api/v1/", fake.clone()), fake)
    }

    fn ready<T>(future: impl Future<Output = T>) -> T {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::pin!(future).poll(&mut context) {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => panic!("the fake transport answers at once"),
        }
    }

    #[test]
    fn a_token_comes_with_its_tag_and_its_dates_to_the_letter() {
        let (api, fake) = api(answer(TOKEN));
        let tagged = ready(api.read(ID, false)).expect("a token");
        assert_eq!(fake.0.borrow()[0], Request::new(Method::Get, format!("/api/v1/tokens/{ID}")));
        assert_eq!(
            (tagged.etag.as_deref(), tagged.token.valid_from.as_deref()),
            (Some("\"1\""), Some("2026-01-01T00:00:00+02:00"))
        );
        assert!(!tagged.token.revoked);
    }

    #[test]
    fn writes_say_all_fields() {
        let (api, fake) = api(answer(TOKEN));
        let draft = Draft {
            guid: "11111111-2222-4333-8444-555555555555".into(),
            name: "n".into(),
            scopes: vec!["s".into()],
            valid_to: Some("2027-01-01T00:00:00Z".into()),
            ..Draft::default()
        };
        ready(api.create(&draft, "key-1")).expect("created");
        ready(api.update(ID, &draft, Some("\"7\""))).expect("updated");
        ready(api.update(ID, &draft, None)).expect("updated");
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
        ready(api(answer).0.delete("1", &Inputs::new()))
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
    }

    #[test]
    fn an_answer_about_another_token_is_none() {
        let (api, _) = api(answer(TOKEN));
        let other = |outcome: Result<Answered, ApiError>| match outcome {
            Err(error) => {
                error == of_another(&Token { name: "ci \"deploy\"".into(), id: ID.into(), ..Token::default() })
            }
            _ => false,
        };
        assert!(ready(api.read("2", false)).is_err());
        assert!(ready(api.details("2", &Vec::new)).is_err() && ready(api.details(ID, &Vec::new)).is_ok());
        assert!(other(ready(api.update("2", &Draft::default(), None))));
        assert!(other(ready(api.revoke("2", &Inputs::new()))));
        assert!(other(ready(api.disable("2", &Inputs::new()))));
        assert!(other(ready(api.enable("2", &Inputs::new()))));
    }

    #[test]
    fn what_proves_nothing_is_told_apart() {
        let revoke = |answer: Response| ready(api(answer).0.revoke(ID, &Inputs::new()));
        for nothing in [(202, ""), (202, "{\"job\":1}"), (204, ""), (200, " ")] {
            let answer = Response { status: nothing.0, ..answer(nothing.1) };
            assert_eq!(revoke(answer), Ok(Answered::Nothing), "{nothing:?}");
        }
        let seen = |answer: Response| revoke(answer).ok().and_then(Answered::token).map(|it| it.seen);
        assert_eq!(seen(Response { status: 202, ..answer(TOKEN) }), Some(Seen::Not));
        assert_eq!(seen(answer(TOKEN)), Some(Seen::Answered));
        for page in [200, 202] {
            let answer = Response { status: page, ..answer("<h1>Sign in</h1>") };
            assert!(matches!(revoke(answer), Err(ApiError::Malformed(_))));
        }
    }

    #[test]
    fn only_a_strong_tag_can_be_a_condition() {
        for (tag, kept) in [("\"5\"", true), ("W/\"5\"", false), ("", false)] {
            let (api, _) = api(Response { etag: Some(tag.into()), ..answer(TOKEN) });
            assert_eq!(ready(api.read(ID, false)).expect("a token").etag.is_some(), kept, "{tag}");
        }
    }

    #[test]
    fn what_has_no_address_of_its_own_is_neither_read_nor_changed() {
        let (api, fake) = api(answer(TOKEN));
        for id in ["", ".", ".."] {
            let (draft, none) = (Draft::default(), Inputs::new());
            let outcomes = [
                ready(api.read(id, false)).err(),
                ready(api.update(id, &draft, None)).err(),
                ready(api.details(id, &Vec::new)).err(),
                ready(api.revoke(id, &none)).err(),
                ready(api.disable(id, &none)).err(),
                ready(api.enable(id, &none)).err(),
                ready(api.delete(id, &none)).err(),
            ];
            assert!(outcomes.iter().all(|it| matches!(it, Some(ApiError::Invalid(..)))), "{id}: {outcomes:?}");
        }
        assert_eq!(*fake.0.borrow(), []);
    }

    #[test]
    fn pages_are_asked_for_by_cursor() {
        let (api, fake) = api(answer("[]"));
        for (limit, cursor) in [(1000, None), (5, Some("a=&b"))] {
            ready(api.list(limit, cursor)).expect("a page");
        }
        let asked = fake.0.borrow();
        let urls: Vec<&str> = asked.iter().map(|it| it.url.as_str()).collect();
        assert_eq!(urls, ["/api/v1/tokens?limit=1000", "/api/v1/tokens?limit=5&cursor=a%3D%26b"]);
    }

    #[test]
    fn a_list_without_a_body_is_empty() {
        let (api, _) = api(Response { status: 204, ..answer("") });
        let page = ready(api.list(5, None)).expect("a page");
        assert_eq!(page.put(&mut Store::new()), Ok(PageEnd::default()));
    }
}
