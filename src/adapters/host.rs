//! The seam to the page around the adapters.

use crate::api::{Later, NetworkError, Request, Response};
use crate::time::Millis;
use crate::words::Words;

/// What the adapters need of the page around it. Tests bring their own.
pub trait Host {
    /// Sends one request and waits for its answer, whatever its status.
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>>;
    /// Sends one request that changes a token. `secrets`: what in it must not be shown.
    fn change(&self, request: Request, _secrets: &[String]) -> Later<'_, Result<Response, NetworkError>> {
        self.send(request)
    }
    /// Whether changes are held back: then no answer to one comes.
    fn rehearses(&self) -> bool {
        false
    }
    /// Has the user sign in. Tells whether they did. An empty reason: it is the first time.
    fn sign_in(&self, reason: Words) -> Later<'_, bool>;
    /// This moment.
    fn now(&self) -> Millis;
    /// How far clocks in a zone of the IANA database are ahead of UTC at an instant. `None`: there is no zone of that name.
    fn zone_offset(&self, _zone: &str, _at: Millis) -> Option<Millis> {
        None
    }
    /// 16 random bytes as 32 hexadecimal digits.
    fn random(&self) -> String;
    /// The cookies that the page can read, as `document.cookie` has them: `a=1; b=2`.
    fn cookies(&self) -> String;
}
