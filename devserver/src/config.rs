//! `config.json`: the connections that the page offers, and the origins they reach.

use std::path::PathBuf;

use serde_json::{Value, json};

/// Where `config.json` comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ConfigSource {
    /// The server's own: a connection to each system that it serves.
    #[default]
    Own,
    /// A file, read for every request, so that editing it and reloading the page is enough.
    File(PathBuf),
}

impl ConfigSource {
    /// The bytes of `config.json` as they are now. A file goes out as it is, wrong ones too: the page names the mistake.
    /// `has_secret` tells whether the Scoped Token API wants to know who asks.
    pub fn read(&self, has_secret: bool) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Own => Ok(own(has_secret).to_string().into_bytes()),
            Self::File(path) => std::fs::read(path),
        }
    }
}

/// The connections that this server stands for. No secret belongs in it: the page asks for them.
fn own(has_secret: bool) -> Value {
    let auth = if has_secret { "bearer" } else { "none" };
    json!({
        "connections": [
            { "name": "Scoped tokens", "dialect": "scoped", "base": "api/v1", "auth": { "type": auth } },
            {
                "name": "PT Sandbox",
                "dialect": "pt-sandbox",
                "base": "sim/pt-sandbox",
                "hint": "Demo accounts: demo / demo as local account, ldap-demo / demo as LDAP.",
            },
            {
                "name": "NVIDIA Air",
                "dialect": "air",
                "version": "v2",
                "base": "sim/air",
                "hint": "Demo account: demo / demo.",
            },
            {
                "name": "Juniper Mist",
                "dialect": "mist",
                "tokens": "org",
                "base": "sim/mist",
                "hint": "Demo accounts: demo@example.com / demo, and demo-2fa@example.com / demo with the code 123456.",
            },
        ]
    })
}

/// The origins of the absolute `http` and `https` addresses among the connections' bases, each once.
pub fn origins(config: &[u8]) -> Vec<String> {
    let config: Value = serde_json::from_slice(config).unwrap_or(Value::Null);
    let connections = config["connections"].as_array().map_or(&[][..], Vec::as_slice);
    let mut origins: Vec<String> = connections.iter().filter_map(|it| origin(it["base"].as_str()?)).collect();
    origins.sort();
    origins.dedup();
    origins
}

/// An origin by itself: `https://tokens.example.com`, in any case and with nothing behind it.
pub fn named_origin(text: &str) -> Option<String> {
    origin(text).filter(|it| it.eq_ignore_ascii_case(text))
}

/// `https://host:port` of an address, if it has nothing in it that could add to the policy it is put into.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let plain = |it: char| it.is_ascii_alphanumeric() || "-._:[]".contains(it);
    let acceptable = matches!(scheme.as_str(), "http" | "https") && !host.is_empty() && host.chars().all(plain);
    acceptable.then(|| format!("{scheme}://{}", host.to_ascii_lowercase()))
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
}
