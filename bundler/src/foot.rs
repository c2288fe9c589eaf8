//! The page's foot: the version, and digits by which a reader can tell what runs. They are those in the names of the page's
//! module and of its JavaScript, and begin the SHA-256 of the two together.

use anyhow::{Context, Result};

/// How the foot begins in `index.html`, whether or not quotes were left out of it.
const BEGIN: &str = "<footer";

/// The page with the version and the digits in its foot. They come from the name of the module that the page starts.
pub(crate) fn with_foot(page: &str) -> Result<String> {
    let digits = page.split_once("/tokendeck-").and_then(|(_, rest)| rest.split_once(".js")).map(|it| it.0);
    let digits = digits.context("index.html names no module")?;
    let (before, foot) = page.split_once(BEGIN).context("index.html has no <footer>")?;
    let (attributes, rest) = foot.split_once('>').context("the <footer> of index.html does not begin as it should")?;
    let (_, after) = rest.split_once("</footer>").context("the <footer> of index.html has no end")?;
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("{before}{BEGIN}{attributes}>tokendeck {version} · {digits}</footer>{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_foot_says_the_version_and_the_digits_of_the_module() {
        for (meta, foot) in [
            (
                "data-js=./tokendeck-0123456789abcdef.js data-wasm=./tokendeck-0123456789abcdef_bg.wasm",
                "class=page-foot",
            ),
            ("data-js=\"./tokendeck-0123456789abcdef.js\"", "class=\"page-foot\" translate=\"no\""),
        ] {
            let page = with_foot(&format!("<meta {meta}><p>a</p><footer {foot}>x</footer><noscript>b</noscript>"));
            let version = env!("CARGO_PKG_VERSION");
            let made = format!(
                "<meta {meta}><p>a</p><footer {foot}>tokendeck {version} · 0123456789abcdef</footer><noscript>b</noscript>"
            );
            assert_eq!(page.expect("it has a foot"), made);
        }
        assert!(with_foot("<meta data-js=./tokendeck-0.js><p>").is_err());
        assert!(with_foot("<footer>x</footer>").is_err());
    }
}
