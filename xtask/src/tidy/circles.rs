//! No file imports itself by way of others. Declaring a module is no import; using what is in it is.

use super::graph::Graph;

/// Refuses every circle, each by its shortest way round.
pub(crate) fn check(graph: &Graph) -> Vec<String> {
    let first = |circle: Vec<&str>| circle.first().map(|it| graph.shortest_circle(it));
    graph.circles().into_iter().filter_map(first).map(|it| format!("a circle: {it}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_circle_is_refused_once() {
        let files = [
            ("src/a.rs", "mod b;\nuse self::b::B;"),
            ("src/a/b.rs", "use super::A;"),
            ("src/c.rs", "use crate::{a, d};"),
            ("src/d.rs", "use crate::c;"),
            ("src/e.rs", "mod f;\nuse crate::a;"),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(
            check(&Graph::read(&files)),
            ["a circle: src/a.rs -> src/a/b.rs -> src/a.rs", "a circle: src/c.rs -> src/d.rs -> src/c.rs"]
        );
    }
}
