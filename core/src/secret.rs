//! What looks like a secret by itself, and what of a typed search may stand in an address. Pure.

use std::borrow::Cow;

/// What stands where a secret is not shown.
pub const MASK: &str = "••••••••";

/// Whether a word looks random, as keys and tokens do: 20 letters and digits or more, in quick change. A UUID does not
/// count, as most ids are UUIDs. Separators inside of the word are `-_.+/=~`.
pub fn is_random(word: &str) -> bool {
    let (mut n_plain, mut run, mut longest, mut changes, mut has_digit) = (0, 0, 0, 0, false);
    let mut last = 0;
    for byte in word.bytes() {
        let class = match byte {
            b'0'..=b'9' => 1,
            b'a'..=b'z' => 2,
            b'A'..=b'Z' => 3,
            b'-' | b'_' | b'.' | b'+' | b'/' | b'=' | b'~' => 0,
            _ => return false,
        };
        run = if class == 0 { 0 } else { run + 1 };
        longest = longest.max(run);
        n_plain += usize::from(class != 0);
        has_digit |= class == 1;
        // A capital before a small letter begins a word, which is no change.
        changes += usize::from(class != last && class != 0 && last != 0 && (last, class) != (3, 2));
        last = class;
    }
    n_plain >= 20 && longest >= 12 && has_digit && changes * 5 >= n_plain && !is_uuid(word)
}

/// Whether a text is a UUID in its usual form.
pub fn is_uuid(text: &str) -> bool {
    let is_right = |(idx, byte): (usize, u8)| {
        if [8, 13, 18, 23].contains(&idx) { byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    text.len() == 36 && text.bytes().enumerate().all(is_right)
}

/// What of a typed search may stand in an address, which ends in histories and logs. The GUID of a Scoped Token API is
/// what callers send: of a row of more than `n_digits` hexadecimal digits, with or without hyphens, the first eight stay.
/// What looks random is left out.
pub fn shareable(typed: &str, n_digits: usize) -> Cow<'_, str> {
    let kept: Vec<&str> = typed.split_whitespace().map(|word| shareable_word(word, n_digits)).collect();
    if kept.iter().copied().eq(typed.split_whitespace()) {
        typed.into()
    } else {
        kept.join(" ").trim().to_owned().into()
    }
}

fn shareable_word(word: &str, n_digits: usize) -> &str {
    if is_random(word) && word.bytes().any(|it| it != b'-' && !it.is_ascii_hexdigit()) {
        return "";
    }
    let (mut n_in_row, mut end_of_eighth) = (0, 0);
    for (idx, byte) in word.bytes().enumerate() {
        match byte {
            b'-' => {}
            _ if byte.is_ascii_hexdigit() => {
                n_in_row += 1;
                if n_in_row == 8 {
                    end_of_eighth = idx + 1;
                }
                if n_in_row > n_digits {
                    return &word[..end_of_eighth];
                }
            }
            _ => n_in_row = 0,
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_words_are_told_from_names() {
        for word in [
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
            "Xh3k9LmPq2RsT7uVwYz1Ab",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY7",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            "a1b2c3d4e5f6g7h8i9j0",
        ] {
            assert!(is_random(word), "{word}");
        }
        for word in [
            "",
            "prod-eu-west-1-cluster-2024-backup",
            "service-account-token-for-ci-2024",
            "20261129T101112Z-backup-deploy2",
            "01234567-89ab-cdef-0123-456789abcdef",
            "ip-10-0-0-1.eu-west-1.compute.internal",
            "SCAN_WITH_PREDEFINED_SETTINGS",
            "ThisIsTheNameOfOurDeploymentJob",
            "api-7d9f8b6c5d-x2x9z",
            "12345678901234567890123",
            "müller-a1b2c3d4e5f6g7h8i9j0",
        ] {
            assert!(!is_random(word), "{word}");
        }
    }

    #[test]
    fn an_address_gets_the_first_eight_digits_of_a_guid() {
        for (typed, shared) in [
            ("1a2b3c4d", "1a2b3c4d"),
            ("1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d", "1a2b3c4d"),
            ("1A2B3C4D5E6F4A8B9C0D1E2F3A4B5C6D", "1A2B3C4D"),
            (" 1a2b3c4d-5 ", "1a2b3c4d"),
            ("{1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d}", "{1a2b3c4d"),
            ("urn:uuid:1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d", "urn:uuid:1a2b3c4d"),
            ("8444-5555", "8444-5555"),
            ("8444-555555555555", "8444-5555"),
            ("token-17", "token-17"),
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", ""),
        ] {
            assert_eq!(shareable(typed, 8), shared, "{typed}");
        }
    }

    #[test]
    fn an_address_gets_names_and_no_secrets() {
        for (typed, shared) in [
            ("deploy CI ", "deploy CI "),
            ("backup 20261129", "backup 20261129"),
            ("2026-11-29-1530", "2026-11-29-1530"),
            ("ci 1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d", "ci 1a2b3c4d"),
            ("deploy Xh3k9LmPq2RsT7uVwYz1Ab", "deploy"),
            ("Xh3k9LmPq2RsT7uVwYz1Ab", ""),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", ""),
        ] {
            assert_eq!(shareable(typed, 15), shared, "{typed}");
        }
    }
}
