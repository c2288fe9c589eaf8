//! What a WebAssembly module is made of: the size of every function by name, and of what is no function.

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

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
        ensure!(Parser::is_core_wasm(bytes), "it is no WebAssembly module");
        let mut module = Self::default();
        let mut n_imported = 0;
        let mut names = HashMap::new();
        let mut of_names = 0;
        // Where the section before ended: what is before a section's content is its number and its size.
        let mut read = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.context("it is no WebAssembly module")?;
            let size = payload.as_section().map_or(0, |(_, range)| range.end - read);
            read += size;
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        n_imported += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    // Before a body stands its size.
                    let len = body.range().end - body.range().start;
                    let size = len + len_of_number(len);
                    module.functions.push(Function { name: String::new(), size });
                }
                Payload::DataSection(_) => module.data += size,
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        of_names += size;
                        for part in section {
                            if let Name::Function(map) = part? {
                                for naming in map {
                                    let naming = naming?;
                                    names.insert(naming.index, naming.name);
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for (idx, function) in (n_imported..).zip(&mut module.functions) {
            function.name = names.get(&idx).map_or_else(|| format!("function {idx}"), |it| plain(it));
        }
        let in_bodies = module.functions.iter().map(|it| it.size).sum::<u64>();
        module.rest = bytes.len() as u64 - in_bodies - module.data - of_names;
        Ok(module)
    }

    /// All of it.
    pub(crate) fn size(&self) -> u64 {
        self.functions.iter().map(|it| it.size).sum::<u64>() + self.data + self.rest
    }
}

/// How many bytes a number takes in a module (LEB128).
fn len_of_number(number: u64) -> u64 {
    u64::from((64 - (number | 1).leading_zeros()).div_ceil(7))
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
    fn numbers_take_seven_bits_a_byte() {
        for (number, len) in [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u64::MAX, 10)] {
            assert_eq!(len_of_number(number), len, "{number}");
        }
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
