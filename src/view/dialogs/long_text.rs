//! Texts that stand for themselves and may be very long.

use std::rc::Rc;

use leptos::prelude::*;

use super::super::kit::{El, button, el};
use crate::excerpt::{TEXT, excerpt, is_longer};
use crate::messages::Number;
use crate::messages::lists::Long;

/// In letters: so much of a text is laid out at once, as far as it is in view.
const PIECE: usize = 1_000;

/// An element with a text: its beginning where it is long, and all of it on asking. `show` makes of a part of it what is
/// seen.
pub(super) fn long_text(element: &str, text: Rc<str>, show: fn(&str) -> String) -> El {
    let place = el(element).attr("translate", "no");
    if !is_longer(&text, TEXT) {
        return place.text(&show(&text));
    }
    let is_whole = RwSignal::new(false);
    let label = Long::All { n: Number(text.chars().count()) }.text();
    let parts = move || match is_whole.get() {
        true => pieces(&text).map(|it| el("span.piece").text(&show(it))).collect(),
        false => vec![el("span").text(&show(&excerpt(&text, TEXT)))],
    };
    let more = move || {
        let show_all = || button("button quiet small", &label, move || is_whole.set(true));
        (!is_whole.get()).then(show_all)
    };
    place.bind_children(parts).bind_child(more)
}

/// A text in pieces.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().nth(PIECE).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
