//! Starts the page; everything else is in the library.
//!
//! With the feature `split` the page's module is split in two, at one function: what is reached from that alone is loaded
//! when it is first asked for. It stands here and not in the library, where the other modules would hold it, too.

/// What has been freed is overwritten: a new token's secret passes through here.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "split"))]
    tokendeck::start(split::LATER);
    #[cfg(all(target_arch = "wasm32", not(feature = "split")))]
    tokendeck::start(tokendeck::view::lazy::Code::HERE);
}

#[cfg(all(target_arch = "wasm32", feature = "split"))]
mod split {
    use futures_util::FutureExt;
    use tokendeck::view::lazy::{Code, Made, Missing, Part};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    /// The other half.
    pub(crate) const LATER: Code = Code {
        load: || Box::pin(async { load().await.map_err(|_| Missing) }),
        make: |part| make(part).now_or_never()?.ok(),
    };

    #[wasm_split(later, fallible, preload(load))]
    fn make(part: Part) -> Result<Made, SplitLoaderError> {
        Ok(part.make())
    }
}
