//! Answers with tokens, read into the list. Pure.

use crate::api::{ApiError, Response};
use crate::page;
pub use crate::page::PageEnd;
use crate::store::{Row, Store};

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
    use super::super::tests::{TOKEN, answer};
    use super::*;
    use crate::store::OddFact;
    use crate::time::parse_rfc3339;
    use crate::token::Status;

    #[test]
    fn a_page_is_read() {
        let mut store = Store::new();
        let end = put_page(&answer(&format!(r#"{{"total":3,"entries":[{TOKEN}],"next":"c1","extra":1}}"#)), &mut store)
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
}
