//! What an HTTP header can carry, and which ones no request can name. Pure.

/// Whether an HTTP header can carry a text: browsers send Latin-1 only, and no control characters.
pub fn fits_header(value: &str) -> bool {
    // Those from 0x80 on are no control characters to HTTP: a system may send such in an ETag, and gets it back.
    !value.chars().any(|it| it.is_ascii_control() || u32::from(it) > 0xff)
}

/// The headers that no request of a connection can name: browsers leave them out without a word
/// (<https://fetch.spec.whatwg.org/#forbidden-request-header>), or the page sets them itself.
pub fn is_reserved_header(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_carry_latin_1() {
        for (value, fits) in [
            ("", true),
            ("a b-é_ÿ", true),
            ("\"\u{c3}\u{85}\"", true),
            ("a\nb", false),
            ("a\u{200b}", false),
            ("ключ", false),
        ] {
            assert_eq!(fits_header(value), fits, "{value}");
        }
    }

    #[test]
    fn headers_that_never_leave_are_known() {
        for name in ["Cookie", "HOST", "origin", "Sec-Fetch-Site", "Proxy-Authorization", "Content-Length", "TE"] {
            assert!(is_reserved_header(name), "{name}");
        }
        for name in ["Authorization", "Tenant", "ApiToken", "X-Cookie", "Hostname", "Second", "PRIVATE-TOKEN"] {
            assert!(!is_reserved_header(name), "{name}");
        }
    }
}
