//! Who has signed in, so that no user is shown what another one was. Pure.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A user who has signed in. What they typed is not kept, only whether the next one types the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    name: String,
    typed: u64,
}

impl Viewer {
    /// `name`: empty where the system does not say. `typed`: what they signed in with.
    pub fn new(name: &str, typed: impl Hash) -> Viewer {
        let mut hasher = DefaultHasher::new();
        typed.hash(&mut hasher);
        Viewer { name: name.into(), typed: hasher.finish() }
    }

    /// The same one, whose name is known by now.
    pub fn named(self, name: &str) -> Viewer {
        Viewer { name: name.into(), ..self }
    }

    /// Whether both are known to be one person: by what they typed, or by their name.
    pub fn is(&self, other: &Viewer) -> bool {
        self.typed == other.typed || !self.name.is_empty() && self.name == other.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_is_known_by_name_or_by_what_was_typed() {
        let ada = Viewer::new("ada", "password, code 1");
        assert!(ada.is(&Viewer::new("ada", "password, code 2")));
        assert!(!ada.is(&Viewer::new("bob", "another")));
        let nameless = Viewer::new("", "token 1");
        assert!(nameless.is(&Viewer::new("", "token 1")));
        // It may be a renewed one of the same person: that cannot be told.
        assert!(!nameless.is(&Viewer::new("", "token 2")));
    }
}
