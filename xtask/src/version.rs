//! Version numbers, as programs and Debian's packages write them.

use std::fmt;

/// Major and minor version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32);

impl Version {
    /// Reads the version of a Debian package (`1:22.1.8-1~deb12u1`) or of a compiler (`1.96.0-nightly`).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.split_once(':').map_or(text, |it| it.1);
        let mut parts = text.split(|it: char| !it.is_ascii_digit());
        Some(Self(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// The numbers of the first version in a text: `wasm-opt version 132 (…)` has just one.
pub(crate) fn numbers(text: &str) -> Vec<u32> {
    text.split_whitespace()
        .map(|it| it.trim_start_matches('v'))
        .find(|it| it.starts_with(|first: char| first.is_ascii_digit()))
        .map(|it| it.split(['.', '-', '+']).map_while(|part| part.parse().ok()).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_number() {
        assert!(Version(1, 9) < Version(1, 88));
        assert!(Version(2, 0) > Version(1, 96));
    }

    #[test]
    fn versions_of_packages_are_read() {
        for (text, expected) in [
            ("1.96.0+dfsg1-1~deb12u2", Some(Version(1, 96))),
            ("1:22.1.8-1~deb12u1", Some(Version(22, 1))),
            ("1.97.0-nightly", Some(Version(1, 97))),
            ("1.9~rc1", Some(Version(1, 9))),
            ("(none)", None),
            ("", None),
        ] {
            assert_eq!(Version::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn versions_are_read_from_what_tools_print() {
        assert_eq!(numbers("trunk 0.21.14"), [0, 21, 14]);
        assert_eq!(numbers("wasm-opt version 132 (version_132)"), [132]);
        assert_eq!(numbers("v20.20.2"), [20, 20, 2]);
        assert_eq!(numbers("wasm-bindgen 0.2.130 (abc)"), [0, 2, 130]);
        assert_eq!(numbers("0.22.0-beta.1"), [0, 22, 0]);
        assert!(numbers("no version").is_empty());
    }
}
