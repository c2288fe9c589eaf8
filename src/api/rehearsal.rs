//! What an action would send: reads are made, and the first request that changes something is written down and held back.
//! Pure.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::{Later, NetworkError, Request, Response, Transport};

/// The requests of an action that is not carried out. It does not print itself: credentials are in it.
#[derive(Default)]
pub struct Rehearsal {
    requests: RefCell<Vec<Request>>,
    secrets: RefCell<Vec<String>>,
    is_over: Cell<bool>,
}

impl Rehearsal {
    /// A request is about to be sent that changes nothing. Told: whether it may.
    pub fn reads(&self, request: &Request) -> Result<(), NetworkError> {
        if self.is_over.get() {
            return Err(NetworkError::Cancelled);
        }
        // What keeps a session alive is no part of the action.
        if !request.is_write() {
            self.requests.borrow_mut().push(request.with_headers(&[]));
        }
        Ok(())
    }

    /// A request that would change something is held back; with it the action ends, unless it is known what follows its
    /// answer. `secrets`: what in it must not be shown, and what stands for parts of that answer (see [`of_answer`]).
    pub fn holds_back(&self, request: Request, secrets: &[String]) -> NetworkError {
        self.is_over.set(true);
        self.requests.borrow_mut().push(request);
        self.secrets.borrow_mut().extend_from_slice(secrets);
        NetworkError::Cancelled
    }

    /// Whether it came to the request that changes something.
    pub fn is_over(&self) -> bool {
        self.is_over.get()
    }

    /// What was written down, in order, and what in it must not be shown.
    pub fn take(&self) -> (Vec<Request>, Vec<String>) {
        (self.requests.take(), self.secrets.take())
    }
}

/// What stands for a part of an answer that there is none of yet, by its place there.
pub fn of_answer(place: &str) -> String {
    format!("<answer{place}>")
}

/// The place of what [`of_answer`] made.
pub fn answer_place(text: &str) -> Option<&str> {
    text.strip_prefix("<answer")?.strip_suffix('>')
}

/// A transport that holds back what changes something.
pub struct Rehearsing {
    /// The one that reads.
    pub network: Box<dyn Transport>,
    /// Where it is written down.
    pub rehearsal: Rc<Rehearsal>,
}

impl Transport for Rehearsing {
    fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
        Box::pin(async move {
            if request.is_write() {
                return Err(self.rehearsal.holds_back(request, &[]));
            }
            self.rehearsal.reads(&request)?;
            self.network.send(request).await
        })
    }
}
