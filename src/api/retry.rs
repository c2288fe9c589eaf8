//! What is at stake when a request is sent once more. Pure.

/// What a second try of a failed request may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetrySafety {
    /// Nothing: the request changes nothing.
    ReadOnly,
    /// A change that is made once, however often it is asked for.
    Idempotent,
    /// A change that is made again when it is asked for again.
    NotIdempotent,
}
