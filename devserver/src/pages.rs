//! The built page: files of one folder with the headers that the page will be hosted with.

use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use percent_encoding::percent_decode_str;

use crate::config::origins;
use crate::world::{Shared, World};

/// Content types by extension. What is not in it is only bytes to a browser (`nosniff`).
const CONTENT_TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("gif", "image/gif"),
    ("ico", "image/x-icon"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
];

/// Compressed twins that may lie beside a file, best first: extension and `Content-Encoding`.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

const NOT_FOUND: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Not found</title>\n\
    <h1>Not found</h1>\n<p>There is nothing at this address.</p>\n";

/// `GET /config.json`: read for every request.
pub async fn config(State(world): State<Shared>, headers: HeaderMap) -> Response {
    match world.config_json() {
        Ok(bytes) => served(&world, &headers, "application/json", "no-cache", None, bytes),
        Err(error) => {
            eprintln!("config.json cannot be read: {error}");
            not_found(&world)
        }
    }
}

/// Any other address: a file of the built page, or the page that says that there is none.
pub async fn file(State(world): State<Shared>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return wrong_method(State(world)).await;
    }
    let Some(path) = find(&world.dist, uri.path()) else {
        return not_found(&world);
    };
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    let content_type =
        CONTENT_TYPES.iter().find(|(it, _)| *it == extension).map_or("application/octet-stream", |(_, it)| *it);
    let hashed = path.file_name().and_then(|it| it.to_str()).is_some_and(is_hashed);
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let (path, encoding) = smallest(path, &headers);
    match std::fs::read(path) {
        Ok(bytes) => served(&world, &headers, content_type, cache, encoding, bytes),
        Err(_) => not_found(&world),
    }
}

/// 405: pages can only be read.
pub async fn wrong_method(State(world): State<Shared>) -> Response {
    let mut response =
        page(&world, StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "Pages can only be read.\n".into());
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// The file of `dist` that an address means; `None` where there is none, or where it would lead out of the folder.
fn find(dist: &Path, path: &str) -> Option<PathBuf> {
    let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
    let path = if path.is_empty() { "index.html" } else { &*path };
    // Segments are checked after decoding; hidden files and `..` both begin with a dot.
    let plain = |it: &str| !it.is_empty() && !it.starts_with('.') && !it.contains(['\\', '\0', ':']);
    if !path.split('/').all(plain) {
        return None;
    }
    // A link may still lead out.
    let file = dist.join(path).canonicalize().ok()?;
    (file.is_file() && file.starts_with(dist.canonicalize().ok()?)).then_some(file)
}

/// Whether a name carries a hash of the content, as Trunk writes it (`tokendeck-1f0e9d8c7b6a5948_bg.wasm`).
fn is_hashed(name: &str) -> bool {
    let hash = |it: &str| it.len() >= 10 && it.bytes().all(|it| it.is_ascii_hexdigit());
    name.split('-').skip(1).any(|it| it.split(['.', '_']).next().is_some_and(hash))
}

/// The compressed twin of a file if the client takes it and it is not older than the file.
fn smallest(path: PathBuf, headers: &HeaderMap) -> (PathBuf, Option<&'static str>) {
    let modified = |path: &Path| path.metadata().and_then(|it| it.modified()).ok();
    for (extension, encoding) in ENCODINGS {
        let mut twin = path.clone().into_os_string();
        twin.push(".");
        twin.push(extension);
        let twin = PathBuf::from(twin);
        if accepts(headers, encoding) && modified(&twin).is_some_and(|it| Some(it) >= modified(&path)) {
            return (twin, Some(encoding));
        }
    }
    (path, None)
}

/// Whether `Accept-Encoding` names the encoding and does not rule it out with `q=0`.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|it| it.to_str().ok());
    values.flat_map(|it| it.split(',')).any(|it| {
        let mut parts = it.split(';').map(str::trim);
        let named = parts.next().is_some_and(|it| it.eq_ignore_ascii_case(encoding));
        let weight = parts.find_map(|it| it.strip_prefix("q=")?.parse::<f32>().ok());
        named && weight.is_none_or(|it| it > 0.0)
    })
}

fn served(
    world: &World,
    request: &HeaderMap,
    content_type: &'static str,
    cache: &'static str,
    encoding: Option<&'static str>,
    bytes: Vec<u8>,
) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let etag = format!("\"{:016x}\"", hasher.finish());
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    let unchanged = known
        .flat_map(|it| it.split(','))
        .any(|it| matches!(it.trim(), "*") || it.trim().trim_start_matches("W/") == etag);
    let mut response = if unchanged {
        page(world, StatusCode::NOT_MODIFIED, content_type, Vec::new())
    } else {
        page(world, StatusCode::OK, content_type, bytes)
    };
    let headers = response.headers_mut();
    if unchanged {
        headers.remove(header::CONTENT_TYPE);
    } else if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn not_found(world: &World) -> Response {
    let mut response = page(world, StatusCode::NOT_FOUND, "text/html; charset=utf-8", NOT_FOUND.into());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn page(world: &World, status: StatusCode, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(policy) = HeaderValue::from_str(&policy(world)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in FIXED_HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// The security headers that are the same whatever is configured.
const FIXED_HEADERS: [(&str, &str); 4] = [
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    // What a page of tokens never needs; copying to the clipboard stays allowed.
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The page's Content-Security-Policy. It may connect to its own origin, to those that `config.json` names, and to those
/// that the command line adds.
pub fn policy(world: &World) -> String {
    let mut connect = origins(&world.config_json().unwrap_or_default());
    connect.extend(world.connect_src.iter().cloned());
    connect.sort();
    connect.dedup();
    let connect: String = connect.iter().map(|it| format!(" {it}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'{connect}; \
         img-src 'self' data:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn hashed(name: &str, expected: bool) {
        assert_eq!(is_hashed(name), expected, "{name}");
    }

    #[test]
    fn names_with_a_hash() {
        hashed("tokendeck-1f0e9d8c7b6a5948.js", true);
        hashed("tokendeck-1f0e9d8c7b6a5948_bg.wasm", true);
        hashed("main-abcdef0123456789.css", true);
        hashed("index.html", false);
        hashed("start.js", false);
        hashed("apple-touch-icon.png", false);
        hashed("well-facade.svg", false);
    }

    #[track_caller]
    fn accepted(header: &'static str, encoding: &str, expected: bool) {
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(header))]);
        assert_eq!(accepts(&headers, encoding), expected, "{header}");
    }

    #[test]
    fn accepted_encodings() {
        accepted("gzip, deflate, br, zstd", "br", true);
        accepted("gzip;q=0.5, br;q=0", "br", false);
        accepted("gzip;q=0.5, br;q=0", "gzip", true);
        accepted("identity", "gzip", false);
    }
}
