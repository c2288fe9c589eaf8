//! What a Rust file imports, read off its tokens: every path that begins at a crate, at a module around it or at a module
//! that it declares.
//!
//! This is no parser. It knows comments, literals, `use` trees, inline modules and `#[cfg(test)]`; it does not expand
//! macros. Code for tests alone is passed over, as tests may look anywhere.

/// What was read of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Imports {
    /// Every path, once for each place.
    pub(crate) paths: Vec<Import>,
    /// The modules that it declares in files of their own.
    pub(crate) modules: Vec<String>,
    /// Those of them that are compiled for tests alone.
    pub(crate) test_modules: Vec<String>,
}

/// A path from a crate's root.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Where it stands, counted from 1.
    pub(crate) line: usize,
    /// The crate that it names; none for the file's own.
    pub(crate) package: Option<String>,
    /// Modules and items from that crate's root on.
    pub(crate) segments: Vec<String>,
}

/// Reads a file's code. `module` is the file's own module from the crate's root on, `packages` the crates whose names
/// begin a path.
pub(crate) fn read(text: &str, module: &[String], packages: &[&str]) -> Imports {
    let blanked = code(text);
    let tokens = without_tests(&tokens(&blanked));
    let mut imports = Imports { test_modules: tokens.test_modules, ..Imports::default() };
    let tokens = tokens.kept;
    // Declared first, as a file may use a module above the line that declares it.
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "mod" if depth == 0 && text_at(&tokens, at + 2) == ";" => {
                imports.modules.push(text_at(&tokens, at + 1).to_owned());
            }
            _ => {}
        }
    }
    // The inline modules around the place, each with the depth of its braces.
    let mut inline: Vec<(&str, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Token { text, line } = tokens[at];
        match text {
            "mod" if text_at(&tokens, at + 2) == "{" => {
                inline.push((text_at(&tokens, at + 1), depth));
                depth += 1;
                at += 3;
                continue;
            }
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if inline.last().is_some_and(|&(_, outside)| outside == depth) {
                    inline.pop();
                }
            }
            _ => {}
        }
        let before = |count: usize| at.checked_sub(count).map_or("", |it| text_at(&tokens, it));
        // `pub(in crate::a)` says who may see an item.
        let is_visibility = before(1) == "in" && before(2) == "(";
        let begins = text_at(&tokens, at + 1) == "::" && !matches!(before(1), "::" | ".") && !is_visibility;
        let here = || module.iter().cloned().chain(inline.iter().map(|&(name, _)| name.to_owned())).collect::<Vec<_>>();
        let start = match text {
            _ if !begins => None,
            "crate" => Some((None, Vec::new())),
            "self" | "super" => Some((None, here())),
            _ if packages.contains(&text) => Some((Some(text.to_owned()), Vec::new())),
            _ if inline.is_empty() && imports.modules.iter().any(|it| it == text) => {
                Some((None, [here(), vec![text.to_owned()]].concat()))
            }
            _ => None,
        };
        if let Some((package, mut segments)) = start {
            if text == "super" {
                segments.pop();
            }
            let mut found = Vec::new();
            let end = tree(&tokens, at + 2, segments, &mut found);
            imports.paths.extend(found.into_iter().map(|segments| Import { line, package: package.clone(), segments }));
            at = end;
        } else {
            at += 1;
        }
    }
    imports
}

/// Reads what follows a path's `::`, with the branches of a `use` tree; hands back where it ends.
fn tree(tokens: &[Token], mut at: usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    loop {
        match text_at(tokens, at) {
            "super" => drop(path.pop()),
            "self" => {}
            "{" => {
                at += 1;
                while !matches!(text_at(tokens, at), "}" | "") {
                    at = tree(tokens, at, path.clone(), found);
                    if text_at(tokens, at) == "as" {
                        at += 2;
                    }
                    if text_at(tokens, at) == "," {
                        at += 1;
                    }
                }
                return at + 1;
            }
            name if is_name(name) => path.push(name.to_owned()),
            // `*`, or the types of a function.
            _ => {
                found.push(path);
                return at + 1;
            }
        }
        at += 1;
        if text_at(tokens, at) != "::" {
            found.push(path);
            return at;
        }
        at += 1;
    }
}

#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    text: &'a str,
    line: usize,
}

fn text_at<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    tokens.get(at).map_or("", |it| it.text)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphabetic() || it == '_')
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |it: char| it.is_alphanumeric() || it == '_';
            let length = if rest.starts_with("::") {
                2
            } else if is_word(first) {
                rest.find(|it| !is_word(it)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (token, after) = rest.split_at(length);
            found.push(Token { text: token, line });
            rest = after.trim_start();
        }
    }
    found
}

struct WithoutTests<'a> {
    kept: Vec<Token<'a>>,
    test_modules: Vec<String>,
}

/// Takes out the items that are compiled for tests alone.
fn without_tests<'a>(tokens: &[Token<'a>]) -> WithoutTests<'a> {
    let mut kept = Vec::new();
    let mut test_modules = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let starts = |words: &[&str]| words.iter().enumerate().all(|(n, it)| text_at(tokens, at + n) == *it);
        if !(starts(&["#", "[", "cfg", "(", "test"]) || starts(&["#", "[", "cfg", "(", "all", "(", "test"])) {
            kept.push(tokens[at]);
            at += 1;
            continue;
        }
        // More attributes may stand between.
        while text_at(tokens, at) == "#" {
            at = after_group(tokens, at + 1);
        }
        let ends = item_end(tokens, at);
        if let Some(name) = tokens[at..ends].iter().position(|it| it.text == "mod") {
            if text_at(tokens, at + name + 2) == ";" {
                test_modules.push(text_at(tokens, at + name + 1).to_owned());
            }
        }
        at = ends;
    }
    WithoutTests { kept, test_modules }
}

/// Where the item that starts here ends. What is no item (a field, an arm, a statement) is not passed over: better an
/// import too many than one too few.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    if text_at(tokens, at) == "pub" {
        at += 1;
        if text_at(tokens, at) == "(" {
            at = after_group(tokens, at);
        }
    }
    let ends_with_semicolon = match text_at(tokens, at) {
        "use" | "static" | "type" => true,
        "const" => text_at(tokens, at + 1) != "fn",
        "mod" | "fn" | "impl" | "struct" | "enum" | "trait" | "async" | "unsafe" | "extern" | "macro_rules" => false,
        _ => return start,
    };
    while at < tokens.len() {
        match text_at(tokens, at) {
            ";" => return at + 1,
            "{" if !ends_with_semicolon => return after_group(tokens, at),
            "{" | "(" | "[" => at = after_group(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// Where the brackets end that open here.
fn after_group(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The code of a Rust file: its comments and what stands in its literals are blank, its lines stay where they are.
pub(crate) fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut end = 0;
    for (start, length) in blanks(text) {
        code.push_str(&text[end..start]);
        end = start + length;
        code.extend(text[start..end].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
    }
    code.push_str(&text[end..]);
    code
}

/// The texts in quotes of a file, as they are written, each with the place of its quote.
pub(crate) fn literals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    blanks(text).into_iter().filter_map(|(start, length)| {
        let literal = &text[start..start + length];
        let is_text = !literal.starts_with(['/', '\'']);
        let (from, to) = (literal.find('"')? + 1, literal.rfind('"')?);
        (is_text && from <= to).then(|| (start, &literal[from..to]))
    })
}

/// Where comments and literals begin, and how long they are.
fn blanks(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut after_word = false;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest),
            '\'' => char_literal(rest),
            'r' | 'b' | 'c' if !after_word => raw_string(rest),
            _ => 0,
        };
        if length == 0 {
            after_word = first.is_alphanumeric() || first == '_';
            at += first.len_utf8();
        } else {
            after_word = false;
            found.push((at, length));
            at += length;
        }
    }
    found
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `br#"…"#` and their like; 0 for anything else.
fn raw_string(text: &str) -> usize {
    let after_letters = text.trim_start_matches(['b', 'c']);
    if text.len() - after_letters.len() > 1 {
        return 0;
    }
    let Some(marks) = after_letters.strip_prefix('r') else { return 0 };
    let opening = marks.trim_start_matches('#');
    if !opening.starts_with('"') {
        return 0;
    }
    let end = format!("\"{}", "#".repeat(marks.len() - opening.len()));
    let from = text.len() - opening.len() + 1;
    text[from..].find(&end).map_or(text.len(), |it| from + it + end.len())
}

/// The length of a character; 0 where the quote begins a lifetime.
fn char_literal(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        // The escaped character itself may be a quote.
        Some((_, '\\')) => chars.skip(1).find(|it| it.1 == '\'').map_or(0, |it| it.0 + 1),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(path: &str) -> Vec<String> {
        path.split("::").filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    /// Every path of a file in `a::b`, other crates' with their name before it.
    fn paths(text: &str) -> Vec<String> {
        let imports = read(text, &module("a::b"), &["other"]);
        let shown = |it: &Import| match &it.package {
            Some(package) => format!("{package}!{}", it.segments.join("::")),
            None => it.segments.join("::"),
        };
        imports.paths.iter().map(shown).collect()
    }

    #[test]
    fn imports_are_found() {
        assert_eq!(paths("use crate::x;"), ["x"]);
        assert_eq!(paths("use crate::x::{self, y::Z, w as v, u::*};"), ["x", "x::y::Z", "x::w", "x::u"]);
        assert_eq!(paths("use {crate::x, super::y};"), ["x", "a::y"]);
        assert_eq!(paths("use super::super::x;"), ["x"]);
        assert_eq!(paths("use self::c::D;"), ["a::b::c::D"]);
        assert_eq!(paths("pub(crate) use other::x::Y;\nuse strange::x;"), ["other!x::Y"]);
        assert_eq!(paths("use super::*;"), ["a"]);
    }

    #[test]
    fn paths_in_code_are_imports_too() {
        assert_eq!(paths("fn f(a: &crate::x::Y) -> super::Z { crate::w::go::<u8>(a) }"), ["x::Y", "a::Z", "w::go"]);
        assert_eq!(paths("crate::x::Y { z: 1 }"), ["x::Y"]);
        assert_eq!(paths("self.x(); let crate_ = 1; x.super_::<u8>()"), [""; 0]);
        assert_eq!(paths("pub(in crate::a) fn f() { for x in crate::y::all() {} }"), ["y::all"]);
    }

    #[test]
    fn a_declared_module_begins_a_path_and_declaring_it_is_no_import() {
        assert_eq!(paths("mod c;\nfn f() { c::go(); d::go() }"), ["a::b::c::go"]);
        assert_eq!(paths("mod c;"), [""; 0]);
        assert_eq!(read("pub mod c;\nmod d { mod e; }", &[], &[]).modules, ["c"]);
    }

    #[test]
    fn inline_modules_count_for_super() {
        assert_eq!(
            paths("mod c { use super::x; fn f() { {} super::y() } }\nuse super::z;"),
            ["a::b::x", "a::b::y", "a::z"]
        );
        assert_eq!(paths("mod c { mod d { use super::super::x; } }"), ["a::b::x"]);
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        for text in [
            "// crate::x\n/// [`crate::x`]\n//! crate::x",
            "/* crate::x /* crate::y */ crate::z */",
            r#"let a = "crate::x \" crate::y";"#,
            "let a = r#\"crate::x \" crate::y\"#; let b = br\"crate::x\"; let c = b\"crate::x\";",
            r#"let a = ['"', '\'', '\\', '\u{22}']; let b = "crate::x";"#,
        ] {
            assert_eq!(paths(text), [""; 0], "{text}");
        }
        assert_eq!(paths("fn f<'a>(a: &'a crate::x::Y) {}"), ["x::Y"]);
        assert_eq!(paths("let a = '\"'; crate::x::y();"), ["x::y"]);
        assert_eq!(paths("let r = 1; for_each(br, \"crate::x\")"), [""; 0]);
    }

    #[test]
    fn lines_are_told() {
        let imports = read("/* a\n b */\nuse crate::x;\nlet a = \"\n\";\ncrate::y();", &[], &[]);
        assert_eq!(imports.paths.iter().map(|it| it.line).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn code_for_tests_is_passed_over() {
        let text = "#[cfg(test)]\nmod tests { use crate::x; }\n#[cfg(all(test, unix))]\n#[path = \"y.rs\"]\nmod y;\n\
             #[cfg(test)]\nuse crate::z::{a, b};\n#[cfg(test)]\nimpl A { fn f(a: [u8; 3]) { crate::w() } }\nuse crate::v;";
        assert_eq!(paths(text), ["v"]);
        assert_eq!(read(text, &[], &[]).test_modules, ["y"]);
        assert_eq!(paths("#[cfg(not(test))]\nuse crate::x;"), ["x"]);
        assert_eq!(paths("struct A {\n#[cfg(test)]\na: crate::x::Y,\nb: crate::z::W }"), ["x::Y", "z::W"]);
    }
}
