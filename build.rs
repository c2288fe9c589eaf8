//! Lists the descriptions in `apis/` for the form that offers them: each file with the name of its system, by that name.
//! Gives the page's module a stack of the size that it needs.
//! Where the page's module is to be split, asks for what that takes.

use std::path::Path;
use std::{env, fs};

/// In bytes, of the page's own module: whatever it calls itself for is bounded, see `DEPTH` in `core/src/json.rs`. The
/// usual megabyte would be more than half of what a page with 1,000 tokens takes; a visit of every dialog used 22 kB.
const STACK: u32 = 128 * 1024;

fn main() {
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-bin=tokendeck=-zstack-size={STACK}");
        if env::var_os("CARGO_FEATURE_SPLIT").is_some() {
            // Which function needs which others and which texts: only the linker knows.
            println!("cargo::rustc-link-arg-bin=tokendeck=--emit-relocs");
        }
    }
    println!("cargo::rerun-if-changed=apis");
    let mut shipped = Vec::new();
    for file in fs::read_dir("apis").expect("the folder of descriptions is readable") {
        let path = file.expect("a file of the folder").path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a description is readable");
        let description: serde_json::Value = serde_json::from_str(&text).expect("a description is JSON");
        let name = description["name"].as_str().expect("a description has a name").to_owned();
        let file = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        shipped.push((name, format!("apis/{file}")));
    }
    shipped.sort();
    let folder = env::var_os("OUT_DIR").expect("cargo says where to write");
    // A list of pairs of texts is written in Rust as it is for debugging.
    fs::write(Path::new(&folder).join("shipped.rs"), format!("{shipped:?}")).expect("the list is written");
}
