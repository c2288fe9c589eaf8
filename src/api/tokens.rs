//! The calls that the tokens of a system take, whatever its dialect: values in, values or errors out. Pure.
//!
//! One thing stays text: a token that is listed or answered ([`ListPage`], [`TokenJson`]) is JSON in the Scoped Token API's
//! form, with what [`crate::adapters`] may say besides. [`crate::page`] reads that straight into the columns, without a value
//! for each token in between.

use std::borrow::Cow;

use super::report::Report;
use super::{ApiError, Later, Reason, Secret};
use crate::capabilities::Capabilities;
use crate::draft::{Draft, Inputs, Original};
use crate::json::{self, Json, Read};
use crate::moments::{self, Moment};
pub use crate::page::PageEnd;
use crate::page::{self, WireToken};
use crate::store::{OddFact, Row, Store};
use crate::time::{Millis, Utc, format_rfc3339};
use crate::token::{Privilege, Scope, Target, Token};

/// A call under way.
pub type Work<'a, T> = Later<'a, Result<T, ApiError>>;

/// What a call comes to that a system does not have.
pub fn not_supported<'a, T: 'a>() -> Work<'a, T> {
    Box::pin(async { Err(no_such_call()) })
}

/// The error of such a call.
pub fn no_such_call() -> ApiError {
    ApiError::Refused(405, Reason::NoSuchCall.into())
}

/// What the table shows of a system, as one job asks for it: a trait of its own, as the code of all other calls comes later
/// than the first screen. A call is not supported unless the system has it.
pub trait ListApi {
    /// The scopes that the caller can choose from.
    fn scopes(&self) -> Work<'_, Vec<Scope>> {
        not_supported()
    }

    /// A page of the list: the one that a cursor asks for, else the first. A system whose pages can have any length gives at
    /// most so many tokens.
    fn list<'a>(&'a self, _limit: u32, _cursor: Option<&'a str>) -> Work<'a, ListPage> {
        not_supported()
    }
}

/// The tokens of a system, as one job asks for them and changes them. A call is not supported unless the system has it.
pub trait TokenApi: ListApi {
    /// What privileges can hold for.
    fn targets(&self) -> Work<'_, Vec<Target>> {
        not_supported()
    }

    /// What the first page of the list shows of how the connection is set up.
    fn test(&self) -> Work<'_, Report> {
        not_supported()
    }

    /// One token. Where it is read again, never as an adapter remembers it from the list. An answer that speaks of another
    /// token is [`ApiError::Malformed`].
    fn read<'a>(&'a self, _id: &'a str, _again: bool) -> Work<'a, Tagged> {
        not_supported()
    }

    /// A token as its system has it, where a call that makes one like it sends parts of it.
    fn original<'a>(&'a self, _id: &'a str) -> Work<'a, Option<Original>> {
        Box::pin(async { Ok(None) })
    }

    /// Everything that the system says of a token, as JSON. What looks like a secret is masked in it, and so is what proves
    /// who asks: a caller that has that tells it.
    fn details<'a>(&'a self, _id: &'a str, _known: &'a dyn Fn() -> Vec<String>) -> Work<'a, Details> {
        not_supported()
    }

    /// Makes a token. The same key makes it once, however often it is sent, where the system knows such keys.
    fn create<'a>(&'a self, _draft: &'a Draft, _key: &'a str) -> Work<'a, Answered> {
        not_supported()
    }

    /// Changes a token; with a strong tag only if it is still in that state, where the system knows tags.
    fn update<'a>(&'a self, _id: &'a str, _draft: &'a Draft, _etag: Option<&'a str>) -> Work<'a, Answered> {
        not_supported()
    }

    /// Ends a token and keeps its entry.
    fn revoke<'a>(&'a self, _id: &'a str, _inputs: &'a Inputs) -> Work<'a, Answered> {
        not_supported()
    }

    /// Gives a token a new secret; the old one works no more. It may be another token after that, with an id of its own.
    fn rotate<'a>(&'a self, _id: &'a str, _inputs: &'a Inputs) -> Work<'a, Answered> {
        not_supported()
    }

    /// Switches a token off: its entry, its dates and its secret stay. Of one that is off nothing changes.
    fn disable<'a>(&'a self, _id: &'a str, _inputs: &'a Inputs) -> Work<'a, Answered> {
        not_supported()
    }

    /// Switches a token on again. Of one that is on nothing changes.
    fn enable<'a>(&'a self, _id: &'a str, _inputs: &'a Inputs) -> Work<'a, Answered> {
        not_supported()
    }

    /// Removes a token. One that is gone already is no failure.
    fn delete<'a>(&'a self, _id: &'a str, _inputs: &'a Inputs) -> Work<'a, Deletion> {
        not_supported()
    }
}

/// A page of the list, not read yet.
#[derive(Default)]
pub struct ListPage {
    /// JSON with its tokens, what leads to the next page, and how many there are: see [`page::Page`].
    pub json: Vec<u8>,
    /// When it was asked for, by the viewer's clock: what it says was so then or later.
    pub asked_at: Millis,
    /// The system's clock, where it can be read.
    pub date: Option<Millis>,
    /// Whether it is said to be a web page, such as a proxy's sign-in.
    pub is_web_page: bool,
}

impl ListPage {
    /// Gets ready to read it a part at a time.
    pub fn reader(&self) -> PageReader<'_> {
        PageReader { page: page::Page::new(&self.json, self.asked_at), is_web_page: self.is_web_page }
    }

    /// Reads it into the list. An entry that does not parse is kept as unreadable; the others still come.
    pub fn put(&self, store: &mut Store) -> Result<PageEnd, ApiError> {
        self.reader().put(store, usize::MAX).map(Option::unwrap_or_default)
    }

    /// The cursor of the next page, to ask for that before this one is read. See [`page::guess_next`].
    pub fn guess_next(&self) -> Option<String> {
        page::guess_next(&self.json)
    }
}

/// A page that is read into the list a part at a time.
pub struct PageReader<'a> {
    page: page::Page<'a>,
    is_web_page: bool,
}

impl PageReader<'_> {
    /// Reads at most so many entries; `None` where more are left. See [`page::Page::put`].
    pub fn put(&mut self, store: &mut Store, n_entries: usize) -> Result<Option<PageEnd>, ApiError> {
        let problem =
            |it: String| ApiError::Malformed(if self.is_web_page { Reason::WebPage.into() } else { it.into() });
        self.page.put(store, n_entries).map_err(problem)
    }

    /// How many tokens the system has, as far as that has been read.
    pub fn total(&self) -> usize {
        self.page.total()
    }
}

/// A token as an answer has it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenJson {
    /// JSON in the Scoped Token API's form, without the secret of a new token.
    pub text: Vec<u8>,
    /// When it was asked for, by the viewer's clock.
    pub asked_at: Millis,
}

impl std::fmt::Debug for TokenJson {
    /// Never the text: some systems have what callers send in it.
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("TokenJson")
    }
}

impl TokenJson {
    /// Reads it into the list: a new one comes first, a known one keeps its place.
    pub fn put(&self, store: &mut Store) -> Result<Row, ApiError> {
        page::put_one(&self.text, self.asked_at, store).map_err(|it| ApiError::Malformed(it.into()))
    }
}

/// Everything that a system says of a token.
pub struct Details {
    /// As JSON, whatever form that has; what looks like a secret is masked.
    pub raw: String,
    /// The token as it is now, to bring the list up to date with.
    pub token: TokenJson,
}

/// A token and the tag of the state it was read in.
#[derive(Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The token.
    pub token: Token,
    /// Its strong `ETag`, where one could be read.
    pub etag: Option<String>,
    /// What the answer has of it, to bring the list up to date with.
    pub json: TokenJson,
    /// The secret of a token that was just made.
    pub secret: Option<Secret>,
    /// Whether its facts are what the system answered.
    pub seen: Seen,
    /// The token just before a write that sent parts of it back, which were to stay as they were.
    pub before: Option<TokenJson>,
}

/// How the facts of a token came to be known after a write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// The answer has them.
    #[default]
    Answered,
    /// They were read after it: a system that keeps several copies may be behind.
    Read,
    /// Nothing has shown them yet.
    Not,
}

impl Tagged {
    /// Reads a token, or says what is wrong with it, and where.
    pub fn read(text: Vec<u8>, asked_at: Millis) -> Result<Tagged, String> {
        let wire = WireToken::read_whole(&text)?;
        let json = json::read(&text)?;
        let each = |name: &str| json.get(name).map(Json::list).unwrap_or_default();
        let text_of = |it: &Json, name: &str| it.text_of(name).unwrap_or_default().to_owned();
        let privilege = |it: &Json| Privilege {
            scope: text_of(it, "scope"),
            role: text_of(it, "role"),
            target: text_of(it, "target"),
        };
        let inputs = json.get("inputs").and_then(Json::members).unwrap_or_default().iter();
        let owned = |it: &Option<Cow<str>>| it.as_ref().map(|it| it.clone().into_owned());
        // A number, say, goes back as the text that the contract asks for.
        let date = |told: &Option<Option<Cow<str>>>, fact| match odd(&wire, fact).map(|it| moments::read(it, &Utc).0) {
            Some(Moment::At(at)) => Some(format_rfc3339(at)),
            Some(_) => None,
            None => told.as_ref().and_then(owned),
        };
        let token = Token {
            id: wire.id.clone().into_owned(),
            guid: wire.guid.clone().into_owned(),
            name: wire.name.clone().into_owned(),
            description: owned(&wire.description),
            scopes: wire.scopes.iter().flatten().map(|it| it.clone().into_owned()).collect(),
            valid_from: date(&wire.valid_from, OddFact::ValidFrom),
            valid_to: date(&wire.valid_to, OddFact::ValidTo),
            revoked: wire.is_revoked(asked_at),
            privileges: each("privileges").iter().map(privilege).collect(),
            source_ips: each("source_ips").iter().filter_map(|it| it.text().map(str::to_owned)).collect(),
            inputs: inputs.filter_map(|(key, value)| Some((key.to_string(), value.text()?.to_owned()))).collect(),
        };
        let json = TokenJson { text, asked_at };
        Ok(Tagged { token, etag: None, json, secret: None, seen: Seen::Answered, before: None })
    }

    /// When the token was made, where its system says: a member of the contract, or a column of the system's own.
    pub fn created(&self, system: &Capabilities) -> Option<Millis> {
        let json = json::read(&self.json.text).ok()?;
        let of_column = || {
            let idx = system.columns.iter().find(|it| it.id == "created")?.kind.extra()?;
            json.get("extras")?.list().get(idx)?.text().map(str::to_owned)
        };
        let text = json.text_of("created_at").map(str::to_owned).or_else(of_column)?;
        match moments::read(&text, &Utc).0 {
            Moment::At(at) => Some(at),
            Moment::Never | Moment::Odd => None,
        }
    }

    /// The same, where a form can send back all that it holds: what cannot be read would be lost by a save.
    pub fn editable(self) -> Result<Tagged, ApiError> {
        let lost = WireToken::read_whole(&self.json.text).ok().and_then(|wire| {
            let is_lost = |fact: &OddFact| {
                odd(&wire, *fact)
                    .is_some_and(|it| *fact == OddFact::Scopes || matches!(moments::read(it, &Utc).0, Moment::Odd))
            };
            [OddFact::Scopes, OddFact::ValidFrom, OddFact::ValidTo].into_iter().find(is_lost)
        });
        match lost {
            Some(fact) => Err(ApiError::Malformed(Reason::WouldBeLost(fact).into())),
            None => Ok(self),
        }
    }

    /// The same, where it is the token that was asked for.
    pub fn about(self, id: &str) -> Result<Tagged, ApiError> {
        if self.token.id == id { Ok(self) } else { Err(of_another(&self.token)) }
    }
}

/// What the answer has where a fact is not what it should be.
fn odd<'a>(wire: &'a WireToken, fact: OddFact) -> Option<&'a str> {
    wire.odd.iter().find(|it| it.0 == fact).map(|it| &*it.1)
}

/// The error for an answer that speaks of this token, where another one was meant.
pub fn of_another(token: &Token) -> ApiError {
    ApiError::Malformed(Reason::AnotherToken { name: Some(token.name.clone()), id: token.id.clone() }.into())
}

/// What a system answered to a write that it did not refuse.
#[derive(Debug, PartialEq, Eq)]
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

    /// The same, where a token in it is the one that was asked for.
    pub fn about(self, id: &str) -> Result<Answered, ApiError> {
        match self {
            Answered::Token(tagged) => tagged.about(id).map(|it| Answered::Token(Box::new(it))),
            Answered::Nothing => Ok(Answered::Nothing),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::OddFact;
    use crate::time::parse_rfc3339;
    use crate::token::Status;

    const TOKEN: &str = r#"{"id":"01234567-89ab-cdef-0123-456789abcdef","guid":"11111111-2222-4333-8444-555555555555","name":"ci \"deploy\"",
        "description":"Ships it","scopes":["s1","s2"],"valid_from":"2026-01-01T00:00:00+02:00","valid_to":null,"is_active":true,
        "created_at":"2025-01-01T00:00:00Z","created_by":"ada@example.com","last_used_at":"2026-02-01T00:00:00.5Z","revoked_at":null,"new":{"a":[1]}}"#;

    fn page(json: &str) -> ListPage {
        ListPage { json: json.into(), ..ListPage::default() }
    }

    #[test]
    fn a_page_is_read() {
        let mut store = Store::new();
        let end = page(&format!(r#"{{"total":3,"entries":[{TOKEN}],"next":"c1","extra":1}}"#))
            .put(&mut store)
            .expect("a page");
        assert_eq!(end, PageEnd { total: 3, next: Some("c1".into()), ..PageEnd::default() });
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
        page(&body).put(&mut store).expect("a page");
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
        assert_eq!(page(body).put(&mut store), Ok(PageEnd::default()));
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
            assert!(matches!(page(body).put(&mut Store::new()), Err(ApiError::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn a_web_page_is_no_list() {
        let page = ListPage { is_web_page: true, ..page("<h1>Sign in</h1>") };
        assert_eq!(page.put(&mut Store::new()), Err(ApiError::Malformed(Reason::WebPage.into())));
    }

    #[test]
    fn what_a_form_could_not_send_back_cannot_be_edited() {
        let read = |from: &str, to: &str| {
            let text = TOKEN.replacen(from, to, 1);
            assert_ne!(text, TOKEN);
            Tagged::read(text.into(), 0).expect("a token")
        };
        for (from, to, fact) in [
            (r#""scopes":["s1","s2"]"#, r#""scopes":"all""#, OddFact::Scopes),
            (r#""scopes":["s1","s2"]"#, r#""scopes":{"s1":true}"#, OddFact::Scopes),
            (r#""valid_to":null"#, r#""valid_to":{"at":1}"#, OddFact::ValidTo),
            (r#""valid_from":"2026-01-01T00:00:00+02:00""#, r#""valid_from":true"#, OddFact::ValidFrom),
        ] {
            let error = ApiError::Malformed(Reason::WouldBeLost(fact).into());
            assert_eq!(read(from, to).editable(), Err(error), "{to}");
        }
        // A number that is a time is one, and words that the form keeps as they are stay.
        let dated = read(r#""valid_to":null"#, r#""valid_to":1798761600"#).editable().expect("editable");
        assert_eq!(dated.token.valid_to.as_deref(), Some("2027-01-01T00:00:00Z"));
        let kept = read(r#""valid_to":null"#, r#""valid_to":"next year""#).editable().expect("editable");
        assert_eq!(kept.token.valid_to.as_deref(), Some("next year"));
        assert_eq!(
            read(r#""scopes":["s1","s2"]"#, r#""scopes":null"#).editable().map(|it| it.token.scopes),
            Ok(vec![])
        );
    }

    #[test]
    fn a_token_has_what_its_system_asks_for() {
        let token = TOKEN.replacen('{', r#"{"inputs":{"user":"7","odd":1},"#, 1);
        let tagged = Tagged::read(token.into(), 0).expect("a token");
        assert_eq!(tagged.token.inputs, [("user".to_owned(), "7".to_owned())]);
    }
}
