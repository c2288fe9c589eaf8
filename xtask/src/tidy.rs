//! The rules of the repository, as checks: what must be in every file, and what never may.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

mod circles;
mod dialects;
mod graph;
mod imports;
mod limits;
mod rooms;
mod sentences;

use self::graph::Graph;
use xtask::files::files_under;
use xtask::process::{self, command};
use xtask::project::Project;

/// Checks every file that git knows or would add.
pub(crate) fn check_sources(project: &Project) -> Result<()> {
    let files = tracked(project)?;
    let dialects = dialects::dialects(&files);
    let mut problems = Vec::new();
    let mut code = Vec::new();
    let mut styles = Vec::new();
    for file in &files {
        let path = project.root().join(file);
        // Binary files and links to nowhere have no rules.
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let name = file.to_string_lossy().replace('\\', "/");
        if name.ends_with(".rs") {
            problems.extend(first_line(&name, &text));
            problems.extend(dialects::named(&dialects, &name, &text));
        }
        problems.extend(machine_paths(&name, &text));
        problems.extend(white_space(&name, &text));
        if name.ends_with(".rs") {
            code.push((name, text));
        } else if name.starts_with("style/") {
            styles.push(text);
        }
    }
    let graph = Graph::read(&code);
    problems.extend(rooms::check(&graph, &code));
    problems.extend(circles::check(&graph));
    problems.extend(limits::check(&code));
    problems.extend(sentences::check(&graph, &code, &styles));
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

#[cfg(test)]
mod tests {
    use super::*;

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
