//! What people read stands in `src/messages`: elsewhere in the page's files is none of it.

use super::graph::Graph;
use super::imports;

/// Where the texts are.
const MESSAGES: &str = "src/messages";

/// The most that may stand elsewhere, in all files together.
const MOST: usize = 20;

/// Files with some as yet, each with the most that it may have. The list can only shrink.
const CEILINGS: &[(&str, usize)] = &[
    // What stands in headers and on the wire.
    ("src/adapters/air.rs", 4),
    ("src/adapters/mist.rs", 2),
    ("src/adapters/pt_sandbox.rs", 2),
    ("src/adapters/rest/sign_in.rs", 2),
    ("src/config/auth.rs", 1),
    ("src/view/notice.rs", 1),
    // What secrets begin with, and what stands for no time.
    ("src/mask.rs", 2),
    ("src/moments.rs", 1),
    // A fault of the page, for its recovery page.
    ("src/platform.rs", 1),
    // A class, and a key in the browser's storage.
    ("src/view/table/cells.rs", 1),
    ("src/workspace.rs", 1),
];

/// What comes before a text that people do not read, or not on the page.
const NO_TEXTS: [&str; 9] = [
    "expect(",
    "panic!(",
    "unreachable!(",
    "assert!(",
    "closest(",
    ".matches(",
    "query_selector(",
    "query_selector_all(",
    "get_property_value(",
];

/// Refuses texts outside of `src/messages`. `styles` are the style sheets: what they all name as classes is no text.
pub(crate) fn check(graph: &Graph, files: &[(String, String)], styles: &[String]) -> Vec<String> {
    check_against(CEILINGS, graph, files, styles)
}

fn check_against(
    ceilings: &[(&str, usize)],
    graph: &Graph,
    files: &[(String, String)],
    styles: &[String],
) -> Vec<String> {
    let is_class = |word: &str| styles.iter().any(|it| has_class(it, word));
    let mut problems = Vec::new();
    let mut count = 0;
    for (name, text) in files.iter().filter(|it| it.0.starts_with("src/") && !it.0.starts_with(MESSAGES)) {
        // Files that are for tests alone are in no graph.
        if !graph.files.contains_key(name) {
            continue;
        }
        let found = sentences(text, is_class);
        count += found.len();
        let most = ceilings.iter().find(|it| it.0 == name).map_or(0, |it| it.1);
        if found.len() > most {
            let all = found.iter().map(|(line, it)| format!("{name}:{line}: “{it}” belongs into {MESSAGES}"));
            problems.extend(all);
        } else if found.len() < most {
            problems.push(format!("xtask/src/tidy/sentences.rs: {name} has {} texts: lower its ceiling", found.len()));
        }
    }
    for (name, _) in ceilings.iter().filter(|it| !graph.files.contains_key(it.0)) {
        problems.push(format!("xtask/src/tidy/sentences.rs: {name} is not there: strike it out"));
    }
    if count > MOST {
        problems.push(format!("{count} texts outside of {MESSAGES} are more than {MOST}"));
    }
    problems
}

/// The texts in a file's code, each with its line.
fn sentences(text: &str, is_class: impl Fn(&str) -> bool) -> Vec<(usize, &str)> {
    let tests = text.find("\nmod tests {").unwrap_or(text.len());
    let text = &text[..tests];
    imports::literals(text)
        .filter(|&(at, literal)| {
            let before = text[..at].trim_end();
            let line = &text[text[..at].rfind('\n').map_or(0, |it| it + 1)..at];
            let is_attribute = line.trim_start().starts_with("#[");
            !is_attribute && !NO_TEXTS.iter().any(|it| before.ends_with(it)) && is_sentence(literal, &is_class)
        })
        .map(|(at, literal)| (text[..at].lines().count().max(1), literal))
        .collect()
}

/// Whether a literal is something that people read: at least two words beside each other, or one and what fills a place.
/// A list of words that code looks for begins and ends with a blank.
fn is_sentence(literal: &str, is_class: impl Fn(&str) -> bool) -> bool {
    if literal.starts_with(' ') && literal.ends_with(' ') {
        return false;
    }
    let parts: Vec<&str> = literal.split_whitespace().collect();
    let is_place = |it: &str| it.starts_with('{') && it.len() > 1;
    let is_classes = parts.iter().all(|it| is_class(it));
    let pairs = || parts.windows(2).filter(|it| it.iter().all(|it| is_word(it) || is_place(it)));
    !is_classes && pairs().any(|it| it.iter().any(|it| is_word(it)))
}

/// Whether a part between blanks is a word of letters, with marks around it.
fn is_word(part: &str) -> bool {
    let word = part.trim_matches(|it: char| "“”‘’\"'().,:;!?…—".contains(it));
    let is_letter = |it: char| it.is_alphabetic() || it == '\'' || it == '-';
    word.chars().all(is_letter) && word.chars().filter(|it| it.is_alphabetic()).count() >= 2
}

/// Whether a style sheet knows a class of this name.
fn has_class(style: &str, word: &str) -> bool {
    let is_whole = |at: usize| {
        let next = style[at..].chars().next();
        !next.is_some_and(|it| it.is_alphanumeric() || it == '-' || it == '_')
    };
    style.match_indices(&format!(".{word}")).any(|(at, it)| is_whole(at + it.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Vec<&str> {
        sentences(code, |it| ["button", "primary"].contains(&it)).into_iter().map(|it| it.1).collect()
    }

    #[test]
    fn what_people_read_is_found() {
        assert_eq!(found(r#"el("p").text("Show all tokens")"#), ["Show all tokens"]);
        assert_eq!(found(r#"format!("Search by {label}")"#), ["Search by {label}"]);
        assert_eq!(found(r#"format!("“{name}” was removed.")"#), ["“{name}” was removed."]);
        assert_eq!(found("let a = r#\"Two words\"#;"), ["Two words"]);
        assert_eq!(found("let a = \"It is\n    here\";"), ["It is\n    here"]);
    }

    #[test]
    fn what_nobody_reads_is_passed_over() {
        for code in [
            r#"el("div.panel").attr("role", "alert")"#,
            r#"button("button primary", &text)"#,
            r#"x.expect("a known element"); panic!("no randomness here")"#,
            r#"format!("/tokens/{id}?limit={n}")"#,
            r#"node.closest("button, a")"#,
            r#"node.matches("textarea, select")"#,
            r#"style("minmax(9rem, 1.3fr) ")"#,
            "// He said \"two words\".\nlet it = 'x';",
            "#[expect(lint, reason = \"some good reason\")]\nfn f() {}",
            "let a = \"{a}: {b}\";",
            "let words = \" key token \";",
            "#[cfg(test)]\nmod tests {\n    const A: &str = \"Two words\";\n}",
            "#[cfg(all(test, unix))]\nmod tests {\n    const A: &str = \"Two words\";\n}",
        ] {
            assert_eq!(found(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn lines_are_told_and_ceilings_can_only_shrink() {
        let file = ("src/a.rs".to_owned(), "let a = 1;\nlet b = \"Two words\";".to_owned());
        let files = [file];
        let graph = Graph::read(&files);
        let check = |ceilings: &[(&str, usize)]| check_against(ceilings, &graph, &files, &[]);
        assert!(check(&[])[0].starts_with("src/a.rs:2: “Two words”"), "{:?}", check(&[]));
        assert_eq!(check(&[("src/a.rs", 1)]), [""; 0]);
        assert!(check(&[("src/a.rs", 2)])[0].contains("lower its ceiling"));
        assert!(check(&[("src/a.rs", 1), ("src/b.rs", 1)])[0].contains("strike it out"));
    }

    #[test]
    fn there_is_a_most_for_all_files_together() {
        let text = "f(\"Two words\");\n".repeat(MOST + 1);
        let files = [("src/a.rs".to_owned(), text), ("src/messages/a.rs".to_owned(), "\"Two words\"".to_owned())];
        let problems = check_against(&[("src/a.rs", MOST + 1)], &Graph::read(&files), &files, &[]);
        assert_eq!(problems, [format!("{} texts outside of src/messages are more than {MOST}", MOST + 1)]);
    }

    #[test]
    fn classes_are_read_off_the_style_sheets() {
        assert!(has_class("a.button:hover {}", "button") && !has_class(".button-row {}", "button"));
        assert!(!has_class("button {}", "button"));
    }
}
