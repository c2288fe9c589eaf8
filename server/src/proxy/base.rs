//! Where a system is, and which paths lead to it.

use axum::http::Uri;

use crate::origins::{host_of, origin};

/// The address of a system, as its connection's `base` has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Base {
    /// `https://gitlab.example.com`, without the port that its scheme stands for.
    pub(crate) origin: String,
    /// Empty, or with a slash at its beginning and none at its end.
    pub(crate) path: String,
}

impl Base {
    /// Reads an absolute address; `None` for anything else.
    pub(crate) fn parse(address: &str) -> Option<Base> {
        let (origin, rest) = split(address)?;
        // Neither a user nor a query; and nothing that a part of the way may read in another way.
        let is_plain =
            rest.is_empty() || rest.starts_with('/') && !rest.contains(['?', '#', '\\', ' ']) && !leads_up(rest);
        let path = rest.trim_end_matches('/').to_owned();
        let is_sendable = || host_of(&origin).is_some() && format!("{origin}{path}").parse::<Uri>().is_ok();
        (is_plain && is_sendable()).then(|| Base { path, origin: without_usual_port(&origin) })
    }

    /// The path at the system for one behind the proxy's, letter for letter; `None` where it must not be sent: one whose
    /// steps lead up would be another one to what follows them, be it the system or something on the way.
    pub(crate) fn path_to(&self, rest: &str) -> Option<String> {
        let is_plain = (rest.is_empty() || rest.starts_with('/')) && !rest.starts_with("//") && !rest.contains('\\');
        (is_plain && !leads_up(rest)).then(|| match (self.path.as_str(), rest) {
            ("", "") => "/".to_owned(),
            (path, rest) => format!("{path}{rest}"),
        })
    }

    /// What follows the base in an address that the system gave: absolute, or from its root on. `None` where that is not
    /// below the base.
    pub(crate) fn rest_of<'a>(&self, address: &'a str) -> Option<&'a str> {
        let path = match split(address) {
            Some((of, path)) if without_usual_port(&of) == self.origin => path,
            Some(_) => return None,
            None => address,
        };
        let rest = path.strip_prefix(self.path.as_str())?;
        let is_within = (rest.is_empty() || rest.starts_with(['/', '?', '#'])) && !rest.starts_with("//");
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        (is_within && !path.contains('\\') && !leads_up(path)).then_some(rest)
    }

    /// Whether it is reached by HTTPS.
    pub(crate) fn is_secure(&self) -> bool {
        self.origin.starts_with("https:")
    }
}

/// The origin of an absolute address that names no user, and what follows it.
fn split(address: &str) -> Option<(String, &str)> {
    let address = address.trim();
    let origin = origin(address)?;
    let (of, rest) = address.split_at_checked(origin.len())?;
    of.eq_ignore_ascii_case(&origin).then_some((origin, rest))
}

/// The same origin without the port that its scheme stands for.
fn without_usual_port(origin: &str) -> String {
    let usual = if origin.starts_with("https:") { ":443" } else { ":80" };
    origin.strip_suffix(usual).unwrap_or(origin).to_owned()
}

/// Whether a step of a path leads up or stays, for everything on the way that decodes it first. The page has the same rule
/// (`src/api/address.rs`), and sends no such path.
fn leads_up(path: &str) -> bool {
    let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    plain.split('/').any(|step| matches!(step, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn base(address: &str) -> Base {
        Base::parse(address).unwrap_or_else(|| panic!("{address}"))
    }

    #[test]
    fn bases_are_absolute_addresses() {
        let of = |address| (base(address).origin, base(address).path);
        assert_eq!(of("https://a.example"), ("https://a.example".into(), String::new()));
        assert_eq!(of(" HTTPS://A.example:443/ "), ("https://a.example".into(), String::new()));
        assert_eq!(of("http://[::1]:9000/api/v1/"), ("http://[::1]:9000".into(), "/api/v1".into()));
        assert_eq!(of("http://a.example:443/x"), ("http://a.example:443".into(), "/x".into()));
        for wrong in [
            "api/v1",
            "/api",
            "ftp://a.example",
            "https://",
            "https://u@a.example",
            "https://a.example?x",
            "https://a.example/x#y",
            "https://a.example/../x",
            "https://a.example/%2e%2e",
            "https://a.example\\x",
            "https://a.example:port/",
            "https://a b/",
        ] {
            assert_eq!(Base::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn paths_pass_letter_for_letter() {
        for rest in
            ["/tokens", "/tokens/ci%2Fdeploy", "/a/%20%C3%A9+b;c=d,e", "/tokens/", "/a//b", "/%252e%252e/x", "/..."]
        {
            assert_eq!(base("https://a.example").path_to(rest).as_deref(), Some(rest), "{rest}");
            assert_eq!(base("https://a.example/b").path_to(rest), Some(format!("/b{rest}")), "{rest}");
        }
        assert_eq!(base("https://a.example").path_to("").as_deref(), Some("/"));
        assert_eq!(base("https://a.example/b/").path_to("").as_deref(), Some("/b"));
    }

    #[test]
    fn paths_that_lead_elsewhere_do_not() {
        for rest in [
            "/..",
            "/../x",
            "/a/./b",
            "/%2e%2e/x",
            "/.%2E",
            "/tokens/ci%2F..%2Fdeploy",
            "/tokens/ci%5C..%5cdeploy",
            "/a\\b",
            "//evil.example/x",
            "x",
            ".evil.example",
            "@evil.example",
            ":1/",
        ] {
            assert_eq!(base("https://a.example").path_to(rest), None, "{rest}");
        }
    }

    #[test]
    fn addresses_of_the_system_are_told_from_others() {
        let of = base("https://a.example/b");
        for (address, rest) in
            [("https://a.example/b/c?d=e", "/c?d=e"), ("https://A.example:443/b", ""), ("/b/c", "/c"), ("/b?c", "?c")]
        {
            assert_eq!(of.rest_of(address), Some(rest), "{address}");
        }
        for address in [
            "https://a.example/c",
            "https://a.example/bc",
            "http://a.example/b/c",
            "https://a.example:8443/b",
            "https://a.example.evil/b",
            "https://a.example@evil.example/b",
            "https://u@a.example/b",
            "//a.example/b",
            "/b//evil.example",
            "/b/../c",
            "/b/%2e%2e/c",
            "/b\\c",
            "/\\evil.example/b",
            "c",
            "",
        ] {
            assert_eq!(of.rest_of(address), None, "{address}");
        }
        assert_eq!(base("https://a.example").rest_of("//evil.example"), None);
        assert_eq!(base("https://a.example").rest_of("/x"), Some("/x"));
    }
}
