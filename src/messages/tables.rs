//! All texts that are in tables.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::texts::Table;

macro_rules! tables {
    ($($file:ident::$name:ident),* $(,)?) => {
        &[$((concat!(stringify!($file), "::", stringify!($name)), super::$file::$name::TABLE)),*]
    };
}

/// Every table of `texts!` in this folder, by its file and its name.
const TABLES: &[(&str, Table)] = tables![
    air::air_settings,
    bulk::DryRun,
    bulk::Running,
    bulk::Skips,
    bulk::Troubles,
    bulk::aim_doing,
    bulk::aim_doing_too,
    bulk::aim_done,
    bulk::aim_done_too,
    bulk::aim_meaning,
    bulk::aim_name,
    bulk::aim_title,
    bulk::aim_verb,
    clone::Clone,
    confirm::Confirm,
    connection_form::ConnectionForm,
    connection_form::HeaderRows,
    connection_form::NotSaved,
    connection_form::WrongField,
    connection_test::ConnectionTest,
    connections::ConnectionLine,
    connections::Import,
    connections::Manages,
    curl::Request,
    curl::Script,
    details::Details,
    dialogs::Dialogs,
    errors::AskedFor,
    errors::Happened,
    errors::Known,
    errors::Next,
    errors::Unique,
    fields::Wrong,
    filters::Chip,
    filters::CountsText,
    filters::EndsChoice,
    filters::Filters,
    filters::UsedChoice,
    filters::counted,
    filters::list_empty,
    filters::list_name,
    filters::list_title,
    form::Conflict,
    form::FormDate,
    form::FormField,
    form::GoneToken,
    form::GuidWas,
    form::Review,
    form::ScopeList,
    form::TokenForm,
    heard::OfList,
    heard::Order,
    hints::Hints,
    hints::written,
    idle::IdleDialog,
    labels::label,
    labels::lack,
    mist::mist_settings,
    lists::Choices,
    lists::Elsewhere,
    lists::Here,
    lists::Long,
    lists::Tested,
    lists::gap,
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
    page::Title,
    privileges::Asked,
    privileges::Place,
    privileges::Privileges,
    records::StepsCounted,
    records::InterruptedRun,
    records::Record,
    records::RecordList,
    records::RunState,
    records::first,
    records::outcome,
    records::trouble,
    rest::rest_settings,
    rights::Rights,
    rights::RightsChange,
    rotation::Begin,
    rotation::HandOver,
    rotation::LeftOpenRotations,
    rotation::Mark,
    rotation::RotationLine,
    rotation::RotationList,
    rotation::Rotations,
    rotation::end_choice,
    rotation::end_due,
    rotation::end_now,
    rotation::not_kept,
    scoped::scoped_settings,
    secret::SecretDialog,
    selection::Selecting,
    selection::SelectionBar,
    shortcuts::ShortcutList,
    shortcuts::shortcut,
    sign_in::SignInForm,
    states::Nearing,
    states::Refused,
    states::Value,
    states::absent,
    states::action,
    states::status,
    states::status_filter,
    systems::System,
    table::Cell,
    table::SortBy,
    table::Table,
    toolbar::Choice,
    toolbar::StateLine,
    toolbar::Toolbar,
    welcome::Program,
    welcome::Welcome,
];

/// What is declared in a file with `texts!`.
fn declared(file: &str, text: &str) -> Vec<String> {
    let names = text.split("texts! {").skip(1).filter_map(|it| {
        let mut words = it.lines().find(|it| it.trim_start().starts_with("pub"))?.split_whitespace().skip(2);
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

/// Where the tests of the whole page read the same texts.
const FOR_TESTS: &str = "tests/e2e/texts.ts";

/// Set, it has that file written again.
const WRITE: &str = "TOKENDECK_WRITE_TEXTS";

/// `SearchBy` and `list_title` as TypeScript writes names.
fn camel(name: &str) -> String {
    let mut parts = name.split('_').filter(|it| !it.is_empty());
    let upper = |part: &str| format!("{}{}", part[..1].to_uppercase(), &part[1..]);
    let first = parts.next().unwrap_or_default();
    format!("{}{}{}", first[..1].to_lowercase(), &first[1..], parts.map(upper).collect::<String>())
}

/// A text in quotes.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut quoted = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            letter if letter == quote || letter == '\\' => quoted.extend(['\\', letter]),
            letter => quoted.push(letter),
        }
    }
    quoted.push(quote);
    quoted
}

/// A text with places as a function of what fills them, in the order of the text.
fn function(text: &str, args: &[&str]) -> String {
    let place = |arg: &str| format!("{{{arg}}}");
    let mut args: Vec<&str> = args.to_vec();
    args.sort_by_key(|it| text.find(&place(it)));
    let params: Vec<String> = args.iter().map(|it| format!("{}: Value", camel(it))).collect();
    let escaped = text.replace('\\', "\\\\").replace('`', "\\`").replace("${", "\\${");
    let filled =
        args.iter().fold(escaped, |text, arg| text.replace(&place(arg), &format!("${{fill({})}}", camel(arg))));
    format!("({}) => `{filled}`", params.join(", "))
}

fn typescript() -> String {
    let mut text = String::from(
        "// The texts of the page by their keys, as src/messages has them. Written by its test:\n\
         // TOKENDECK_WRITE_TEXTS=1 cargo test -p tokendeck --lib messages::tables\n\n\
         type Value = string | number;\n\n\
         const fill = (value: Value): string => (typeof value === 'number' ? value.toLocaleString('en') : value);\n\n\
         export const say = {\n",
    );
    for (name, table) in TABLES {
        let name = name.split("::").last().unwrap_or_default();
        text.push_str(&format!("  {}: {{\n", camel(name)));
        for (key, said, args) in *table {
            let value = if args.is_empty() { quoted(said) } else { function(said, args) };
            text.push_str(&format!("    {}: {value},\n", camel(key)));
        }
        text.push_str("  },\n");
    }
    text + "} as const;\n"
}

#[test]
fn the_whole_is_tested_by_the_same_texts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOR_TESTS);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, typescript()).expect("the file can be written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == typescript(), "{FOR_TESTS} is outdated: run this test with {WRITE}=1");
}

#[test]
fn texts_are_written_as_typescript() {
    assert_eq!([camel("SearchBy"), camel("list_title")], ["searchBy", "listTitle"]);
    assert_eq!([quoted("Plain"), quoted("It's"), quoted("a\\b")], ["'Plain'", "\"It's\"", "'a\\\\b'"]);
    let text = "{n} by {label}, {label}";
    assert_eq!(
        function(text, &["label", "n"]),
        "(n: Value, label: Value) => `${fill(n)} by ${fill(label)}, ${fill(label)}`"
    );
}
