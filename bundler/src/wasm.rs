//! Edits a WebAssembly module: fewer exports, shorter names of imports.

use anyhow::{Result, ensure};
use wasm_encoder::{EntityType, ExportSection, ImportSection, RawSection};
use wasmparser::{Parser, Payload};

/// The module with its imports called as `name_of` says, and without the exports that `is_kept` is against, so that what only
/// they need can be left out. All else stays byte for byte as it is: a linker's relocations point into it.
pub(crate) fn edited(
    bytes: &[u8],
    name_of: impl Fn(&str) -> String,
    is_kept: impl Fn(&str) -> bool,
) -> Result<Vec<u8>> {
    ensure!(Parser::is_core_wasm(bytes), "it is no WebAssembly module");
    let mut made = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for import in section.into_imports() {
                    let import = import?;
                    imports.import(import.module, &name_of(import.name), EntityType::try_from(import.ty)?);
                }
                made.section(&imports);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                for export in section.into_iter().filter(|it| it.as_ref().map_or(true, |it| is_kept(it.name))) {
                    let export = export?;
                    exports.export(export.name, export.kind.into(), export.index);
                }
                made.section(&exports);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    made.section(&RawSection { id, data: &bytes[range.start as usize..range.end as usize] });
                }
            }
        }
    }
    Ok(made.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section: its number, its size and its content.
    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        [&[id, content.len() as u8][..], content].concat()
    }

    #[test]
    fn exports_are_left_out() {
        let around = [b"\0asm\x01\0\0\0".to_vec(), section(1, b"\x01\x60\x00\x00"), section(3, b"\x01\x00")].concat();
        let code = section(10, b"\x01\x02\x00\x0b");
        let exports = |content: &[u8]| [around.clone(), section(7, content), code.clone()].concat();
        let module = exports(b"\x03\x01a\x00\x00\x02bb\x00\x00\x01c\x00\x00");
        let without = |name: &'static str| edited(&module, str::to_owned, move |it| it != name).expect("a module");
        assert_eq!(without("bb"), exports(b"\x02\x01a\x00\x00\x01c\x00\x00"));
        assert_eq!(without("d"), module);
        assert!(edited(b"<html>", str::to_owned, |_| true).is_err());
    }

    #[test]
    fn imports_get_short_names() {
        let module = |names: [&str; 2]| {
            let import = |name: &str| [b"\x01m", &[name.len() as u8][..], name.as_bytes(), b"\x00\x00"].concat();
            let content = [b"\x02".to_vec(), import(names[0]), import(names[1])].concat();
            [b"\0asm\x01\0\0\0".to_vec(), section(1, b"\x01\x60\x00\x00"), section(2, &content)].concat()
        };
        let short = |name: &str| name.replace("__wbg_a_1", "i0");
        assert_eq!(
            edited(&module(["__wbg_a_1", "other"]), short, |_| true).expect("a module"),
            module(["i0", "other"])
        );
    }
}
