//! The rules of the repository, as checks: what must be in every file, and what never may.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use xtask::files::files_under;
use xtask::process::{self, command};
use xtask::project::Project;

/// A room of the app, and what its files must never mention.
struct Invariant {
    /// Why, in the words of the failure.
    reason: &'static str,
    /// Files, or folders ending in a slash; those that do not exist yet are passed over.
    files: &'static [&'static str],
    /// Words, found as whole words in code and not in comments.
    never: &'static [&'static str],
}

/// What must never be there (ARCHITECTURE.md explains each).
const INVARIANTS: &[Invariant] = &[Invariant {
    reason: "these rooms are pure: they run under plain `cargo test`, without a browser",
    files: &[
        "core/src/endless.rs",
        "core/src/json.rs",
        "core/src/page.rs",
        "core/src/query.rs",
        "core/src/secret.rs",
        "core/src/store.rs",
        "core/src/text.rs",
        "core/src/time.rs",
        "core/src/token.rs",
        "src/api.rs",
        "src/api/",
        "src/config.rs",
        "src/config/",
        "src/draft.rs",
        "src/facts.rs",
        "src/facts/",
        "src/adapters.rs",
        "src/adapters/",
        "src/layout.rs",
        "src/mask.rs",
        "src/proof.rs",
        "src/capabilities.rs",
        "src/capabilities/",
        "src/viewer.rs",
        "src/messages.rs",
        "src/messages/",
    ],
    never: &["leptos", "web_sys", "js_sys", "wasm_bindgen", "gloo_net"],
}];

/// Checks every file that git knows or would add.
pub(crate) fn check_sources(project: &Project) -> Result<()> {
    let files = tracked(project)?;
    let dialects = dialects(&files);
    let mut problems = Vec::new();
    for file in &files {
        let path = project.root().join(file);
        // Binary files and links to nowhere have no rules.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let name = file.to_string_lossy().replace('\\', "/");
        if name.ends_with(".rs") {
            problems.extend(first_line(&name, &text));
            problems.extend(broken_invariants(INVARIANTS, &name, &text));
            problems.extend(named_dialects(&dialects, &name, &text));
        }
        problems.extend(machine_paths(&name, &text));
        problems.extend(white_space(&name, &text));
    }
    report(problems, &format!("{} files are tidy", files.len()))
}

/// Checks the built page against what its policy forbids.
pub(crate) fn check_page(project: &Project) -> Result<()> {
    let mut problems = Vec::new();
    let files = files_under(&project.path("dist"))?;
    for file in &files {
        let Ok(text) = fs::read_to_string(file) else {
            continue;
        };
        let name = shown(project, file);
        match file.extension().and_then(|it| it.to_str()) {
            Some("js") => problems.extend(html_sinks(&name, &text)),
            Some("html") => problems.extend(inline_code(&name, &text)),
            _ => {}
        }
    }
    if !project.path("dist/index.html").exists() {
        problems.push("dist/index.html is missing".into());
    }
    report(problems, "dist/ holds nothing that its policy forbids")
}

fn report(problems: Vec<String>, good: &str) -> Result<()> {
    if problems.is_empty() {
        eprintln!("{good}");
        return Ok(());
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    bail!("{} against the rules", problems.len());
}

/// Files that are in git or would be added, deleted ones left out.
pub(crate) fn tracked(project: &Project) -> Result<Vec<PathBuf>> {
    let text = process::read(command("git").current_dir(project.root()).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))
    .context("`git ls-files` failed: the rules are checked in a clone of the repository")?;
    Ok(text
        .split('\0')
        .filter(|it| !it.is_empty())
        .map(PathBuf::from)
        .filter(|it| project.root().join(it).is_file())
        .collect())
}

fn shown(project: &Project, file: &Path) -> String {
    file.strip_prefix(project.root()).unwrap_or(file).display().to_string()
}

/// Every file says in its first line what it is for.
fn first_line(name: &str, text: &str) -> Option<String> {
    let first = text.lines().next().unwrap_or_default();
    let said = first.strip_prefix("//!").is_some_and(|it| !it.trim().is_empty());
    (!said).then(|| format!("{name}:1: the first line must say `//! what this file is for`"))
}

fn broken_invariants(invariants: &[Invariant], name: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for invariant in invariants {
        let concerned = invariant.files.iter().any(|it| name == *it || (it.ends_with('/') && name.starts_with(it)));
        if !concerned {
            continue;
        }
        for (number, line) in numbered(text) {
            let code = line.split_once("//").map_or(line, |it| it.0);
            for &word in invariant.never {
                if words(code).any(|it| it == word) {
                    problems.push(format!("{name}:{number}: `{word}`: {}", invariant.reason));
                }
            }
        }
    }
    problems
}

/// The names by which code could know a dialect: its type and its key in `config.json`, of every folder of the adapters
/// with settings. The Scoped Token API is the form that all others come in, so its name may be said.
fn dialects(files: &[PathBuf]) -> Vec<[String; 2]> {
    let folder = |it: &PathBuf| {
        let name = it.to_str()?.strip_prefix("src/adapters/")?.strip_suffix("/settings.rs")?;
        (name != "scoped" && name != "tests").then(|| name.to_owned())
    };
    let capital = |part: &str| format!("{}{}", part[..1].to_uppercase(), &part[1..]);
    let names = |it: String| [it.split('_').map(capital).collect(), format!("\"{}\"", it.replace('_', "-"))];
    files.iter().filter_map(folder).map(names).collect()
}

/// No room but the adapters knows a dialect by its name.
fn named_dialects(dialects: &[[String; 2]], name: &str, text: &str) -> Vec<String> {
    let is_test = name.ends_with("tests.rs") || name.contains("/tests/");
    if is_test || !name.starts_with("src/") || name.starts_with("src/adapters/") {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (number, line) in numbered(text).take_while(|(_, line)| line.trim() != "#[cfg(test)]") {
        let code = line.split_once("//").map_or(line, |it| it.0);
        for [word, key] in dialects {
            if words(code).any(|it| it == word) || code.contains(key.as_str()) {
                problems.push(format!("{name}:{number}: only the adapters know a dialect by name: {word}"));
            }
        }
    }
    problems
}

/// Paths of one person's machine mean nothing on another's.
fn machine_paths(name: &str, text: &str) -> Vec<String> {
    // Put together, so that this file does not hold them.
    let homes = ["root", "home", "Users", "work"].map(|it| format!("/{it}/"));
    let mut problems = Vec::new();
    for (number, line) in numbered(text) {
        for home in &homes {
            for (at, _) in line.match_indices(home.as_str()) {
                let before = line[..at].chars().next_back();
                // An address or a longer path only contains the word.
                let begins = before.is_none_or(|it| !(it.is_alphanumeric() || "./_-~*}".contains(it)));
                if begins {
                    problems.push(format!("{name}:{number}: a path of one machine: {home}"));
                }
            }
        }
    }
    problems
}

fn white_space(name: &str, text: &str) -> Vec<String> {
    // Generated, or with its own rules (two spaces at a line's end break it in Markdown).
    if name.ends_with(".md") || name.ends_with("-lock.json") || name.ends_with(".svg") {
        return Vec::new();
    }
    let mut problems: Vec<_> = numbered(text)
        .filter(|(_, line)| line.ends_with([' ', '\t', '\r']))
        .map(|(number, _)| format!("{name}:{number}: white space at the end of the line"))
        .collect();
    if !text.is_empty() && !text.ends_with('\n') {
        problems.push(format!("{name}: the last line does not end"));
    }
    problems
}

/// Ways into the page that take HTML or code as text, which Trusted Types refuse.
fn html_sinks(name: &str, text: &str) -> Vec<String> {
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function("]
        .into_iter()
        .filter(|it| text.contains(it))
        .map(|it| format!("{name}: the page's policy refuses {it}"))
        .collect()
}

/// Scripts, styles and handlers written into the page, which its policy refuses.
fn inline_code(name: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for tag in tags(text) {
        let lower = tag.to_ascii_lowercase();
        let element = lower.split([' ', '\n', '\t', '>', '/']).next().unwrap_or_default();
        if element == "script" && attribute_names(&lower).all(|it| it != "src") {
            problems.push(format!("{name}: an inline script"));
        }
        if element == "style" {
            problems.push(format!("{name}: an inline style sheet"));
        }
        for attribute in attribute_names(&lower) {
            if attribute == "style" || attribute.starts_with("on") {
                problems.push(format!("{name}: <{element}> has the attribute {attribute}"));
            }
        }
    }
    problems
}

/// The insides of every opening tag.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|it| {
        let tag = it.split_once('>')?.0;
        tag.starts_with(|first: char| first.is_ascii_alphabetic()).then_some(tag)
    })
}

/// The names of a tag's attributes; values are passed over.
fn attribute_names(tag: &str) -> impl Iterator<Item = &str> {
    // Every second part lies between quotes.
    tag.split('"').step_by(2).flat_map(str::split_whitespace).map(|it| it.split('=').next().unwrap_or_default()).skip(1)
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.split_terminator('\n'))
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|it: char| !(it.is_alphanumeric() || it == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[Invariant] = &[Invariant {
        reason: "it is pure",
        files: &["src/layout.rs", "src/query.rs", "src/pure/"],
        never: &["leptos"],
    }];

    #[test]
    fn pure_rooms_stay_pure() {
        let text = "//! x\nuse leptos::prelude::*;\n";
        assert_eq!(broken_invariants(RULES, "src/query.rs", text), ["src/query.rs:2: `leptos`: it is pure"]);
        assert_eq!(broken_invariants(RULES, "src/pure/a.rs", text).len(), 1);
        assert!(broken_invariants(RULES, "src/view.rs", text).is_empty());
        let comment = "// Not leptos.\nlet leptos_like = 1; // leptos\n";
        assert!(broken_invariants(RULES, "src/query.rs", comment).is_empty());
    }

    #[test]
    fn dialects_are_named_by_the_adapters_alone() {
        let files = ["src/adapters/pt_sandbox/settings.rs", "src/adapters/scoped/settings.rs", "src/adapters/call.rs"];
        let dialects = dialects(&files.map(PathBuf::from));
        assert_eq!(dialects, [["PtSandbox".to_owned(), "\"pt-sandbox\"".to_owned()]]);
        let check = |name: &str, text: &str| named_dialects(&dialects, name, text).len();
        assert_eq!(check("src/view.rs", "match it { PtSandbox => {} }\nlet key = \"pt-sandbox\";\n"), 2);
        assert_eq!(check("src/view.rs", "// PtSandbox\n#[cfg(test)]\nlet it = PtSandbox;\n"), 0);
        assert_eq!(check("src/adapters/pt_sandbox.rs", "struct PtSandbox;\n"), 0);
        assert_eq!(check("devserver/src/sim.rs", "struct PtSandbox;\n"), 0);
    }

    #[test]
    fn files_say_what_they_are_for() {
        assert_eq!(first_line("a.rs", "//! Reads.\nfn a() {}"), None);
        assert!(first_line("a.rs", "fn a() {}").is_some());
        assert!(first_line("a.rs", "//!\n").is_some());
        assert!(first_line("a.rs", "").is_some());
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        let home = ["", "home", "ann", "x"].join("/");
        assert_eq!(machine_paths("a", &format!("see {home}")).len(), 1);
        assert_eq!(machine_paths("a", &format!("\"{home}\"")).len(), 1);
        assert!(machine_paths("a", &format!("https://example.org{home}")).is_empty());
        assert!(machine_paths("a", &format!("$X{home}")).is_empty());
    }

    #[test]
    fn white_space_at_the_end_is_found() {
        assert_eq!(white_space("a.rs", "a \nb\n").len(), 1);
        assert_eq!(white_space("a.rs", "a").len(), 1);
        assert!(white_space("a.md", "a  \n").is_empty());
    }

    #[test]
    fn inline_code_is_found() {
        let good = r#"<p>a < b</p><script type="module" src="./start.js"></script>
            <div class="on style="></div><noscript><p>x</p></noscript>"#;
        assert_eq!(inline_code("i", good), [""; 0]);
        assert_eq!(inline_code("i", "<script>a()</script>").len(), 1);
        assert_eq!(inline_code("i", "<SCRIPT type=\"module\">a()</SCRIPT>").len(), 1);
        assert_eq!(inline_code("i", "<style>p{}</style>").len(), 1);
        assert_eq!(inline_code("i", "<p style=\"color:red\">").len(), 1);
        assert_eq!(inline_code("i", "<button onclick=\"a()\">").len(), 1);
    }

    #[test]
    fn html_sinks_are_found() {
        assert_eq!(html_sinks("a.js", "x.innerHTML = y").len(), 1);
        assert_eq!(html_sinks("a.js", "x.textContent = y"), [""; 0]);
    }
}
