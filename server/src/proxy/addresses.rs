//! Addresses that a system names in its answers' headers: those of its own by way of the proxy, none of another host.

use super::base::Base;

/// Where an address leads.
#[derive(Debug, PartialEq)]
pub(crate) enum Leads {
    /// To the system: the address by way of the proxy.
    Here(String),
    /// Elsewhere: where, without what may be secret in it.
    Away(String),
}

/// Where `Location` leads; `front` is the proxy's path to the system.
pub(crate) fn location(address: &str, base: &Base, front: &str) -> Leads {
    let address = address.trim();
    if let Some(rest) = base.rest_of(address) {
        return Leads::Here(format!("{front}{rest}"));
    }
    // It stays beside the address that was asked for.
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_relative = !address.is_empty() && !path.starts_with('/') && !path.contains([':', '\\']);
    if is_relative && base.path_to(&format!("/{path}")).is_some() {
        return Leads::Here(address.into());
    }
    Leads::Away(shown(address))
}

/// `Link` with the addresses of the system's own by way of the proxy; others stay, as nothing follows them.
pub(crate) fn link(links: &str, base: &Base, front: &str) -> String {
    let mut parts = links.split('<');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        all.push('<');
        match part.split_once('>') {
            Some((address, more)) => match base.rest_of(address) {
                Some(rest) => all.push_str(&format!("{front}{rest}>{more}")),
                None => all.push_str(part),
            },
            None => all.push_str(part),
        }
    }
    all
}

/// An address as it is told: without a query or a user, where secrets can be, and not endless.
fn shown(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let address = match address.split_once("//") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}//{host}{path}")
        }
        None => address.to_owned(),
    };
    address.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Base {
        Base::parse("https://a.example/b").expect("a base")
    }

    #[track_caller]
    fn check(address: &str, expected: Leads) {
        assert_eq!(location(address, &base(), "/proxy/A"), expected, "{address}");
    }

    #[test]
    fn what_leads_to_the_system_goes_by_way_of_the_proxy() {
        check("https://a.example/b/c?d=e#f", Leads::Here("/proxy/A/c?d=e#f".into()));
        check("/b/c%2Fd", Leads::Here("/proxy/A/c%2Fd".into()));
        check("c/d?e=f:g", Leads::Here("c/d?e=f:g".into()));
        check("?page=2", Leads::Here("?page=2".into()));
    }

    #[test]
    fn what_leads_elsewhere_is_told_without_what_may_be_secret() {
        let away = |address: &str| Leads::Away(address.into());
        check("https://evil.example/x?token=t", away("https://evil.example/x"));
        check("https://user:pw@evil.example/x", away("https://evil.example/x"));
        check("//evil.example/x", away("//evil.example/x"));
        check("/\\evil.example", away("/\\evil.example"));
        check("\\\\evil.example", away("\\\\evil.example"));
        check("http://a.example/b/c", away("http://a.example/b/c"));
        check("https://a.example/login", away("https://a.example/login"));
        check("/login", away("/login"));
        check("../login", away("../login"));
        check("x/%2e%2e/%2e%2e/y", away("x/%2e%2e/%2e%2e/y"));
        check("javascript:alert(1)", away("javascript:alert(1)"));
        check("https:evil.example", away("https:evil.example"));
        check("", away(""));
    }

    #[test]
    fn links_to_pages_go_by_way_of_the_proxy() {
        let links = "<https://a.example/b/t?page=2>; rel=\"next\", </b/t?page=9>; rel=\"last\", <https://docs.example/>; rel=help";
        let expected =
            "</proxy/A/t?page=2>; rel=\"next\", </proxy/A/t?page=9>; rel=\"last\", <https://docs.example/>; rel=help";
        assert_eq!(link(links, &base(), "/proxy/A"), expected);
        assert_eq!(link("<", &base(), "/proxy/A"), "<");
    }
}
