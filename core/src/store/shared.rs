//! What many tokens share, kept once: texts, and sets of scopes. Pure.

use hashbrown::HashTable;

use super::text::TextColumn;

/// Texts, each kept once, and numbered from zero as they come.
#[derive(Clone, Default)]
pub struct Interner {
    texts: TextColumn,
    table: HashTable<u32>,
}

impl Interner {
    /// The number of a text, which is the next one where it is new.
    pub fn add(&mut self, text: &str) -> u32 {
        if let Some(found) = self.find(text) {
            return found;
        }
        let hash_of = hash(text.as_bytes());
        let number = self.texts.ends.len() as u32;
        self.texts.push(text.as_bytes());
        let texts = &self.texts;
        self.table.insert_unique(hash_of, number, |it| hash(texts.get(*it)));
        number
    }

    /// The number of a text that is there.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.table.find(hash(text.as_bytes()), |it| self.texts.get(*it) == text.as_bytes()).copied()
    }

    pub(super) fn get(&self, number: u32) -> &str {
        self.texts.str(number)
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        (0..self.texts.ends.len() as u32).map(|it| self.get(it))
    }
}

/// Sets of scopes, each kept once: a team gives the same few combinations again and again.
#[derive(Default)]
pub(super) struct Sets {
    pub(super) sets: Vec<Box<[u32]>>,
    table: HashTable<u32>,
    buffer: Vec<u32>,
    /// Of every scope the last set that had it, counted from one: a scope is in a set once.
    seen_in: Vec<u32>,
    n_added: u32,
}

impl Sets {
    pub(super) fn add(&mut self, scopes: &[&str], names: &mut Interner) -> u32 {
        self.buffer.clear();
        self.n_added += 1;
        for scope in scopes {
            let number = names.add(scope);
            self.seen_in.resize(self.seen_in.len().max(number as usize + 1), 0);
            if std::mem::replace(&mut self.seen_in[number as usize], self.n_added) != self.n_added {
                self.buffer.push(number);
            }
        }
        let (sets, wanted) = (&self.sets, &self.buffer);
        if let Some(found) = self.table.find(hash_numbers(wanted), |it| *sets[*it as usize] == **wanted) {
            return *found;
        }
        let number = self.sets.len() as u32;
        self.sets.push(self.buffer.as_slice().into());
        let sets = &self.sets;
        self.table.insert_unique(hash_numbers(&self.buffer), number, |it| hash_numbers(&sets[*it as usize]));
        number
    }

    pub(super) fn get(&self, number: u32) -> &[u32] {
        &self.sets[number as usize]
    }
}

/// FNV-1a: small code, good enough for texts that are not chosen to collide.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn hash_numbers(numbers: &[u32]) -> u64 {
    numbers.iter().fold(0xcbf2_9ce4_8422_2325, |hash, number| {
        (hash ^ u64::from(*number)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
    })
}
