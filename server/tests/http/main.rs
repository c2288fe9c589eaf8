//! The program over real HTTP: real processes, real sockets, requests and answers byte for byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod command;
mod cookies;
mod limits;
mod page;
mod paths;
mod program;
mod redirects;
mod strangers;
mod system;
#[cfg(feature = "tls")]
mod tls;
