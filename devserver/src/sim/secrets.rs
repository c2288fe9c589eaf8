//! Secrets that simulated systems make, and what is kept of them.

use sha2::{Digest, Sha256};

/// A secret of `length` characters out of `alphabet`, which has at most 256, from the system's source of randomness.
pub(crate) fn secret(alphabet: &[u8], length: usize) -> String {
    // A random number many times the alphabet's length keeps all characters about as likely.
    let mut numbers = std::iter::repeat_with(|| uuid::Uuid::new_v4().as_u64_pair().1 & 0xffff_ffff_ffff);
    (0..length).filter_map(|_| Some(char::from(alphabet[(numbers.next()? % alphabet.len() as u64) as usize]))).collect()
}

/// Letters and digits.
pub(crate) const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// SHA-256 as lower-case hex: all that is kept of a secret.
pub(crate) fn hash(secret: &str) -> String {
    Sha256::digest(secret).iter().map(|it| format!("{it:02x}")).collect()
}
