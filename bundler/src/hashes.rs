//! Names that change with what is in a file: sixteen digits, the first of its SHA-256.

use sha2::{Digest as _, Sha256};

/// The first sixteen digits of the SHA-256 of these bytes, one after the other.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    parts.into_iter().for_each(|it| hasher.update(it));
    hasher.finalize().iter().take(8).map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_are_those_that_sha256sum_begins_with() {
        assert_eq!(hash([&b"a"[..], b"bc"]), "ba7816bf8f01cfea");
    }
}
