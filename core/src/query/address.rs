//! A query and how an address writes it. Pure.

use super::filter::{Ends, Filter, LastUsed, StatusFilter};
use super::order::{Sort, SortKey};
use crate::secret::shareable;

/// How many hexadecimal digits in a row are taken for a name or a date, and not for a GUID, where a name is typed.
const MOST_DIGITS: usize = 15;

/// A view of the list: what can be linked to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Which tokens.
    pub filter: Filter,
    /// In what order; `None` is the system's own.
    pub sort: Option<Sort>,
}

impl Query {
    /// The parameters that hold what was typed.
    pub const TYPED: [&str; 3] = ["name", "guid", "creator"];

    /// Whether it shows all tokens, as their systems list them.
    pub fn is_plain(&self) -> bool {
        self.sort.is_none() && self.filter.is_empty()
    }

    /// Reads the parameters of an address. Total: what it does not understand, it leaves out.
    pub fn from_params<'a>(params: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Query::default();
        for (key, value) in params {
            match key {
                "name" => query.filter.name = value.into(),
                "guid" => query.filter.guid = value.into(),
                "scope" if !query.filter.scopes.iter().any(|it| it == value) => query.filter.scopes.push(value.into()),
                "status" => query.filter.status = StatusFilter::from_key(value).unwrap_or_default(),
                "system" if !query.filter.systems.iter().any(|it| it == value) => {
                    query.filter.systems.push(value.into())
                }
                "creator" => query.filter.created_by = value.into(),
                "used" => query.filter.last_used = LastUsed::from_key(value).unwrap_or_default(),
                "ends" => query.filter.ends = Ends::from_key(value).unwrap_or_default(),
                "sort" => {
                    let (descending, name) = value.strip_prefix('-').map_or((false, value), |name| (true, name));
                    query.sort = SortKey::from_key(name).map(|key| Sort { key, descending });
                }
                _ => {}
            }
        }
        query
    }

    /// The parameters that say the same, but for what must not stand in an address (see [`shareable`]): secrets, and more
    /// than eight digits of a GUID. Defaults are left out.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let filter = &self.filter;
        let mut params = Vec::new();
        for (key, typed, n_digits) in [
            ("name", &filter.name, MOST_DIGITS),
            ("guid", &filter.guid, 8),
            ("creator", &filter.created_by, MOST_DIGITS),
        ] {
            let text = shareable(typed, n_digits);
            if !text.trim().is_empty() {
                params.push((key, text.into_owned()));
            }
        }
        params.extend(filter.scopes.iter().map(|scope| ("scope", scope.clone())));
        if filter.status != StatusFilter::All {
            params.push(("status", filter.status.key().into()));
        }
        params.extend(filter.systems.iter().map(|system| ("system", system.clone())));
        let keys = [("used", filter.last_used.key()), ("ends", filter.ends.key())];
        params.extend(keys.into_iter().filter(|(_, key)| !key.is_empty()));
        if let Some(sort) = self.sort {
            params.push(("sort", format!("{}{}", if sort.descending { "-" } else { "" }, sort.key.key())));
        }
        params
    }
}
