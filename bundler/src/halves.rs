//! Joins the two halves of a split module by functions, without a table that JavaScript sees.
//!
//! The splitter has the later half import the first one's table of functions. But Chromium's renderer (156) ends when a
//! debugger looks for objects on a page whose JavaScript sees such a table. So the first half keeps its table to itself
//! and exports functions instead: one that puts a function into a place of the table, and for each type of function one
//! that calls what is in a place.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{
    CodeSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, Instruction, Module, RefType, SectionId, StartSection, TypeSection, ValType,
};
use wasmparser::{ElementItems, ElementKind, ExternalKind, FuncType, Operator, Parser, Payload, TypeRef};

/// The splitter's name for the table, and for where the later half imports it from.
pub(crate) const TABLE: &str = "__indirect_function_table";
const SHARED: &str = "__wasm_split";

/// The function that puts a function into a place: the place, the function.
const PLACE: &str = "__place_function";

/// How the name of the module ends that is wasm-bindgen's JavaScript.
const GLUE: &str = "_bg.js";

/// The halves, joined.
pub(crate) struct Joined {
    pub(crate) first: Vec<u8>,
    pub(crate) later: Vec<u8>,
    /// What the first half exports, and the later one imports, in the table's stead.
    pub(crate) names: Vec<String>,
    /// The one of these that calls a function with two numbers, as JavaScript does: the numbers, the function's place.
    pub(crate) call_with_two: String,
    /// What the first half imports from its JavaScript, by the names there, and the shorter ones that it got: wasm-bindgen's
    /// end in sixteen random digits each, in both files.
    pub(crate) renamed: Vec<(String, String)>,
}

/// Joins the halves, once wasm-bindgen is done with the first.
pub(crate) fn join(first: &[u8], later: &[u8]) -> Result<Joined> {
    let of_first = Contents::read(first).context("the first half")?;
    let of_later = Contents::read(later).context("the later half")?;
    let table = of_first.exported_table.context("the first half does not export its table of functions")?;
    ensure!(of_later.imports_table, "the later half does not import the table of functions");
    // The first one is for JavaScript.
    let mut called = vec![(vec![ValType::I32; 2], Vec::new())];
    let mut call_of_type = BTreeMap::new();
    for &idx in &of_later.called {
        let ty = of_later.types.get(idx as usize).context("a call of an unknown type")?;
        let call = called.iter().position(|it| it == ty).unwrap_or_else(|| {
            called.push(ty.clone());
            called.len() - 1
        });
        call_of_type.insert(idx, call as u32);
    }
    let names: Vec<_> = (0..called.len()).map(|idx| format!("__call_function_{idx}")).collect();
    let made = |half: &mut dyn Reencode<Error = Infallible>, bytes: &[u8]| {
        let mut module = Module::new();
        half.parse_core_module(&mut module, Parser::new(0), bytes).map(|()| module.finish())
    };
    let mut half = First { contents: &of_first, called: &called, names: &names, table, renamed: Vec::new() };
    let first = made(&mut half, first)?;
    let renamed = half.renamed;
    Ok(Joined {
        first,
        later: made(&mut Later { contents: &of_later, called: &called, names: &names, call_of_type }, later)?,
        renamed,
        call_with_two: names[0].clone(),
        names: names.into_iter().chain([PLACE.to_owned()]).collect(),
    })
}

/// Parameters and results.
type Signature = (Vec<ValType>, Vec<ValType>);

fn signature(ty: &FuncType) -> Result<Signature> {
    let convert = |types: &[wasmparser::ValType]| {
        types
            .iter()
            .map(|&it| ValType::try_from(it).map_err(|_| anyhow::anyhow!("a function takes or gives {it}")))
            .collect::<Result<Vec<_>>>()
    };
    Ok((convert(ty.params())?, convert(ty.results())?))
}

/// The signature of what calls a function: the function's place comes last.
fn of_call((params, results): &Signature) -> Signature {
    ([params.as_slice(), &[ValType::I32]].concat(), results.clone())
}

/// The signature of what puts a function into a place.
fn of_place() -> Signature {
    (vec![ValType::I32, ValType::Ref(RefType::FUNCREF)], Vec::new())
}

fn add_type(types: &mut TypeSection, (params, results): Signature) {
    types.ty().function(params, results);
}

/// What there is to know of a half before it is changed.
#[derive(Default)]
struct Contents {
    types: Vec<Signature>,
    n_imported_functions: u32,
    n_functions: u32,
    imports_table: bool,
    exported_table: Option<u32>,
    /// By their type, what is called through the table.
    called: BTreeSet<u32>,
    /// What the module puts into the table: places, and functions.
    placed: Vec<(u32, u32)>,
}

impl Contents {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut contents = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(types) => {
                    for ty in types.into_iter_err_on_gc_types() {
                        contents.types.push(signature(&ty?)?);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        match import.ty {
                            TypeRef::Func(_) => contents.n_imported_functions += 1,
                            TypeRef::Table(_) if import.name == TABLE => contents.imports_table = true,
                            TypeRef::Table(_) => bail!("it imports the table {}", import.name),
                            _ => {}
                        }
                    }
                }
                Payload::FunctionSection(functions) => contents.n_functions = functions.count(),
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Table && export.name == TABLE {
                            contents.exported_table = Some(export.index);
                        }
                    }
                }
                Payload::ElementSection(elements) => {
                    for element in elements {
                        contents.read_element(element?)?;
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    for operator in body.get_operators_reader()? {
                        if let Operator::CallIndirect { type_index, .. } = operator? {
                            contents.called.insert(type_index);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(contents)
    }

    fn read_element(&mut self, element: wasmparser::Element<'_>) -> Result<()> {
        let (ElementKind::Active { offset_expr, .. }, ElementItems::Functions(functions)) =
            (element.kind, element.items)
        else {
            return Ok(());
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("functions are put into places that are worked out");
        };
        for (place, function) in (value.cast_unsigned()..).zip(functions) {
            self.placed.push((place, function?));
        }
        Ok(())
    }

    fn n_types(&self) -> u32 {
        self.types.len() as u32
    }
}

/// The first half, which keeps its table to itself and offers what calls its functions.
struct First<'a> {
    contents: &'a Contents,
    called: &'a [Signature],
    names: &'a [String],
    table: u32,
    renamed: Vec<(String, String)>,
}

/// An error while a half is made anew.
type Failure = reencode::Error<Infallible>;

impl Reencode for First<'_> {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_type_section(self, types, section)?;
        add_type(types, of_place());
        for called in self.called {
            add_type(types, called.clone());
            add_type(types, of_call(called));
        }
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), Failure> {
        for import in section.into_imports() {
            let import = import?;
            let ty = self.entity_type(import.ty)?;
            if import.module.ends_with(GLUE) {
                let name = format!("i{}", self.renamed.len());
                imports.import(import.module, &name, ty);
                self.renamed.push((import.name.to_owned(), name));
            } else {
                imports.import(import.module, import.name, ty);
            }
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_function_section(self, functions, section)?;
        let n_types = self.contents.n_types();
        functions.function(n_types);
        for idx in 0..self.called.len() as u32 {
            functions.function(n_types + 2 + 2 * idx);
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_export_section(self, exports, section)?;
        let place = self.contents.n_imported_functions + self.contents.n_functions;
        exports.export(PLACE, ExportKind::Func, place);
        for (name, idx) in self.names.iter().zip(place + 1..) {
            exports.export(name, ExportKind::Func, idx);
        }
        Ok(())
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: wasmparser::Export<'_>) -> Result<(), Failure> {
        if export.kind == ExternalKind::Table && export.index == self.table {
            return Ok(());
        }
        utils::parse_export(self, exports, export)
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_code_section(self, code, section)?;
        let mut place = Function::new([]);
        place.instructions().local_get(0).local_get(1).table_set(self.table).end();
        code.function(&place);
        for ((params, _), idx) in self.called.iter().zip(0..) {
            let mut call = Function::new([]);
            for local in 0..=params.len() as u32 {
                call.instructions().local_get(local);
            }
            call.instructions().call_indirect(self.table, self.contents.n_types() + 1 + 2 * idx).end();
            code.function(&call);
        }
        Ok(())
    }
}

/// The later half, which puts its functions into the first one's table when it starts, and calls by what that offers.
struct Later<'a> {
    contents: &'a Contents,
    called: &'a [Signature],
    names: &'a [String],
    /// By the type of a call through the table, which of those it becomes.
    call_of_type: BTreeMap<u32, u32>,
}

impl Later<'_> {
    /// The function that is imported for placing; those for calling come behind it.
    fn place(&self) -> u32 {
        self.contents.n_imported_functions
    }

    fn n_added(&self) -> u32 {
        1 + self.called.len() as u32
    }
}

impl Reencode for Later<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Failure> {
        Ok(if function < self.contents.n_imported_functions { function } else { function + self.n_added() })
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_type_section(self, types, section)?;
        // Of the start; then, as they are imported.
        add_type(types, Signature::default());
        add_type(types, of_place());
        for called in self.called {
            add_type(types, of_call(called));
        }
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), Failure> {
        for import in section.into_imports() {
            let import = import?;
            // The one table is the first half's.
            if !matches!(import.ty, TypeRef::Table(_)) {
                imports.import(import.module, import.name, self.entity_type(import.ty)?);
            }
        }
        let names = std::iter::once(PLACE).chain(self.names.iter().map(String::as_str));
        for (name, ty) in names.zip(self.contents.n_types() + 1..) {
            imports.import(SHARED, name, EntityType::Function(ty));
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_function_section(self, functions, section)?;
        functions.function(self.contents.n_types());
        Ok(())
    }

    fn intersperse_section_hook(
        &mut self,
        module: &mut Module,
        _: Option<SectionId>,
        before: Option<SectionId>,
    ) -> Result<(), Failure> {
        if before == Some(SectionId::Element) {
            let function_index = self.contents.n_imported_functions + self.n_added() + self.contents.n_functions;
            module.section(&StartSection { function_index });
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        _: wasmparser::ElementSectionReader<'_>,
    ) -> Result<(), Failure> {
        let functions = self.contents.placed.iter().map(|&(_, function)| self.function_index(function));
        let functions = functions.collect::<Result<Vec<_>, _>>()?;
        // A function that is handed on has to be declared so.
        elements.declared(Elements::Functions(functions.into()));
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Result<(), Failure> {
        utils::parse_code_section(self, code, section)?;
        let mut start = Function::new([]);
        for &(place, function) in &self.contents.placed {
            let function = self.function_index(function)?;
            start.instructions().i32_const(place.cast_signed()).ref_func(function).call(self.place());
        }
        start.instructions().end();
        code.function(&start);
        Ok(())
    }

    fn parse_instruction<'a>(
        &mut self,
        reader: &mut wasmparser::OperatorsReader<'a>,
    ) -> Result<Instruction<'a>, Failure> {
        let instruction = utils::parse_instruction(self, reader)?;
        if let Instruction::CallIndirect { type_index, .. } = instruction
            && let Some(call) = self.call_of_type.get(&type_index)
        {
            return Ok(Instruction::Call(self.place() + 1 + call));
        }
        Ok(instruction)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use wasm_encoder::{ConstExpr, MemoryType, TableType};

    use super::*;
    use xtask::process::{self, command};

    /// The place of the first half's function in the table, and of the later one's.
    const PLACES: [i32; 2] = [1, 2];

    /// A half: its one function adds `added` to its parameter, and `call` hands its own on to what is in a place.
    fn half(added: i32, imported: Option<&str>, own: i32, called: i32) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        module.section(&types);
        let table =
            TableType { element_type: RefType::FUNCREF, table64: false, minimum: 3, maximum: None, shared: false };
        let mut imports = ImportSection::new();
        match imported {
            Some(from) => imports.import(from, TABLE, table),
            None => imports.import("./x_bg.js", "__wbg_log_0123456789abcdef", EntityType::Function(0)),
        };
        let n_imported = u32::from(imported.is_none());
        module.section(&imports);
        let mut functions = FunctionSection::new();
        functions.function(0).function(0);
        module.section(&functions);
        if imported.is_none() {
            let mut tables = wasm_encoder::TableSection::new();
            tables.table(table);
            module.section(&tables);
        }
        let mut memories = wasm_encoder::MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        module.section(&memories);
        let mut exports = ExportSection::new();
        exports.export("call", ExportKind::Func, n_imported + 1);
        if imported.is_none() {
            exports.export(TABLE, ExportKind::Table, 0);
        }
        module.section(&exports);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(own), Elements::Functions([n_imported].as_slice().into()));
        module.section(&elements);
        let mut code = CodeSection::new();
        let mut add = Function::new([]);
        add.instructions().local_get(0).i32_const(added).i32_add().end();
        code.function(&add);
        let mut call = Function::new([]);
        call.instructions().local_get(0).i32_const(called).call_indirect(0, 0).end();
        code.function(&call);
        module.section(&code);
        module.finish()
    }

    #[test]
    fn halves_call_each_other_without_a_table_that_anybody_sees() {
        let first = half(10, None, PLACES[0], PLACES[1]);
        let later = half(200, Some(SHARED), PLACES[1], PLACES[0]);
        let joined = join(&first, &later).expect("they fit");
        assert_eq!(joined.renamed, [("__wbg_log_0123456789abcdef".to_owned(), "i0".to_owned())]);
        assert!(joined.names.contains(&joined.call_with_two));
        let folder = std::env::temp_dir().join(format!("halves-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("first.wasm"), joined.first).expect("written");
        fs::write(folder.join("later.wasm"), joined.later).expect("written");
        // What is in place 2 comes with the later half: calling it before is a trap.
        let script = "const { readFileSync } = require('node:fs');
            const start = (name, imports) => new WebAssembly.Instance(
              new WebAssembly.Module(readFileSync(`${process.argv[1]}/${name}.wasm`)), imports).exports;
            const first = start('first', { './x_bg.js': { i0: (it) => it } });
            let before; try { first.call(1); } catch (error) { before = error.constructor.name; }
            const later = start('later', { __wasm_split: first });
            const tables = Object.values({ ...first, ...later }).filter((it) => it instanceof WebAssembly.Table);
            console.log(before, first.call(1), later.call(1), tables.length);";
        let told = process::read(command("node").args(["-e", script, "--"]).arg(&folder));
        let _ = fs::remove_dir_all(&folder);
        assert_eq!(told.as_deref(), Some("RuntimeError 201 11 0"));
    }

    #[test]
    fn halves_that_do_not_fit_are_refused() {
        let first = half(10, None, PLACES[0], PLACES[1]);
        let later = half(200, Some(SHARED), PLACES[1], PLACES[0]);
        for (one, other) in [(&later, &later), (&first, &first), (&b"<html>".to_vec(), &later)] {
            assert!(join(one, other).is_err());
        }
    }
}
