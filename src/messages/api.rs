//! What the page says of answers and requests themselves.

use std::borrow::Cow;

use super::errors::explain;
use super::states::status;
use crate::api::report::Told;
use crate::api::{ApiError, Reason, RetrySafety};
use crate::store::OddFact;
use crate::token::Status;
use crate::words::Key;

impl Key for Reason {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Reason::WebPage => "an HTML page instead of JSON".into(),
            Reason::NoScopes => "it is no list of scopes".into(),
            Reason::NoTargets => "it is no list of targets".into(),
            Reason::NoEntries => "it has no list of entries".into(),
            Reason::AnotherToken { name: None, id } => format!("it speaks of another token, with the ID {id}").into(),
            Reason::AnotherToken { name: Some(name), id } => {
                format!("it speaks of another token, “{name}” with the ID {id}").into()
            }
            Reason::WouldBeLost(fact) => match fact {
                OddFact::Scopes => {
                    "the scopes of this token cannot be read, and saving it here would remove them".into()
                }
                OddFact::ValidFrom => {
                    "the start of this token cannot be read, and saving it here would remove it".into()
                }
                _ => "the end of this token cannot be read, and saving it here would remove it".into(),
            },
            Reason::NoSuchCall => "The system has no such call.".into(),
            Reason::NoAddress => {
                "No address can stand for this token: its ID, or a part of it, is empty or only dots. Nothing was sent."
                    .into()
            }
        }
    }
}

impl Key for Told {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Told::None => "none".into(),
            Told::Cursor(cursor) => format!("the cursor {cursor}").into(),
        }
    }
}

/// A status as the test of a connection tells it.
impl Key for Status {
    fn text(&self) -> Cow<'static, str> {
        status(*self).into()
    }
}

/// What went wrong, where nothing else is said of it.
impl Key for ApiError {
    fn text(&self) -> Cow<'static, str> {
        explain(self, RetrySafety::ReadOnly).what.into()
    }
}
