//! How the pages of a list follow each other, and how it ends.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mistake::Mistake;
use super::node::Node;
use super::pick::{Answer, AnswerPlace};
use super::placeholder::PagePart;
use super::texts::Text;
use crate::adapters::site::Site;
use crate::adapters::wire::plain;
use crate::api::ApiError;
use crate::config;
use crate::endless::MOST_PAGES;

/// How to ask for the next page.
#[derive(Clone)]
pub(super) struct Pages {
    pub(super) by: By,
    pub(super) size: Option<u64>,
    first: u64,
    next: Option<AnswerPlace>,
    more: Option<AnswerPlace>,
    last: Option<AnswerPlace>,
}

/// What leads to the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Number,
    Offset,
    Cursor,
    Url,
    Link,
}

/// Which page is wanted, and what the pages before it were like. Goes to the page as its cursor, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct PageCursor {
    /// The number, the offset, the cursor or the address; `null` for the first page where it has none.
    at: Value,
    #[serde(default)]
    size: Option<u64>,
    /// How many pages came before.
    #[serde(default)]
    pages: u64,
    /// How many tokens they had.
    #[serde(default)]
    pub(super) tokens: u64,
    /// How many the last of them had.
    #[serde(default)]
    len: u64,
    /// The id of the first token on the last of them.
    #[serde(default)]
    head: Option<String>,
    /// What led to a page before, to know it again: that of the last page whose count was a power of two.
    #[serde(default)]
    mark: Value,
    /// Why it is not asked for, where the list does not end. What the pages before had is good.
    #[serde(default)]
    over: Option<Over>,
}

/// Why a list does not end.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Over {
    /// The last page is empty, and names a next one.
    Empty,
    /// What follows the last page came before.
    Repeats,
}

/// What a page had, for what comes after it.
pub(super) struct Seen<'a> {
    pub(super) answer: &'a Answer,
    /// How many items, before any of them was left out for what it turned out to be.
    pub(super) n_items: u64,
    /// The id of the first one.
    pub(super) head: Option<&'a str>,
    /// How many there are altogether, where the system says.
    pub(super) total: Option<u64>,
    /// Whether the description leaves some out, so that an empty page says nothing of the others.
    pub(super) is_filtered: bool,
    /// Whether the system is on another origin, where the page reads those headers alone that the system exposes.
    pub(super) is_foreign: bool,
}

/// So few items are all, where it is not known how many a page can have.
pub(super) const FEW: u64 = 10;

/// What comes after a page.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Nothing.
    End,
    /// Nothing, and this one is the one before once more: the system has no pages.
    Again,
    Next(PageCursor),
}

impl Pages {
    pub(super) fn read(node: Node<'_>) -> Option<Pages> {
        let members = node.object(&["by", "size", "first", "next", "more", "last"])?;
        let all = [
            ("number", By::Number),
            ("offset", By::Offset),
            ("cursor", By::Cursor),
            ("url", By::Url),
            ("link", By::Link),
        ];
        let by = members.required("by").and_then(|it| it.one_of(&all));
        let size = members.optional("size", |it| it.number(1, 1_000_000));
        let first = members.optional("first", |it| it.number(0, 1_000_000));
        let next = members.optional("next", AnswerPlace::read);
        let more = members.optional("more", AnswerPlace::read);
        let last = members.optional("last", AnswerPlace::read);
        let by = by?;
        let only_for = |name: &str, may: bool| match may || !members.has(name) {
            true => Some(()),
            false => members.wrong(name, Mistake::NotWithThisBy),
        };
        let wants_next = matches!(by, By::Cursor | By::Url);
        let checks = [
            only_for("first", by == By::Number),
            only_for("last", by == By::Number),
            only_for("next", wants_next),
            only_for("more", by != By::Link),
            if wants_next && !members.has("next") { members.wrong("next", config::Mistake::Missing) } else { Some(()) },
        ];
        checks.into_iter().collect::<Option<Vec<()>>>()?;
        Some(Pages { by, size: size?, first: first?.unwrap_or(1), next: next?, more: more?, last: last? })
    }

    /// What a request has to hold for this to work.
    pub(super) fn needs(&self) -> Option<PagePart> {
        match self.by {
            By::Number => Some(PagePart::Number),
            By::Offset => Some(PagePart::Offset),
            By::Cursor => Some(PagePart::Cursor),
            By::Url | By::Link => None,
        }
    }

    /// Whether the end is found without counting tokens, of which some may be left out.
    pub(super) fn can_be_filtered(&self) -> bool {
        match self.by {
            By::Number => self.last.is_some() || self.more.is_some(),
            By::Offset => false,
            By::Cursor | By::Url | By::Link => true,
        }
    }

    /// Whether pages are counted off.
    pub(super) fn is_counted(&self) -> bool {
        matches!(self.by, By::Number | By::Offset)
    }

    /// The first page.
    pub(super) fn start(&self) -> PageCursor {
        let at = match self.by {
            By::Number => self.first.into(),
            By::Offset => 0.into(),
            By::Cursor | By::Url | By::Link => Value::Null,
        };
        PageCursor { at, size: self.size, ..PageCursor::default() }
    }

    /// The headers that say something of the pages and cannot be read.
    pub(super) fn unread(&self, seen: &Seen<'_>) -> Vec<String> {
        let places = [&self.next, &self.more, &self.last].into_iter().flatten();
        let missing = places.filter_map(|it| it.missing_header(seen.answer));
        let link = (self.by == By::Link && seen.answer.header("link").is_none()).then_some("link");
        missing.chain(link).filter(|_| seen.is_foreign).map(str::to_owned).collect()
    }

    /// The header that cannot be read and would have said whether a page follows this one, which is the last one named.
    pub(super) fn hidden(&self, wanted: &PageCursor, seen: &Seen<'_>) -> Option<String> {
        // Who counts goes on until a page is empty, and needs no header; what was read on a page before can be read.
        let needs_header = !matches!(self.by, By::Number | By::Offset) && wanted.pages == 0;
        let is_all = seen.total.is_some_and(|it| wanted.tokens + seen.n_items >= it);
        let is_full = seen.n_items >= self.size.unwrap_or(FEW);
        self.unread(seen).into_iter().next().filter(|_| needs_header && is_full && !is_all)
    }

    /// What comes after a page.
    pub(super) fn after(&self, wanted: &PageCursor, seen: &Seen<'_>) -> Step {
        let Seen { answer, n_items: n_tokens, head, total, is_filtered, is_foreign } = *seen;
        // Of a header that cannot be read it is not known what it says.
        let is_known = |it: &&AnswerPlace| !is_foreign || it.missing_header(answer).is_none();
        let said = |place: &Option<AnswerPlace>| {
            place.as_ref().filter(is_known).map(|it| it.find(answer).filter(is_something))
        };
        let goes_on = said(&self.more).map(|it| it.is_some());
        let next = match self.by {
            By::Number | By::Offset => {
                let n_pages = self.last.as_ref().and_then(|it| whole(&it.find(answer)?));
                let said = goes_on.or(n_pages.map(|it| wanted.pages + 1 < it));
                // A page whose items are all left out is not the last one where the system says so.
                let goes_on = said.or(total.map(|it| n_tokens > 0 && wanted.tokens + n_tokens < it));
                if wanted.pages > 0 && n_tokens > 0 && head.is_some() && head == wanted.head.as_deref() {
                    let was_short = goes_on.is_none() && self.size.is_none_or(|it| wanted.len < it);
                    return if was_short { Step::Again } else { Step::Next(round(wanted.clone())) };
                }
                let is_shorter = wanted.pages > 0 && n_tokens < wanted.len;
                if !goes_on.unwrap_or(n_tokens > 0 && !is_shorter) {
                    return Step::End;
                }
                let step = match self.by {
                    By::Number => 1,
                    // By what was asked for, as so many were looked at.
                    _ if n_tokens == 0 => self.size.unwrap_or(1),
                    _ => n_tokens,
                };
                Some(whole(&wanted.at).unwrap_or(self.first).saturating_add(step).into())
            }
            By::Cursor | By::Url => said(&self.next).flatten().filter(|_| goes_on != Some(false)),
            By::Link => answer.header("link").and_then(next_link).map(Value::from),
        };
        let Some(at) = next else { return Step::End };
        let pages = wanted.pages + 1;
        let goes_round = at == wanted.at || at == wanted.mark || pages >= MOST_PAGES as u64;
        let mark = if pages.is_power_of_two() { at.clone() } else { wanted.mark.clone() };
        let next = PageCursor {
            at,
            size: self.size,
            pages,
            tokens: wanted.tokens + n_tokens,
            len: n_tokens,
            head: head.map(str::to_owned),
            mark,
            over: None,
        };
        Step::Next(if goes_round {
            round(next)
        } else if self.by == By::Link && n_tokens == 0 && !is_filtered {
            // Some systems name a next page behind the last one, for ever; others have an empty one in the middle.
            PageCursor { over: Some(Over::Empty), ..next }
        } else {
            next
        })
    }
}

fn round(wanted: PageCursor) -> PageCursor {
    PageCursor { over: Some(Over::Repeats), ..wanted }
}

impl PageCursor {
    /// Refuses to go on where the list does not end.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        let page = self.pages;
        let why = match self.over {
            None => return Ok(()),
            Some(Over::Empty) => Text::EmptyPage { page },
            Some(Over::Repeats) => Text::PagesRepeat { page },
        };
        Err(ApiError::Endless(why.into()))
    }

    /// What a placeholder asks for.
    pub(super) fn part(&self, part: PagePart) -> Option<Value> {
        match part {
            PagePart::Size => self.size.map(Value::from),
            PagePart::Number | PagePart::Offset | PagePart::Cursor => Some(self.at.clone()),
        }
    }

    /// The address of this page, where the one before gave it. `own` is the address of the list itself.
    pub(super) fn address(&self, by: By, site: &Site, own: &str) -> Option<String> {
        if !matches!(by, By::Url | By::Link) {
            return None;
        }
        let next = plain(&self.at)?;
        let own = own.split('?').next().unwrap_or_default();
        let own_path = own.strip_prefix(&site.base).unwrap_or(own);
        let (path, query) = match next.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (next.as_str(), String::new()),
        };
        Some(match path {
            // Where it is known that it is the list's own address, its query is all that it has to say.
            _ if path.is_empty() || path.ends_with(own_path) => format!("{own}{query}"),
            _ if path.starts_with('/') || path.contains("://") => site.rebase(&next),
            // Beside the list's own address.
            _ => format!("{}/{next}", own.rsplit_once('/').map_or(own, |(parent, _)| parent)),
        })
    }

    /// As a report shows it.
    pub(super) fn shown(&self) -> String {
        plain(&self.at).unwrap_or_else(|| self.at.to_string())
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    pub(super) fn read(cursor: &str) -> Result<PageCursor, ApiError> {
        serde_json::from_str(cursor).map_err(|error| ApiError::Malformed(error.to_string().into()))
    }
}

/// Whether this says that there is something.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !matches!(text.as_str(), "" | "0" | "false"),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Array(list) => !list.is_empty(),
        _ => true,
    }
}

/// A whole number, or a text of digits.
pub(super) fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The address with `rel="next"` of a `Link` header (RFC 8288). Some systems always name one, and say `results="false"`
/// where nothing is behind it.
fn next_link(header: &str) -> Option<&str> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (address, after) = after.split_once('>')?;
        // The parameters of this link end where the next link begins.
        let (parameters, next) = after.split_at(after.find(",<").or(after.find(", <")).unwrap_or(after.len()));
        let says = |name: &str, wanted: &str| {
            let value = |it: &str| {
                let value = it.trim_end_matches(',').trim().strip_prefix(name)?.trim_start().strip_prefix('=')?;
                value.trim().trim_matches('"').split(' ').find(|it| it.eq_ignore_ascii_case(wanted)).map(drop)
            };
            parameters.split(';').any(|it| value(it).is_some())
        };
        if says("rel", "next") && !says("results", "false") {
            return Some(address);
        }
        rest = next;
    }
    None
}
