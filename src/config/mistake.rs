//! What can be wrong in a configuration.

use crate::words::Words;

/// A mistake at a place of its own; `messages` has the words. Descriptions have further ones, which the adapters know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// It has to be there.
    Missing,
    /// It is no JSON; why, as a sentence's end.
    NotJson(String),
    /// It must be an object.
    NotAnObject,
    /// It must be a list.
    NotAList,
    /// It must be a list that is not empty.
    EmptyList,
    /// It must be a text that is not empty.
    NotAText,
    /// It must be a truth value.
    NotAFlag,
    /// It must be a whole number within bounds.
    NotAWholeNumber {
        /// The lowest.
        least: u64,
        /// The highest.
        most: u64,
    },
    /// It must be one of these texts.
    NotOneOf(Vec<String>),
    /// A member of this name has no meaning here.
    Unknown {
        /// Those that have.
        known: Vec<String>,
    },
    /// It must be a list with a connection: there is nothing to take in.
    NoConnections,
    /// There are more connections than the page can tell apart.
    TooManyConnections {
        /// So many.
        n: usize,
    },
    /// It is the first connection beyond those that the page can tell apart.
    OneTooMany,
    /// Another connection has the same name.
    NameTwice,
    /// No dialect has this name.
    UnknownDialect {
        /// It.
        given: String,
        /// Those that the page knows.
        known: Vec<String>,
    },
    /// The setting goes with another choice.
    OnlyWith {
        /// The setting that is chosen by.
        setting: &'static str,
        /// What has to be chosen there.
        choice: &'static str,
    },
    /// It is no number of seconds that a request may take.
    NotATimeout {
        /// The lowest.
        least: u64,
        /// The highest.
        most: u64,
    },
    /// It is neither a number of days that a token may live nor `null`.
    NotALife {
        /// The lowest.
        least: u64,
        /// The highest.
        most: u64,
    },
    /// It is neither a description nor the address of one.
    NotADescription,
    /// The address has what no base address can have.
    BaseWithMore,
    /// The address has a user or a password.
    BaseWithUser,
    /// It is no address of a system.
    NotABase,
    /// It must be a list with a header.
    NoHeaders,
    /// It is no name of an HTTP header.
    NotAHeader,
    /// The header is not the connection's to set.
    ReservedHeader,
    /// No header can carry it.
    UnfitForHeader,
    /// It is a secret, which the page asks for.
    Secret,
    /// The server answered with this status; `None` where it did not answer.
    NotServed(Option<u16>),
    /// The file cannot be read.
    Unreadable,
    /// One that a description alone can have.
    Described(Words),
}

impl Mistake {
    /// It must be one of these texts.
    pub fn one_of(all: &[&str]) -> Mistake {
        Mistake::NotOneOf(owned(all))
    }

    /// It is none of these members.
    pub fn unknown(known: &[&str]) -> Mistake {
        Mistake::Unknown { known: owned(known) }
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|it| (*it).to_owned()).collect()
}

/// What is wrong, and where, as an RFC 6901 JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The place; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub mistake: Mistake,
}

impl ConfigError {
    /// A mistake at a place.
    pub fn at(pointer: &str, mistake: Mistake) -> ConfigError {
        ConfigError { pointer: pointer.into(), mistake }
    }

    /// The same seen from outside: its place, where it is one in a connection, is that below this pointer. One in a file
    /// of its own stays there.
    pub fn within(self, pointer: &str) -> ConfigError {
        let pointer = if self.pointer.starts_with('/') { format!("{pointer}{}", self.pointer) } else { self.pointer };
        ConfigError { pointer, ..self }
    }
}
