//! The way to a system that speaks another dialect than the Scoped Token API's, and why a connection did not open. Pure.

use std::rc::Rc;

use crate::api::rehearsal::Rehearsal;
use crate::api::tokens::{TokenApi, Work};
use crate::api::{Later, NetworkError};
use crate::capabilities::Capabilities;
use crate::config::ConfigError;
use crate::runtime::Job;
use crate::words::Words;

/// Asks the user to sign in, with the reason; tells whether they did.
pub type AskToSignIn = dyn Fn(Words) -> Later<'static, bool>;

/// A way to a system that speaks another dialect than the Scoped Token API's. Those who go it do not name what is behind it,
/// as the code of that comes later than theirs.
pub trait Way {
    /// What the system is like.
    fn system(&self) -> Capabilities;

    /// Who is asked when the system wants to know who asks.
    fn ask_with(&self, ask: Box<AskToSignIn>);

    /// Signs in with what was typed; the name of who that is, empty where the system does not say.
    fn sign_in<'a>(&'a self, typed: &'a [(String, String)]) -> Work<'a, String>;

    /// Whether a token is the one that the user is signed in with, as far as that is known.
    fn signs_in_with(&self, _id: &str) -> bool {
        false
    }

    /// Forgets who is signed in, and tells the system where it can be told.
    fn sign_out(&self) -> Later<'_, ()>;

    /// The system's tokens, for a job. It signs by itself, and asks the user by itself.
    fn tokens(&self, job: &Job) -> Box<dyn TokenApi>;

    /// The same, where what would change something is written down and held back.
    fn rehearse(&self, job: &Job, rehearsal: Rc<Rehearsal>) -> Box<dyn TokenApi>;

    /// What proves who is signed in.
    fn secrets(&self) -> Vec<String>;
}

/// Why a connection could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// Something that it needs of this page's own server did not come.
    NetworkError(NetworkError),
    /// Its description is wrong. Places in the connection begin with a slash, those in a file with the file's address.
    Mistakes(Vec<ConfigError>),
}

impl From<NetworkError> for OpenError {
    fn from(fault: NetworkError) -> Self {
        OpenError::NetworkError(fault)
    }
}
