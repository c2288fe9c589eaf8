//! One piece of work for a system, and who is signed in meanwhile.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::entries::Entries;
use super::host::Host;
use super::site::Site;
use crate::api::mask::masked;
use crate::api::{ApiError, Method, NetworkError, Request, Response};
use crate::time::Millis;
use crate::words::Words;

/// One piece of work for a system.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) site: &'a Site,
    /// Whether a token is to be changed.
    pub(super) writes: bool,
    /// What the last list had.
    pub(super) entries: &'a Entries,
    pub(super) heard: &'a Heard,
}

/// What becomes known while a piece of work is done, besides what comes of it.
#[derive(Default)]
pub(super) struct Heard {
    /// The system's clock, as far as its answers tell it.
    pub(super) date: Cell<Option<Millis>>,
    /// Whether the system answered that it will be done later (202).
    pub(super) accepted: Cell<bool>,
    /// What was typed or sent and must not be in a message.
    pub(super) secrets: RefCell<Vec<String>>,
}

impl Call<'_> {
    pub(super) fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.site.base))
    }

    pub(super) async fn send(&self, request: Request) -> Result<Response, ApiError> {
        let proof = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("Authorization"));
        let proof = proof.map(|(_, value)| value.split_once(' ').map_or(value.as_str(), |(_, it)| it).to_owned());
        self.heard.secrets.borrow_mut().extend(proof);
        let changes = self.writes && request.is_write();
        let answer = if changes {
            let secrets = self.heard.secrets.borrow().clone();
            self.host.change(request, &secrets).await
        } else {
            self.host.send(request).await
        };
        // What it says of a failure goes on without what it was told.
        let secrets = &*self.heard.secrets.borrow();
        let masked = |text: String| masked(&text, secrets);
        let answer = answer.map_err(|fault| match fault {
            NetworkError::Outside(address) => NetworkError::Outside(masked(address)),
            NetworkError::Redirected { asked, to } => NetworkError::Redirected { asked: masked(asked), to: masked(to) },
            fault => fault,
        })?;
        let answer = answer.masked(secrets);
        self.heard.date.set(answer.date.or(self.heard.date.get()));
        if changes && (200..300).contains(&answer.status) {
            // A proxy's sign-in page says nothing of what was to be changed.
            if answer.is_page() {
                return Err(answer.malformed(""));
            }
            self.heard.accepted.set(self.heard.accepted.get() || answer.status == 202);
        }
        Ok(answer)
    }

    /// Names and values of the cookies whose name is this one, or begins with it and a dot.
    pub(super) fn cookies(&self, name: &str) -> Vec<(String, String)> {
        let cookie = |pair: &str| {
            let (found, value) = pair.trim().split_once('=')?;
            let rest = found.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with('.')).then(|| (found.to_owned(), value.to_owned()))
        };
        self.host.cookies().split(';').filter_map(cookie).collect()
    }

    /// This moment by the system's clock, which decides what has ended; by the viewer's where it cannot be read.
    pub(super) fn now(&self) -> Millis {
        self.heard.date.get().unwrap_or_else(|| self.host.now())
    }

    /// Asks the user to sign in, or gives up.
    pub(super) async fn ask(&self, reason: Words) -> Result<(), ApiError> {
        if self.host.sign_in(reason).await { Ok(()) } else { Err(ApiError::SignedOut(Words::default())) }
    }
}

/// Who is signed in. Dropped with the gateway, and when the user signs out.
pub(super) struct Kept<T>(RefCell<Option<Rc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(RefCell::new(None))
    }
}

impl<T> Kept<T> {
    pub(super) fn get(&self) -> Option<Rc<T>> {
        self.0.borrow().clone()
    }

    pub(super) fn set(&self, session: T) {
        self.0.replace(Some(Rc::new(session)));
    }

    pub(super) fn clear(&self) {
        self.0.replace(None);
    }

    /// Whether no user has signed in again or signed out while a request of this session was under way.
    pub(super) fn is_current(&self, session: &Rc<T>) -> bool {
        self.0.borrow().as_ref().is_some_and(|it| Rc::ptr_eq(it, session))
    }

    /// The system accepts this session no more.
    pub(super) fn end(&self, session: &Rc<T>) {
        if self.is_current(session) {
            self.clear();
        }
    }
}
