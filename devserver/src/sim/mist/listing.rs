//! The sites and site groups of an organisation, page by page.

use axum::extract::RawQuery;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::caller::OrgCaller;
use super::directory::{SITE_GROUPS, SITES, Site, SiteGroup};
use super::refusal::{Answer, Refusal};
use crate::sim::wire;

/// Entries on a page where the client does not say. (The description allows a limit of 0 too; it is taken as unsaid,
/// as the published client would ask for empty pages for ever.)
const DEFAULT_LIMIT: usize = 100;
/// The most entries on a page. Asking for more is not wrong, but gives no more.
const MAX_LIMIT: usize = 1000;

/// `GET /orgs/{org_id}/sites`: those that the caller's privileges reach.
pub(super) async fn sites(caller: OrgCaller, RawQuery(query): RawQuery) -> Answer {
    let page = Page::parse(query.as_deref().unwrap_or_default())?;
    let reached = SITES.iter().filter(|it| caller.reaches_site(it));
    Ok(page.answer(reached.map(Site::json).collect()))
}

/// `GET /orgs/{org_id}/sitegroups`: those that the caller's privileges reach.
pub(super) async fn site_groups(caller: OrgCaller, RawQuery(query): RawQuery) -> Answer {
    let page = Page::parse(query.as_deref().unwrap_or_default())?;
    let reached = SITE_GROUPS.iter().filter(|it| caller.reaches_group(it));
    Ok(page.answer(reached.map(SiteGroup::json).collect()))
}

/// Which part of a list is wanted.
#[derive(Debug, PartialEq)]
struct Page {
    /// The most entries on a page.
    limit: usize,
    /// The number of the page; the first is 1.
    page: usize,
}

impl Page {
    /// Reads `limit` and `page` of a query; other parameters are ignored.
    fn parse(query: &str) -> Result<Self, Refusal> {
        let mut read = Self { limit: DEFAULT_LIMIT, page: 1 };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let digits = !value.is_empty() && value.bytes().all(|it| it.is_ascii_digit());
            // So many digits that they do not fit are still a very large number.
            let number = digits.then(|| value.parse().unwrap_or(usize::MAX));
            match (&*name, number) {
                ("limit", Some(0)) => {}
                ("limit", Some(limit)) => read.limit = limit.min(MAX_LIMIT),
                ("page", Some(page @ 1..)) => read.page = page,
                ("limit", None) => return Err(Refusal::bad_request("limit is not a whole number")),
                ("page", _) => return Err(Refusal::bad_request("page is not a whole number above 0")),
                _ => {}
            }
        }
        Ok(read)
    }

    /// The page of a list, with the headers that tell the published client whether there is another one.
    fn answer(&self, all: Vec<Value>) -> axum::response::Response {
        let total = all.len();
        let before = (self.page - 1).saturating_mul(self.limit);
        let entries: Vec<Value> = all.into_iter().skip(before).take(self.limit).collect();
        let mut response = wire::json(StatusCode::OK, &json!(entries));
        for (name, value) in [("x-page-limit", self.limit), ("x-page-page", self.page), ("x-page-total", total)] {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<(usize, usize)>) {
        let page = Page::parse(query).ok();
        assert_eq!(page, expected.map(|(limit, page)| Page { limit, page }), "{query}");
    }

    #[test]
    fn pages() {
        check("", Some((100, 1)));
        check("limit=2&page=3&other=x", Some((2, 3)));
        check("limit=0", Some((100, 1)));
        check("limit=1001", Some((1000, 1)));
        check("page=99999999999999999999999", Some((100, usize::MAX)));
        check("limit=-1", None);
        check("limit=many", None);
        check("limit=", None);
        check("page=0", None);
        check("page=1.5", None);
    }
}
