//! Text as people search it: without case and without accents. Pure.

use crate::unicode::decompose_lowercase;

/// Appends `text` to `out` in lower case and without accents, as UTF-8.
///
/// Two texts that a reader takes for the same word fold to the same bytes: `Fräse`, `FRÄSE` (composed or not) and
/// `frase`. Nearly all names are ASCII, so that path does no more than copy.
pub fn fold_into(text: &str, out: &mut Vec<u8>) {
    if text.is_ascii() {
        let start = out.len();
        out.extend_from_slice(text.as_bytes());
        out[start..].make_ascii_lowercase();
    } else {
        fold_letters(text, out);
    }
}

/// Apart, so that the path of nearly all names is short.
#[inline(never)]
fn fold_letters(text: &str, out: &mut Vec<u8>) {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            _ if letter.is_ascii() => folded.push(letter.to_ascii_lowercase()),
            // At the end of a word it is written otherwise.
            'ς' => folded.push('σ'),
            _ => decompose_lowercase(letter, &mut folded),
        }
    }
    let mut buffer = [0; 4];
    for letter in folded.chars().filter(|letter| !is_mark(*letter)) {
        out.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
    }
}

/// [`fold_into`] a text of its own.
pub fn fold(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// The keywords of a search text, folded; an empty text has none.
pub fn keywords(text: &str) -> Vec<Vec<u8>> {
    text.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect()
}

/// What a folded text is made of, in 64 bits: which of `a` to `z` and `0` to `9` are in it, and, two or three sharing a
/// bit, which pairs of bytes. Whatever a text contains has no bit that the text lacks, so most texts without a keyword are
/// told from those with it without looking at them (a signature file, as information retrieval calls it).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signature(u64);

/// Bits for single letters and digits; the others are for pairs.
const N_SINGLE: u32 = 36;

impl Signature {
    /// Of a text that [`fold`] has folded.
    pub fn of(folded: &[u8]) -> Self {
        let (mut bits, mut before) = (0, None);
        for byte in folded {
            bits |= single(*byte);
            if let Some(before) = before {
                let pair = (u32::from(before) << 8) | u32::from(*byte);
                // Fibonacci hashing: the upper half of the product is spread evenly.
                let hash = pair.wrapping_mul(0x9e37_79b9) >> 16;
                bits |= 1 << (N_SINGLE + ((hash * (u64::BITS - N_SINGLE)) >> 16));
            }
            before = Some(*byte);
        }
        Signature(bits)
    }

    /// Of a text that has all of these in it.
    pub fn of_all(folded: &[Vec<u8>]) -> Self {
        Signature(folded.iter().fold(0, |bits, it| bits | Self::of(it).0))
    }

    /// Whether a text with this signature can have one with the other in it.
    pub fn can_have(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether a text has this one in it whenever its signature says that it can.
    pub fn tells_all_of(folded: &[u8]) -> bool {
        matches!(folded, [byte] if single(*byte) != 0)
    }
}

fn single(byte: u8) -> u64 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'0'..=b'9' => 1 << (26 + byte - b'0'),
        _ => 0,
    }
}

/// Keywords that a text must have, all of them.
pub struct Search(Vec<Vec<u8>>);

impl Search {
    /// Looks for the keywords of a search text; without any it finds everything.
    pub fn new(text: &str) -> Self {
        Search(keywords(text))
    }

    /// Whether a text has them all.
    pub fn finds(&self, text: &str) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let folded = fold(text);
        self.0.iter().all(|word| memchr::memmem::find(&folded, word).is_some())
    }
}

/// Whether `letter` is a combining mark (the blocks that Latin, Greek, Cyrillic, Hebrew and Arabic text uses).
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c2}'
        | '\u{5c4}'..='\u{5c5}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &str) {
        assert_eq!(String::from_utf8_lossy(&fold(text)), folded);
    }

    #[test]
    fn case_and_accents_go() {
        check("CI-Deploy 7", "ci-deploy 7");
        check("Fräse", "frase");
        check("FRA\u{308}SE", "frase");
        check("İstanbul", "istanbul");
        check("Ｆｕｌｌ", "full");
    }

    #[test]
    fn other_scripts_stay_readable() {
        check("Токен", "токен");
        check("مُفتاح", "مفتاح");
        check("鍵🔑", "鍵🔑");
        check("ΟΔΌΣ", "οδοσ");
        check("οδός", "οδοσ");
    }

    #[test]
    fn a_signature_never_hides_what_is_there() {
        let texts = ["press-oven 000417", "sensor expo 7", "frase", "токен é鍵", "a", "7", "", "zz--09"];
        for text in texts.map(fold) {
            let signature = Signature::of(&text);
            for start in 0..=text.len() {
                for part in (start..=text.len()).map(|end| &text[start..end]) {
                    assert!(signature.can_have(Signature::of(part)), "{text:?} {part:?}");
                }
            }
            for single in (b'a'..=b'z').chain(b'0'..=b'9') {
                assert!(Signature::tells_all_of(&[single]));
                assert_eq!(signature.can_have(Signature::of(&[single])), text.contains(&single), "{text:?} {single}");
            }
        }
        assert!(!Signature::tells_all_of(b"ab") && !Signature::tells_all_of(b"-") && !Signature::tells_all_of(b""));
        let both = Signature::of_all(&[b"oven".to_vec(), b"4".to_vec()]);
        assert!(Signature::of(b"oven 4").can_have(both) && !Signature::of(b"oven 5").can_have(both));
    }

    #[test]
    fn keywords_are_split_at_any_space() {
        assert_eq!(keywords("  SENSOR\u{a0} öven\t"), [b"sensor".to_vec(), b"oven".to_vec()]);
        assert!(keywords(" \u{301} ").is_empty());
        assert!(
            Search::new("öven SEN").finds("Sensor oven")
                && !Search::new("oven x").finds("oven")
                && Search::new("").finds("")
        );
    }
}
