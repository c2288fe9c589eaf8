//! No room but the adapters, and the texts that they say, knows a dialect by its name.

use std::path::PathBuf;

/// The names by which code could know a dialect: its type and its key in `config.json`, of every folder of the adapters
/// with settings. The Scoped Token API is the form that all others come in, so its name may be said.
pub(crate) fn dialects(files: &[PathBuf]) -> Vec<[String; 2]> {
    let folder = |file: &PathBuf| {
        let name = file.to_str()?.strip_prefix("src/adapters/")?.strip_suffix("/settings.rs")?;
        (name != "scoped" && name != "tests").then(|| name.to_owned())
    };
    let capital = |part: &str| format!("{}{}", part[..1].to_uppercase(), &part[1..]);
    let names = |name: String| [name.split('_').map(capital).collect(), format!("\"{}\"", name.replace('_', "-"))];
    files.iter().filter_map(folder).map(names).collect()
}

/// The file with the texts of a dialect: what stands there is what people read.
fn texts_of([_, key]: &[String; 2]) -> String {
    format!("src/messages/{}.rs", key.trim_matches('"').replace('-', "_"))
}

/// Lines of a file outside the adapters that name a dialect.
pub(crate) fn named(dialects: &[[String; 2]], name: &str, text: &str) -> Vec<String> {
    let is_test = name.ends_with("tests.rs") || name.contains("/tests/");
    if is_test || !name.starts_with("src/") || name.starts_with("src/adapters/") {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.lines()).take_while(|(_, line)| line.trim() != "#[cfg(test)]") {
        let code = line.split_once("//").map_or(line, |(code, _)| code);
        for [word, key] in dialects.iter().filter(|it| name != texts_of(it)) {
            let mut words = code.split(|it: char| !(it.is_alphanumeric() || it == '_'));
            if words.any(|it| it == word) || code.contains(key.as_str()) {
                problems.push(format!("{name}:{number}: only the adapters know a dialect by name: {word}"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_named_in_the_adapters_alone() {
        let files = ["src/adapters/pt_sandbox/settings.rs", "src/adapters/scoped/settings.rs", "src/config.rs"];
        let dialects = dialects(&files.map(PathBuf::from));
        assert_eq!(dialects, [["PtSandbox".to_owned(), "\"pt-sandbox\"".to_owned()]]);
        let check = |name: &str, text: &str| named(&dialects, name, text).len();
        assert_eq!(check("src/view.rs", "match it { PtSandbox => {} }\nlet key = \"pt-sandbox\";\n"), 2);
        assert_eq!(check("src/view.rs", "// PtSandbox\n#[cfg(test)]\nlet it = PtSandbox;\n"), 0);
        assert_eq!(check("src/adapters/pt_sandbox.rs", "struct PtSandbox;\n"), 0);
        assert_eq!(check("devserver/src/sim.rs", "struct PtSandbox;\n"), 0);
        assert_eq!(check("src/messages/pt_sandbox.rs", "\"PtSandbox cannot.\"\n"), 0);
        assert_eq!(check("src/messages/air.rs", "\"PtSandbox cannot.\"\n"), 1);
    }
}
