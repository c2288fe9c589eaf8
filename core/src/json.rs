//! JSON as the page reads and writes it: whole values, and one value after the other for long lists. Pure.

pub use self::reader::{Reader, Unfit};
pub use self::value::{Json, Read, mended, read};
pub use self::write::{Writer, plain, pretty, quote, to_text};

mod reader;
mod value;
mod write;

#[cfg(test)]
mod tests;
