//! What a WebAssembly module is made of: the size of every function by name, and of what is no function.

use anyhow::{Context, Result, bail, ensure};

/// The parts of a module, in bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Module {
    /// Every function with a body, in the module's order.
    pub(crate) functions: Vec<Function>,
    /// Constants: texts, tables of numbers, the initial memory.
    pub(crate) data: u64,
    /// Types, imports, exports, the table of functions and whatever else is neither code nor data. Names do not count:
    /// they are not shipped.
    pub(crate) rest: u64,
}

/// A function's body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its path; copies for different types have the same.
    pub(crate) name: String,
    pub(crate) size: u64,
}

impl Module {
    /// Takes a module apart.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        ensure!(bytes.starts_with(b"\0asm\x01\0\0\0"), "it is no WebAssembly module");
        let mut module = Self { rest: 8, ..Self::default() };
        let mut n_imported = 0;
        let mut bodies = Vec::new();
        let mut names = Vec::new();
        let mut reader = Reader(&bytes[8..]);
        while !reader.0.is_empty() {
            let before = reader.0.len();
            let id = reader.byte()?;
            let content = reader.bytes()?;
            let size = (before - reader.0.len()) as u64;
            let mut content = Reader(content);
            match id {
                0 if content.text()? == "name" => {
                    names = function_names(content)?;
                    continue;
                }
                2 => n_imported = imported_functions(content)?,
                10 => {
                    let mut in_bodies = 0;
                    for _ in 0..content.number()? {
                        let before = content.0.len();
                        content.bytes()?;
                        let body = (before - content.0.len()) as u64;
                        in_bodies += body;
                        bodies.push(body);
                    }
                    module.rest += size - in_bodies;
                    continue;
                }
                11 => {
                    module.data += size;
                    continue;
                }
                _ => {}
            }
            module.rest += size;
        }
        for (idx, size) in (n_imported..).zip(bodies) {
            let name = match names.binary_search_by_key(&idx, |(it, _)| *it) {
                Ok(found) => plain(&names[found].1),
                Err(_) => format!("function {idx}"),
            };
            module.functions.push(Function { name, size });
        }
        Ok(module)
    }

    /// All of it.
    pub(crate) fn size(&self) -> u64 {
        self.functions.iter().map(|it| it.size).sum::<u64>() + self.data + self.rest
    }
}

/// The crate that a function's name says it comes from: of `<A as B>::f` that of the type `A`, or where `A` has none that
/// of the trait, and of the code that drops a value the value's.
pub(crate) fn crate_of(name: &str) -> Option<&str> {
    let name = name.strip_prefix("core::ptr::drop_in_place<").unwrap_or(name);
    let name = name.trim_start_matches(['<', '&', '*', '[', '(']);
    let name = ["mut ", "const ", "dyn "].into_iter().fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
    let end = name.find(|it: char| !(it.is_alphanumeric() || it == '_')).unwrap_or(name.len());
    let (first, rest) = name.split_at(end);
    if rest.starts_with("::") && !first.is_empty() {
        return Some(first);
    }
    rest.split_once(" as ").and_then(|(_, of_trait)| crate_of(of_trait))
}

/// The path without what tells builds and copies apart: `.7` and `::h` with sixteen digits at its end, and sixteen digits
/// in brackets behind the name of a crate.
fn plain(name: &str) -> String {
    let is_hash = |text: &str| text.len() == 16 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let name = match name.rsplit_once('.') {
        Some((path, number)) if !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit()) => path,
        _ => name,
    };
    let name = match name.rsplit_once("::h") {
        Some((path, hash)) if is_hash(hash) => path,
        _ => name,
    };
    let mut parts = name.split('[');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if is_hash(hash) => text.push_str(rest),
            _ => {
                text.push('[');
                text.push_str(part);
            }
        }
    }
    text
}

/// How many of the imports are functions.
fn imported_functions(mut section: Reader) -> Result<u64> {
    let mut n_functions = 0;
    for _ in 0..section.number()? {
        section.text()?;
        section.text()?;
        match section.byte()? {
            0 => {
                n_functions += 1;
                section.number()?;
            }
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            3 => {
                section.byte()?;
                section.byte()?;
            }
            4 => {
                section.byte()?;
                section.number()?;
            }
            kind => bail!("an import of the unknown kind {kind}"),
        }
    }
    Ok(n_functions)
}

/// The names that the `name` section gives to functions, by their index, ascending.
fn function_names(mut section: Reader) -> Result<Vec<(u64, String)>> {
    let mut names = Vec::new();
    while !section.0.is_empty() {
        let id = section.byte()?;
        let mut content = Reader(section.bytes()?);
        if id == 1 {
            for _ in 0..content.number()? {
                names.push((content.number()?, content.text()?.to_owned()));
            }
        }
    }
    Ok(names)
}

/// What is left to read.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("the module ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    /// An unsigned number (LEB128).
    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number without an end");
    }

    /// As many bytes as the number before them says.
    fn bytes(&mut self) -> Result<&'a [u8]> {
        let len = self.number()? as usize;
        let (bytes, rest) = self.0.split_at_checked(len).context("the module ends too early")?;
        self.0 = rest;
        Ok(bytes)
    }

    fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?).context("a name that is no text")
    }

    /// The least and, where it is said, the greatest size of a memory or a table.
    fn limits(&mut self) -> Result<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 != 0 {
            self.number()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section: its number, its size and its content.
    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        [&[id, content.len() as u8][..], content].concat()
    }

    #[test]
    fn a_module_is_taken_apart() {
        let mut names = b"\x04name\x01".to_vec();
        let list = b"\x02\x00\x05taken\x01\x17a::b::h0123456789abcdef";
        names.push(list.len() as u8);
        names.extend(list);
        let bytes = [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, b"\x01\x60\x00\x00"),
            section(2, b"\x02\x01m\x05taken\x00\x00\x01m\x03mem\x02\x01\x01\x02"),
            section(3, b"\x02\x00\x00"),
            section(10, b"\x02\x02\x00\x0b\x03\x00\x01\x0b"),
            section(11, b"\x01\x00\x41\x00\x0b\x01x"),
            section(0, &names),
        ]
        .concat();
        let module = Module::read(&bytes).expect("a module");
        let functions: Vec<_> = module.functions.iter().map(|it| (it.name.as_str(), it.size)).collect();
        assert_eq!(functions, [("a::b", 3), ("function 2", 4)]);
        assert_eq!(module.data, 9);
        assert_eq!(module.size() + 2 + names.len() as u64, bytes.len() as u64);
    }

    #[test]
    fn rubbish_is_refused() {
        for bytes in [&b""[..], b"<html>", b"\0asm\x01\0\0\0\x01\x05", b"\0asm\x01\0\0\0\x0a\x01\xff"] {
            assert!(Module::read(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn names_are_the_same_in_every_build() {
        for (name, expected) in [
            ("a::b::h0123456789abcdef", "a::b"),
            ("core[12f89f2d8a73214f]::str::f.3208", "core::str::f"),
            ("<[u8] as core[12f89f2d8a73214f]::fmt::Debug>::fmt", "<[u8] as core::fmt::Debug>::fmt"),
            ("a::b.c", "a::b.c"),
            ("a::hello", "a::hello"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }

    #[test]
    fn functions_belong_to_crates() {
        for (name, expected) in [
            ("core::fmt::Formatter::pad", Some("core")),
            ("<tokendeck::view::Row as core::clone::Clone>::clone", Some("tokendeck")),
            ("<&mut leptos::X as core::fmt::Debug>::fmt", Some("leptos")),
            ("<[T] as alloc::slice::Concat>::concat", Some("alloc")),
            ("<u64 as core::fmt::Display>::fmt", Some("core")),
            ("<(A,B) as leptos::Render>::build", Some("leptos")),
            ("core::ptr::drop_in_place<alloc::string::String>", Some("alloc")),
            ("core::ptr::drop_in_place<[tokendeck::Token]>", Some("tokendeck")),
            ("core::str::<impl str>::find", Some("core")),
            ("memcpy", None),
            ("__multi3", None),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }
}
