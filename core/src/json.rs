//! JSON as the page reads and writes it: whole values, and one value after the other for long lists. Pure.

use std::borrow::Cow;

use hifijson::token::Lex;
use hifijson::{SliceLexer, ignore, value};

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

fn read_value<'a>(next: u8, lexer: &mut SliceLexer<'a>) -> Result<Json<'a>, hifijson::Error> {
    value::parse_bounded(DEPTH, next, lexer)
}

/// Where reading has stopped, in words.
fn place(text: &[u8], lexer: &SliceLexer) -> String {
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
        format!("it cannot be read from {} on", place(self.text, &self.lexer))
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

/// Writes a text as JSON, in quotes.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\u{0}'..='\u{1f}' => {
                let code = char as u8;
                out.push_str("\\u00");
                out.push(char::from(b'0' + (code >> 4)));
                out.push(char::from(b"0123456789abcdef"[usize::from(code & 15)]));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// A value as text.
pub fn to_text(value: &Json) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// A text as it is, anything else as its JSON.
pub fn plain(value: &Json) -> String {
    value.text().map_or_else(|| to_text(value), str::to_owned)
}

/// Writes a value.
fn write(value: &Json, out: &mut String) {
    let list = |brackets: [char; 2], elements: &mut dyn Iterator<Item = String>, out: &mut String| {
        out.push(brackets[0]);
        for (idx, element) in elements.enumerate() {
            if idx > 0 {
                out.push(',');
            }
            out.push_str(&element);
        }
        out.push(brackets[1]);
    };
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number((digits, _)) => out.push_str(digits),
        Json::String(text) => quote(text, out),
        Json::Array(elements) => list(['[', ']'], &mut elements.iter().map(to_text), out),
        Json::Object(members) => {
            let member = |(name, value): &(Cow<str>, Json)| {
                let mut out = String::new();
                quote(name, &mut out);
                out.push(':');
                write(value, &mut out);
                out
            };
            list(['{', '}'], &mut members.iter().map(member), out);
        }
    }
}

/// A value over several lines, for people to read.
pub fn pretty(value: &Json) -> String {
    let mut out = String::new();
    write_pretty(value, 0, &mut out);
    out
}

fn write_pretty(value: &Json, depth: usize, out: &mut String) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match value {
        Json::Array(elements) if !elements.is_empty() => {
            out.push('[');
            for (idx, element) in elements.iter().enumerate() {
                out.push_str(if idx > 0 { "," } else { "" });
                line(depth + 1, out);
                write_pretty(element, depth + 1, out);
            }
            line(depth, out);
            out.push(']');
        }
        Json::Object(members) if !members.is_empty() => {
            out.push('{');
            for (idx, (name, value)) in members.iter().enumerate() {
                out.push_str(if idx > 0 { "," } else { "" });
                line(depth + 1, out);
                quote(name, out);
                out.push_str(": ");
                write_pretty(value, depth + 1, out);
            }
            line(depth, out);
            out.push('}');
        }
        other => write(other, out),
    }
}

/// Writes an object member by member.
#[derive(Default)]
pub struct Writer(String);

impl Writer {
    /// With a member that is JSON already.
    pub fn raw(mut self, name: &str, json: &str) -> Self {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        quote(name, &mut self.0);
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// With a text, or `null`.
    pub fn text(self, name: &str, text: Option<&str>) -> Self {
        let mut json = String::new();
        match text {
            Some(text) => quote(text, &mut json),
            None => json.push_str("null"),
        }
        self.raw(name, &json)
    }

    /// With a list of texts.
    pub fn texts<'a>(self, name: &str, texts: impl IntoIterator<Item = &'a str>) -> Self {
        self.list(name, texts, quote)
    }

    /// With a list whose elements `write` appends.
    pub fn list<T>(self, name: &str, elements: impl IntoIterator<Item = T>, write: impl Fn(T, &mut String)) -> Self {
        let mut json = String::from("[");
        for element in elements {
            if json.len() > 1 {
                json.push(',');
            }
            write(element, &mut json);
        }
        json.push(']');
        self.raw(name, &json)
    }

    /// The object.
    pub fn done(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let json = read(br#" {"a":[1,"x\"\u00e9",null,true],"n":{"b":2},"b":1,"b":7} "#).expect("JSON");
        assert_eq!((json.get("b").and_then(Read::number), json.get("c").is_none()), (Some(7), true));
        let list = json.get("a").map(Read::list).unwrap_or_default();
        assert_eq!((list.len(), list[1].text(), list[3].flag()), (4, Some("x\"é"), Some(true)));
        assert_eq!(json.get("n").and_then(|it| it.get("b")).and_then(Read::number), Some(2));
    }

    #[track_caller]
    fn check_wrong(text: &str, place: &str) {
        let error = read(text.as_bytes()).expect_err(text);
        assert!(error.ends_with(place), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        check_wrong("", "line 1, column 1");
        check_wrong("{\n \"a\": }", "line 2, column 7");
        check_wrong("[1,]", "line 1, column 4");
        check_wrong("[] x", "line 1, column 4");
        check_wrong(&"[".repeat(100_000), "column 65");
    }

    #[track_caller]
    fn check_mended(text: &[u8], expected: &str) {
        assert_eq!(String::from_utf8_lossy(&mended(text.to_vec())), expected);
    }

    #[test]
    fn answers_are_mended_where_every_reader_would_refuse_them() {
        check_mended(b"\xef\xbb\xbf[1]", "[1]");
        check_mended(b"\"caf\xe9\"", "\"caf\u{fffd}\"");
        check_mended(br#"["\ud83d","\uDE00x","\ud83d\ud83d\ude00"]"#, r#"["\ufffd","\ufffdx","\ufffd\ud83d\ude00"]"#);
        for good in [r#"["\ud83d\ude00","\u00e9","\uD83D\uDE00"]"#, r#""\\ud83d""#, r#""\\\\udc00 \u""#, ""] {
            check_mended(good.as_bytes(), good);
        }
        check_mended(br#""\\\ud83d"#, r#""\\\ufffd"#);
        check_mended(br"\ud83", r"\ud83");
    }

    #[test]
    fn what_is_not_read_may_be_as_deep_as_it_likes() {
        let text = format!(r#"{{"deep":{}{},"b":[{{}},"]"]}}"#, r#"{"a":["#.repeat(50_000), "]}".repeat(50_000));
        let mut reader = Reader::new(text.as_bytes());
        assert_eq!((reader.object(|_, it| it.skip()), reader.is_at_end()), (Ok(()), true));
        for wrong in ["[}", "{]", "[[1]", "]", ",", ":", "[nul]"] {
            assert_eq!(Reader::new(wrong.as_bytes()).skip(), Err(Unfit), "{wrong}");
        }
    }

    #[test]
    fn a_reader_goes_value_by_value() {
        let text = br#"{ "skip" : {"x":[1,-2.5e3,"]"]} , "list":[ "a" , null ], "flag":false}"#;
        let (mut reader, mut found) = (Reader::new(text), Vec::new());
        let read = reader.object(|name, reader| match name {
            "list" => reader.list(|reader| {
                let text = if reader.is_null()? { None } else { Some(reader.text()?) };
                found.push(format!("{text:?}"));
                Ok(())
            }),
            "flag" => {
                found.push(format!("{:?}", Some(reader.raw()? == "true")));
                Ok(())
            }
            _ => reader.skip(),
        });
        assert_eq!((read, reader.is_at_end()), (Ok(()), true));
        assert_eq!(found, ["Some(\"a\")", "None", "Some(false)"]);
    }

    #[test]
    fn texts_end_where_they_end() {
        // At every place within eight bytes, with letters of several bytes before, and with what looks like an end.
        for n in 0..20 {
            for (tail, letters) in [("", "a"), ("é", "~"), ("\\\"x\\u00e9", "\u{7f}"), ("\u{a0}ÿ", "€")] {
                let inside = format!("{}{tail}", letters.repeat(n));
                let json = format!("\"{inside}\"\"rest\"");
                let mut reader = Reader::new(json.as_bytes());
                let expected = inside.replace("\\\"", "\"").replace("\\u00e9", "é");
                assert_eq!(reader.text().as_deref(), Ok(expected.as_str()));
                assert_eq!(reader.text().as_deref(), Ok("rest"));
            }
            for wrong in ["\u{1f}", "\n", "\u{0}"] {
                let json = format!("\"{}{wrong}\"", "a".repeat(n));
                assert_eq!(Reader::new(json.as_bytes()).text(), Err(Unfit), "{json:?}");
            }
        }
    }

    #[test]
    fn a_text_that_is_not_utf8_spoils_no_other() {
        let mut reader = Reader::new(b"[\"a\xff\",\"b\"]");
        let mut texts = Vec::new();
        let read = reader.list(|it| {
            let rest = it.rest();
            texts.push(it.text().map(Cow::into_owned));
            if texts.last() == Some(&Err(Unfit)) {
                it.back_to(&rest[4..]);
            }
            Ok(())
        });
        assert_eq!((read, texts), (Ok(()), vec![Err(Unfit), Ok("b".to_owned())]));
    }

    #[test]
    fn a_reader_refuses_what_is_no_json() {
        let deep = "[".repeat(100_000);
        for text in [deep.as_bytes(), b"[1 2]", b"[1,]", b"[", b"{\"a\" 1}", b"{1:2}", b"[nul]"] {
            let mut reader = Reader::new(text);
            let read = if text[0] == b'[' { reader.list(Reader::skip) } else { reader.object(|_, it| it.skip()) };
            assert_eq!(read, Err(Unfit), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = "a\"b\\c\n\u{1}\u{1f}é😀";
        let json = Writer::default().text("t", Some(text)).text("none", None).texts("l", ["x", text]).raw("r", "[1]");
        let json = json.done();
        let back = read(json.as_bytes()).expect("JSON");
        assert_eq!((back.text_of("t"), back.get("l").map(|it| it.list()[1].text())), (Some(text), Some(Some(text))));
        assert!(matches!(back.get("none"), Some(Json::Null)));
        assert_eq!(Writer::default().done(), "{}");
        assert_eq!(to_text(&back), json);
    }

    #[test]
    fn people_get_lines() {
        let value = read(br#"{"a":[1,{}],"b":{"c":"d\n"},"e":[]}"#).expect("JSON");
        let lines = ["{", "  \"a\": [", "    1,", "    {}", "  ],", "  \"b\": {", "    \"c\": \"d\\n\"", "  },"];
        assert_eq!(pretty(&value), format!("{}\n  \"e\": []\n}}", lines.join("\n")));
    }
}
