//! Whole values. Pure.

use std::borrow::Cow;

use hifijson::token::Lex;
use hifijson::{SliceLexer, value};

/// A value. Texts borrow from the source unless something in them is escaped; numbers stay as they are written.
pub type Json<'a> = value::Value<&'a str, Cow<'a, str>>;

/// How deep values may lie in each other; deeper ones are no JSON to this page, which has no endless stack.
const DEPTH: usize = 64;

/// What an answer says, as text that every reader takes: without a byte order mark, with U+FFFD where bytes are no UTF-8
/// and where half of a surrogate pair is escaped by itself (RFC 8259 §8; browsers' own readers do the same).
pub fn mended(mut text: Vec<u8>) -> Vec<u8> {
    if text.starts_with(b"\xef\xbb\xbf") {
        text.drain(..3);
    }
    if std::str::from_utf8(&text).is_err() {
        text = String::from_utf8_lossy(&text).into_owned().into_bytes();
    }
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&text[from..], b"\\u").map(|it| from + it) {
        from = at + 2;
        // An even number of backslashes before it: this one is not escaped itself.
        let n_before = text[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        if n_before % 2 == 0 {
            match surrogate(&text, at) {
                Some(Half::High) if surrogate(&text, at + 6) == Some(Half::Low) => from = at + 12,
                Some(_) => text[at + 2..at + 6].copy_from_slice(b"fffd"),
                None => {}
            }
        }
    }
    text
}

/// Half of a surrogate pair.
#[derive(PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// Which half of a pair is escaped at a place, such as `\ud83d`.
fn surrogate(text: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', second, third, fourth] = text.get(at..at + 6)? else { return None };
    if !third.is_ascii_hexdigit() || !fourth.is_ascii_hexdigit() {
        return None;
    }
    match second.to_ascii_lowercase() {
        b'8'..=b'9' | b'a'..=b'b' => Some(Half::High),
        b'c'..=b'f' => Some(Half::Low),
        _ => None,
    }
}

/// Reads a whole text. The error names the place.
pub fn read(text: &[u8]) -> Result<Json<'_>, String> {
    let mut lexer = SliceLexer::new(text);
    match lexer.exactly_one(Lex::ws_peek, read_value) {
        Ok(value) => Ok(value),
        Err(_) => Err(format!("not JSON at {}", place(text, &lexer))),
    }
}

pub(super) fn read_value<'a>(next: u8, lexer: &mut SliceLexer<'a>) -> Result<Json<'a>, hifijson::Error> {
    value::parse_bounded(DEPTH, next, lexer)
}

/// Where reading has stopped, in words.
pub(super) fn place(text: &[u8], lexer: &SliceLexer) -> String {
    let read = &text[..text.len() - lexer.as_slice().len()];
    let line = read.iter().filter(|it| **it == b'\n').count() + 1;
    let column = read.iter().rev().take_while(|it| **it != b'\n').count() + 1;
    format!("line {line}, column {column}")
}

/// What a value is asked for.
pub trait Read<'a>: Sized {
    /// The member of an object; `None` for anything else.
    fn get(&self, name: &str) -> Option<&Self>;
    /// The text.
    fn text(&self) -> Option<&str>;
    /// The elements of a list, none for anything else.
    fn list(&self) -> &[Self];
    /// The members of an object.
    fn members(&self) -> Option<&[(Cow<'a, str>, Self)]>;
    /// The number, where it is a whole one that is not negative.
    fn number(&self) -> Option<u64>;
    /// The truth value.
    fn flag(&self) -> Option<bool>;
    /// A member's text.
    fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Read::text)
    }
}

impl<'a> Read<'a> for Json<'a> {
    fn get(&self, name: &str) -> Option<&Self> {
        // Of two with one name the later wins, as everywhere.
        self.members()?.iter().rev().find(|(it, _)| it == name).map(|(_, value)| value)
    }

    fn text(&self) -> Option<&str> {
        if let Json::String(text) = self { Some(text) } else { None }
    }

    fn list(&self) -> &[Self] {
        if let Json::Array(list) = self { list } else { &[] }
    }

    fn members(&self) -> Option<&[(Cow<'a, str>, Self)]> {
        if let Json::Object(members) = self { Some(members) } else { None }
    }

    fn number(&self) -> Option<u64> {
        if let Json::Number((digits, _)) = self { digits.parse().ok() } else { None }
    }

    fn flag(&self) -> Option<bool> {
        if let Json::Bool(flag) = self { Some(*flag) } else { None }
    }
}
