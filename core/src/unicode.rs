//! Unicode's tables: the browser's own on the page, where they are there already, and a crate's on the host.

/// Appends the compatibility decomposition (NFKD) of a letter, in lower case.
#[cfg(target_arch = "wasm32")]
pub(crate) fn decompose_lowercase(letter: char, out: &mut String) {
    use std::cell::RefCell;

    thread_local! {
        /// What the browser said of a letter: asking it takes longer than reading a whole name, and a team's names have
        /// few letters beyond ASCII. Sorted by letter.
        static KNOWN: RefCell<Vec<(char, Box<str>)>> = const { RefCell::new(Vec::new()) };
    }

    KNOWN.with_borrow_mut(|known| {
        let place = known.binary_search_by_key(&letter, |(it, _)| *it).unwrap_or_else(|place| {
            let text = js_sys::JsString::from(letter).normalize("NFKD").to_lower_case();
            known.insert(place, (letter, String::from(text).into()));
            place
        });
        out.push_str(&known[place].1);
    });
}

/// Appends the compatibility decomposition (NFKD) of a letter, in lower case.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn decompose_lowercase(letter: char, out: &mut String) {
    use unicode_normalization::UnicodeNormalization;
    out.extend(letter.nfkd().flat_map(char::to_lowercase));
}
