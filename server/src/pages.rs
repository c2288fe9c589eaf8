//! The built page: files of a folder, or of the program itself, with the headers that the page will be hosted with.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::header;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use percent_encoding::percent_decode_str;

use crate::headers::secure;

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

/// Where the files of the page are.
#[derive(Clone, Debug)]
pub enum Pages {
    /// In a folder. They are read for every request, so that a page that is built again is served again.
    Folder(PathBuf),
    /// In the program.
    Within(&'static [File]),
}

/// A file of the page that is in the program.
#[derive(Debug)]
pub struct File {
    /// Its address, relative to the page; of a compressed twin with `.br` or `.gz` at its end.
    pub path: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// A file that was asked for.
struct Found {
    content_type: &'static str,
    cache: &'static str,
    encoding: Option<&'static str>,
    bytes: Cow<'static, [u8]>,
}

impl Pages {
    /// The answer to a request for a file of the page: the file, or the page that says that there is none.
    pub fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap, policy: &str) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return wrong_method(policy);
        }
        match self.find(uri.path(), headers) {
            Some(found) => served(headers, policy, found),
            None => not_found(policy),
        }
    }

    /// The bytes of a file by its address relative to the page.
    pub fn read(&self, address: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Folder(folder) => std::fs::read(find(folder, address)?).ok().map(Cow::from),
            Self::Within(files) => files.iter().find(|it| it.path == address).map(|it| it.bytes.into()),
        }
    }

    fn find(&self, path: &str, headers: &HeaderMap) -> Option<Found> {
        let path = percent_decode_str(path.strip_prefix('/')?).decode_utf8().ok()?;
        let path = if path.is_empty() { "index.html" } else { &*path };
        let (encoding, bytes) = match self {
            Self::Folder(folder) => {
                let (file, encoding) = smallest(find(folder, path)?, headers);
                (encoding, std::fs::read(file).ok()?.into())
            }
            Self::Within(files) => {
                let of = |name: &str| files.iter().find(|it| it.path == name).map(|it| it.bytes);
                let twin = ENCODINGS.iter().filter(|(_, encoding)| accepts(headers, encoding));
                let twin =
                    twin.filter_map(|&(extension, encoding)| Some((encoding, of(&format!("{path}.{extension}"))?)));
                let plain = of(path)?;
                let (encoding, bytes) = twin.map(|(it, bytes)| (Some(it), bytes)).next().unwrap_or((None, plain));
                (encoding, bytes.into())
            }
        };
        let (content_type, cache) = kind_of(path);
        Some(Found { content_type, cache, encoding, bytes })
    }
}

/// The answer to a request for `config.json`, which is made for every request.
pub fn config(headers: &HeaderMap, policy: &str, bytes: Vec<u8>) -> Response {
    let found = Found { content_type: "application/json", cache: "no-cache", encoding: None, bytes: bytes.into() };
    served(headers, policy, found)
}

/// 404: the page that says that there is nothing.
pub fn not_found(policy: &str) -> Response {
    let mut response = page(StatusCode::NOT_FOUND, "text/html; charset=utf-8", policy, NOT_FOUND.as_bytes().into());
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// 405: pages can only be read.
pub fn wrong_method(policy: &str) -> Response {
    let text = "Pages can only be read.\n";
    let mut response =
        page(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", policy, text.as_bytes().into());
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// The content type of a file, and how long it may be kept.
fn kind_of(path: &str) -> (&'static str, &'static str) {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|it| it.1).unwrap_or_default().to_ascii_lowercase();
    let content_type =
        CONTENT_TYPES.iter().find(|(it, _)| *it == extension).map_or("application/octet-stream", |(_, it)| *it);
    (content_type, if is_hashed(name) { "public, max-age=31536000, immutable" } else { "no-cache" })
}

/// The file of a folder that an address relative to the page means; `None` where there is none, or where it would lead out
/// of the folder.
fn find(folder: &Path, path: &str) -> Option<PathBuf> {
    // Segments are checked after decoding; hidden files and `..` both begin with a dot.
    let plain = |it: &str| !it.is_empty() && !it.starts_with('.') && !it.contains(['\\', '\0', ':']);
    if !path.split('/').all(plain) {
        return None;
    }
    // A link may still lead out.
    let file = folder.join(path).canonicalize().ok()?;
    (file.is_file() && file.starts_with(folder.canonicalize().ok()?)).then_some(file)
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

fn served(request: &HeaderMap, policy: &str, found: Found) -> Response {
    let mut hasher = DefaultHasher::new();
    hasher.write(&found.bytes);
    let etag = format!("\"{:016x}\"", hasher.finish());
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    let unchanged = known
        .flat_map(|it| it.split(','))
        .any(|it| matches!(it.trim(), "*") || it.trim().trim_start_matches("W/") == etag);
    let mut response = if unchanged {
        page(StatusCode::NOT_MODIFIED, found.content_type, policy, Cow::from(&b""[..]))
    } else {
        page(StatusCode::OK, found.content_type, policy, found.bytes)
    };
    let headers = response.headers_mut();
    if unchanged {
        headers.remove(header::CONTENT_TYPE);
    } else if let Some(encoding) = found.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(found.cache));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}

fn page(status: StatusCode, content_type: &'static str, policy: &str, bytes: Cow<'static, [u8]>) -> Response {
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    secure(headers, policy);
    response
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

    #[test]
    fn files_in_the_program_are_served_as_those_of_a_folder_are() {
        static FILES: [File; 4] = [
            File { path: "index.html", bytes: b"<p>" },
            File { path: "apis/a.json", bytes: b"{}" },
            File { path: "start-0123456789abcdef.js", bytes: b"long" },
            File { path: "start-0123456789abcdef.js.br", bytes: b"b" },
        ];
        let pages = Pages::Within(&FILES);
        let get = |address: &str, accepted: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            let answer = pages.answer(&Method::GET, &address.parse().expect("an address"), &headers, "p");
            let encoding = answer.headers().get(header::CONTENT_ENCODING).cloned();
            let length = http_body::Body::size_hint(answer.body()).exact();
            (answer.status().as_u16(), encoding.map(|it| it.to_str().unwrap().to_owned()), length)
        };
        assert_eq!(get("/", "br"), (200, None, Some(3)));
        assert_eq!(get("/?q=x", ""), (200, None, Some(3)));
        assert_eq!(get("/start-0123456789abcdef.js", "gzip, br"), (200, Some("br".into()), Some(1)));
        assert_eq!(get("/start-0123456789abcdef.js", "gzip"), (200, None, Some(4)));
        assert_eq!(get("/apis/%61.json", "").0, 200);
        assert_eq!((get("/apis", "").0, get("/apis/../index.html", "").0, get("//index.html", "").0), (404, 404, 404));
        assert_eq!(pages.read("apis/a.json").as_deref(), Some(&b"{}"[..]));
        assert_eq!(pages.read("apis/b.json"), None);
    }
}
