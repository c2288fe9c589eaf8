//! What the page weighs: the size of every file in `dist/`, what the WebAssembly is made of, and what neither may exceed.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use self::module::{Function, Module, crate_of};
use crate::optimizer::optimizer_args;
use crate::split;
use xtask::files::files_under;
use xtask::process::{self, command};
use xtask::project::Project;

mod module;

/// Where the budgets stand, this one's and those of other tests.
const BUDGETS: &str = "bench/budget.json";

/// Files that are loaded on demand, by the beginning of their names. All others are there for the first
/// screen.
const ON_DEMAND: [&str; 8] =
    ["parts/", "later.", "later-", "proxy.md", "connect-any-api.md", "config.schema.json", "api.schema.json", "apis/"];

/// A budget of this check.
struct Limit {
    /// What the file with the budgets calls it.
    name: &'static str,
    /// Which files count.
    counts: fn(&File) -> bool,
}

const LIMITS: [Limit; 6] = [
    Limit { name: "first screen, bytes in brotli", counts: |it| !it.is_on_demand() },
    Limit { name: "part acting, bytes in brotli", counts: |it| it.is_of_part("acting") },
    Limit { name: "part vendors, bytes in brotli", counts: |it| it.is_of_part("vendors") },
    Limit { name: "part rest, bytes in brotli", counts: |it| it.is_of_part("rest") },
    Limit { name: "part managing, bytes in brotli", counts: |it| it.is_of_part("managing") },
    Limit { name: "part bulk, bytes in brotli", counts: |it| it.is_of_part("bulk") },
];

/// How many parts of a module are listed.
const HEAVIEST: usize = 10;

/// A file of the built page.
#[derive(Debug, PartialEq, Eq)]
struct File {
    /// Its path in `dist/`, without the hash that changes with every build.
    name: String,
    size: u64,
    /// What goes over the wire, where the server does its best.
    packed: u64,
}

impl File {
    fn is_on_demand(&self) -> bool {
        ON_DEMAND.iter().any(|it| self.name.starts_with(it))
    }

    /// The part whose module it is: its name, or the names of those that share it, between hyphens.
    fn part(&self) -> Option<&str> {
        self.name.strip_prefix(split::PARTS)?.strip_prefix('/')?.strip_suffix(".wasm")
    }

    /// Whether it is loaded where this part is needed.
    fn is_of_part(&self, name: &str) -> bool {
        self.part().is_some_and(|it| it.split('-').any(|it| it == name))
    }

    /// What it is, as its name ends.
    fn kind(&self) -> &str {
        self.name.rsplit_once('.').map_or("", |it| it.1)
    }
}

/// Says how large the page is, in a few lines, and fails where it is larger than it may be.
pub(crate) fn check(project: &Project) -> Result<String> {
    let files = measure(project)?;
    let budgets = fs::read_to_string(project.path(BUDGETS)).with_context(|| format!("cannot read {BUDGETS}"))?;
    let (said, over) = compare(&files, &budgets)?;
    if !over.is_empty() {
        bail!(
            "the page is larger than it may be (`cargo xtask build` shows its parts; the budgets are in {BUDGETS}):\n{}",
            over.join("\n")
        );
    }
    Ok(said.join("\n"))
}

/// All that is known of the page's size, as Markdown.
pub(crate) fn report(project: &Project) -> Result<String> {
    let files = measure(project)?;
    let mut text = String::from(
        "# Sizes\n\n\
         Written by `cargo xtask build --report`, never by hand. In bytes; brotli is at its best, 11.\n",
    );
    let (on_demand, first): (Vec<_>, Vec<_>) = files.iter().partition(|it| it.is_on_demand());
    for (title, files) in [("Needed for the first screen", first), ("Loaded on demand", on_demand)] {
        write!(text, "\n## {title}\n\n{}", file_table(&files))?;
    }
    for name in std::iter::once(split::PROGRAM).chain(files.iter().filter_map(File::part)) {
        let module = named_module(project, name)?;
        write!(text, "\n## What is heavy in {name}'s module\n\n{}", module_tables(&module))?;
    }
    Ok(text)
}

/// Every file of the built page, the heaviest first.
fn measure(project: &Project) -> Result<Vec<File>> {
    let dist = project.path("dist");
    let paths = files_under(&dist)?;
    // As the benchmark's server does it: what does not become smaller is sent as it is.
    let script = "const { brotliCompressSync, constants } = require('node:zlib');\
                  for (const file of process.argv.slice(1)) {\
                    const raw = require('node:fs').readFileSync(file);\
                    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length };\
                    console.log(raw.length, Math.min(raw.length, brotliCompressSync(raw, { params }).length));\
                  }";
    let text = process::read(command("node").args(["-e", script, "--"]).args(&paths))
        .context("Node.js could not pack the page's files")?;
    let mut files = Vec::new();
    for (path, line) in paths.iter().zip(text.lines()) {
        let sizes = line.split_once(' ').and_then(|(size, packed)| Some((size.parse().ok()?, packed.parse().ok()?)));
        let (size, packed) = sizes.with_context(|| format!("Node.js gave {line:?} for sizes"))?;
        files.push(File { name: stable_name(path.strip_prefix(&dist)?), size, packed });
    }
    if files.len() != paths.len() {
        bail!("Node.js packed {} of {} files", files.len(), paths.len());
    }
    files.sort_by(|one, other| other.packed.cmp(&one.packed).then_with(|| one.name.cmp(&other.name)));
    Ok(files)
}

/// The path without the hash: `tokendeck-11fae74b601da2cf_bg.wasm` is always `tokendeck_bg.wasm`.
fn stable_name(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    let is_hash = |text: &str| text.len() >= 14 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let Some((stem, rest)) = name.rsplit_once('-') else {
        return name;
    };
    let end = rest.find(['_', '.']).unwrap_or(rest.len());
    if is_hash(&rest[..end]) { format!("{stem}{}", &rest[end..]) } else { name }
}

/// A line for each budget, and those again that are exceeded.
fn compare(files: &[File], budgets: &str) -> Result<(Vec<String>, Vec<String>)> {
    let (mut said, mut over) = (Vec::new(), Vec::new());
    for Limit { name, counts } in LIMITS {
        let limit = budget(budgets, name).with_context(|| format!("{BUDGETS} says no {name:?}"))?;
        let packed = files.iter().filter(|it| counts(it)).map(|it| it.packed).sum::<u64>();
        let line = format!("{name}: {} of {} allowed", with_commas(packed), with_commas(limit));
        if packed > limit {
            over.push(line.clone());
        }
        said.push(line);
    }
    Ok((said, over))
}

/// The number that stands behind a name, in a file with one such pair a line.
fn budget(text: &str, name: &str) -> Option<u64> {
    let name = format!("\"{name}\":");
    text.lines().find_map(|line| line.trim().strip_prefix(&name)?.trim().trim_end_matches(',').parse().ok())
}

/// The files, then what those of a kind come to.
fn file_table(files: &[&File]) -> String {
    let mut rows = vec![["file".into(), "size".into(), "brotli".into()]];
    let row = |name: String, files: &[&File]| {
        let sum = |size: fn(&File) -> u64| with_commas(files.iter().map(|it| size(it)).sum());
        [name, sum(|it| it.size), sum(|it| it.packed)]
    };
    rows.extend(files.iter().map(|it| row(it.name.clone(), &[it])));
    for kind in ["wasm", "js", "css"] {
        let of_kind: Vec<_> = files.iter().copied().filter(|it| it.kind() == kind).collect();
        if of_kind.len() > 1 {
            rows.push(row(format!("all {kind}"), &of_kind));
        }
    }
    rows.push(row("together".into(), files));
    table(&rows)
}

/// A module's heaviest crates and functions.
fn module_tables(module: &Module) -> String {
    let mut crates: HashMap<String, u64> = HashMap::new();
    for function in &module.functions {
        let name = crate_of(&function.name).map_or("(of no crate)".into(), |it| format!("`{it}`"));
        *crates.entry(name).or_default() += function.size;
    }
    crates.insert("(constants)".into(), module.data);
    crates.insert("(types, imports, exports, tables)".into(), module.rest);
    let mut functions: HashMap<&str, (u64, u64)> = HashMap::new();
    for Function { name, size } in &module.functions {
        let (n_copies, sum) = functions.entry(name).or_default();
        *n_copies += 1;
        *sum += size;
    }
    let functions = functions.into_iter().map(|(name, (n_copies, size))| match n_copies {
        1 => (format!("`{}`", shortened(name)), size),
        _ => (format!("`{}` × {n_copies}", shortened(name)), size),
    });
    format!(
        "{} bytes, in {} functions.\n\n{}\n{}",
        with_commas(module.size()),
        with_commas(module.functions.len() as u64),
        heaviest("crate", crates.into_iter(), module.size()),
        heaviest("function, with its copies for different types", functions, module.size()),
    )
}

fn heaviest(title: &str, parts: impl Iterator<Item = (String, u64)>, whole: u64) -> String {
    let mut parts: Vec<_> = parts.collect();
    parts.sort_by(|(name, size), (other, other_size)| other_size.cmp(size).then_with(|| name.cmp(other)));
    let mut rows = vec![[title.into(), "size".into(), "share".into()]];
    rows.extend(parts.into_iter().take(HEAVIEST).map(|(name, size)| {
        let per_mille = size * 1000 / whole.max(1);
        [name, with_commas(size), format!("{}.{} %", per_mille / 10, per_mille % 10)]
    }));
    table(&rows)
}

/// A name that fits on a line.
fn shortened(name: &str) -> String {
    const MOST: usize = 80;
    if name.chars().count() <= MOST { name.into() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}

/// A Markdown table that can be read on a terminal too; the first row is its head, the first column its names.
fn table(rows: &[[String; 3]]) -> String {
    let width = |column: usize| rows.iter().map(|it| it[column].chars().count()).max().unwrap_or_default();
    let widths = [0, 1, 2].map(width);
    let mut text = String::new();
    for (idx, [name, size, other]) in rows.iter().enumerate() {
        let [first, second, third] = widths;
        text.push_str(&format!("| {name:first$} | {size:>second$} | {other:>third$} |\n"));
        if idx == 0 {
            let dashes = widths.map(|it| "-".repeat(it));
            text.push_str(&format!("|:{}-|-{}:|-{}:|\n", dashes[0], dashes[1], dashes[2]));
        }
    }
    text
}

/// A module as it is shipped, but with its names.
fn named_module(project: &Project, name: &str) -> Result<Module> {
    let folder = project.target_dir().join("sizes");
    let (source, made) = (split::unoptimized(project, name), folder.join(format!("{name}.wasm")));
    if !is_newer(&made, &source) {
        fs::create_dir_all(&folder)?;
        let page = fs::read_to_string(project.path("index.html"))?;
        let args = optimizer_args(&page, split::PROGRAM).context("index.html does not build the page")?;
        eprintln!("Making {name}'s module small once more, with its names …");
        process::run_watched(
            name,
            command("wasm-opt").args(args).arg("--debuginfo").arg(&source).arg("--output").arg(&made),
        )?;
    }
    let bytes = fs::read(&made).with_context(|| format!("cannot read {}", made.display()))?;
    Module::read(&bytes).with_context(|| format!("{} cannot be taken apart", made.display()))
}

fn is_newer(made: &PathBuf, source: &PathBuf) -> bool {
    let changed = |file: &PathBuf| file.metadata().and_then(|it| it.modified()).ok();
    changed(made).zip(changed(source)).is_some_and(|(made, source)| made > source)
}

fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, packed: u64) -> File {
        File { name: name.into(), size: 2 * packed, packed }
    }

    #[test]
    fn hashes_are_left_out_of_names() {
        for (name, expected) in [
            ("tokendeck-11fae74b601da2cf_bg.wasm", "tokendeck_bg.wasm"),
            ("main-7de2ebc0e88ab1e.css", "main.css"),
            ("parts/rest-vendors-11fae74b601da2cf.wasm", "parts/rest-vendors.wasm"),
            ("a-page.html", "a-page.html"),
            ("snippets/a-1234/b.js", "snippets/a-1234/b.js"),
        ] {
            assert_eq!(stable_name(Path::new(name)), expected);
        }
    }

    #[test]
    fn what_is_over_its_budget_is_named() {
        let files = [
            file("tokendeck_bg.wasm", 1_000),
            file("index.html", 500),
            file("parts/rest.wasm", 600),
            file("parts/rest-vendors.wasm", 100),
        ];
        let budgets = |first: u32, rest: u32| {
            let limits = LIMITS.map(|it| match it.name {
                "first screen, bytes in brotli" => format!("\"{}\": {first}", it.name),
                name => format!("\"{name}\": {rest}"),
            });
            format!("{{\n  {}\n}}\n", limits.join(",\n  "))
        };
        let (said, over) = compare(&files, &budgets(1_500, 700)).expect("all are there");
        assert_eq!(
            said,
            [
                "first screen, bytes in brotli: 1,500 of 1,500 allowed",
                "part acting, bytes in brotli: 0 of 700 allowed",
                "part vendors, bytes in brotli: 100 of 700 allowed",
                "part rest, bytes in brotli: 700 of 700 allowed",
                "part managing, bytes in brotli: 0 of 700 allowed",
                "part bulk, bytes in brotli: 0 of 700 allowed",
            ]
        );
        assert_eq!(over, [""; 0]);
        let (_, over) = compare(&files, &budgets(1_499, 700)).expect("all are there");
        assert_eq!(over, ["first screen, bytes in brotli: 1,500 of 1,499 allowed"]);
        assert!(compare(&files, "{}").is_err());
    }

    #[test]
    fn the_budgets_of_the_page_are_there() {
        let project = Project::find().expect("the tests run in the checkout");
        let text = fs::read_to_string(project.path(BUDGETS)).expect("it is readable");
        for Limit { name, .. } in LIMITS {
            assert!(budget(&text, name).is_some(), "{name}");
        }
    }

    #[test]
    fn tables_line_up() {
        let files = [file("a.js", 1_000), file("bb.js", 5)];
        let text = file_table(&files.iter().collect::<Vec<_>>());
        assert_eq!(
            text,
            "| file     |  size | brotli |\n\
             |:---------|------:|-------:|\n\
             | a.js     | 2,000 |  1,000 |\n\
             | bb.js    |    10 |      5 |\n\
             | all js   | 2,010 |  1,005 |\n\
             | together | 2,010 |  1,005 |\n"
        );
    }

    #[test]
    fn the_heaviest_come_first() {
        let text = heaviest("crate", [("a".to_owned(), 1), ("b".to_owned(), 3)].into_iter(), 4);
        assert_eq!(
            text.lines().skip(2).collect::<Vec<_>>(),
            ["| b     |    3 | 75.0 % |", "| a     |    1 | 25.0 % |"]
        );
        assert_eq!(shortened(&"é".repeat(81)).chars().count(), 80);
    }
}
