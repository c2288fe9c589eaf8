//! The style sheets: files in `style/`, by what they style, joined into two, since each more would be one more request: one
//! for the first screen, and one that comes with what loads later. Their order, which decides between rules of the same
//! weight, is that of `index.html`.

use anyhow::{Result, ensure};

/// The folder of the sheets, and what those of the first screen are called when they are joined, before the hash.
pub(crate) const NAME: &str = "style";

/// The same for those that come later: their own names begin with it. The element of such a sheet has no meaning to a
/// browser until the page gives it one.
pub(crate) const LATER: &str = "later";

/// Whether a sheet, by its file's name, comes later.
pub(crate) fn is_later(file: &str) -> bool {
    file.rsplit('/').next().unwrap_or_default().starts_with("later-")
}

/// The texts of style sheets, one after the other: what the browser would make of them in that order.
pub(crate) fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<String> {
    let mut joined = String::new();
    for text in texts {
        for rule in ["@import", "@charset"] {
            ensure!(
                !text.contains(rule),
                "a style sheet with {rule} cannot be joined with others: it counts at the top only"
            );
        }
        joined.push_str(text);
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use xtask::files::files_under;
    use xtask::project::Project;

    #[test]
    fn sheets_keep_their_order() {
        assert_eq!(
            joined(["a{top:0}", "b{top:0}\n", "a{top:1px}"]).expect("all are plain"),
            "a{top:0}b{top:0}\na{top:1px}"
        );
    }

    #[test]
    fn what_counts_at_the_top_only_is_refused() {
        for rule in ["@import \"more.css\";", "@charset \"utf-8\";"] {
            let error = joined(["a{top:0}", rule]).expect_err("it would count no more").to_string();
            assert!(error.contains(rule.split(' ').next().expect("it has a name")), "{error}");
        }
    }

    #[test]
    fn every_sheet_stands_on_the_page_once() {
        let project = Project::find().expect("the tests run in the checkout");
        let page = fs::read_to_string(project.path("index.html")).expect("it is readable");
        let sheets = files_under(&project.path(NAME)).expect("the folder is readable");
        for sheet in &sheets {
            let name = sheet.strip_prefix(project.root()).expect("it is in the checkout").display();
            let element = format!("<link data-trunk rel=\"css\" href=\"{name}\">");
            assert_eq!(page.matches(&element).count(), 1, "{element}");
        }
        assert_eq!(page.matches("rel=\"css\"").count(), sheets.len());
        let texts: Vec<_> = sheets.iter().map(|sheet| fs::read_to_string(sheet).expect("it is readable")).collect();
        assert!(joined(texts.iter().map(String::as_str)).is_ok());
    }
}
