//! No file imports itself by way of others. Declaring a module is no import; using what is in it is.

use super::graph::Graph;

/// Circles that are there as yet, each with its files. The list can only shrink: a file that is in its circle no more is
/// struck out, and no file comes in.
const CIRCLES: &[&[&str]] = &[];

/// Refuses every circle that is not in the list, and every file in the list that is in no circle.
pub(crate) fn check(graph: &Graph) -> Vec<String> {
    check_against(CIRCLES, graph)
}

fn check_against(known: &[&[&str]], graph: &Graph) -> Vec<String> {
    let circles = graph.circles();
    let mut problems = Vec::new();
    for circle in &circles {
        let listed = known.iter().find(|it| it.iter().any(|file| circle.contains(file)));
        let is_new = |file: &&&str| listed.is_none_or(|it| !it.contains(file));
        if let Some(file) = circle.iter().find(is_new) {
            problems.push(format!("{file}: a circle: {}", graph.shortest_circle(file)));
        }
    }
    let is_gone = |file: &&&str| !circles.iter().any(|it| it.contains(file));
    let gone = known.iter().flat_map(|it| it.iter()).filter(is_gone);
    problems.extend(gone.map(|it| format!("xtask/src/tidy/circles.rs: {it} is in no circle any more: strike it out")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(known: &[&[&str]], files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<_> = files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        check_against(known, &Graph::read(&files))
    }

    #[test]
    fn circles_are_refused_and_the_list_can_only_shrink() {
        let (a, b) = (("src/a.rs", "mod b;\nuse self::b::B;"), ("src/a/b.rs", "use super::A;"));
        assert_eq!(found(&[], &[a, b]), ["src/a.rs: a circle: src/a.rs -> src/a/b.rs -> src/a.rs"]);
        assert_eq!(found(&[&["src/a.rs", "src/a/b.rs"]], &[a, b]), [""; 0]);
        let c = ("src/a/b.rs", "use crate::c;");
        let wider = found(&[&["src/a.rs", "src/a/b.rs"]], &[a, c, ("src/c.rs", "use crate::a;")]);
        assert_eq!(wider, ["src/c.rs: a circle: src/c.rs -> src/a.rs -> src/a/b.rs -> src/c.rs"]);
        let gone = found(&[&["src/a.rs", "src/a/b.rs"]], &[("src/a.rs", "mod b;"), b]);
        assert_eq!(gone.len(), 2);
        assert!(gone[0].contains("src/a.rs is in no circle"), "{gone:?}");
    }

    #[test]
    fn each_circle_stands_for_itself() {
        let files = [
            ("src/a.rs", "use crate::b;"),
            ("src/b.rs", "use crate::a;"),
            ("src/c.rs", "use crate::d;"),
            ("src/d.rs", "use crate::c;"),
        ];
        assert_eq!(found(&[&["src/a.rs", "src/b.rs"], &["src/c.rs", "src/d.rs"]], &files), [""; 0]);
        assert_eq!(found(&[&["src/a.rs", "src/b.rs"]], &files).len(), 1);
    }
}
