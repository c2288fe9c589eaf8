//! Starts the page; everything else is in the library.

/// What has been freed is overwritten: credentials and new tokens' secrets pass through here.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() {
    #[cfg(target_arch = "wasm32")]
    tokendeck::start();
}
