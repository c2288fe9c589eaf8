//! How wasm-opt is called for the page's modules.

/// What wasm-opt is called with: what Trunk is told, but for the level, as it leaves the work to the splitter. As long as a
/// module becomes smaller it is gone over once more.
pub(crate) fn optimizer_args(page: &str, program: &str) -> Option<Vec<String>> {
    let line = page.lines().find(|it| it.contains(&format!("data-bin=\"{program}\"")))?;
    let params = line.split_once(" data-wasm-opt-params=\"")?.1.split('"').next()?;
    Some(["-Oz", "--converge"].into_iter().chain(params.split_whitespace()).map(str::to_owned).collect())
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
        let args = optimizer_args(&page, "tokendeck").expect("it is built");
        assert!(args.len() > 1 && args.iter().all(|it| it.starts_with('-')), "{args:?}");
        assert_eq!(optimizer_args(&page, "other"), None);
    }
}
