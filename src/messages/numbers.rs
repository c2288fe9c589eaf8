//! Numbers, and how many there are of something.

use std::fmt;

use super::intl;

/// A number in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub usize);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&number(self.0))
    }
}

/// A number with its thousands set apart.
pub fn number(number: usize) -> String {
    intl::number(number)
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of time.
    Second,
    /// Of time.
    Minute,
    /// Of time.
    Day,
    /// A token.
    Token,
    /// A connection.
    Connection,
    /// A rotation of a token.
    Rotation,
}

/// A number with its unit: `1 second`, `5 seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub usize, pub Unit);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&count(self.0, self.1))
    }
}

/// A number with its unit: `1 second`, `5 seconds`.
pub fn count(n: usize, unit: Unit) -> String {
    let is_one = intl::plural(n) == "one";
    let noun = match unit {
        Unit::Second => "second",
        Unit::Minute => "minute",
        Unit::Day => "day",
        Unit::Token => "token",
        Unit::Connection => "connection",
        Unit::Rotation => "rotation",
    };
    format!("{} {noun}{}", number(n), if is_one { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_set_apart() {
        let written = [0, 999, 1_000, 12_345, 1_000_000].map(number);
        assert_eq!(written, ["0", "999", "1,000", "12,345", "1,000,000"]);
        assert_eq!(Number(1_000).to_string(), "1,000");
    }

    #[test]
    fn a_noun_has_the_form_that_its_number_asks_for() {
        assert_eq!(count(1, Unit::Second), "1 second");
        assert_eq!(count(0, Unit::Day), "0 days");
        assert_eq!(Count(1_200, Unit::Token).to_string(), "1,200 tokens");
    }
}
