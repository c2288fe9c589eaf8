//! Unicode's tables: the browser's own on the page, where they are there already, and a crate's on the host.

/// The compatibility decomposition (NFKD) in lower case.
#[cfg(target_arch = "wasm32")]
pub(crate) fn decompose_lowercase(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKD").to_lower_case().into()
}

/// The compatibility decomposition (NFKD) in lower case.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn decompose_lowercase(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfkd().collect::<String>().to_lowercase()
}
