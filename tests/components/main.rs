//! Component tests: each part of the page in a browser, over a system in memory. They find things by role and name, and
//! never compare markup.
#![cfg(target_arch = "wasm32")]

mod connections;
mod fake;
mod page;
mod views;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
