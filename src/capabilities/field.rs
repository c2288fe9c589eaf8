//! The fields of the form, by what every system calls the same. Pure.

use serde::Serialize;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Field {
    /// `Name`.
    Name,
    /// `GUID`.
    Guid,
    /// `Description`.
    Description,
    /// `Scopes`.
    Scopes,
    /// `Valid from`.
    ValidFrom,
    /// `Valid to`.
    ValidTo,
    /// `Privileges`.
    Privileges,
    /// `Source IPs`.
    SourceIps,
    /// What the system asks for besides, by its place.
    Input(usize),
}

impl Field {
    /// All that every system calls the same.
    pub const ALL: [Field; 8] = [
        Field::Name,
        Field::Guid,
        Field::Description,
        Field::Scopes,
        Field::ValidFrom,
        Field::ValidTo,
        Field::Privileges,
        Field::SourceIps,
    ];

    /// Its place in the form: what the token is for, what it may do, how long, and the rest.
    pub fn place(self) -> usize {
        match self {
            Field::Name => 0,
            Field::Scopes => 1,
            Field::Privileges => 2,
            Field::Input(_) => 3,
            Field::ValidTo => 4,
            Field::Description => 5,
            Field::SourceIps => 6,
            Field::ValidFrom => 7,
            Field::Guid => 8,
        }
    }

    /// The field that a system's message is about.
    pub fn from_wire(name: &str) -> Option<Field> {
        Some(match name {
            "name" => Field::Name,
            "guid" => Field::Guid,
            "description" => Field::Description,
            "scopes" => Field::Scopes,
            "valid_from" => Field::ValidFrom,
            "valid_to" => Field::ValidTo,
            "privileges" => Field::Privileges,
            "source_ips" => Field::SourceIps,
            _ => return None,
        })
    }
}

/// How many privileges and how many source addresses a token can have at most (wire contracts §4).
pub const MAX_LIST: usize = 10;
