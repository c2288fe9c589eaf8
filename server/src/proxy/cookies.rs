//! Cookies of systems on the page's own origin: each system gets back those that it set itself, and no other.
//!
//! A browser keeps cookies by host and path, not by port, and sends all of a path that it has. So a system's cookies are kept
//! under names that begin with a key of its connection: what other programs of this machine, other connections, or a system
//! that had this name before have set is not passed on. No page of another site makes the browser send them (`SameSite`).

use axum::http::{HeaderMap, HeaderValue, header};

/// What the names of all kept cookies begin with.
const PREFIX: &str = "tokendeck-";

/// The longest cookie that the page may read, in bytes: its name and its value. It goes along with every request to this
/// server, which would refuse them all were it too long.
const LONGEST_FOR_PAGE: usize = 1024;

/// How a connection's cookies are kept in the browser.
#[derive(Clone, Debug)]
pub(crate) struct Jar {
    /// What the names begin with.
    key: String,
    /// The connection's path.
    path: String,
}

impl Jar {
    /// The jar of a connection at this path, to a system of this address.
    pub(crate) fn new(path: &str, system: &str) -> Jar {
        Jar { key: format!("{PREFIX}{:016x}.", hash(&format!("{path}\n{system}"))), path: path.into() }
    }

    /// Puts the cookies that the system sets into the browser's jar. `is_secure`: the browser reaches this server by HTTPS.
    ///
    /// A cookie with a CSRF token is there twice, as the page has to read it: under its own name for the whole origin, and
    /// under the connection's for the system.
    pub(crate) fn keep(&self, headers: &mut HeaderMap, is_secure: bool) {
        let lines: Vec<String> = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|line| std::str::from_utf8(line.as_bytes()).ok().map(str::to_owned))
            .collect();
        headers.remove(header::SET_COOKIE);
        let secure = if is_secure { "; Secure" } else { "" };
        for cookie in lines.iter().filter_map(|line| Cookie::parse(line)) {
            let Cookie { name, value, lasts, is_hidden } = &cookie;
            let mut keep = |name: &str, path: &str, hidden: &str| {
                let line = format!("{name}={value}; Path={path}{lasts}{hidden}; SameSite=Strict{secure}");
                if let Ok(line) = HeaderValue::try_from(line) {
                    headers.append(header::SET_COOKIE, line);
                }
            };
            keep(&format!("{}{name}", self.key), &self.path, "; HttpOnly");
            if !is_hidden && cookie.is_for_page() {
                keep(name, "/", "");
            }
        }
    }

    /// Takes the browser's cookies out of a request, and puts in those that the system has set, under its own names.
    pub(crate) fn send(&self, headers: &mut HeaderMap) {
        let lines: Vec<String> = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| std::str::from_utf8(line.as_bytes()).ok().map(str::to_owned))
            .collect();
        headers.remove(header::COOKIE);
        let pairs = lines.iter().flat_map(|line| line.split(';'));
        let own: Vec<&str> = pairs.filter_map(|pair| pair.trim().strip_prefix(self.key.as_str())).collect();
        if let Ok(own) = HeaderValue::try_from(own.join("; "))
            && !own.is_empty()
        {
            headers.insert(header::COOKIE, own);
        }
    }
}

/// A cookie that a system sets.
struct Cookie<'a> {
    name: &'a str,
    value: &'a str,
    /// `Max-Age` and `Expires`, as the system says them.
    lasts: String,
    /// Whether no script may read it.
    is_hidden: bool,
}

impl<'a> Cookie<'a> {
    /// Reads `Set-Cookie`. One without a name is left out: it could stand for any name.
    fn parse(line: &'a str) -> Option<Cookie<'a>> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let (mut lasts, mut is_hidden) = (String::new(), false);
        for part in parts {
            let (attribute, value) = part.split_once('=').map_or((part, ""), |(it, value)| (it.trim(), value.trim()));
            match attribute.to_ascii_lowercase().as_str() {
                "max-age" => lasts += &format!("; Max-Age={value}"),
                "expires" => lasts += &format!("; Expires={value}"),
                "httponly" => is_hidden = true,
                _ => {}
            }
        }
        (!name.is_empty()).then_some(Cookie { name, value, lasts, is_hidden })
    }

    /// Whether the page has to read it, and nothing else may come of that.
    fn is_for_page(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let is_token = name.contains("csrf") || name.contains("xsrf");
        is_token && !name.starts_with(PREFIX) && self.name.len() + self.value.len() <= LONGEST_FOR_PAGE
    }
}

/// FNV-1a: the same in every version of this program, as the browser keeps cookies for longer than one.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar() -> Jar {
        Jar::new("/proxy/A", "https://a.example")
    }

    fn kept(line: &'static str, is_secure: bool) -> Vec<String> {
        let mut headers = HeaderMap::from_iter([(header::SET_COOKIE, HeaderValue::from_static(line))]);
        jar().keep(&mut headers, is_secure);
        let lines = headers.get_all(header::SET_COOKIE).iter();
        lines.map(|line| line.to_str().unwrap().replace(&jar().key, "KEY.")).collect()
    }

    #[track_caller]
    fn check(line: &'static str, expected: &[&str]) {
        assert_eq!(kept(line, false), expected, "{line}");
    }

    #[test]
    fn a_cookie_is_kept_for_the_connections_path_under_its_key() {
        check("sid=abc", &["KEY.sid=abc; Path=/proxy/A; HttpOnly; SameSite=Strict"]);
        check(
            "sid=a=b==; Domain=.a.example; Path=/api; Secure; httponly; SameSite=None; Max-Age=60; Partitioned",
            &["KEY.sid=a=b==; Path=/proxy/A; Max-Age=60; HttpOnly; SameSite=Strict"],
        );
        check(
            "__Host-sid=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/",
            &["KEY.__Host-sid=; Path=/proxy/A; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Strict"],
        );
        assert!(kept("sid=abc", true)[0].ends_with("; SameSite=Strict; Secure"));
        check("nameless", &[]);
        check("=nameless", &[]);
    }

    #[test]
    fn the_page_reads_csrf_tokens_and_nothing_else() {
        let own = "KEY.csrftoken.eu=t; Path=/proxy/A; HttpOnly; SameSite=Strict";
        check("csrftoken.eu=t; Path=/x", &[own, "csrftoken.eu=t; Path=/; SameSite=Strict"]);
        check("csrftoken.eu=t; HttpOnly", &[own]);
        assert_eq!(kept("XSRF-TOKEN=t", false).len(), 2);
        assert_eq!(kept("theme=dark", false).len(), 1);
        // It would be sent to another system.
        assert_eq!(kept("tokendeck-0123456789abcdef.csrftoken=t", false).len(), 1);
        assert_eq!(kept("Tokendeck-0123456789abcdef.csrftoken=t", false).len(), 1);
        // It would make every request too long.
        let long: &'static str = String::leak(format!("csrftoken={}", "x".repeat(1024)));
        assert_eq!(kept(long, false).len(), 1);
    }

    #[test]
    fn a_system_gets_what_it_has_set_itself() {
        let sent = |lines: &[String]| {
            let lines = lines.iter().map(|line| (header::COOKIE, HeaderValue::try_from(line).unwrap()));
            let mut headers = HeaderMap::new();
            lines.for_each(|(name, line)| {
                headers.append(name, line);
            });
            jar().send(&mut headers);
            headers.get_all(header::COOKIE).iter().map(|it| it.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let (own, other) = (jar().key, Jar::new("/proxy/B", "https://a.example").key);
        assert_ne!(own, other);
        assert_ne!(own, Jar::new("/proxy/A", "https://b.example").key);
        let line = format!("sid=theirs; {other}sid=b; {own}sid=a; csrftoken=x; {own}csrftoken=t=");
        assert_eq!(sent(&[line, format!("{own}more=1")]), ["sid=a; csrftoken=t=; more=1"]);
        assert_eq!(sent(&[format!("a=b; {other}sid=b")]), [""; 0]);
    }
}
