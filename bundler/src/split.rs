//! Makes the release page from what Trunk has built: splits the page's module into what the first screen needs and the
//! parts that load when they are first needed (`src/parts.rs`), and makes all of it small.
//!
//! The splitter works between the compiler and wasm-bindgen, where Trunk has no hook. So this starts again from the
//! compiler's module and replaces the files that Trunk made of it. What the splitter and wasm-bindgen write is used as it
//! is, but for names, integrities and the few texts in [`linked`] and [`bound`].
//!
//! When a new version of one of them writes something else, this stops with an error that names the text it looked for.
//! Then read what is in `target/split/` (`__wasm_split.js` is the splitter's, `bound/` is wasm-bindgen's), and change the
//! text here. The tests in `tests/e2e/lazy.spec.ts` show whether parts are still loaded and checked.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::foot::with_foot;
use crate::hashes::hash;
use crate::optimizer::optimizer_args;
use crate::style;
use crate::wasm;
use xtask::WASM;
use xtask::process::{self, command};
use xtask::project::Project;

/// The page's program.
pub(crate) const PROGRAM: &str = "tokendeck";

/// The folder of the parts in `dist/`.
pub(crate) const PARTS: &str = "parts";

/// The script that starts the page.
const START: &str = "start";

/// What the splitter writes beside the parts: how they are loaded.
const LINK: &str = "__wasm_split.js";

/// What the names of exports have in common that are there for JavaScript which the page does not have: Leptos brings a
/// crate for streams between the two, and the linker keeps whatever is exported.
const UNUSED: &str = "intounderlying";

/// How lines of the glue begin that keep esbuild from leaving out what JavaScript has for those exports.
const DISPOSABLE: &str = "if (Symbol.dispose) ";

/// Puts the release page into `dist/`, where Trunk has just put its own.
pub(crate) fn run(project: &Project) -> Result<()> {
    let page = Page { project, work: work(project), dist: project.path("dist") };
    if page.work.exists() {
        fs::remove_dir_all(&page.work)?;
    }
    fs::create_dir_all(&page.work)?;
    page.split()?;
    let bound_dir = page.work.join("bound");
    let glue = bound_dir.join(format!("{PROGRAM}.js"));
    let (text, imports) = bound(&fs::read_to_string(&glue)?)?;
    fs::write(glue, text)?;
    let first = fs::read(bound_dir.join(format!("{PROGRAM}_bg.wasm")))?;
    let short = |name: &str| imports.iter().position(|it| it == name).map_or(name.to_owned(), |idx| format!("i{idx}"));
    let first = page.small_module(PROGRAM, &wasm::edited(&first, short, |_| true)?)?;
    fs::create_dir_all(page.dist.join(PARTS))?;
    let link = linked(&fs::read_to_string(page.work.join(LINK))?, |file, name| {
        let module = page.small_module(name, &fs::read(page.work.join(format!("{file}.wasm")))?)?;
        let path = format!("{PARTS}/{name}-{}.wasm", hash([module.as_slice()]));
        fs::write(page.dist.join(&path), module)?;
        let sum = page.integrity(&path)?;
        Ok(sum.strip_prefix("sha256-").context("another sum than SHA-256")?.to_owned())
    })?;
    fs::write(bound_dir.join(LINK), link)?;
    page.place(&first)
}

/// What a module was made of before it was made small, names included: the first screen's, or a part's.
pub(crate) fn unoptimized(project: &Project, name: &str) -> PathBuf {
    work(project).join(format!("{name}_whole.wasm"))
}

fn work(project: &Project) -> PathBuf {
    project.target_dir().join("split")
}

/// What the loader fetches a part with: its name, and the SHA-256 of its bytes in base64, with which the name of its file
/// begins in hexadecimal digits.
const FETCH: &str = r#"function part(name, sum) {
    const bytes = [...atob(sum).slice(0, 8)].map((it) => it.charCodeAt().toString(16).padStart(2, "0"));
    return fetch(new URL(`./parts/${name}-${bytes.join("")}.wasm`, import.meta.url), { integrity: `sha256-${sum}` });
}
"#;

/// The splitter's loader with the SHA-256 of the files that `place` makes of each of the splitter's, and of the name for it: a
/// part is called as the sources call it, what parts share by the names of those.
fn linked(link: &str, mut place: impl FnMut(&str, &str) -> Result<String>) -> Result<String> {
    // A server that names another type for WebAssembly gets the first screen run; so it should the parts.
    let streamed = "WebAssembly.instantiateStreaming(src, imports)";
    let (mut made, mut sharing, mut n_parts) = (FETCH.to_owned(), String::new(), 0);
    for line in link.replace(streamed, "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)").lines() {
        if let Some(names) = between(line, "/* ", " */") {
            sharing = names.replace(", ", "-");
        }
        let file = between(line, "fetch(new URL(\"./", ".wasm\", import.meta.url));");
        if let Some(file) = file {
            let name = file.strip_prefix("split_").unwrap_or(&sharing);
            ensure!(!name.is_empty(), "{LINK} does not say which parts share {file}");
            let fetch = format!("fetch(new URL(\"./{file}.wasm\", import.meta.url))");
            made.push_str(&line.replace(&fetch, &format!("part(\"{name}\", \"{}\")", place(file, name)?)));
            n_parts += 1;
        } else {
            made.push_str(line);
        }
        made.push('\n');
    }
    let n_fetches = made.matches("fetch(").count() - FETCH.matches("fetch(").count();
    ensure!(n_parts > 0 && n_fetches == 0, "{LINK} does not fetch parts as it did: fetch(new URL(\"./…\", …));");
    ensure!(!made.contains("Streaming"), "{LINK} does not have {streamed:?}");
    Ok(made)
}

/// wasm-bindgen's glue without what is never called, and with short names for what the module imports from it: what they
/// are called in the module, in the order of their new names. wasm-bindgen's end in sixteen random digits each.
fn bound(glue: &str) -> Result<(String, Vec<String>)> {
    let unused = |line: &str| line.contains(&format!("__wbg_{UNUSED}")) && line.contains("_new");
    ensure!(!glue.lines().any(unused), "the page has come to use exports with {UNUSED:?} in their names");
    let mut imports = Vec::new();
    let mut text = String::new();
    for line in glue.lines().filter(|it| !it.starts_with(DISPOSABLE)) {
        match line.strip_prefix("        __wb").and_then(|it| it.split_once(": function(")) {
            Some((name, rest)) => {
                text.push_str(&format!("        i{}: function({rest}\n", imports.len()));
                imports.push(format!("__wb{name}"));
            }
            None => text.extend([line, "\n"]),
        }
    }
    ensure!(!imports.is_empty(), "the glue has no lines such as \"        __wbg_f_0: function(\"");
    Ok((text, imports))
}

/// The page in `dist/`.
struct Page<'a> {
    project: &'a Project,
    /// Where what is made on the way lies.
    work: PathBuf,
    dist: PathBuf,
}

impl Page<'_> {
    /// Splits what the compiler made, and has wasm-bindgen bind what is for the first screen.
    fn split(&self) -> Result<()> {
        let whole = fs::read(self.project.target_dir().join(WASM).join(format!("release/{PROGRAM}.wasm")))?;
        let module = self.work.join("whole.wasm");
        fs::write(&module, wasm::edited(&whole, str::to_owned, |name| !name.contains(UNUSED))?)?;
        process::run(command("wasm-split-cli").arg(module).arg(&self.work).args(["--out-name", PROGRAM]))?;
        process::run(
            command("wasm-bindgen")
                // What the parts take from the first screen's module looks unused here.
                .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--omit-default-module-path"])
                .args(["--out-name", PROGRAM, "--out-dir"])
                .arg(self.work.join("bound"))
                .arg(self.work.join(format!("{PROGRAM}.wasm"))),
        )
    }

    /// A module, made small.
    fn small_module(&self, name: &str, module: &[u8]) -> Result<Vec<u8>> {
        let (whole, made) = (unoptimized(self.project, name), self.work.join("small.wasm"));
        fs::write(&whole, module)?;
        let page = fs::read_to_string(self.project.path("index.html"))?;
        let args = optimizer_args(&page, PROGRAM).context("index.html does not build the page")?;
        process::run_watched(name, command("wasm-opt").args(args).arg(whole).arg("--output").arg(&made))?;
        fs::read(made).context("wasm-opt wrote nothing")
    }

    /// A script with all that it imports, made small.
    fn small_script(&self, script: &Path) -> Result<Vec<u8>> {
        let made = self.work.join("small.js");
        let mut esbuild = command("esbuild");
        process::run(
            esbuild
                .args(["--bundle", "--format=esm", "--target=es2022", "--minify", "--charset=utf8"])
                // Parts that do not load are told in the page; wasm-bindgen names the loader once for each of them.
                .args(["--pure:FinalizationRegistry", "--pure:console.error"])
                .args(["--log-level=warning", "--log-override:duplicate-object-key=silent"])
                .arg(format!("--outfile={}", made.display()))
                .arg(script),
        )?;
        fs::read(made).context("esbuild wrote nothing")
    }

    /// Puts the first screen's module and the scripts into their places, under names that change with what is in them, and
    /// tells `index.html`.
    fn place(&self, first: &[u8]) -> Result<()> {
        let index = self.dist.join("index.html");
        let mut page = fs::read_to_string(&index)?;
        // What the page calls of it, and nothing else of it; what it imports becomes a part of it.
        let entry = self.work.join("bound/entry.js");
        fs::write(&entry, format!("export {{ default }} from \"./{PROGRAM}.js\";\n"))?;
        let glue = self.small_script(&entry)?;
        let before = between(&page, "data-js=./", ".js").context("dist/index.html names no module")?.to_owned();
        let stem = format!("{PROGRAM}-{}", hash([first, &glue]));
        let start = between(&page, &format!("src=./{START}-"), ".js").context("dist/index.html starts nothing")?;
        let start_before = format!("{START}-{start}.js");
        let start = self.small_script(&self.dist.join(&start_before))?;
        let start_name = format!("{START}-{}.js", hash([start.as_slice()]));
        for name in [&start_before, &format!("{before}.js"), &format!("{before}_bg.wasm")] {
            fs::remove_file(self.dist.join(name))?;
        }
        page = self.without_snippets(&page.replace(&before, &stem).replace(&start_before, &start_name))?;
        page = self.with_joined_styles(&page)?;
        for (name, bytes) in
            [(format!("{stem}.js"), &*glue), (format!("{stem}_bg.wasm"), first), (start_name, start.as_slice())]
        {
            fs::write(self.dist.join(&name), bytes)?;
            page = with_integrity(&page, &name, &self.integrity(&name)?)?;
        }
        fs::write(index, with_foot(&page)?)?;
        Ok(())
    }

    /// The page with two style sheets for those that Trunk has made small, which leave `dist/`.
    fn with_joined_styles(&self, page: &str) -> Result<String> {
        let (later, first): (Vec<_>, Vec<_>) = sheets(page)?.into_iter().partition(|(_, file)| style::is_later(file));
        let page = self.with_one_style(page, &first, style::NAME, "stylesheet")?;
        self.with_one_style(&page, &later, style::LATER, style::LATER)
    }

    /// The page with one style sheet for several.
    fn with_one_style(&self, page: &str, sheets: &[(&str, &str)], name: &str, rel: &str) -> Result<String> {
        let mut texts = Vec::new();
        for (_, file) in sheets {
            texts.push(fs::read_to_string(self.dist.join(file))?);
            fs::remove_file(self.dist.join(file))?;
        }
        let style = style::joined(texts.iter().map(String::as_str))?;
        let name = format!("{name}-{}.css", hash([style.as_bytes()]));
        fs::write(self.dist.join(&name), style)?;
        let element = format!("<link href=./{name} integrity={} rel={rel}>", self.integrity(&name)?);
        let [(one, _), others @ ..] = sheets else { return Ok(page.to_owned()) };
        let with_first = page.replacen(one, &element, 1);
        Ok(others.iter().fold(with_first, |page, (other, _)| page.replace(other, "")))
    }

    /// The page without links to scripts that have become parts of others, which leave `dist/`.
    fn without_snippets(&self, page: &str) -> Result<String> {
        let mut page = page.to_owned();
        while let Some((before, rest)) = page.split_once("<link crossorigin href=./snippets/") {
            let (_, after) = rest.split_once('>').context("a link without an end")?;
            page = format!("{before}{after}");
        }
        let snippets = self.dist.join("snippets");
        if snippets.exists() {
            fs::remove_dir_all(snippets)?;
        }
        Ok(page)
    }

    /// What a file of `dist/` is known by to the browser (Subresource Integrity).
    fn integrity(&self, file: &str) -> Result<String> {
        let script = "const bytes = require('node:fs').readFileSync(process.argv[1]);\
                      console.log('sha256-' + require('node:crypto').createHash('sha256').update(bytes).digest('base64'));";
        let text = process::read(command("node").args(["-e", script, "--"]).arg(self.dist.join(file)));
        text.with_context(|| format!("Node.js could not read {file}"))
    }
}

/// The elements of the page's style sheets with the files that they name, in their order.
fn sheets(page: &str) -> Result<Vec<(&str, &str)>> {
    let elements = page.split_inclusive('>').filter_map(|text| Some(&text[text.rfind('<')?..]));
    let sheets: Vec<_> = elements
        .filter(|element| element.ends_with(" rel=stylesheet>"))
        .filter_map(|element| Some((element, between(element, "<link href=./", " ")?)))
        .collect();
    ensure!(!sheets.is_empty(), "dist/index.html has no elements such as \"<link href=./… rel=stylesheet>\"");
    Ok(sheets)
}

/// The page with another integrity for the one element that names a file: beside the attribute with its name.
fn with_integrity(page: &str, file: &str, integrity: &str) -> Result<String> {
    let element = page
        .split('<')
        .find(|it| it.contains(&format!("./{file}")) && it.contains(" integrity="))
        .with_context(|| format!("dist/index.html does not say what {file} is known by"))?;
    let before = between(element, " integrity=", " ").with_context(|| format!("{file} is known by nothing"))?;
    Ok(page.replace(element, &element.replace(before, integrity)))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the splitter writes it for two parts that share something.
    const LINK_TEXT: &str = "import { initSync } from \"./tokendeck.js\";\n\
        /* acting, rest */\n\
        const __chunk_1 = makeLoad(() => {\n\
        \x20   const src = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\n\
        \x20   return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n\
        }, []);\n\
        export const __wasm_split_load_rest = wrapAsyncCb(makeLoad(() => {\n\
        \x20   const src = fetch(new URL(\"./split_rest.wasm\", import.meta.url));\n\
        \x20   return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n\
        }, [__chunk_1]));\n\
        export const __wasm_split_load_acting = wrapAsyncCb(makeLoad(() => {\n\
        \x20   const src = fetch(new URL(\"./split_acting.wasm\", import.meta.url));\n\
        \x20   return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n\
        }, [__chunk_1]));\n";

    fn place(file: &str, _: &str) -> Result<String> {
        Ok(format!("sum of {file}"))
    }

    #[test]
    fn every_part_is_fetched_with_its_integrity() {
        let text = linked(LINK_TEXT, place).expect("known text");
        assert_eq!(text.matches("fetch(").count(), 1);
        for there in [
            "const src = part(\"acting-rest\", \"sum of chunk_1\");",
            "const src = part(\"rest\", \"sum of split_rest\");",
            "const src = part(\"acting\", \"sum of split_acting\");",
            "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)",
        ] {
            assert!(text.contains(there), "no {there} in {text}");
        }
        assert!(!text.contains("Streaming"), "{text}");
    }

    #[test]
    fn a_loader_that_is_another_is_refused() {
        for (known, other) in [
            ("(src, imports)", "(src)"),
            ("./split_rest", "split_rest"),
            ("/* acting, rest */", ""),
            ("fetch(new URL", "get(new URL"),
        ] {
            assert!(linked(&LINK_TEXT.replace(known, other), place).is_err(), "{other}");
        }
    }

    #[test]
    fn the_glue_gets_short_names_and_loses_what_is_never_called() {
        let glue = "if (Symbol.dispose) A.prototype[Symbol.dispose] = A.prototype.free;\n\
                    const all = {\n        __wbg_a_1: function(arg0) {\n        },\n        __wbindgen_b: function() {\n";
        let (text, imports) = bound(glue).expect("known text");
        assert_eq!(imports, ["__wbg_a_1", "__wbindgen_b"]);
        assert_eq!(text, "const all = {\n        i0: function(arg0) {\n        },\n        i1: function() {\n");
        assert!(bound("const all = {};").is_err());
        assert!(bound(&format!("{glue}        __wbg_intounderlyingsink_new: function(arg0) {{\n")).is_err());
    }

    #[test]
    fn style_sheets_are_found_in_their_order() {
        let (first, second) =
            ("<link href=./theme-1.css integrity=sha384-0 rel=stylesheet>", "<link href=./table-2.css rel=stylesheet>");
        let page = format!("<title>a > b</title><link href=./i.svg rel=icon>{first}\n{second}<script src=./s.js>");
        assert_eq!(sheets(&page).expect("there are two"), [(first, "theme-1.css"), (second, "table-2.css")]);
        assert!(sheets("<link href=./i.svg rel=icon>").is_err());
    }

    #[test]
    fn each_file_gets_its_integrity() {
        let page = "<meta data-js=./a.js><script integrity=sha384-0 src=./s.js></script>\
                    <link href=./a.js integrity=sha384-1 rel=modulepreload><link href=./b.wasm integrity=sha384-2 rel=preload>";
        let page = with_integrity(page, "b.wasm", "sha384-3").expect("a link");
        let page = with_integrity(&page, "s.js", "sha384-4").expect("a script");
        for there in ["a.js integrity=sha384-1 ", "b.wasm integrity=sha384-3 ", "integrity=sha384-4 src=./s.js"] {
            assert!(page.contains(there), "no {there} in {page}");
        }
        assert!(with_integrity(&page, "c.js", "sha384-5").is_err());
    }
}
