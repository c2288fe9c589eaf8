//! The headers that the page is served with: the policy that it runs under, and those that are always the same.

use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};

/// The security headers that are the same whatever is configured.
const FIXED: [(&str, &str); 4] = [
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    // What a page of tokens never needs; copying to the clipboard stays allowed.
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The page's Content-Security-Policy. It may connect to its own origin and to these, in their order.
pub fn policy(connect: &[String]) -> String {
    let connect: String = connect.iter().map(|it| format!(" {it}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'{connect}; \
         img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

/// Lets no other origin load an answer, not even where it cannot read it. A host that has systems beside the page goes without:
/// pages of other origins find out by such a request whether the system answers at all.
pub const NOT_FOR_OTHERS: (HeaderName, HeaderValue) =
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));

/// Adds the security headers to an answer that has the page or is a part of it.
pub fn secure(headers: &mut HeaderMap, policy: &str) {
    if let Ok(policy) = HeaderValue::from_str(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// What is said of a header in the files of `deploy/` and in the README: their names and values, as they stand there.
    fn said(file: &str) -> Vec<(String, String)> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let text = fs::read_to_string(path).expect(file);
        let named = |line: &str| {
            let line = line.trim().strip_prefix("add_header ").unwrap_or(line.trim());
            let line = line.trim_end_matches(';').trim_end_matches(" always");
            let (name, value) = line.split_once(' ')?;
            Some((name.trim_end_matches(':').to_ascii_lowercase(), value.trim_matches('"').to_owned()))
        };
        text.lines().filter_map(named).collect()
    }

    #[test]
    fn the_files_for_hosts_send_what_the_program_sends() {
        let (corp, same_origin) = NOT_FOR_OTHERS;
        let mut wanted: Vec<_> = FIXED.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        wanted.push(("content-security-policy".into(), policy(&[])));
        wanted.push((corp.to_string(), same_origin.to_str().expect("text").to_owned()));
        for file in ["deploy/nginx-headers.conf", "deploy/tokendeck.caddy", "deploy/_headers"] {
            let said = said(file);
            for header in &wanted {
                let values: Vec<_> = said.iter().filter(|(name, _)| *name == header.0).collect();
                assert_eq!(values, [header], "{file}");
            }
        }
    }

    #[test]
    fn the_readme_says_what_the_program_sends() {
        let (said, origins) = (said("README.md"), ["https://tokens.example.com".to_owned()]);
        let mut wanted: Vec<_> = FIXED.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        wanted.push(("content-security-policy".into(), policy(&origins)));
        for header in wanted {
            assert!(said.contains(&header), "README.md has no {header:?}");
        }
    }
}
