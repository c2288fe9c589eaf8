//! Which tokens of a list are wanted: filters, and pages by limit and offset as Django REST framework makes them.

use form_urlencoded::Serializer;
use serde_json::{Value, json};

/// Entries on a page where the client does not say.
const DEFAULT_LIMIT: usize = 100;
/// The most entries on a page. Asking for more is not wrong, but gives no more.
const MAX_LIMIT: usize = 1000;

/// The parameters that are compared with a token's fields; others are ignored.
const FILTERS: &[&str] = &["id", "name"];

/// The query of a list. What is no number above 0 counts as not given.
#[derive(Debug)]
pub(super) struct Query {
    limit: usize,
    offset: usize,
    /// Everything but limit and offset.
    others: Vec<(String, String)>,
}

impl Query {
    /// Reads a query.
    pub(super) fn read(query: &str) -> Self {
        let mut read = Self { limit: DEFAULT_LIMIT, offset: 0, others: Vec::new() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let number = || value.parse().ok().filter(|it| *it > 0);
            match &*name {
                "limit" => read.limit = number().unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT),
                "offset" => read.offset = number().unwrap_or(0),
                _ => read.others.push((name.into_owned(), value.into_owned())),
            }
        }
        read
    }

    /// The tokens that pass the filters.
    pub(super) fn filter(&self, mut tokens: Vec<Value>) -> Vec<Value> {
        let filters = self.others.iter().filter(|(name, _)| FILTERS.contains(&&**name));
        for (name, value) in filters {
            tokens.retain(|it| it[name] == **value);
        }
        tokens
    }

    /// One page of those, with the absolute addresses of its neighbours, `url` being the list's own.
    pub(super) fn page(&self, tokens: Vec<Value>, url: &str) -> Value {
        let tokens = self.filter(tokens);
        let (count, end) = (tokens.len(), self.offset.saturating_add(self.limit));
        let next = (end < count).then(|| self.address(url, end));
        let previous = (self.offset > 0).then(|| self.address(url, self.offset.saturating_sub(self.limit)));
        let results: Vec<Value> = tokens.into_iter().skip(self.offset).take(self.limit).collect();
        json!({ "count": count, "next": next, "previous": previous, "results": results })
    }

    fn address(&self, url: &str, offset: usize) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("limit", &self.limit.to_string());
        if offset > 0 {
            query.append_pair("offset", &offset.to_string());
        }
        query.extend_pairs(&self.others);
        format!("{url}?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, names: &[&str], next: Option<&str>, previous: Option<&str>) {
        let tokens = ["a", "b", "c", "d", "e"].map(|it| json!({ "name": it, "id": "1" }));
        let page = Query::read(query).page(tokens.to_vec(), "u");
        let results = page["results"].as_array().unwrap();
        assert_eq!(results.iter().map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>(), names, "{query}");
        assert_eq!(page["next"].as_str(), next, "{query}");
        assert_eq!(page["previous"].as_str(), previous, "{query}");
    }

    #[test]
    fn pages() {
        check("", &["a", "b", "c", "d", "e"], None, None);
        check("limit=2", &["a", "b"], Some("u?limit=2&offset=2"), None);
        check("limit=2&offset=2", &["c", "d"], Some("u?limit=2&offset=4"), Some("u?limit=2"));
        check("limit=2&offset=4", &["e"], None, Some("u?limit=2&offset=2"));
        check("limit=2&offset=3", &["d", "e"], None, Some("u?limit=2&offset=1"));
        check("limit=2&offset=9", &[], None, Some("u?limit=2&offset=7"));
        check("limit=0&offset=-1", &["a", "b", "c", "d", "e"], None, None);
        check("limit=x", &["a", "b", "c", "d", "e"], None, None);
    }

    #[test]
    fn filters_count_and_stay_in_the_addresses() {
        check("name=c&other=x", &["c"], None, None);
        check("name=c&id=2", &[], None, None);
        check("limit=1&id=1", &["a"], Some("u?limit=1&offset=1&id=1"), None);
    }
}
