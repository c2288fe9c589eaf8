//! The parts of the page's module that come when something in them is first needed.
//!
//! A release is one program that the toolchain splits (`bundler/src/split.rs`): the first screen, and a part for each name
//! that stands with [`part!`]. All that is reached from the functions with one name alone is in that part; what several
//! parts share, and the first screen does not need, comes along with each of them, once. They share one memory, so a call
//! into a part is a call like any other. In every other build all parts are one, and nothing is waited for.

#[cfg(not(feature = "split"))]
use std::convert::Infallible;

/// A part of the module did not come. The next call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Missing
    }
}

/// Where nothing is split, nothing can be missing.
#[cfg(not(feature = "split"))]
impl From<Infallible> for Missing {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// Declares a function of a part, which is called with `await`; and another that has the part come, where that is named. Each
/// function knows for itself whether the part is there: one that must answer at once (`now_or_never`) needs its own loader.
macro_rules! part {
    ($part:ident $(, loaded by $load:ident)?; $(#[$doc:meta])* $vis:vis fn $name:ident($arg:ident: $ty:ty) -> $out:ty $body:block) => {
        #[cfg(feature = "split")]
        $(#[$doc])*
        #[wasm_split_helpers::wasm_split($part, fallible $(, preload($load))?)]
        $vis fn $name($arg: $ty) -> Result<$out, crate::parts::Missing> {
            Ok($body)
        }

        #[cfg(not(feature = "split"))]
        $(#[$doc])*
        $vis async fn $name($arg: $ty) -> Result<$out, crate::parts::Missing> {
            Ok($body)
        }

        $(#[cfg(not(feature = "split"))]
        async fn $load() -> Result<(), std::convert::Infallible> {
            Ok(())
        })?
    };
}

pub(crate) use part;
