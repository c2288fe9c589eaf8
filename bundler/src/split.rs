//! Makes the release page of what Trunk has built: splits the page's module in two, what the first screen needs and what
//! is loaded when it is first asked for, and makes the scripts small.
//!
//! The split goes between the compiler and wasm-bindgen, where Trunk lets nobody in. So this makes from the compiler's
//! module once more what Trunk has made of it, in two halves, and puts that in the place of Trunk's files.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::halves::{self, Joined};
use crate::optimizer::optimizer_args;
use crate::wasm;
use xtask::WASM;
use xtask::process::{self, command};
use xtask::project::Project;

/// The program that is split.
const PROGRAM: &str = "tokendeck";

/// The half that comes later, as `src/main.rs` calls it.
const LATER: &str = "later";

/// The programs beside it, which Trunk has built whole.
const OTHERS: [&str; 2] = ["gateway", "connections"];

/// The script that starts the page.
const START: &str = "start";

/// The module that the splitter writes between the halves, as both import it.
const LINK: &str = "./__wasm_split.js";

/// What the names of exports have in common that are there for JavaScript which the page does not have: Leptos brings a
/// crate for streams between the two, and the linker keeps whatever is exported.
const UNUSED: &str = "intounderlying";

/// How lines of the glue begin that keep esbuild from leaving out what JavaScript has for those exports.
const DISPOSABLE: &str = "if (Symbol.dispose) ";

/// Puts the release page into `dist/`, where Trunk has just put its own.
pub(crate) fn run(project: &Project) -> Result<()> {
    let work = work(project);
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let whole = fs::read(project.target_dir().join(WASM).join(format!("release/{PROGRAM}.wasm")))?;
    let module = work.join("whole.wasm");
    fs::write(&module, wasm::without_exports(&whole, |name| name.contains(UNUSED))?)?;
    process::run(command("wasm-split-cli").arg(module).arg(&work).args(["--out-name", PROGRAM]))?;
    let bound = work.join("bound");
    process::run(
        command("wasm-bindgen")
            // What the later half takes from the first one looks unused here.
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", PROGRAM, "--out-dir"])
            .arg(&bound)
            .arg(work.join(format!("{PROGRAM}.wasm"))),
    )?;
    let first = fs::read(bound.join(format!("{PROGRAM}_bg.wasm")))?;
    let later = fs::read(work.join(format!("split_{LATER}.wasm")))?;
    let joined = halves::join(&first, &later)?;
    fs::write(half(project, PROGRAM), &joined.first)?;
    fs::write(half(project, LATER), &joined.later)?;
    let page = fs::read_to_string(project.path("index.html"))?;
    let args = optimizer_args(&page, PROGRAM).context("index.html does not build the page")?;
    let made = |name: &str| work.join(format!("{name}_small.wasm"));
    for name in [PROGRAM, LATER] {
        let mut optimize = command("wasm-opt");
        process::run_watched(name, optimize.args(&args).arg(half(project, name)).arg("--output").arg(made(name)))?;
    }
    let page = Page { project, dist: project.path("dist") };
    page.place(&bound, &fs::read_to_string(work.join(LINK))?, &joined, &made(PROGRAM), &made(LATER))
}

/// What a half is made of before it is made small, names included; nothing for what is no half.
pub(crate) fn unoptimized(project: &Project, name: &str) -> Option<PathBuf> {
    match name.strip_prefix(PROGRAM)?.strip_prefix('_') {
        None => Some(half(project, PROGRAM)),
        Some(name) => (name == LATER).then(|| half(project, LATER)),
    }
}

fn half(project: &Project, name: &str) -> PathBuf {
    work(project).join(format!("{name}_joined.wasm"))
}

fn work(project: &Project) -> PathBuf {
    project.target_dir().join("split")
}

/// The page in `dist/`.
struct Page<'a> {
    project: &'a Project,
    dist: PathBuf,
}

impl Page<'_> {
    /// Puts the halves and the scripts into their places, under names that change with what is in them, and tells
    /// `index.html`.
    fn place(&self, bound: &Path, link: &str, joined: &Joined, first: &Path, later: &Path) -> Result<()> {
        let glue = fs::read_to_string(bound.join(format!("{PROGRAM}.js")))?;
        if glue.lines().any(|it| it.contains(&format!("__wbg_{UNUSED}")) && it.contains("_new")) {
            bail!("the page has come to use exports with {UNUSED:?} in their names, which are left out");
        }
        let (first, later) = (fs::read(first)?, fs::read(later)?);
        let mut whole = vec![first.clone(), later.clone(), glue.clone().into_bytes(), link.as_bytes().to_vec()];
        for other in OTHERS {
            let script = self.dist.join(format!("{other}.js"));
            fs::write(&script, self.small(&script)?)?;
            // These have fixed names, and are asked for with that of the page's module behind them (`start.js`).
            whole.push(fs::read(&script)?);
            whole.push(fs::read(self.dist.join(format!("{other}_bg.wasm")))?);
        }
        let stem = format!("{PROGRAM}-{}", hash(whole.iter().map(Vec::as_slice)));
        let [glue_name, first_name, later_name] =
            [".js", "_bg.wasm", &format!("_{LATER}.wasm")].map(|suffix| format!("{stem}{suffix}"));

        let index = self.dist.join("index.html");
        let mut page = fs::read_to_string(&index)?;
        let before = between(&page, "data-js=./", ".js").context("dist/index.html names no module")?.to_owned();
        for suffix in [".js", "_bg.wasm"] {
            fs::remove_file(self.dist.join(format!("{before}{suffix}")))?;
        }
        page = page.replace(&before, &stem);
        fs::write(self.dist.join(&first_name), first)?;
        fs::write(self.dist.join(&later_name), later)?;
        let digest = self.integrity(&later_name)?;
        fs::write(
            bound.join(format!("{PROGRAM}.js")),
            linked(&glue, link, joined, &first_name, &later_name, &digest)?,
        )?;
        // What the page calls of it, and nothing else of it; what it imports becomes a part of it.
        let entry = bound.join("entry.js");
        fs::write(&entry, format!("export {{ default }} from \"./{PROGRAM}.js\";\n"))?;
        fs::write(self.dist.join(&glue_name), self.small(&entry)?)?;
        page = self.without_snippets(&page)?;

        let start = between(&page, &format!("src=./{START}-"), ".js").context("dist/index.html starts nothing")?;
        let start = format!("{START}-{start}.js");
        let script = self.small(&self.dist.join(&start))?;
        fs::remove_file(self.dist.join(&start))?;
        let start_name = format!("{START}-{}.js", hash([script.as_slice()]));
        fs::write(self.dist.join(&start_name), script)?;
        page = page.replace(&start, &start_name);

        for name in [&glue_name, &first_name, &start_name] {
            page = with_integrity(&page, name, &self.integrity(name)?)?;
        }
        fs::write(index, page)?;
        Ok(())
    }

    /// A script with all that it imports, made small.
    fn small(&self, script: &Path) -> Result<Vec<u8>> {
        let made = work(self.project).join("small.js");
        let mut esbuild = command("esbuild");
        process::run(
            esbuild
                .args(["--bundle", "--format=esm", "--target=es2022", "--minify", "--charset=utf8"])
                .args(["--pure:FinalizationRegistry", "--log-level=warning"])
                .arg(format!("--outfile={}", made.display()))
                .arg(script),
        )?;
        fs::read(made).context("esbuild wrote nothing")
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

    /// What a file is known by to the browser (Subresource Integrity).
    fn integrity(&self, file: &str) -> Result<String> {
        let script = "const bytes = require('node:fs').readFileSync(process.argv[1]);\
                      console.log('sha384-' + require('node:crypto').createHash('sha384').update(bytes).digest('base64'));";
        let text = process::read(command("node").args(["-e", script, "--"]).arg(self.dist.join(file)));
        text.with_context(|| format!("Node.js could not read {file}"))
    }
}

/// Sixteen digits that change with what is in the files.
fn hash<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = DefaultHasher::new();
    files.into_iter().for_each(|it| hasher.write(it));
    format!("{:016x}", hasher.finish())
}

/// The glue with what links the halves in it, so that the first screen waits for one file less.
fn linked(glue: &str, link: &str, joined: &Joined, first: &str, later: &str, integrity: &str) -> Result<String> {
    let import = glue
        .lines()
        .find(|it| it.starts_with("import * as ") && it.contains(LINK))
        .context("the glue does not import what links the halves")?;
    let imported = between(import, "import * as ", " from").context("an import without a name")?;
    let loader = format!("__wasm_split_load_{LATER}");
    let fetched = format!("fetch(new URL(\"./split_{LATER}.wasm\", import.meta.url))");
    let exported = format!("export const {loader}");
    // A server that does not name the type of WebAssembly rightly gets the first half run; so it should the other.
    let streamed = "WebAssembly.instantiateStreaming(src, imports)";
    // What did not load is told in the page.
    let logged = "console.error(e);";
    // In the same file, the first half is at hand.
    let exports = "initSync(undefined, undefined)";
    let called = format!(".{}.get(callbackIndex)(callbackData, success)", halves::TABLE);
    let known = [fetched.as_str(), &exported, streamed, logged, exports, &called];
    if link.matches("fetch(").count() != 1 || known.iter().any(|it| link.matches(it).count() != 1) {
        bail!("the splitter has written something else than what is known here");
    }
    let link = link
        .lines()
        .filter(|it| !it.starts_with("import "))
        .collect::<Vec<_>>()
        .join("\n")
        .replace(logged, "")
        .replace(exports, "wasm")
        .replace(&called, &format!(".{}(callbackData, success, callbackIndex)", joined.call_with_two))
        .replace(halves::TABLE, &joined.names.join(", "))
        .replace(streamed, "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)")
        .replace(&exported, &format!("const {loader}"))
        .replace(
            &fetched,
            &format!("fetch(new URL(\"./{later}\", import.meta.url), {{ integrity: \"{integrity}\" }})"),
        );
    let glue = glue.lines().filter(|it| *it != import && !it.starts_with(DISPOSABLE)).collect::<Vec<_>>().join("\n");
    let mut glue = glue.replace(&format!("{PROGRAM}_bg.wasm'"), &format!("{first}'"));
    for (before, after) in &joined.renamed {
        let key = |name| format!("\n        {name}: ");
        ensure!(glue.matches(&key(before)).count() == 1, "the glue does not offer {before} where it is looked for");
        glue = glue.replace(&key(before), &key(after));
    }
    Ok(format!("{glue}\n{link}\nconst {imported} = {{ {loader} }};\n"))
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

    const GLUE: &str = "import * as import1 from \"./__wasm_split.js\"\nconst all = {\n        __wbg_a_1: f,\nnew URL('tokendeck_bg.wasm', import.meta.url);\n\
         if (Symbol.dispose) A.prototype[Symbol.dispose] = A.prototype.free;\n";
    const LINK_TEXT: &str = "import { initSync } from \"./tokendeck.js\";\n\
                             const { __indirect_function_table, memory } = initSync(undefined, undefined);\n\
                             const start = (src, imports) => WebAssembly.instantiateStreaming(src, imports);\n\
                             try {} catch (e) { console.error(e); }\n\
                             all.__indirect_function_table.get(callbackIndex)(callbackData, success);\n\
                             export const __wasm_split_load_later = () => fetch(new URL(\"./split_later.wasm\", import.meta.url));\n";

    fn link(glue: &str, link: &str) -> Result<String> {
        let names = ["call", "place"].map(str::to_owned).to_vec();
        let joined = Joined {
            first: Vec::new(),
            later: Vec::new(),
            names,
            call_with_two: "call".to_owned(),
            renamed: vec![("__wbg_a_1".to_owned(), "i0".to_owned())],
        };
        linked(glue, link, &joined, "a_bg.wasm", "a_later.wasm", "sha384-x")
    }

    #[test]
    fn the_halves_find_each_other_under_their_names() {
        let text = link(GLUE, LINK_TEXT).expect("known texts");
        for gone in [
            "import *",
            "initSync",
            "Streaming",
            "console",
            "export",
            "__indirect_function_table",
            "__wbg_a_1",
            "dispose",
        ] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        for there in [
            "\n        i0: f,",
            "new URL('a_bg.wasm', import.meta.url)",
            "const { call, place, memory } = wasm;",
            "all.call(callbackData, success, callbackIndex);",
            "fetch(new URL(\"./a_later.wasm\", import.meta.url), { integrity: \"sha384-x\" })",
        ] {
            assert!(text.contains(there), "no {there} in {text}");
        }
        assert!(text.ends_with("const import1 = { __wasm_split_load_later };\n"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (glue, text) in [("", LINK_TEXT), (GLUE, ""), (GLUE, &LINK_TEXT.replace("split_later", "chunk_1"))] {
            assert!(link(glue, text).is_err());
        }
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
