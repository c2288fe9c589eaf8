//! The page that `cargo xtask start` shows where no release page is there: whole and large, and made in seconds.
//!
//! Trunk makes the same of `index.html` and much more, and takes minutes to compile. This reads as much of Trunk's
//! elements (`data-trunk`) as `index.html` has, and refuses what it does not know.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::foot::with_foot;
use crate::hashes::hash;
use crate::style;
use xtask::WASM;
use xtask::files::files_under;
use xtask::project::Project;

/// The profile that the page was compiled with, see `Cargo.toml`.
const PROFILE: &str = "start";

/// Makes the page in `dir`, which is emptied first.
pub(crate) fn run(project: &Project, dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir).with_context(|| format!("cannot empty {}", dir.display()))?;
    }
    fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let page = read(&project.path("index.html"))?;
    let elements: Vec<_> = page.lines().filter_map(Element::read).collect();
    let compiled = project.target_dir().join(WASM).join(PROFILE);
    for program in elements.iter().filter_map(Element::program) {
        bind(&compiled.join(format!("{program}.wasm")), program, dir)?;
    }
    let assets = Assets {
        project,
        dir,
        page_module: read(&project.path("Trunk.toml"))?,
        sheets: elements.iter().filter_map(Element::sheet).collect(),
    };
    let mut made = String::new();
    for line in page.lines() {
        match Element::read(line) {
            None => made.push_str(line),
            Some(element) => made.push_str(&assets.place(&element).with_context(|| format!("index.html: {line}"))?),
        }
        made.push('\n');
    }
    fs::write(dir.join("index.html"), with_foot(&made)?)?;
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// An element of `index.html` that is for the bundler. It has a line of its own.
#[derive(Debug, PartialEq, Eq)]
struct Element<'a> {
    line: &'a str,
}

impl<'a> Element<'a> {
    fn read(line: &'a str) -> Option<Self> {
        line.contains(" data-trunk ").then_some(Self { line })
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        self.line.split_once(&format!(" {name}=\""))?.1.split('"').next()
    }

    fn required(&self, name: &str) -> Result<&'a str> {
        self.attribute(name).with_context(|| format!("it has no {name}"))
    }

    /// The style sheet of an element that stands for one.
    fn sheet(&self) -> Option<&'a str> {
        self.attribute("href").filter(|_| self.attribute("rel") == Some("css"))
    }

    /// The program of an element that stands for one.
    fn program(&self) -> Option<&'a str> {
        self.attribute("data-bin")
    }
}

/// Writes the JavaScript around a program.
fn bind(module: &Path, program: &str, dir: &Path) -> Result<()> {
    Bindgen::new()
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .out_name(program)
        .input_path(module)
        .generate(dir)
        .with_context(|| format!("wasm-bindgen could not bind {program}"))
}

/// Puts files into the page's folder.
struct Assets<'a> {
    project: &'a Project,
    dir: &'a Path,
    /// The text of `Trunk.toml`, which says what tells the names of the page's module.
    page_module: String,
    /// Its style sheets, in their order: the first one's element becomes that of all that come with it.
    sheets: Vec<&'a str>,
}

impl Assets<'_> {
    /// Puts what an element stands for into the folder; hands back what takes the element's line.
    fn place(&self, element: &Element<'_>) -> Result<String> {
        if let Some(program) = element.program() {
            return self.module(program);
        }
        if let Some(script) = element.attribute("src") {
            let name = self.hashed(script)?;
            let kind = element.required("type")?;
            return Ok(format!("<script type=\"{kind}\" src=\"./{name}\"></script>"));
        }
        let (kind, path) = (element.required("rel")?, element.required("href")?);
        match kind {
            "icon" => Ok(format!("<link rel=\"icon\" href=\"./{}\">", self.hashed(path)?)),
            "css" => {
                let is_later = style::is_later(path);
                let (name, rel) = if is_later { (style::LATER, style::LATER) } else { (style::NAME, "stylesheet") };
                let sheets: Vec<_> = self.sheets.iter().copied().filter(|it| style::is_later(it) == is_later).collect();
                if sheets.first() != Some(&path) {
                    return Ok(String::new());
                }
                Ok(format!("<link rel=\"{rel}\" href=\"./{}\">", self.joined(&sheets, name)?))
            }
            "copy-file" => {
                let file = self.project.path(path);
                self.copy(&file, Path::new(file.file_name().context("it names no file")?))?;
                Ok(String::new())
            }
            "copy-dir" => {
                let folder = self.project.path(path);
                let name = PathBuf::from(folder.file_name().context("it names no folder")?);
                for file in files_under(&folder)? {
                    self.copy(&file, &name.join(file.strip_prefix(&folder)?))?;
                }
                Ok(String::new())
            }
            other => bail!("the page that `start` builds knows no rel=\"{other}\"; teach it in bundler/src/start.rs"),
        }
    }

    /// The element that tells `start.js` the names of the page's module, which change with what is in it.
    fn module(&self, program: &str) -> Result<String> {
        let names = ["js", "wasm"].map(|kind| {
            (
                kind,
                match kind {
                    "js" => format!("{program}.js"),
                    _ => format!("{program}_bg.wasm"),
                },
            )
        });
        let files = names.iter().map(|(_, name)| fs::read(self.dir.join(name))).collect::<Result<Vec<_>, _>>()?;
        // In the order that the release page has them in.
        let hash = hash(files.iter().rev().map(Vec::as_slice));
        let mut element = self
            .page_module
            .lines()
            .find_map(|it| it.strip_prefix("pattern_script = '")?.strip_suffix('\''))
            .context("Trunk.toml has no pattern_script")?
            .replace("{base}", "./");
        for (kind, name) in &names {
            let placed = name.replacen(program, &format!("{program}-{hash}"), 1);
            fs::rename(self.dir.join(name), self.dir.join(&placed))?;
            element = element.replace(&format!("{{{kind}}}"), &placed);
        }
        Ok(element)
    }

    /// Writes style sheets as one; hands back its name.
    fn joined(&self, sheets: &[&str], name: &str) -> Result<String> {
        let texts = sheets.iter().map(|sheet| read(&self.project.path(sheet))).collect::<Result<Vec<_>>>()?;
        self.write_hashed(name, "css", style::joined(texts.iter().map(String::as_str))?.as_bytes())
    }

    /// Copies a file of the project under a name that changes with what is in it.
    fn hashed(&self, path: &str) -> Result<String> {
        let file = self.project.path(path);
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let part = |it: Option<&std::ffi::OsStr>| it.unwrap_or_default().to_string_lossy().into_owned();
        self.write_hashed(&part(file.file_stem()), &part(file.extension()), &bytes)
    }

    /// Writes a file under a name that changes with what is in it, and hands back that name.
    fn write_hashed(&self, stem: &str, extension: &str, bytes: &[u8]) -> Result<String> {
        let name = format!("{stem}-{}.{extension}", hash([bytes]));
        fs::write(self.dir.join(&name), bytes)?;
        Ok(name)
    }

    fn copy(&self, file: &Path, name: &Path) -> Result<()> {
        let to = self.dir.join(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(file, to).with_context(|| format!("cannot copy {}", file.display()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_for_the_bundler_are_found() {
        let line = r#"    <link data-trunk rel="rust" data-bin="tokendeck">"#;
        let element = Element::read(line).expect("it is one");
        assert_eq!(element.program(), Some("tokendeck"));
        assert_eq!(element.attribute("rel"), Some("rust"));
        assert_eq!(element.attribute("href"), None);
        assert_eq!(Element::read("<link rel=\"preload\" href=\"config.json\">"), None);
    }

    #[test]
    fn the_library_and_the_page_are_of_one_version() {
        let project = Project::find().expect("the tests run in the checkout");
        let version = |package| project.locked_version(package).expect("it is locked");
        assert_eq!(version("wasm-bindgen-cli-support"), version("wasm-bindgen"), "change bundler/Cargo.toml with it");
    }

    #[test]
    fn every_element_of_the_page_is_known() {
        let project = Project::find().expect("the tests run in the checkout");
        let dir = std::env::temp_dir().join(format!("bundler-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder can be made");
        for name in ["tokendeck.js", "tokendeck_bg.wasm"] {
            fs::write(dir.join(name), name).expect("it can be written");
        }
        let page_module = read(&project.path("Trunk.toml")).expect("it is readable");
        let page = read(&project.path("index.html")).expect("it is readable");
        let elements: Vec<_> = page.lines().filter_map(Element::read).collect();
        let sheets: Vec<_> = elements.iter().filter_map(Element::sheet).collect();
        let assets = Assets { project: &project, dir: &dir, page_module, sheets };
        let made: Vec<_> =
            elements.iter().map(|it| assets.place(it).expect(it.line)).filter(|it| !it.is_empty()).collect();
        // Every file that the page names is there.
        for name in made.iter().flat_map(|it| it.split("\"./").skip(1)).filter_map(|it| it.split('"').next()) {
            assert!(dir.join(name).is_file(), "{name}");
        }
        assert!(
            made.iter().any(|it| it.starts_with("<meta name=\"tokendeck-module\" data-js=\"./tokendeck-")),
            "{made:?}"
        );
        assert!(made.iter().any(|it| it.starts_with("<script type=\"module\" src=\"./start-")), "{made:?}");
        for (rel, name) in [("stylesheet", "style"), ("later", "later")] {
            let styles: Vec<_> = made.iter().filter(|it| it.contains(&format!("rel=\"{rel}\""))).collect();
            let start = format!("href=\"./{name}-");
            assert!(matches!(&styles[..], [one] if one.contains(&start)), "one request: {styles:?}");
        }
        for file in ["config.json", "apis/gitlab.json", "api.schema.json"] {
            assert!(dir.join(file).is_file(), "{file}");
        }
        let unknown = Element::read(r#"<link data-trunk rel="sass" href="style/theme.css">"#).expect("it is one");
        let error = assets.place(&unknown).expect_err("it is unknown").to_string();
        assert!(error.contains("sass"), "{error}");
        fs::remove_dir_all(dir).expect("it can be removed");
    }
}
