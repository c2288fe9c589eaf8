//! Puts the files of a built page into the program: those of the folder that `TOKENDECK_PAGE` names, compressed twins
//! (`.br`, `.gz`) with them. Without it the program has no page and wants `--page DIR`.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=TOKENDECK_PAGE");
    let folder = env::var_os("TOKENDECK_PAGE").map(PathBuf::from);
    let mut files = Vec::new();
    if let Some(folder) = &folder {
        println!("cargo::rerun-if-changed={}", folder.display());
        assert!(folder.join("index.html").is_file(), "TOKENDECK_PAGE: {} holds no page", folder.display());
        add(folder, "", &mut files);
    }
    files.sort();
    let entry = |(address, file): &(String, PathBuf)| {
        format!("File {{ path: {address:?}, bytes: include_bytes!({:?}) }},\n", file.display().to_string())
    };
    let list: String = files.iter().map(entry).collect();
    let out = env::var_os("OUT_DIR").expect("cargo says where to write");
    fs::write(Path::new(&out).join("page.rs"), format!("&[\n{list}]\n")).expect("the list is written");
}

/// Adds the files of a folder, each with its address relative to the page.
fn add(folder: &Path, before: &str, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("an entry of the folder").path();
        let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
        let address = format!("{before}{name}");
        if path.is_dir() {
            add(&path, &format!("{address}/"), files);
        } else {
            let path = path.canonicalize().expect("a path from the root");
            files.push((address, path));
        }
    }
}
