//! What is counted: how long a file is, and words that make a reader translate.

use super::graph::is_page;

/// The most lines of a file of the page.
const LINES: usize = 600;

/// Longer ones as yet, each with the most that it may have. A ceiling follows its file down, and goes with it.
const LONG: &[(&str, usize)] = &[("src/api.rs", 650), ("src/api/scoped.rs", 650)];

/// How far a file may lie below its ceiling.
const SLACK: usize = 50;

/// Words of another language's grammar: an engineer says who or what.
const TRANSLATED: [&str; 7] = ["whoever", "somebody", "nobody", "anew", "in the place of", "in whose place", "rightly"];

/// How many of those the page's files may have as yet. It follows their number down, to [`FEW`].
const WORDS: usize = 24;
const FEW: usize = 20;

/// Holds the page's files to the limits.
pub(crate) fn check(files: &[(String, String)]) -> Vec<String> {
    let page = || files.iter().filter(|it| is_page(&it.0));
    let mut problems = long_files(LONG, page().map(|(name, text)| (name.as_str(), text.lines().count())));
    problems.extend(translated(WORDS, page().map(|(name, text)| (name.as_str(), text.as_str()))));
    problems
}

fn long_files<'a>(long: &[(&str, usize)], files: impl Iterator<Item = (&'a str, usize)>) -> Vec<String> {
    let files: Vec<_> = files.collect();
    let mut problems = Vec::new();
    for &(name, lines) in &files {
        let most = long.iter().find(|it| it.0 == name).map_or(LINES, |it| it.1);
        if lines > most {
            problems.push(format!("{name}: {lines} lines are more than {most}: it has room for a file of its own"));
        }
    }
    for &(name, most) in long {
        let lines = files.iter().find(|it| it.0 == name).map_or(0, |it| it.1);
        if lines <= LINES {
            problems.push(format!("xtask/src/tidy/limits.rs: {name} has {lines} lines: strike it out"));
        } else if lines + SLACK < most {
            problems.push(format!("xtask/src/tidy/limits.rs: {name} has {lines} lines: lower its ceiling of {most}"));
        }
    }
    problems
}

fn translated<'a>(most: usize, files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let mut count = 0;
    let mut by_file = Vec::new();
    for (name, text) in files {
        let places: Vec<_> = (1..).zip(text.lines()).flat_map(|(line, it)| words_in(it).map(move |_| line)).collect();
        if let Some(first) = places.first() {
            count += places.len();
            by_file.push(format!("{name}:{first}: {} translated words", places.len()));
        }
    }
    if count > most {
        by_file.push(format!("{count} of {TRANSLATED:?} are more than {most}: say who or what"));
        by_file
    } else if most > FEW && count + 10 < most {
        vec![format!("xtask/src/tidy/limits.rs: {count} translated words are left: lower the limit of {most}")]
    } else {
        Vec::new()
    }
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
    fn long_files_are_refused_and_ceilings_follow_down() {
        let found = |long: &[(&str, usize)], lines| long_files(long, [("src/a.rs", lines)].into_iter());
        assert_eq!(found(&[], 600), [""; 0]);
        assert!(found(&[], 601)[0].starts_with("src/a.rs: 601 lines"));
        let long = [("src/a.rs", 800)];
        assert_eq!(found(&long, 800), [""; 0]);
        assert_eq!(found(&long, 750), [""; 0]);
        assert!(found(&long, 801)[0].starts_with("src/a.rs: 801 lines"));
        assert!(found(&long, 749)[0].contains("lower its ceiling"));
        assert!(found(&long, 600)[0].contains("strike it out"));
        assert!(found(&[("src/b.rs", 800)], 10)[0].contains("strike it out"));
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
        assert!(found(40)[0].contains("lower the limit of 40"));
    }
}
