//! One value after the other, for long lists. Pure.

use std::borrow::Cow;

use hifijson::token::Lex;
use hifijson::{SliceLexer, ignore};

use super::value::{Json, place, read_value};

/// Reads values one after the other.
pub struct Reader<'a> {
    text: &'a [u8],
    /// The same where all of it is UTF-8: checked at once, which takes far less time than text by text.
    checked: Option<&'a str>,
    lexer: SliceLexer<'a>,
}

/// How many bytes stand before the first one that ends a text or needs a closer look: a quotation mark, a backslash or a
/// control character. Looks at eight bytes at once, as most texts are longer than that.
fn plain_len(text: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    let (chunks, rest) = text.as_chunks::<8>();
    for (idx, chunk) in chunks.iter().enumerate() {
        let bytes = u64::from_le_bytes(*chunk);
        // The top bit of a byte of `x` that is zero; bytes above the first such may be marked wrongly.
        let zero = |x: u64| x.wrapping_sub(ONES) & !x;
        let quotes = zero(bytes ^ (ONES * u64::from(b'"')));
        let backslashes = zero(bytes ^ (ONES * u64::from(b'\\')));
        let controls = bytes.wrapping_sub(ONES * 0x20) & !bytes;
        let found = (quotes | backslashes | controls) & TOPS;
        if found != 0 {
            return Some(8 * idx + found.trailing_zeros() as usize / 8);
        }
    }
    let found = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    Some(text.len() - rest.len() + found)
}

/// A value is not what it should be. Where reading cannot go on, neither can skipping it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit;

impl From<hifijson::token::Expect> for Unfit {
    fn from(_: hifijson::token::Expect) -> Self {
        Unfit
    }
}

impl<'a> Reader<'a> {
    /// At the beginning of a text.
    pub fn new(text: &'a [u8]) -> Self {
        Reader { text, checked: std::str::from_utf8(text).ok(), lexer: SliceLexer::new(text) }
    }

    /// Where it stands, in words.
    pub fn place(&self) -> String {
        format!("JSON error at {}", place(self.text, &self.lexer))
    }

    /// Whether nothing but blanks is left.
    pub fn is_at_end(&mut self) -> bool {
        self.lexer.ws_peek().is_none()
    }

    /// The text from here on, to come back to with [`Reader::back_to`].
    pub fn rest(&self) -> &'a [u8] {
        self.lexer.as_slice()
    }

    /// Goes back to where [`Reader::rest`] was taken.
    pub fn back_to(&mut self, rest: &'a [u8]) {
        self.lexer = SliceLexer::new(rest);
    }

    /// Reads an object; `member` reads or skips the value of each.
    pub fn object(&mut self, mut member: impl FnMut(&str, &mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        self.open(b'{')?;
        let mut first = true;
        while self.goes_on(b'}', first)? {
            first = false;
            let name = self.name()?;
            member(&name, self)?;
        }
        Ok(())
    }

    /// Reads a list; `element` reads or skips each.
    pub fn list(&mut self, mut element: impl FnMut(&mut Self) -> Result<(), Unfit>) -> Result<(), Unfit> {
        self.open(b'[')?;
        let mut first = true;
        while self.goes_on(b']', first)? {
            first = false;
            element(self)?;
        }
        Ok(())
    }

    /// Reads the bracket with which an object or a list begins. [`Reader::object`] and [`Reader::list`] go on by
    /// themselves; to stop between two elements, a caller uses this and [`Reader::goes_on`].
    pub fn open(&mut self, bracket: u8) -> Result<(), Unfit> {
        self.lexer.expect(Lex::ws_peek, bracket).ok_or(Unfit)
    }

    /// Reads the name of a member.
    pub fn name(&mut self) -> Result<Cow<'a, str>, Unfit> {
        let name = self.text()?;
        self.lexer.expect(Lex::ws_peek, b':').ok_or(Unfit)?;
        Ok(name)
    }

    /// Whether another member or element follows; takes the comma before it, or the bracket at the end. `first`: none
    /// has been read before.
    pub fn goes_on(&mut self, end: u8, first: bool) -> Result<bool, Unfit> {
        match self.lexer.ws_peek() {
            Some(byte) if byte == end => {
                self.lexer.discarded();
                Ok(false)
            }
            Some(b',') if !first => {
                self.lexer.discarded();
                if self.lexer.ws_peek() == Some(end) { Err(Unfit) } else { Ok(true) }
            }
            Some(_) if first => Ok(true),
            _ => Err(Unfit),
        }
    }

    /// Reads a text.
    pub fn text(&mut self) -> Result<Cow<'a, str>, Unfit> {
        self.open(b'"')?;
        let rest = self.rest();
        // Nearly all texts stand there as they are; the lexer looks at every byte in several ways.
        let end = plain_len(rest).ok_or(Unfit)?;
        if rest[end] == b'"' {
            let start = self.text.len() - rest.len();
            self.back_to(&rest[end + 1..]);
            let text = match self.checked {
                Some(checked) => checked.get(start..start + end),
                None => std::str::from_utf8(&rest[..end]).ok(),
            };
            return text.map(Cow::Borrowed).ok_or(Unfit);
        }
        hifijson::str::LexAlloc::str_string(&mut self.lexer).map_err(|_| Unfit)
    }

    fn null(&mut self) -> Result<(), Unfit> {
        if self.lexer.null_or_bool() == Some(None) { Ok(()) } else { Err(Unfit) }
    }

    /// Reads a value whole.
    pub fn value(&mut self) -> Result<Json<'a>, Unfit> {
        let next = self.lexer.ws_peek().ok_or(Unfit)?;
        read_value(next, &mut self.lexer).map_err(|_| Unfit)
    }

    /// Skips a value, however deep values lie in each other in it. That brackets fit is seen, commas are not looked at.
    pub fn skip(&mut self) -> Result<(), Unfit> {
        let mut ends = Vec::new();
        loop {
            match self.lexer.ws_peek().ok_or(Unfit)? {
                b'"' => drop(self.text()?),
                open @ (b'[' | b'{') => {
                    self.lexer.discarded();
                    // In ASCII the closing ones stand two places further.
                    ends.push(open + 2);
                    continue;
                }
                b',' | b':' if !ends.is_empty() => {
                    self.lexer.discarded();
                    continue;
                }
                end @ (b']' | b'}') => {
                    if ends.pop() != Some(end) {
                        return Err(Unfit);
                    }
                    self.lexer.discarded();
                }
                other => ignore::parse(other, &mut self.lexer).map_err(|_| Unfit)?,
            }
            if ends.is_empty() {
                return Ok(());
            }
        }
    }

    /// Skips a value, and gives it as it stands there.
    pub fn raw(&mut self) -> Result<&'a str, Unfit> {
        self.lexer.ws_peek();
        let before = self.rest();
        self.skip()?;
        let raw = &before[..before.len() - self.rest().len()];
        std::str::from_utf8(raw).map_err(|_| Unfit)
    }

    /// Whether the next value is a text.
    pub fn is_text_next(&mut self) -> bool {
        self.lexer.ws_peek() == Some(b'"')
    }

    /// Whether the next value is a list.
    pub fn is_list_next(&mut self) -> bool {
        self.lexer.ws_peek() == Some(b'[')
    }

    /// Takes `null`, where that comes next.
    pub fn is_null(&mut self) -> Result<bool, Unfit> {
        if self.lexer.ws_peek() == Some(b'n') { self.null().map(|()| true) } else { Ok(false) }
    }
}
