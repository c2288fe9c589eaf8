//! What is counted: how long a file is, and words that make a reader translate.

use super::graph::is_page;

/// The most lines of a file of the page.
const LINES: usize = 600;

/// Words of another language's grammar: an engineer says who or what.
const TRANSLATED: [&str; 7] = ["whoever", "somebody", "nobody", "anew", "in the place of", "in whose place", "rightly"];

/// The most of those that the page's files may have.
const WORDS: usize = 20;

/// Holds the page's files to the limits.
pub(crate) fn check(files: &[(String, String)]) -> Vec<String> {
    let page = || files.iter().filter(|it| is_page(&it.0)).map(|(name, text)| (name.as_str(), text.as_str()));
    long_files(page()).chain(translated(WORDS, page())).collect()
}

fn long_files<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> impl Iterator<Item = String> {
    let lines = files.map(|(name, text)| (name, text.lines().count()));
    lines
        .filter(|it| it.1 > LINES)
        .map(|(name, lines)| format!("{name}: {lines} lines are more than {LINES}: it has room for a file of its own"))
}

fn translated<'a>(most: usize, files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut count = 0;
    let mut problems = Vec::new();
    for (name, text) in files {
        let places: Vec<_> = (1..).zip(text.lines()).flat_map(|(line, it)| words_in(it).map(move |_| line)).collect();
        if let Some(first) = places.first() {
            count += places.len();
            problems.push(format!("{name}:{first}: {} translated words", places.len()));
        }
    }
    if count <= most {
        return Vec::new();
    }
    problems.push(format!("{count} of {TRANSLATED:?} are more than {most}: say who or what"));
    problems
}

/// The places of a line where such a word stands by itself.
fn words_in(line: &str) -> impl Iterator<Item = usize> {
    let line = line.to_lowercase();
    let found: Vec<usize> = TRANSLATED
        .iter()
        .flat_map(|word| line.match_indices(word))
        .filter(|(at, word)| {
            let is_letter = |it: char| it.is_alphanumeric() || it == '_';
            !line[..*at].ends_with(is_letter) && !line[at + word.len()..].starts_with(is_letter)
        })
        .map(|it| it.0)
        .collect();
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_refused() {
        let found = |lines| long_files([("src/a.rs", "\n".repeat(lines).as_str())].into_iter()).collect::<Vec<_>>();
        assert_eq!(found(LINES), [""; 0]);
        assert!(found(LINES + 1)[0].starts_with("src/a.rs: 601 lines"));
    }

    #[test]
    fn translated_words_are_counted() {
        // Put together, so that this file does not hold them.
        let who = ["who", "ever"].concat();
        let count = |text: &str| words_in(text).count();
        assert_eq!(count(&format!("// Is {who} there? {}!", who.to_uppercase())), 2);
        assert_eq!(count(&format!("let {who}_is = {who}s;")), 0);
        let found = |most| translated(most, [("src/a.rs", who.as_str()), ("src/b.rs", "")].into_iter());
        assert_eq!(found(1), [""; 0]);
        assert!(found(0)[1].ends_with("are more than 0: say who or what"));
    }
}
