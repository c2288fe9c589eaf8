//! All texts that are in tables.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Keys with their texts.
type Table = &'static [(&'static str, &'static str)];

macro_rules! tables {
    ($($file:ident::$name:ident),* $(,)?) => {
        &[$((concat!(stringify!($file), "::", stringify!($name)), super::$file::$name::TABLE)),*]
    };
}

/// Every table of `texts!` in this folder, by its file and its name.
const TABLES: &[(&str, Table)] = tables![
    confirm::Confirm,
    connection_form::ConnectionForm,
    connection_form::HeaderRows,
    connection_form::NotSaved,
    connection_form::WrongField,
    connection_test::ConnectionTest,
    connections::ConnectionLine,
    connections::Import,
    connections::Manages,
    details::Details,
    dialogs::Dialogs,
    errors::Happened,
    errors::Known,
    errors::Next,
    errors::Unique,
    fields::Wrong,
    filters::Chip,
    filters::EndsChoice,
    filters::Filters,
    filters::UsedChoice,
    filters::list_empty,
    filters::list_name,
    filters::list_title,
    form::Conflict,
    form::FormDate,
    form::FormField,
    form::GuidWas,
    form::TokenForm,
    labels::label,
    labels::lack,
    notices::Notices,
    notices::Passing,
    notices::prompt,
    outcome::Differences,
    outcome::Done,
    outcome::Failed,
    outcome::Findings,
    outcome::Hidden,
    outcome::NotSeen,
    outcome::Pending,
    outcome::Writes,
    outcome::search,
    page::Misconfigured,
    page::Named,
    page::NotOpened,
    page::Page,
    privileges::Asked,
    privileges::Place,
    privileges::Privileges,
    secret::SecretDialog,
    sign_in::SignInForm,
    states::Refused,
    states::Value,
    states::absent,
    states::action,
    states::status,
    states::status_filter,
    systems::System,
    table::Cell,
    table::Table,
    toolbar::Choice,
    toolbar::StateLine,
    toolbar::Toolbar,
];

/// What is declared in a file with `texts!`.
fn declared(file: &str, text: &str) -> Vec<String> {
    let names = text.split("texts! {").skip(1).filter_map(|it| {
        let mut words = it.lines().find(|it| it.trim_start().starts_with("pub "))?.split_whitespace().skip(2);
        Some(words.next()?.split(['<', '(']).next()?.to_owned())
    });
    names.map(|name| format!("{file}::{name}")).collect()
}

#[test]
fn every_table_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/messages");
    let mut found = BTreeSet::new();
    for file in fs::read_dir(folder).expect("the folder of the texts") {
        let path = file.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.extension().is_some_and(|it| it == "rs") && !["tables", "texts"].contains(&&*name) {
            found.extend(declared(&name, &fs::read_to_string(&path).expect("a text")));
        }
    }
    let listed: BTreeSet<String> = TABLES.iter().map(|it| it.0.to_owned()).collect();
    assert_eq!(found, listed, "tables! in src/messages/tables.rs lists every texts!");
}

#[test]
fn names_of_tables_are_unique() {
    let names: BTreeSet<_> = TABLES.iter().filter_map(|it| it.0.split("::").last()).collect();
    assert_eq!(names.len(), TABLES.len());
}
