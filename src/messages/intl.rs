//! How the page's language writes numbers and forms plurals: the browser knows for every language, and a program on the
//! host for English.

/// The page's language, as browsers name it.
#[cfg(target_arch = "wasm32")]
const LANGUAGE: &str = "en";

/// A number as the language writes it: `12,345`.
#[cfg(target_arch = "wasm32")]
pub(super) fn number(number: usize) -> String {
    js_sys::Number::from(number as f64).to_locale_string(LANGUAGE).into()
}

/// The form of a noun that goes with a number: `one` or `other` in English; other languages have `zero`, `two`, `few` and
/// `many` as well.
#[cfg(target_arch = "wasm32")]
pub(super) fn plural(number: usize) -> String {
    use js_sys::{Array, Intl::PluralRules, Object};
    PluralRules::new(&Array::of1(&LANGUAGE.into()), &Object::new()).select(number as f64).into()
}

/// A number as the language writes it: `12,345`.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn number(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

/// The form of a noun that goes with a number: `one` or `other` in English.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn plural(number: usize) -> String {
    if number == 1 { "one" } else { "other" }.into()
}
