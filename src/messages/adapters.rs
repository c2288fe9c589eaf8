//! What the page says where a call of an adapter fails, whatever its dialect.

use std::borrow::Cow;

use crate::adapters::fault::Fault;
use crate::words::Key;

impl Key for Fault {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Fault::NotListed => "The system's list has no such token.".into(),
            Fault::NoObject => "it is no object".into(),
            Fault::NoNewToken => "the new token is missing".into(),
            Fault::NoTokens => "the list of tokens is missing".into(),
            Fault::NoMember(name) => format!("{name} is missing").into(),
            Fault::SilentRefusal => "The system refused the sign-in and did not say why.".into(),
            Fault::NoWay => "Fill in the fields of one way to sign in.".into(),
        }
    }
}
