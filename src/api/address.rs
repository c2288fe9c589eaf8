//! Addresses: what stands in them for a text, and what lies within a base. Pure.

/// Whether an address lies within a base address, which has no slash at its end, for everything that reads it on the way:
/// browsers drop tabs and line breaks, and take backslashes for slashes; for dots see [`leads_up`].
pub fn is_within(address: &str, base: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let Some(rest) = path.strip_prefix(base) else { return false };
    (rest.is_empty() || rest.starts_with('/'))
        && !rest.starts_with("//")
        && !rest.contains(is_misread)
        && !leads_up(rest)
}

/// Whether a step of a path leads up or stays. Browsers follow dots, encoded or not. Proxies such as Caddy follow them
/// between encoded slashes too: `ci%2F..%2Fdeploy` arrives at the system as `deploy`, which is another token.
pub fn leads_up(path: &str) -> bool {
    let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    plain.split('/').any(|it| matches!(it, "." | ".."))
}

/// Whether a Content Security Policy lists an origin by its name, as one that the page may connect to.
pub fn lists_origin(policy: &str, origin: &str) -> bool {
    policy.split([' ', ';']).any(|it| it == origin)
}

/// Whether browsers read a character of an address as none, or as another one.
pub fn is_misread(it: char) -> bool {
    it.is_ascii_control() || it == '\\'
}

/// Percent-encodes one part of a path or query (RFC 3986: everything but the unreserved characters).
pub fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[nibble as usize]));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded() {
        assert_eq!(encode("a b/ü?~"), "a%20b%2F%C3%BC%3F~");
    }

    #[test]
    fn a_policy_lists_origins() {
        let policy =
            "default-src 'none'; connect-src 'self' https://a.example http://127.0.0.1:8080; frame-ancestors 'none'";
        for origin in ["https://a.example", "http://127.0.0.1:8080"] {
            assert!(lists_origin(policy, origin), "{origin}");
        }
        for origin in ["http://a.example", "https://a.example:8443", "http://127.0.0.1:80", "https://example"] {
            assert!(!lists_origin(policy, origin), "{origin}");
        }
    }

    #[test]
    fn an_address_within_a_base_is_so_for_every_browser() {
        for base in ["api/v1", "", "../x", "https://a.example", "https://a.example:8443/b", "/%2e/b"] {
            for rest in
                ["", "?a=/../b", "/tokens", "/tokens?next=..%2f", "/a.b/...", "/tokens/a%2F...%2Fb/", "/..a", "?a=b c"]
            {
                assert!(is_within(&format!("{base}{rest}"), base), "{base}{rest}");
            }
            for rest in [
                "/..",
                "/../x",
                "/.",
                "/tokens/../../x",
                "/%2e%2e/x",
                "/.%2E",
                "/%2e",
                "/a\\..\\b",
                "/tokens/a%2F..%2fb",
                "/tokens/%2e%2e%2Fb",
                "/tokens/a%5C..%5cb",
                "/tokens/b%2F.",
                "\\b",
                "/\tx",
                "/a\n",
                "/\r",
                "@evil",
                ".evil",
                "x/y",
                ":80/",
                "//evil.example/x",
                "/..?a=b",
                "/..#a",
            ] {
                assert!(!is_within(&format!("{base}{rest}"), base), "{base}{rest}");
            }
        }
        for address in ["https://a.example.evil/x", "https://a.example@evil/x", "http://a.example/x", "/x", "x", "//x"]
        {
            assert!(!is_within(address, "https://a.example"), "{address}");
        }
    }
}
