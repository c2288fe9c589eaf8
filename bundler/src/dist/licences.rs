//! The texts of the licences of all that is in the page and in the program. A text that several packages have stands once,
//! with their names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use super::parts::{Part, Parts};
use xtask::files::files_under;

/// How the names of files with such texts begin, in small letters.
const NAMES: [&str; 6] = ["license", "licence", "copying", "copyright", "notice", "unlicense"];

/// How the text of the MIT licence begins after the line of its holder.
const PERMISSION: &str = "Permission is hereby granted";

/// All texts, the project's own first.
pub(super) fn all(parts: &Parts, own: &str) -> Result<String> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for part in parts.foreign() {
        let found = found(&part.folder)?;
        if found.is_empty() {
            without.push(part);
        }
        for text in found {
            texts.entry(text).or_default().push(called(part));
        }
    }
    let permission = own.find(PERMISSION).map_or(own, |at| &own[at..]);
    let mut made = format!(
        "tokendeck is given under the MIT licence:\n\n{own}\n\
         The page and the program have code of these Rust packages, each under the licence that it says. No npm package's \
         code is in them.\n\n"
    );
    for part in parts.foreign() {
        made.push_str(&format!("  {}: {}\n", called(part), part.licence));
    }
    let std = format!("Rust's standard library {}", parts.rust);
    let splitter = format!("wasm_split_cli_support {} (the loader of the page's parts)", parts.splitter);
    for name in [&std, &splitter] {
        made.push_str(&format!("  {name}: MIT OR Apache-2.0\n"));
    }
    let holder = |names: &str| format!("{}\n\nCopyright (c) {names}\n\n{permission}", "=".repeat(100));
    made.push_str(&format!("\n{}\n{}", std, holder("The Rust Project contributors")));
    made.push_str(&format!("\n{}\n{}", splitter, holder("the authors of wasm_split_cli_support")));
    for part in without {
        // All that deny.toml lets in and that comes without a text is under MIT at least.
        ensure!(part.licence.contains("MIT"), "{} has no text of its licence, {}", called(part), part.licence);
        let authors = match &part.authors[..] {
            [] => format!("the authors of {}", part.id.0),
            names => names.join(", "),
        };
        made.push_str(&format!("\n{}\n{}", called(part), holder(&authors)));
    }
    for (text, mut names) in texts {
        names.sort();
        names.dedup();
        made.push_str(&format!("\n{}\n{}\n\n{text}", names.join(", "), "=".repeat(100)));
    }
    Ok(made)
}

fn called(part: &Part) -> String {
    format!("{} {}", part.id.0, part.id.1)
}

/// The texts in a folder of sources. White space at the ends of lines, and how they end, makes no other text.
fn found(folder: &Path) -> Result<Vec<String>> {
    let is_text = |file: &Path| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let is_code = [".rs", ".html", ".json", ".toml"].iter().any(|it| name.ends_with(it));
        !is_code && NAMES.iter().any(|it| name.starts_with(it))
    };
    let mut texts = Vec::new();
    for file in files_under(folder)?.iter().filter(|it| is_text(it)) {
        let text = fs::read(file)?;
        let lines = String::from_utf8_lossy(&text).lines().map(|it| format!("{}\n", it.trim_end())).collect::<String>();
        texts.push(lines);
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::super::parts::tests::made_up;
    use super::*;

    const OWN: &str = "MIT License\n\nCopyright (c) us\n\nPermission is hereby granted\n";

    #[test]
    fn packages_with_a_text_have_it_and_others_have_their_authors() {
        let folder = std::env::temp_dir().join(format!("bundler-licences-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).expect("a folder can be made");
        let mut parts = made_up();
        let id = parts.foreign().next().expect("there is one").id.clone();
        parts.all.get_mut(&id).expect("it is there").folder = folder.clone();
        let bare = all(&parts, OWN).expect("it is under MIT");
        assert!(bare.contains("b 1.0.0: MIT OR Apache-2.0\n") && bare.contains("Copyright (c) Ann\n"), "{bare}");
        fs::write(folder.join("LICENSE-MIT"), "Copyright (c) Bea  \r\nas you like\r\n").expect("it can be written");
        fs::write(folder.join("src/license.rs"), "fn a() {}").expect("it can be written");
        let made = all(&parts, OWN).expect("it has a text");
        assert!(made.contains("Copyright (c) Bea\nas you like\n") && !made.contains("Ann"), "{made}");
        assert!(made.starts_with("tokendeck is given") && made.contains("Copyright (c) us"), "{made}");
        assert!(!made.contains("fn a()"), "{made}");
        fs::remove_file(folder.join("LICENSE-MIT")).expect("it can be removed");
        parts.all.get_mut(&id).expect("it is there").licence = "ISC".into();
        assert!(all(&parts, OWN).is_err(), "no text, and none that could stand for it");
        fs::remove_dir_all(folder).expect("it can be removed");
    }
}
