//! Texts of a system without the secrets that it repeats, however it writes them. Pure.

use crate::json::Json;
use crate::secret::MASK;

/// Shorter secrets are left in: too much of a text would go with them.
const SHORTEST: usize = 4;

/// A text with these secrets masked: as they are, percent-encoded, escaped as in JSON, and in base64, there also as a part
/// of something longer, such as `user:password`.
pub fn masked(text: &str, secrets: &[String]) -> String {
    let needles = secrets.iter().filter(|it| it.len() >= SHORTEST).flat_map(|it| {
        let whole = (it.clone(), false);
        std::iter::once(whole).chain((0..3).map(|n_before| (base64_within(it, n_before), true)))
    });
    needles.fold(text.to_owned(), |text, (needle, is_base64)| without(&text, &needle, is_base64))
}

/// Masks them in every text of a value, and in the names of its members.
pub fn mask_texts(value: &mut Json, secrets: &[String]) {
    match value {
        Json::String(text) => *text = masked(text, secrets).into(),
        Json::Array(list) => list.iter_mut().for_each(|it| mask_texts(it, secrets)),
        Json::Object(members) => members.iter_mut().for_each(|(name, it)| {
            *name = masked(name, secrets).into();
            mask_texts(it, secrets);
        }),
        _ => {}
    }
}

fn without(text: &str, needle: &str, is_base64: bool) -> String {
    let is_digit = |it: char| it.is_ascii_alphanumeric() || "+/-_".contains(it);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(first) = rest.chars().next() {
        match spelled(rest, needle) {
            Some(mut after) => {
                if is_base64 {
                    // Digits beside it hold parts of its first and last characters.
                    out.truncate(out.trim_end_matches(is_digit).len());
                    after = after.trim_start_matches(is_digit).trim_start_matches('=');
                }
                out.push_str(MASK);
                rest = after;
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// What follows in a text that begins with a secret, in whatever way each of its characters is written.
fn spelled<'a>(text: &'a str, secret: &str) -> Option<&'a str> {
    // As it is comes first: a secret may itself look like something encoded.
    text.strip_prefix(secret).or_else(|| secret.chars().try_fold(text, after))
}

fn after(text: &str, expected: char) -> Option<&str> {
    let mut buffer = [0; 4];
    let bytes = expected.encode_utf8(&mut buffer).as_bytes();
    let code = |text: &str, n_digits: usize| u32::from_str_radix(text.get(..n_digits)?, 16).ok();
    let percent = |text: &'_ str, byte: &u8| {
        let is_it = code(text.strip_prefix('%')?, 2)? == u32::from(*byte);
        is_it.then_some(3)
    };
    let encoded = bytes.iter().try_fold(text, |text, byte| text.get(percent(text, byte)?..));
    let escaped = || {
        let escape = text.strip_prefix('\\')?;
        let unicode = escape.strip_prefix('u').filter(|it| code(it, 4) == Some(expected.into()));
        unicode.map(|it| &it[4..]).or_else(|| escape.strip_prefix(expected))
    };
    let alike = match expected {
        // Of forms.
        ' ' => '+',
        // Of base64 for addresses.
        '+' => '-',
        '/' => '_',
        other => other,
    };
    encoded.or_else(escaped).or_else(|| text.strip_prefix(expected)).or_else(|| text.strip_prefix(alike))
}

/// What base64 makes of a text behind so many other bytes, without the digits that hold anything of what is around it.
fn base64_within(text: &str, n_before: usize) -> String {
    let bytes = [&[0; 2][..n_before], text.as_bytes()].concat();
    base64(&bytes)[(n_before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()
}

/// Base64 (RFC 4648), padded.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for idx in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * idx)) as usize & 63];
            out.push(if idx <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::encode;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let secrets = ["MARKPW/+ x\"é".to_owned(), "abc".into(), String::new()];
        assert_eq!(masked(text, &secrets), expected.replace('*', MASK), "{text}");
    }

    #[test]
    fn a_secret_is_masked_however_it_is_written() {
        check("no MARKPW/+ x\"é, or MARKPW/+ x\"é!", "no *, or *!");
        check("q=MARKPW%2F%2B%20x%22%C3%A9&r", "q=*&r");
        check("q=MARKPW%2f%2b+x%22%c3%a9", "q=*");
        check("MARKPW/%2B x%22é", "*");
        check(r#"{"a":"MARKPW\/+ x\"\u00e9"}"#, r#"{"a":"*"}"#);
        check(r"MARKPW\u002F\u002b x\u0022\u00E9", "*");
        check("markpw/+ x\"é, MARKPW/+ x, abc", "markpw/+ x\"é, MARKPW/+ x, abc");
        check("", "");
    }

    #[test]
    fn a_secret_is_masked_in_base64_wherever_it_stands_there() {
        for user in ["", "u", "us", "use", "user"] {
            for end in ["", "!", "!!"] {
                let whole = base64(format!("{user}:MARKPW/+ x\"é{end}").as_bytes());
                check(&format!("Basic {whole}, please"), "Basic *, please");
                check(&format!("Basic {}", whole.replace('+', "-").replace('/', "_").trim_end_matches('=')), "Basic *");
                check(&format!("q={}&r", encode(&whole)).replace("%3D", ""), "q=*&r");
            }
        }
        check(&base64("MARKPW/+ x\"é".as_bytes()), "*");
    }

    #[test]
    fn a_secret_that_looks_encoded_is_masked_as_it_is() {
        assert_eq!(masked("x 100%25+%41 y", &["100%25+%41".into()]), format!("x {MASK} y"));
        assert_eq!(masked("x 100%2525%2B%2541 y", &["100%25+%41".into()]), format!("x {MASK} y"));
    }

    #[test]
    fn base64_is_padded() {
        assert_eq!(["", "f", "fo", "foo"].map(|it| base64(it.as_bytes())), ["", "Zg==", "Zm8=", "Zm9v"]);
    }
}
