//! How wasm-opt is called for the page's modules.

/// What wasm-opt is called with for a program of the page: what Trunk is told, but for the level where it is told to leave
/// the work to the splitter.
pub(crate) fn optimizer_args(page: &str, program: &str) -> Option<Vec<String>> {
    let line = page.lines().find(|it| it.contains(&format!("data-bin=\"{program}\"")))?;
    let attribute = |name: &str| line.split_once(&format!(" {name}=\""))?.1.split('"').next();
    let level = match attribute("data-wasm-opt")? {
        "0" => "-Oz".into(),
        level => format!("-O{level}"),
    };
    let params = attribute("data-wasm-opt-params").unwrap_or_default();
    Some([level].into_iter().chain(params.split_whitespace().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use xtask::project::Project;

    #[test]
    fn the_optimizer_is_called_as_the_page_says() {
        let project = Project::find().expect("the tests run in the checkout");
        let page = fs::read_to_string(project.path("index.html")).expect("it is readable");
        for program in ["tokendeck", "gateway", "connections"] {
            let args = optimizer_args(&page, program).expect("it is built");
            assert!(args.len() > 1 && args.iter().all(|it| it.starts_with('-')), "{args:?}");
        }
        assert_eq!(optimizer_args(&page, "other"), None);
    }
}
