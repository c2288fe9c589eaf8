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
