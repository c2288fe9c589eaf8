//! Calls: how they are described, and the requests that they become.

use serde_json::{Map, Value};

use super::mistake::Mistake;
use super::node::{Members, Node, every};
use super::paging::{PageCursor, Pages, whole};
use super::pick::{Answer, AnswerPlace, Place};
use super::placeholder::Source;
use super::session::Proof;
use super::template::{Body, Env, Template};
use super::texts::{Outline, Text};
use crate::api::{ApiError, Method, Request, encode, fits_header, is_reserved_header, leads_up};
use crate::config;

/// The request of a call.
pub(super) struct RequestShape {
    pub(super) pointer: String,
    /// Whether something in it looks like a placeholder for a token, as far as a schema can see it.
    pub(super) seems_on_token: bool,
    method: Method,
    path: Template,
    query: Vec<(String, Body)>,
    headers: Vec<(String, Template)>,
    content: Content,
}

enum Content {
    None,
    Json(Body),
    Form(Vec<(String, Body)>),
}

/// Which call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallKind {
    Login,
    Who,
    Logout,
    List,
    Scopes,
    Read,
    Create,
    Then,
    Update,
    Revoke,
    Rotate,
    Disable,
    Enable,
    Delete,
}

impl CallKind {
    fn method(self) -> Method {
        match self {
            CallKind::List | CallKind::Scopes | CallKind::Read | CallKind::Who => Method::Get,
            CallKind::Delete => Method::Delete,
            CallKind::Update => Method::Put,
            CallKind::Login
            | CallKind::Logout
            | CallKind::Create
            | CallKind::Then
            | CallKind::Revoke
            | CallKind::Rotate
            | CallKind::Disable
            | CallKind::Enable => Method::Post,
        }
    }

    /// Whether it is about one token that is there.
    pub(super) fn is_on_token(self) -> bool {
        self == CallKind::Read || self.writes() && !matches!(self, CallKind::Create | CallKind::Then)
    }

    /// Whether it changes a token, or makes one.
    fn writes(self) -> bool {
        matches!(
            self,
            CallKind::Create
                | CallKind::Then
                | CallKind::Update
                | CallKind::Revoke
                | CallKind::Rotate
                | CallKind::Disable
                | CallKind::Enable
                | CallKind::Delete
        )
    }

    /// Whether a placeholder has a value in it.
    pub(super) fn has(self, source: &Source, in_each: bool) -> bool {
        match source {
            Source::Name | Source::Description | Source::Scopes | Source::ValidFrom | Source::ValidTo => {
                matches!(self, CallKind::Create | CallKind::Then | CallKind::Update)
            }
            Source::Id => self.is_on_token() || self == CallKind::Then,
            // A token that is made may be a clone of one.
            Source::Token(_) => self.is_on_token() && self != CallKind::Read || self == CallKind::Create,
            Source::Answer(_) => self == CallKind::Then,
            Source::Input(_) => self.writes(),
            Source::Session(_) => self != CallKind::Login,
            Source::Page(_) => matches!(self, CallKind::List | CallKind::Scopes),
            Source::Item => in_each,
            Source::Value(_) | Source::SignIn(_) | Source::Cookie(_) | Source::Random => true,
        }
    }
}

const METHODS: [(&str, Method); 5] = [
    ("GET", Method::Get),
    ("POST", Method::Post),
    ("PUT", Method::Put),
    ("PATCH", Method::Patch),
    ("DELETE", Method::Delete),
];

impl RequestShape {
    /// Reads the request of a call; `more` are the members that it has besides. Those can be read where the request is wrong,
    /// too, so that all mistakes are told at once.
    pub(super) fn read<'a>(
        node: &Node<'a>,
        more: &[&str],
        kind: CallKind,
    ) -> Option<(Option<RequestShape>, Members<'a>)> {
        let known: Vec<&str> =
            ["method", "path", "query", "headers", "body", "form"].iter().chain(more).copied().collect();
        let members = node.object(&known)?;
        Some((Self::read_members(node, &members, kind), members))
    }

    fn read_members(node: &Node<'_>, members: &Members<'_>, kind: CallKind) -> Option<RequestShape> {
        let seems_on_token = ["path", "query", "headers", "body", "form"]
            .into_iter()
            .any(|it| members.get(it).is_some_and(|it| seems_to_name_token(it.value)));
        if kind.is_on_token() && !seems_on_token {
            node.wrong::<()>(Mistake::NamesNoToken);
        }
        let method = members.or("method", kind.method(), |it| it.one_of(&METHODS));
        let path = members.required("path").and_then(|it| match it.text()? {
            text if text.starts_with('/') => Template::read(it),
            _ => it.wrong(Mistake::NoSlash),
        });
        let query = members.or("query", Vec::new(), read_simple);
        let headers = members.or("headers", Vec::new(), read_headers);
        let body = members.optional("body", Body::read);
        let form = members.optional("form", read_simple);
        let content = match (body?, form?) {
            (Some(_), Some(_)) => return members.wrong("form", Mistake::GoesNotWith("body")),
            (Some(body), None) => Content::Json(body),
            (None, Some(form)) => Content::Form(form),
            (None, None) => Content::None,
        };
        let method = method?;
        if method == Method::Get && !matches!(content, Content::None) {
            let name = if members.has("body") { "body" } else { "form" };
            return members.get(name)?.senseless(Mistake::BodyWithGet);
        }
        Some(RequestShape {
            pointer: node.pointer.clone(),
            seems_on_token,
            method,
            path: path?,
            query: query?,
            headers: headers?,
            content,
        })
    }

    /// All templates in it, and whether they stand where `{item}` is known.
    pub(super) fn templates(&self) -> Vec<(&Template, bool)> {
        let mut found = self.in_address();
        found.extend(self.headers.iter().map(|(_, it)| (it, false)));
        match &self.content {
            Content::None => {}
            Content::Json(body) => body.templates(false, &mut found),
            Content::Form(form) => form.iter().for_each(|(_, it)| it.templates(false, &mut found)),
        }
        found
    }

    /// The templates of its path and query.
    pub(super) fn in_address(&self) -> Vec<(&Template, bool)> {
        let mut found = vec![(&self.path, false)];
        self.query.iter().for_each(|(_, it)| it.templates(false, &mut found));
        found
    }

    /// What its placeholders stand for.
    pub(super) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.templates().into_iter().flat_map(|(it, _)| it.sources())
    }

    /// What it calls the fields of the form: its own names and the form's.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        let named = match &self.content {
            Content::None => Vec::new(),
            Content::Json(body) => body.named_sources(),
            Content::Form(form) => {
                form.iter().filter_map(|(name, it)| Some((name.clone(), it.only_source()?))).collect()
            }
        };
        named.into_iter().map(|(name, source)| (name, source.named())).collect()
    }

    /// Whether it changes something at the system.
    pub(super) fn is_write(&self) -> bool {
        self.method != Method::Get
    }

    /// The request, with the headers of all requests; `proof` says who asks.
    pub(super) fn request(
        &self,
        env: &Env<'_>,
        common: &[(String, Template)],
        proof: Proof,
    ) -> Result<Request, ApiError> {
        let own = self.address(env)?;
        self.request_to(own, env, common, proof)
    }

    /// The address of a page of the list: its own, or the one that the page before gave.
    pub(super) fn page_address(&self, env: &Env<'_>, pages: Option<&Pages>) -> Result<String, ApiError> {
        let own = self.address(env)?;
        let given = |wanted: &PageCursor| wanted.address(pages?.by, env.call.site, &own);
        Ok(env.page.and_then(given).unwrap_or(own))
    }

    /// The request to an address.
    pub(super) fn request_to(
        &self,
        mut url: String,
        env: &Env<'_>,
        common: &[(String, Template)],
        proof: Proof,
    ) -> Result<Request, ApiError> {
        for (name, value) in proof.query {
            let parameter = format!("{}={}", encode(&name), encode(&value));
            let has = url.split(['?', '&']).skip(1).any(|it| it.split('=').next() == Some(&encode(&name)));
            if !has {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(&parameter);
            }
        }
        let mut request = Request::new(self.method, url);
        let own = |(name, value): &(String, Template)| Some((name.clone(), value.text(env)?));
        let headers = common.iter().filter_map(own).chain(proof.headers).chain(self.headers.iter().filter_map(own));
        for (name, value) in headers {
            set_header(&mut request, &name, &value)?;
        }
        let (kind, body) = match &self.content {
            Content::None => return Ok(request),
            Content::Json(body) => ("application/json", body.whole(env).to_string()),
            Content::Form(form) => ("application/x-www-form-urlencoded", written(&parameters(form, env))),
        };
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header("Content-Type", kind);
        }
        request.body = Some(body);
        Ok(request)
    }

    fn address(&self, env: &Env<'_>) -> Result<String, ApiError> {
        let Some(path) = self.path.encoded(env) else {
            let names = self.path.sources().map(Source::named).collect();
            return Err(ApiError::Invalid(Text::AddressNeeds { names }.into(), Vec::new()));
        };
        if leads_up(&path) {
            return Err(ApiError::Invalid(Text::DotsAlone.into(), Vec::new()));
        }
        let query = written(&parameters(&self.query, env));
        let mark = match &query {
            it if it.is_empty() => "",
            _ if path.contains('?') => "&",
            _ => "?",
        };
        Ok(format!("{}{path}{mark}{query}", env.call.site.base))
    }
}

/// Whether `id` or `token` stands somewhere in texts as it does in a placeholder.
fn seems_to_name_token(value: &Value) -> bool {
    let stands = |text: &str, name: &str| {
        let is_it = |(at, _): (usize, &str)| {
            let is_before = |it: char| it == '{' || it.is_whitespace();
            let is_after = |it: char| matches!(it, '}' | '/' | '|') || it.is_whitespace();
            text[..at].ends_with(is_before) && text[at + name.len()..].starts_with(is_after)
        };
        text.match_indices(name).any(is_it)
    };
    let in_text = |text: &str| stands(text, "id") || stands(text, "token");
    match value {
        Value::String(text) => in_text(text),
        Value::Array(list) => list.iter().any(seems_to_name_token),
        Value::Object(members) => members.iter().any(|(name, it)| in_text(name) || seems_to_name_token(it)),
        _ => false,
    }
}

/// Sets a header, and takes out another of that name.
fn set_header(request: &mut Request, name: &str, value: &str) -> Result<(), ApiError> {
    let value = value.trim();
    if !fits_header(value) {
        return Err(ApiError::Invalid(Text::UnfitHeader { name: name.into() }.into(), Vec::new()));
    }
    request.headers.retain(|(it, _)| !it.eq_ignore_ascii_case(name));
    request.headers.push((name.into(), value.into()));
    Ok(())
}

/// Names and values, as a query and a form have them.
pub(super) fn parameters(shapes: &[(String, Body)], env: &Env<'_>) -> Vec<(String, String)> {
    let parameter = |(name, body): &(String, Body)| {
        let values = body.texts(env);
        values.into_iter().map(|value| (name.clone(), value)).collect::<Vec<_>>()
    };
    shapes.iter().flat_map(parameter).collect()
}

fn written(parameters: &[(String, String)]) -> String {
    let parameter = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
    parameters.iter().map(parameter).collect::<Vec<_>>().join("&")
}

/// Names and simple values.
pub(super) fn read_simple(node: Node<'_>) -> Option<Vec<(String, Body)>> {
    let parameter = |(name, node): (&str, Node<'_>)| Some((name.to_owned(), Body::read_simple(node)?));
    every(node.members()?.into_iter().map(parameter))
}

/// Names of headers and their templates.
pub(super) fn read_headers(node: Node<'_>) -> Option<Vec<(String, Template)>> {
    let header = |(name, node): (&str, Node<'_>)| {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_token) {
            return node.wrong(config::Mistake::NotAHeader);
        }
        if is_reserved_header(name) {
            return node.wrong(Mistake::BrowsersHeader);
        }
        Some((name.to_owned(), Template::read(node)?))
    };
    every(node.members()?.into_iter().map(header))
}

/// A call that answers a list.
pub(super) struct ListCall {
    pub(super) request: RequestShape,
    items: Place,
    keyed: bool,
    pub(super) total: Option<AnswerPlace>,
    pub(super) pages: Option<Pages>,
    /// Whether the list has little more than ids, so that every item is asked for by itself.
    pub(super) read_each: bool,
}

impl ListCall {
    /// Reads the call; `more` are the members that it has besides, see [`RequestShape::read`].
    pub(super) fn read<'a>(node: &Node<'a>, more: &[&str], kind: CallKind) -> Option<(Option<ListCall>, Members<'a>)> {
        let known: Vec<&str> = ["items", "pages"].iter().chain(more).copied().collect();
        let (request, members) = RequestShape::read(node, &known, kind)?;
        let items = members.or("items", Place::WHOLE, Place::read);
        let pages = members.optional("pages", Pages::read);
        let is_list = kind == CallKind::List;
        let keyed = if is_list { members.is_set("keyed") } else { Some(false) };
        let total = if is_list { members.optional("total", AnswerPlace::read) } else { Some(None) };
        let read_each = if is_list { members.is_set("read_each") } else { Some(false) };
        let list = || {
            Some(ListCall {
                request: request?,
                items: items?,
                keyed: keyed?,
                total: total?,
                pages: pages?,
                read_each: read_each?,
            })
        };
        Some((list(), members))
    }

    /// Whether its place leaves out some of what the system answers, or finds any number of tokens in one item, so that a
    /// page's tokens say nothing of how full it was.
    pub(super) fn is_filtered(&self) -> bool {
        let place = self.items.text();
        place.starts_with('$') && (place.contains("[?") || place.contains("..") || place.matches("[*]").count() > 1)
    }

    /// The items of an answer. An empty list has many forms, and so has a list of one.
    pub(super) fn items(&self, answer: &Answer) -> Result<Vec<Value>, ApiError> {
        let value = &answer.value;
        if self.is_empty(answer) {
            return Ok(Vec::new());
        }
        let missing = || ApiError::Malformed(Text::NoList { at: self.items.named(), answer: outlined(value) }.into());
        if self.keyed {
            let members = self.items.some(value).and_then(Value::as_object).ok_or_else(missing)?;
            let item = |(key, value): (&String, &Value)| {
                Value::Object(Map::from_iter([("key".into(), key.as_str().into()), ("value".into(), value.clone())]))
            };
            return Ok(members.iter().map(item).collect());
        }
        if let Some(items) = self.items.several(value) {
            return Ok(items.into_iter().cloned().collect());
        }
        let members = self.items.some(value).and_then(Value::as_object).ok_or_else(missing)?;
        match numbered(members) {
            Some(items) => Ok(items),
            // The answer itself is as likely something else, such as what went wrong.
            None if self.items.text().is_empty() => Err(missing()),
            None => Ok(vec![Value::Object(members.clone())]),
        }
    }

    /// Whether the answer says that nothing is in the list: `null` or `[]` in place of it, nothing at all, or a total of 0.
    fn is_empty(&self, answer: &Answer) -> bool {
        let nothing = |it: &Value| it.is_null() || it.as_array().is_some_and(Vec::is_empty);
        let total = self.total.as_ref().and_then(|it| it.find(answer)).or_else(|| {
            let members = answer.value.as_object()?;
            TOTALS.iter().find_map(|it| members.get(*it)).cloned()
        });
        match self.items.one(&answer.value) {
            Some(at) if self.items.text().is_empty() => {
                at.as_array().is_some_and(Vec::is_empty) || at.as_object().is_some_and(Map::is_empty)
            }
            Some(at) => nothing(at),
            None => {
                answer.value.as_object().is_some_and(Map::is_empty)
                    || answer.value.as_array().is_some_and(Vec::is_empty)
                    || total.is_some_and(|it| whole(&it) == Some(0))
            }
        }
    }
}

/// What systems usually call the number of all items.
const TOTALS: [&str; 3] = ["total", "count", "total_count"];

/// The elements of a list that came as an object with numbers for names, as PHP writes one with a gap.
fn numbered(members: &Map<String, Value>) -> Option<Vec<Value>> {
    let number = |(name, value): (&String, &Value)| Some((name.parse::<u64>().ok()?, value.clone()));
    let mut items: Vec<(u64, Value)> = members.iter().map(number).collect::<Option<_>>()?;
    items.sort_by_key(|(number, _)| *number);
    (!items.is_empty()).then(|| items.into_iter().map(|(_, value)| value).collect())
}

/// How many members of an answer a message names.
const MAX_OUTLINED: usize = 12;

/// What an answer is like, for an author who looks for a place in it.
fn outlined(answer: &Value) -> Outline {
    match answer {
        Value::Null => Outline::Empty,
        Value::Array(_) => Outline::List,
        Value::Object(members) => Outline::Members {
            names: members.keys().take(MAX_OUTLINED).cloned().collect(),
            has_more: members.len() > MAX_OUTLINED,
        },
        _ => Outline::Single,
    }
}

/// A call that changes something.
pub(super) struct WriteCall {
    pub(super) request: RequestShape,
    /// Where the answer has the token.
    pub(super) token: Place,
    /// Where it has the new token's id.
    pub(super) id: Option<Place>,
    pub(super) secret: Option<AnswerPlace>,
    pub(super) then: Option<(RequestShape, Option<AnswerPlace>)>,
    pub(super) reread: bool,
}

impl WriteCall {
    pub(super) fn read(node: Node<'_>, kind: CallKind) -> Option<WriteCall> {
        let more: &[&str] = match kind {
            CallKind::Create => &["token", "reread", "id", "secret", "then"],
            CallKind::Rotate => &["token", "reread", "id", "secret"],
            CallKind::Update | CallKind::Revoke | CallKind::Disable | CallKind::Enable => &["token", "reread"],
            _ => &[],
        };
        let (request, members) = RequestShape::read(&node, more, kind)?;
        let has = |name: &str| more.contains(&name);
        let token = if has("token") { members.or("token", Place::WHOLE, Place::read) } else { Some(Place::WHOLE) };
        let reread = if has("reread") { members.is_set("reread") } else { Some(false) };
        let id = if has("id") { members.optional("id", Place::read) } else { Some(None) };
        let secret = if has("secret") { members.optional("secret", AnswerPlace::read) } else { Some(None) };
        let then = if has("then") { members.optional("then", read_then) } else { Some(None) };
        Some(WriteCall { request: request?, token: token?, id: id?, secret: secret?, then: then?, reread: reread? })
    }

    /// Where the secret stands: in the last answer, and in which request's.
    pub(super) fn gives_secret(&self) -> bool {
        self.secret.is_some() || self.then.as_ref().is_some_and(|(_, secret)| secret.is_some())
    }
}

fn read_then(node: Node<'_>) -> Option<(RequestShape, Option<AnswerPlace>)> {
    let (request, members) = RequestShape::read(&node, &["secret"], CallKind::Then)?;
    let secret = members.optional("secret", AnswerPlace::read);
    Some((request?, secret?))
}
