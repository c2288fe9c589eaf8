//! Ids and GUIDs in little room, and parts of them that are searched for. Pure.

use super::row::Row;
use super::shared::hash;

/// Ids: a UUID in its usual form takes 16 bytes, anything else is kept as text.
#[derive(Default)]
pub(super) struct IdColumn {
    pub(super) packed: Vec<u128>,
    /// Texts of the rows whose packed id is [`ODD`], ascending.
    pub(super) odd: Vec<(Row, Box<str>)>,
}

/// Marks an id that is not a UUID. The one UUID with this value is kept as text too.
const ODD: u128 = u128::MAX;

#[derive(Clone, Copy)]
pub(super) enum IdKey<'a> {
    Packed(u128),
    Odd(&'a str),
}

impl<'a> IdKey<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        match pack(text) {
            Some(packed) if packed != ODD => IdKey::Packed(packed),
            _ => IdKey::Odd(text),
        }
    }

    pub(super) fn hash(self) -> u64 {
        match self {
            IdKey::Packed(packed) => ((packed ^ (packed >> 64)) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            IdKey::Odd(text) => hash(text.as_bytes()),
        }
    }
}

impl IdColumn {
    pub(super) fn push(&mut self, row: Row, key: IdKey) {
        match key {
            IdKey::Packed(packed) => self.packed.push(packed),
            IdKey::Odd(text) => {
                self.packed.push(ODD);
                self.odd.push((row, text.into()));
            }
        }
    }

    pub(super) fn pop(&mut self, row: Row) {
        self.packed.pop();
        self.odd.pop_if(|(it, _)| *it == row);
    }

    pub(super) fn key(&self, row: Row) -> IdKey<'_> {
        match self.packed[row as usize] {
            ODD => {
                IdKey::Odd(self.odd.binary_search_by_key(&row, |(it, _)| *it).map_or("", |found| &self.odd[found].1))
            }
            packed => IdKey::Packed(packed),
        }
    }

    pub(super) fn is(&self, row: Row, key: IdKey<'_>) -> bool {
        match (self.key(row), key) {
            (IdKey::Packed(one), IdKey::Packed(other)) => one == other,
            (IdKey::Odd(one), IdKey::Odd(other)) => one == other,
            _ => false,
        }
    }

    pub(super) fn hash(&self, row: Row) -> u64 {
        self.key(row).hash()
    }

    pub(super) fn text(&self, row: Row) -> String {
        match self.key(row) {
            IdKey::Packed(packed) => unpack(packed),
            IdKey::Odd(text) => text.to_owned(),
        }
    }

    pub(super) fn has(&self, row: Row, part: &GuidPart) -> bool {
        match self.key(row) {
            IdKey::Packed(packed) => part.digits.is_some_and(|digits| digits.is_in(packed)),
            IdKey::Odd(text) => text.to_ascii_lowercase().contains(&part.text),
        }
    }
}

/// A UUID in its usual form, lower case with hyphens; `None` for any other text.
fn pack(text: &str) -> Option<u128> {
    let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if [8, 13, 18, 23].iter().any(|idx| bytes[*idx] != b'-') {
        return None;
    }
    // All digits are read before any is judged: this runs twice for every token.
    let mut is_odd = 0;
    let mut read = |from: usize, to: usize| {
        bytes[from..to].iter().fold(0_u64, |number, byte| {
            let nibble = NIBBLES[usize::from(*byte)];
            is_odd |= nibble;
            number << 4 | u64::from(nibble)
        })
    };
    let high = read(0, 8) << 32 | read(9, 13) << 16 | read(14, 18);
    let low = read(19, 23) << 48 | read(24, 36);
    (is_odd < NO_NIBBLE).then_some(u128::from(high) << 64 | u128::from(low))
}

/// Marks a byte that is no hexadecimal digit in lower case.
const NO_NIBBLE: u8 = 16;

/// The value of every byte as a hexadecimal digit in lower case.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [NO_NIBBLE; 256];
    let mut value = 0;
    while value < 16 {
        nibbles[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    nibbles
};

fn nibble(byte: u8) -> Option<u8> {
    Some(NIBBLES[usize::from(byte)]).filter(|it| *it != NO_NIBBLE)
}

pub(super) fn unpack(packed: u128) -> String {
    let mut text = String::with_capacity(36);
    for idx in 0..32 {
        if matches!(idx, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let nibble = (packed >> (4 * (31 - idx))) as u8 & 15;
        text.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }));
    }
    text
}

/// A part of a GUID that is searched for, with or without hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuidPart {
    text: String,
    digits: Option<Digits>,
}

impl GuidPart {
    /// What to search for; `None` where there is nothing to search for.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let hex: Option<Vec<u8>> =
            text.bytes().filter(|byte| !matches!(byte, b'-' | b' ' | b'{' | b'}')).map(nibble).collect();
        let digits = hex.filter(|it| (1..=32).contains(&it.len())).map(|it| Digits {
            value: it.iter().fold(0, |value, nibble| value << 4 | u128::from(*nibble)),
            n_digits: it.len() as u32,
        });
        (!text.is_empty()).then_some(GuidPart { text, digits })
    }

    /// Whether there are hexadecimal digits in it and nothing else that counts.
    pub fn has_digits(&self) -> bool {
        self.digits.is_some()
    }
}

/// Hexadecimal digits in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digits {
    value: u128,
    n_digits: u32,
}

impl Digits {
    fn is_in(self, packed: u128) -> bool {
        let mask = u128::MAX >> (128 - 4 * self.n_digits);
        (0..=32 - self.n_digits).any(|shift| (packed >> (4 * shift)) & mask == self.value)
    }
}
