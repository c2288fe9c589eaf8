//! The names that the server answers to. A page of any site can have its own name lead to this machine (DNS rebinding), and
//! is then of this server's origin in its browser's eyes; what gives it away is the `Host` that it asks for.

use std::net::{IpAddr, Ipv6Addr};

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem;

/// The hosts that may be asked for besides the names of this machine for itself (loopback).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllowedHosts {
    /// With any port: what stands in front of this server may have another one.
    names: Vec<String>,
    /// The addresses that the server listens on.
    own: Vec<String>,
    /// Whether any IP address will do: no name has been made to lead here where none was asked for.
    any_address: bool,
    /// The port that loopback and the addresses have to be asked for with; any where it is not told.
    port: Option<u16>,
}

impl AllowedHosts {
    /// Adds a host such as `tokens.example.com` or `192.0.2.7`, without a port; the error says what a host is.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let bare = text.parse::<Ipv6Addr>().map(|ip| format!("[{ip}]"));
        let host = Authority::parse(bare.as_deref().unwrap_or(text)).filter(|it| it.port.is_none());
        let host = host.ok_or_else(|| {
            format!("`{text}` is not a host: it looks like tokens.example.com or 192.0.2.7, and has no port")
        })?;
        self.names.push(host.name);
        Ok(())
    }

    /// Adds the address that the server listens on; where that stands for all of the machine's, each of them.
    pub fn add_address(&mut self, ip: IpAddr) {
        if ip.is_unspecified() {
            self.any_address = true;
        } else {
            self.own.push(name_of(ip));
        }
    }

    /// Wants loopback and the addresses to be asked for with this port, the one that the server listens on. Without this
    /// any port will do, as servers that pass requests on have ports of their own.
    pub fn with_port(self, port: u16) -> Self {
        Self { port: Some(port), ..self }
    }

    fn has(&self, host: &Authority) -> bool {
        let is_own = host.is_loopback() || self.any_address && host.ip().is_some() || self.own.contains(&host.name);
        is_own && self.port.is_none_or(|port| host.port.unwrap_or(80) == port) || self.names.contains(&host.name)
    }
}

/// A host and its port, as `Host` and origins name them.
#[derive(Clone, Debug, PartialEq)]
pub struct Authority {
    /// In lower case and without a dot at its end; an IP address in its shortest form, one of version 6 in brackets.
    pub name: String,
    /// Where it is told.
    pub port: Option<u16>,
}

impl Authority {
    /// Reads `tokens.example.com:8080` or `[::1]`.
    pub fn parse(text: &str) -> Option<Authority> {
        let (name, rest) = match text.strip_prefix('[') {
            Some(rest) => {
                let (ip, rest) = rest.split_once(']')?;
                (name_of(IpAddr::V6(ip.parse().ok()?)), rest)
            }
            None => {
                let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
                let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
                let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-._".contains(&it);
                (Some(name).filter(|it| !it.is_empty() && it.bytes().all(is_plain))?, rest)
            }
        };
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => None,
            Some("") => None,
            Some(digits) if digits.bytes().all(|it| it.is_ascii_digit()) => Some(digits.parse().ok()?),
            _ => return None,
        };
        Some(Authority { name, port })
    }

    fn ip(&self) -> Option<IpAddr> {
        self.name.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// Whether it is this machine's name for itself.
    pub fn is_loopback(&self) -> bool {
        let is_name = || self.name == "localhost" || self.name.ends_with(".localhost");
        self.ip().map_or_else(is_name, |ip| ip.is_loopback())
    }
}

/// An address as [`Authority::name`] has it. One of version 4 that is written as one of version 6 is what it is.
fn name_of(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// What a request asks for; `None` where it names no host, or something that is none.
pub fn asked_for(request: &Request) -> Option<Authority> {
    let of_address = request.uri().authority().map(|it| it.as_str());
    let host = request.headers().get(header::HOST).and_then(|it| it.to_str().ok());
    Authority::parse(of_address.or(host)?)
}

/// Answers 421 to who asks for another host than this server.
pub async fn check(State(allowed): State<AllowedHosts>, request: Request, next: Next) -> Response {
    if asked_for(&request).is_some_and(|it| allowed.has(&it)) {
        return next.run(request).await;
    }
    let detail = "This server does not answer to the host that was asked for; see --allow-host.";
    problem::refusal(StatusCode::MISDIRECTED_REQUEST, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn has(rules: &AllowedHosts, host: &str) -> bool {
        Authority::parse(host).is_some_and(|it| rules.has(&it))
    }

    #[test]
    fn loopback_is_always_there_and_nothing_else() {
        let rules = AllowedHosts::default();
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "localhost.",
            "localhost.:1",
            "localhost:",
            "app.localhost",
            "127.0.0.1",
            "127.0.0.1:65535",
            "127.9.9.9",
            "[::1]",
            "[::1]:8080",
            "[0:0:0:0:0:0:0:1]:1",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(has(&rules, host), "{host}");
        }
        for host in [
            "",
            ":80",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evillocalhost",
            "127.1",
            "2130706433",
            "0x7f000001",
            "localhost:80:80",
            "localhost:x",
            "localhost:99999",
            "a@localhost",
            "localhost ",
            "localhost/",
            "[::1",
            "::1",
            "[::2]",
            "[::1]x",
            "192.0.2.7",
            "0.0.0.0",
            "localhost..",
        ] {
            assert!(!has(&rules, host), "{host}");
        }
    }

    #[test]
    fn hosts_can_be_added() {
        let mut rules = AllowedHosts::default();
        for host in ["Tokens.example.com", "192.0.2.7", "2001:db8::7", "[2001:db8::8]"] {
            assert_eq!(rules.add(host), Ok(()), "{host}");
        }
        for host in
            ["tokens.example.com:8080", "tokens.EXAMPLE.com.", "192.0.2.7:1", "[2001:db8:0::7]", "[2001:db8::8]"]
        {
            assert!(has(&rules, host), "{host}");
        }
        assert!(!has(&rules, "a.tokens.example.com") && !has(&rules, "192.0.2.8"));
        for host in ["", "*", "http://a.example", "a.example:80", "a/b", "a b"] {
            assert!(rules.add(host).is_err(), "{host}");
        }
    }

    #[test]
    fn what_is_listened_on_is_answered_to() {
        let mut rules = AllowedHosts::default();
        rules.add_address(IpAddr::from([192, 0, 2, 7]));
        assert!(has(&rules, "192.0.2.7:8080") && !has(&rules, "192.0.2.8:8080"));
        let mut rules = AllowedHosts::default();
        rules.add_address(IpAddr::from([0, 0, 0, 0]));
        assert!(has(&rules, "192.0.2.8:8080") && has(&rules, "[2001:db8::8]") && !has(&rules, "evil.example"));
    }

    #[test]
    fn a_port_can_be_wanted_where_nothing_stands_in_front() {
        let mut rules = AllowedHosts::default().with_port(8080);
        rules.add("tokens.example.com").unwrap();
        rules.add_address(IpAddr::from([192, 0, 2, 7]));
        for host in ["localhost:8080", "[::1]:8080", "192.0.2.7:8080", "tokens.example.com", "tokens.example.com:1"] {
            assert!(has(&rules, host), "{host}");
        }
        for host in ["localhost", "127.0.0.1:8081", "192.0.2.7", "192.0.2.8:8080"] {
            assert!(!has(&rules, host), "{host}");
        }
        assert!(has(&AllowedHosts::default().with_port(80), "localhost"));
    }
}
