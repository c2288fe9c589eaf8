//! Splits the page's module in two: what the first screen needs, and what is loaded when it is first asked for.
//!
//! The split goes between the compiler and wasm-bindgen, where Trunk lets nobody in. So this makes from the compiler's
//! module once more what Trunk has made of it, in two halves, and puts that in the place of Trunk's files.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{self, command};
use crate::project::Project;
use crate::setup::Ready;
use crate::sizes::optimizer_args;
use crate::toolchain::WASM;
use crate::wasm;

/// The feature that a build has to have, of the package `tokendeck`.
pub(crate) const FEATURE: &str = "split";

/// The program that is split.
const PROGRAM: &str = "tokendeck";

/// The half that comes later, as `src/main.rs` calls it.
const LATER: &str = "later";

/// The module that the splitter writes between the halves, as both import it.
const LINK: &str = "./__wasm_split.js";

/// What the names of exports have in common that are there for JavaScript which the page does not have: Leptos brings a
/// crate for streams between the two, and the linker keeps whatever is exported.
const UNUSED: &str = "intounderlying";

/// Makes the halves and puts them into `dist/`, where Trunk has just put the whole.
pub(crate) fn run(project: &Project, ready: &Ready) -> Result<()> {
    let work = work(project);
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    fs::create_dir_all(&work)?;
    let whole = fs::read(project.target_dir().join(WASM).join(format!("release/{PROGRAM}.wasm")))?;
    let module = work.join("whole.wasm");
    fs::write(&module, wasm::without_exports(&whole, |name| name.contains(UNUSED))?)?;
    process::run(ready.command("wasm-split-cli")?.arg(module).arg(&work).args(["--out-name", PROGRAM]))?;
    process::run(
        ready
            .command("wasm-bindgen")?
            // What the later half takes from the first one looks unused here.
            .args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-name", PROGRAM, "--out-dir"])
            .arg(work.join("bound"))
            .arg(work.join(format!("{PROGRAM}.wasm"))),
    )?;
    let page = fs::read_to_string(project.path("index.html"))?;
    let args = optimizer_args(&page, PROGRAM).context("index.html does not build the page")?;
    let (first, later) = (work.join("first.wasm"), work.join("later.wasm"));
    for (name, made) in [(PROGRAM.to_owned(), &first), (format!("{PROGRAM}_{LATER}"), &later)] {
        let Some(source) = unoptimized(project, &name) else { bail!("{name} is no half of the page") };
        process::run_watched(&name, ready.command("wasm-opt")?.args(&args).arg(source).arg("--output").arg(made))?;
    }
    place(&project.path("dist"), &work, &first, &later)
}

/// What a half is made of before it is made small, names included; nothing for what is no half.
pub(crate) fn unoptimized(project: &Project, name: &str) -> Option<PathBuf> {
    let work = work(project);
    match name.strip_prefix(PROGRAM)?.strip_prefix('_') {
        None => Some(work.join(format!("bound/{PROGRAM}_bg.wasm"))),
        Some(half) => (half == LATER).then(|| work.join(format!("split_{LATER}.wasm"))),
    }
}

fn work(project: &Project) -> PathBuf {
    project.target_dir().join("split")
}

/// Puts the halves and their JavaScript into `dist` under names that change with them, and tells the page.
fn place(dist: &Path, work: &Path, first: &Path, later: &Path) -> Result<()> {
    let glue = fs::read_to_string(work.join(format!("bound/{PROGRAM}.js")))?;
    if glue.lines().any(|it| it.contains(&format!("__wbg_{UNUSED}")) && it.contains("_new")) {
        bail!("the page has come to use exports with {UNUSED:?} in their names, which are left out");
    }
    let link = fs::read_to_string(work.join(LINK))?;
    let (first, later) = (fs::read(first)?, fs::read(later)?);
    let mut hasher = DefaultHasher::new();
    [glue.as_bytes(), link.as_bytes(), &first, &later].into_iter().for_each(|it| hasher.write(it));
    let stem = format!("{PROGRAM}-{:016x}", hasher.finish());
    let names = [format!("{stem}.js"), format!("{stem}_bg.wasm"), format!("{stem}_{LATER}.wasm")];
    let [glue_name, first_name, later_name] = &names;

    let index = dist.join("index.html");
    let page = fs::read_to_string(&index)?;
    let before = between(&page, "data-js=./", ".js").context("dist/index.html names no module")?.to_owned();
    for suffix in [".js", "_bg.wasm"] {
        fs::remove_file(dist.join(format!("{before}{suffix}")))?;
    }
    fs::write(dist.join(first_name), first)?;
    fs::write(dist.join(later_name), later)?;
    let digest = |name: &str| integrity(&dist.join(name));
    fs::write(dist.join(glue_name), joined(&glue, &link, first_name, later_name, &digest(later_name)?)?)?;
    let page = page.replace(&before, &stem);
    let page = with_integrity(&page, glue_name, &digest(glue_name)?)?;
    let page = with_integrity(&page, first_name, &digest(first_name)?)?;
    fs::write(index, page)?;
    Ok(())
}

/// The glue with what links the halves in it, so that the first screen waits for one file less.
fn joined(glue: &str, link: &str, first: &str, later: &str, integrity: &str) -> Result<String> {
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
    let known = [fetched.as_str(), &exported, streamed, logged];
    if link.matches("fetch(").count() != 1 || known.iter().any(|it| link.matches(it).count() != 1) {
        bail!("the splitter has written something else than what is known here");
    }
    let link = link
        .lines()
        .filter(|it| !it.starts_with("import "))
        .collect::<Vec<_>>()
        .join("\n")
        .replace(logged, "")
        .replace(streamed, "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)")
        .replace(&exported, &format!("const {loader}"))
        .replace(
            &fetched,
            &format!("fetch(new URL(\"./{later}\", import.meta.url), {{ integrity: \"{integrity}\" }})"),
        );
    let glue = glue.replace(import, "").replace(&format!("{PROGRAM}_bg.wasm'"), &format!("{first}'"));
    Ok(format!("{glue}\n{link}\nconst {imported} = {{ {loader} }};\n"))
}

/// The page with another integrity for the one link to a file.
fn with_integrity(page: &str, file: &str, integrity: &str) -> Result<String> {
    let link = format!("href=./{file} integrity=");
    let before = between(page, &link, " ").with_context(|| format!("dist/index.html has no link to {file}"))?;
    Ok(page.replace(&format!("{link}{before}"), &format!("{link}{integrity}")))
}

/// What a file is known by to the browser (Subresource Integrity).
fn integrity(file: &Path) -> Result<String> {
    let script = "const bytes = require('node:fs').readFileSync(process.argv[1]);\
                  console.log('sha384-' + require('node:crypto').createHash('sha384').update(bytes).digest('base64'));";
    let text = process::read(command("node").args(["-e", script, "--"]).arg(file));
    text.with_context(|| format!("Node.js could not read {}", file.display()))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str =
        "import * as import1 from \"./__wasm_split.js\"\nnew URL('tokendeck_bg.wasm', import.meta.url);\n";
    const LINK_TEXT: &str = "import { initSync } from \"./tokendeck.js\";\n\
                             const start = (src, imports) => WebAssembly.instantiateStreaming(src, imports);\n\
                             try {} catch (e) { console.error(e); }\n\
                             export const __wasm_split_load_later = () => fetch(new URL(\"./split_later.wasm\", import.meta.url));\n";

    #[test]
    fn the_halves_find_each_other_under_their_names() {
        let text = joined(GLUE, LINK_TEXT, "a_bg.wasm", "a_later.wasm", "sha384-x").expect("known texts");
        assert!(
            !text.contains("import *")
                && !text.contains("initSync")
                && !text.contains("Streaming")
                && !text.contains("console")
                && !text.contains("export"),
            "{text}"
        );
        assert!(text.contains("new URL('a_bg.wasm', import.meta.url)"), "{text}");
        assert!(
            text.contains("fetch(new URL(\"./a_later.wasm\", import.meta.url), { integrity: \"sha384-x\" })"),
            "{text}"
        );
        assert!(text.ends_with("const import1 = { __wasm_split_load_later };\n"), "{text}");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (glue, link) in [("", LINK_TEXT), (GLUE, ""), (GLUE, &LINK_TEXT.replace("split_later", "chunk_1"))] {
            assert!(joined(glue, link, "a", "b", "c").is_err());
        }
    }

    #[test]
    fn each_link_gets_the_integrity_of_its_file() {
        let page = "<link href=./a.js integrity=sha384-1 rel=modulepreload><link href=./b.wasm integrity=sha384-2 rel=preload>";
        let page = with_integrity(page, "b.wasm", "sha384-3").expect("a link");
        assert!(page.contains("a.js integrity=sha384-1 ") && page.contains("b.wasm integrity=sha384-3 "), "{page}");
        assert!(with_integrity(&page, "c.js", "sha384-4").is_err());
    }
}
