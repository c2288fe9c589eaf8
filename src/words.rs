//! What people read, as the rooms below `messages` hold it: a key, or words that came from elsewhere. Pure.

use std::borrow::Cow;
use std::fmt::{Debug, Display, Formatter, Result};
use std::sync::Arc;

use serde::{Serialize, Serializer};

pub use self::label::Label;

mod label;

/// A text of the page's own. Its keys are enums of the room that says it; `messages` has what they say. So what stands in
/// a part of the page's module brings its texts along, and nothing outside that part has to name them. Keys need no `Debug`:
/// the names that it prints would come along, too.
pub trait Key: Send + Sync {
    /// In the words of the page's language.
    fn text(&self) -> Cow<'static, str>;

    /// How a sentence asks for one of what this names: `a name`, `one scope`. Empty where it is no name of something.
    fn one(&self) -> Cow<'static, str> {
        "".into()
    }
}

/// Of what stands in a static.
impl Key for &'static dyn Key {
    fn text(&self) -> Cow<'static, str> {
        (**self).text()
    }

    fn one(&self) -> Cow<'static, str> {
        (**self).one()
    }
}

/// Words for people.
#[derive(Clone)]
pub enum Words {
    /// From elsewhere, as they came: a system's, a description's, a user's. Empty for none.
    Theirs(String),
    /// The page's own.
    Ours(Arc<dyn Key>),
}

impl Words {
    /// As they are shown.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Words::Theirs(text) => text.into(),
            Words::Ours(key) => key.text(),
        }
    }

    /// How a sentence asks for one of what this names. Empty where only its owner knows the grammar.
    pub fn one(&self) -> Cow<'static, str> {
        match self {
            Words::Theirs(_) => "".into(),
            Words::Ours(key) => key.one(),
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        matches!(self, Words::Theirs(text) if text.is_empty())
    }

    /// With a change to what they say, such as secrets masked.
    pub fn map(self, change: impl FnOnce(&str) -> String) -> Words {
        let changed = change(&self.text());
        if self.text() == changed { self } else { Words::Theirs(changed) }
    }
}

impl Default for Words {
    fn default() -> Self {
        Words::Theirs(String::new())
    }
}

impl Display for Words {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.text())
    }
}

impl Debug for Words {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        Debug::fmt(&*self.text(), f)
    }
}

impl Debug for dyn Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        Debug::fmt(&*self.text(), f)
    }
}

/// Two that say the same are the same.
impl PartialEq for Words {
    fn eq(&self, other: &Words) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Words {}

impl PartialEq for dyn Key {
    fn eq(&self, other: &dyn Key) -> bool {
        self.text() == other.text()
    }
}

impl Eq for dyn Key {}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl PartialEq<str> for Words {
    fn eq(&self, other: &str) -> bool {
        self.text() == other
    }
}

impl PartialEq<&str> for Words {
    fn eq(&self, other: &&str) -> bool {
        self.text() == *other
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Words::Theirs(text.into())
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Words::Theirs(text)
    }
}

impl<K: Key + 'static> From<K> for Words {
    fn from(key: K) -> Self {
        Words::Ours(Arc::new(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    enum Room {
        Closed { door: u8 },
    }

    impl Key for Room {
        fn text(&self) -> Cow<'static, str> {
            let Room::Closed { door } = self;
            format!("Door {door} is closed.").into()
        }
    }

    #[test]
    fn a_key_stays_one_until_somebody_reads_it() {
        let ours = Words::from(Room::Closed { door: 7 });
        assert_eq!(
            (format!("{ours}"), format!("{ours:?}")),
            ("Door 7 is closed.".into(), "\"Door 7 is closed.\"".into())
        );
        assert_eq!(ours, Words::from("Door 7 is closed."));
        assert!(!ours.is_empty() && Words::default().is_empty() && Words::from("").is_empty());
    }

    #[test]
    fn what_a_change_leaves_alone_stays_a_key() {
        let masked = |text: &str| text.replace('7', "•");
        assert!(matches!(Words::from(Room::Closed { door: 8 }).map(masked), Words::Ours(_)));
        let changed = Words::from(Room::Closed { door: 7 }).map(masked);
        assert!(matches!(&changed, Words::Theirs(text) if text == "Door • is closed."), "{changed:?}");
    }
}
