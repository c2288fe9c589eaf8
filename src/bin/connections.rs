//! The module that manages connections, loaded when somebody opens that dialog.

/// What has been freed is overwritten: what is typed to test a connection passes through here.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() {
    #[cfg(target_arch = "wasm32")]
    tokendeck::start_connections();
}

#[cfg(target_arch = "wasm32")]
mod border {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Opens the dialog; see [`tokendeck::platform::connections::manage`].
    #[expect(unreachable_pub, reason = "wasm-bindgen wants what JavaScript calls to be public")]
    #[wasm_bindgen]
    pub fn open(config: &str, shown: String, edit: Option<String>, closed: js_sys::Function) {
        tokendeck::view::connections::open(config, shown, edit, closed);
    }
}
