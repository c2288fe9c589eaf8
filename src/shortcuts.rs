//! Single keys that do something wherever the focus is on the page, and when they are meant. Pure.

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Goes to the search by name.
    Search,
    /// Opens the form for a new token.
    Create,
    /// Selects the token of the row that has the focus, or takes it out of the selection.
    Select,
    /// Lists all of them.
    Help,
}

impl Shortcut {
    /// All, in the order in which they are listed.
    pub const ALL: [Shortcut; 4] = [Shortcut::Search, Shortcut::Create, Shortcut::Select, Shortcut::Help];

    /// What is typed for it.
    pub fn key(self) -> &'static str {
        match self {
            Shortcut::Search => "/",
            Shortcut::Create => "n",
            Shortcut::Select => "x",
            Shortcut::Help => "?",
        }
    }
}

/// A key that is pressed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pressed<'a> {
    /// What it types on the user's keyboard; empty for one of an input method.
    pub key: &'a str,
    /// Whether Control, Alt or Meta is held, unless that is how the keyboard types this letter (AltGr).
    pub with_modifier: bool,
    /// Whether Shift is held. Some keyboards type `/` with it.
    pub with_shift: bool,
    /// Whether it is held down and comes again.
    pub repeats: bool,
    /// Whether the focus is where letters are typed or choose something.
    pub types: bool,
    /// Whether a dialog is open.
    pub in_dialog: bool,
}

impl Pressed<'_> {
    /// What it means, where it means something.
    pub fn shortcut(self) -> Option<Shortcut> {
        if self.with_modifier || self.repeats || self.types || self.in_dialog {
            return None;
        }
        let is_letter = |it: &Shortcut| it.key().bytes().all(|byte| byte.is_ascii_lowercase());
        // With caps lock a letter comes as a capital, and with Shift it is another key.
        let is_it = |it: &Shortcut| match is_letter(it) {
            true => !self.with_shift && it.key().eq_ignore_ascii_case(self.key),
            false => it.key() == self.key,
        };
        Shortcut::ALL.into_iter().find(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> Pressed<'_> {
        Pressed { key, ..Pressed::default() }
    }

    #[test]
    fn keys_mean_something() {
        for shortcut in Shortcut::ALL {
            assert_eq!(key(shortcut.key()).shortcut(), Some(shortcut));
        }
        for other in ["", "N ", "m", "Escape", "Enter", "ArrowDown", "т", "Dead"] {
            assert_eq!(key(other).shortcut(), None, "{other}");
        }
    }

    #[test]
    fn a_sign_may_need_shift_and_a_letter_may_be_a_capital() {
        // Shift+7 on a German keyboard.
        assert_eq!(Pressed { with_shift: true, ..key("/") }.shortcut(), Some(Shortcut::Search));
        assert_eq!(Pressed { with_shift: true, ..key("?") }.shortcut(), Some(Shortcut::Help));
        assert_eq!(key("N").shortcut(), Some(Shortcut::Create));
        assert_eq!(Pressed { with_shift: true, ..key("N") }.shortcut(), None);
    }

    #[test]
    fn nothing_happens_while_something_else_has_the_keys() {
        for pressed in [
            Pressed { with_modifier: true, ..key("n") },
            Pressed { repeats: true, ..key("n") },
            Pressed { types: true, ..key("n") },
            Pressed { in_dialog: true, ..key("n") },
        ] {
            assert_eq!(pressed.shortcut(), None, "{pressed:?}");
        }
    }
}
