//! Whose requests are answered: those of the page itself, and of a user who goes to it. Other pages in the same browser are
//! refused, those of other programs on this machine among them.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::hosts::asked_for;
use crate::origins::is_of_host;
use crate::problem;

/// Answers 403 to a request that another page makes. A link to the page may be followed from anywhere, but not one to a
/// system's data: only the page asks for that.
pub async fn check(request: Request, next: Next) -> Response {
    if is_welcome(&request) {
        return next.run(request).await;
    }
    let detail = "Only the page of this server may ask for this. Another page did, or a link led here.";
    problem::refusal(StatusCode::FORBIDDEN, detail)
}

/// Decides by what browsers say of a request and no page can change: `Sec-Fetch-*`, and `Origin`. A client that says nothing
/// is no browser, or an old one; such a one sends `Origin` with whatever changes something.
fn is_welcome(request: &Request) -> bool {
    let said = |name: &str| request.headers().get(name).map(HeaderValue::as_bytes);
    let (site, mode, dest) = (said("sec-fetch-site"), said("sec-fetch-mode"), said("sec-fetch-dest"));
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if mode == Some(b"navigate") {
        // Of the page: from anywhere, but not into a frame.
        return is_read && !is_of_systems(request) && dest.is_none_or(|it| it == b"document");
    }
    // Without this a page of another origin would be told from the page by `Origin` alone, which it may lack.
    let is_own_site = site.is_none_or(|it| matches!(it, b"same-origin" | b"none"));
    // Scripts, pictures and workers are not made of a system's data.
    let is_of_data =
        || mode.is_none_or(|it| it == b"cors" || it == b"same-origin") && dest.is_none_or(|it| it == b"empty");
    is_own_site && is_of_own_page(request) && (!is_of_systems(request) || is_of_data())
}

/// Whether `Origin` is this server's, where there is one.
fn is_of_own_page(request: &Request) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return true };
    let host = asked_for(request);
    origin.to_str().is_ok_and(|origin| host.is_some_and(|host| is_of_host(origin, &host)))
}

/// Whether a system is asked, and not for a file of the page.
fn is_of_systems(request: &Request) -> bool {
    request.uri().path().starts_with("/proxy/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    /// Whether a request with these headers is welcome: the page, a file of it, and a system's data.
    fn welcome(method: &str, headers: &[(&str, &str)]) -> [bool; 3] {
        ["/", "/start.js", "/proxy/A/tokens"].map(|path| {
            let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8080");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            is_welcome(&request.body(Body::empty()).expect("a request"))
        })
    }

    #[track_caller]
    fn check(method: &str, headers: &[(&str, &str)], expected: [bool; 3]) {
        assert_eq!(welcome(method, headers), expected, "{method} {headers:?}");
    }

    const SITE: &str = "sec-fetch-site";
    const MODE: &str = "sec-fetch-mode";
    const DEST: &str = "sec-fetch-dest";
    const ALL: [bool; 3] = [true; 3];
    const NONE: [bool; 3] = [false; 3];
    const FILES: [bool; 3] = [true, true, false];

    #[test]
    fn the_page_asks_for_everything() {
        for method in ["GET", "POST", "DELETE"] {
            check(method, &[(SITE, "same-origin"), (MODE, "cors"), (DEST, "empty")], ALL);
            check(method, &[(SITE, "same-origin"), (MODE, "same-origin"), (DEST, "empty")], ALL);
            check(method, &[(SITE, "same-origin"), (MODE, "cors"), ("origin", "http://127.0.0.1:8080")], ALL);
        }
        check("GET", &[(SITE, "same-origin"), (MODE, "no-cors"), (DEST, "script")], FILES);
    }

    #[test]
    fn a_user_goes_to_the_page_from_anywhere_and_to_no_data() {
        for site in ["none", "cross-site", "same-site", "same-origin"] {
            check("GET", &[(SITE, site), (MODE, "navigate"), (DEST, "document")], FILES);
            check("GET", &[(SITE, site), (MODE, "navigate"), (DEST, "iframe")], NONE);
            check("POST", &[(SITE, site), (MODE, "navigate"), (DEST, "document"), ("origin", "null")], NONE);
        }
    }

    #[test]
    fn other_pages_ask_for_nothing() {
        for site in ["cross-site", "same-site"] {
            for (mode, dest) in [("cors", "empty"), ("no-cors", "image"), ("no-cors", "script"), ("websocket", "empty")]
            {
                check("GET", &[(SITE, site), (MODE, mode), (DEST, dest)], NONE);
                check("POST", &[(SITE, site), (MODE, mode), (DEST, dest)], NONE);
            }
        }
        for origin in
            ["http://evil.example", "null", "http://127.0.0.1:9000", "http://localhost:8080", "https://127.0.0.1"]
        {
            check("POST", &[("origin", origin)], NONE);
            check("GET", &[("origin", origin)], NONE);
            check("POST", &[("origin", origin), (SITE, "same-origin")], NONE);
        }
    }

    #[test]
    fn what_is_no_browser_is_answered() {
        check("GET", &[], ALL);
        check("POST", &[], ALL);
        check("POST", &[("origin", "http://127.0.0.1:8080")], ALL);
    }

    #[test]
    fn data_of_a_system_is_nothing_else() {
        for dest in ["script", "style", "image", "worker", "serviceworker", "object", "document", "iframe"] {
            assert!(!welcome("GET", &[(SITE, "same-origin"), (MODE, "no-cors"), (DEST, dest)])[2], "{dest}");
            assert!(!welcome("GET", &[(SITE, "same-origin"), (MODE, "same-origin"), (DEST, dest)])[2], "{dest}");
        }
    }
}
