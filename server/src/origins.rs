//! Origins: read off addresses and names, and compared.

use serde_json::Value;

use crate::hosts::Authority;

/// The members of a configuration that are lists of connections.
pub(crate) const LISTS: [&str; 2] = ["connections", "suggested"];

/// The origins of the absolute `http` and `https` addresses among the connections' bases, each once.
pub fn origins(config: &[u8]) -> Vec<String> {
    let config: Value = serde_json::from_slice(config).unwrap_or(Value::Null);
    let connections = LISTS.iter().filter_map(|it| config[it].as_array()).flatten();
    let mut origins: Vec<String> = connections.filter_map(|it| origin(it["base"].as_str()?)).collect();
    origins.sort();
    origins.dedup();
    origins
}

/// An origin by itself: `https://tokens.example.com`, in any case and with nothing behind it.
pub fn named_origin(text: &str) -> Option<String> {
    origin(text).filter(|it| it.eq_ignore_ascii_case(text))
}

/// `https://host:port` of an address, if it has nothing in it that could add to the policy it is put into.
pub fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let plain = |it: char| it.is_ascii_alphanumeric() || "-._:[]".contains(it);
    let acceptable = matches!(scheme.as_str(), "http" | "https") && !host.is_empty() && host.chars().all(plain);
    acceptable.then(|| format!("{scheme}://{}", host.to_ascii_lowercase()))
}

/// The host of an origin, with the port that its scheme stands for where it names none.
pub fn host_of(origin: &str) -> Option<Authority> {
    let (scheme, rest) = origin.split_once("://")?;
    let usual = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let host = Authority::parse(rest)?;
    Some(Authority { port: host.port.or(Some(usual)), ..host })
}

/// Whether a page of this origin is of the host that was asked for. `Host` names no port where its scheme stands for it,
/// and not the scheme: a server that ends TLS may stand in front.
pub fn is_of_host(origin: &str, host: &Authority) -> bool {
    host_of(origin).is_some_and(|of| {
        let is_usual = || matches!(of.port, Some(80 | 443));
        of.name == host.name && host.port.map_or_else(is_usual, |port| Some(port) == of.port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, expected: Option<&str>) {
        assert_eq!(origin(address).as_deref(), expected, "{address}");
    }

    #[test]
    fn the_origin_of_a_base() {
        check("https://api.mist.com", Some("https://api.mist.com"));
        check("HTTPS://Air.Nvidia.com/api", Some("https://air.nvidia.com"));
        check("http://127.0.0.1:8081/api/v1?x", Some("http://127.0.0.1:8081"));
        check("http://[::1]:8081/", Some("http://[::1]:8081"));
        check("api/v1", None);
        check("/api/v1", None);
        check("ftp://example.com", None);
        check("https://", None);
        check("https://evil; script-src *", None);
        check("https://a b", None);
    }

    #[test]
    fn an_origin_that_is_named_is_nothing_but_that() {
        assert_eq!(named_origin("https://Air.example:8443"), Some("https://air.example:8443".into()));
        for text in ["https://a/", "https://a/b", "https://u@a", "a", "*", "https://*.example.com", " https://a", ""] {
            assert_eq!(named_origin(text), None, "{text}");
        }
    }

    #[test]
    fn a_broken_config_has_no_origins() {
        assert!(origins(b"{").is_empty());
        assert!(origins(br#"{"connections":7}"#).is_empty());
    }

    #[test]
    fn an_origin_is_that_of_a_host_with_its_port() {
        let is_own = |origin: &str, host: &str| is_of_host(origin, &Authority::parse(host).expect("a host"));
        assert!(is_own("http://a.example:8080", "a.example:8080") && is_own("https://A.example", "a.example."));
        assert!(is_own("http://a.example", "a.example:80") && is_own("https://a.example", "a.example:443"));
        assert!(is_own("http://[::1]:8080", "[::1]:8080") && is_own("http://localhost:1", "localhost:1"));
        for origin in
            ["null", "http://a.example:81", "http://b.example", "https://a.example", "file://", "a.example", ""]
        {
            assert!(!is_own(origin, "a.example:8080"), "{origin}");
        }
        assert!(
            !is_own("http://localhost:8090", "localhost:8080") && !is_own("http://localhost:8080", "127.0.0.1:8080")
        );
        assert!(!is_own("http://a.example:8080", "a.example"));
    }
}
