//! What the form makes of what was typed.

use super::*;
use crate::adapters::DIALECTS;

const SHIPPED_FILE: &str = "apis/gitlab.json";

fn catalog() -> Catalog {
    Catalog { dialects: DIALECTS, shipped: vec![Shipped { file: SHIPPED_FILE.into(), name: "GitLab".into() }] }
}

fn form(settings: &str) -> Form {
    Form::of(settings, &catalog())
}

fn with(form: Form, settings: &[(&str, &str)]) -> Form {
    let settings = settings.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    Form { settings: settings.collect(), ..form }
}

#[test]
fn a_connection_comes_back_as_it_was() {
    for settings in [
        r#"{"name":"A","dialect":"scoped","base":"api/v1"}"#,
        r#"{"name":"A","dialect":"scoped","base":"b","auth":{"type":"bearer"},"hint":"h","timeout":7,"max_answer_mb":9}"#,
        r#"{"name":"A","dialect":"scoped","base":"b","auth":{"type":"headers","headers":[{"name":"T","value":"v"},{"name":"U"},{"name":"V","secret":false}]}}"#,
        r#"{"name":"A","dialect":"pt-sandbox","base":"b"}"#,
        r#"{"name":"A","dialect":"mist","base":"b","hint":"h","timeout":7,"max_answer_mb":1000,"cookies":true}"#,
        r#"{"name":"A","dialect":"scoped","base":"b","cookies":false}"#,
        r#"{"name":"A","dialect":"scoped","base":"b","default_days":90}"#,
        r#"{"name":"A","dialect":"air","base":"b","cookies":true,"default_days":null}"#,
        r#"{"name":"A","dialect":"air","base":"b","version":"v1","filters":{"name":"ci","id":"a=b"}}"#,
        r#"{"name":"A","dialect":"mist","base":"b","tokens":"org","org_id":"7"}"#,
        r#"{"name":"A","dialect":"mist","base":"https://b.example","proxy":true}"#,
        r#"{"name":"A","dialect":"mist","base":"proxy/A","default_days":9,"proxy":true,"address":"https://b.example/c"}"#,
        r#"{"name":"A","dialect":"mist","base":"b","proxy":false}"#,
        r#"{"name":"A","dialect":"rest","base":"b","api":"apis/gitlab.json","values":{"group":"42"}}"#,
        r#"{"name":"A","dialect":"rest","base":"b","api":"mine.json"}"#,
        r#"{"name":"A","dialect":"rest","base":"b","api":{"list":[1,"é",{}]}}"#,
    ] {
        let read = form(settings);
        assert_eq!(form(&read.to_json(&catalog())), read, "{settings}");
        let (before, after) = (Connection::read(settings, DIALECTS), read.check(&catalog(), &[]));
        let without_settings = |it: Connection| Connection { settings: String::new(), ..it };
        assert_eq!(after.clone().map(without_settings), before.map(without_settings), "{settings}");
        if !settings.contains("\"api\":{") {
            assert_eq!(read.to_json(&catalog()), settings);
        }
    }
    assert_eq!(form(r#"{"dialect":"rest","api":"apis/gitlab.json"}"#).speaks, Speaks::Shipped(SHIPPED_FILE.into()));
    assert_eq!(form(r#"{"dialect":"rest","api":"mine.json"}"#).speaks, Speaks::Described);
    assert_eq!(form("rubbish"), empty());
}

/// What is there when nothing was typed: the first dialect, and no more.
fn empty() -> Form {
    Form { speaks: Speaks::Known("scoped".into()), ..Form::default() }
}

fn filled() -> Form {
    Form { name: "A".into(), base: "b".into(), ..empty() }
}

/// The first mistake.
#[track_caller]
fn check(form: Form, pointer: &str, mistake: Mistake) {
    let mistakes = form.check(&catalog(), &["Taken".to_owned()]).expect_err("a mistake");
    assert!(mistakes.contains(&ConfigError::at(pointer, mistake)), "{mistakes:?}");
}

#[test]
fn mistakes_stand_at_their_fields() {
    assert!(filled().check(&catalog(), &["Taken".to_owned()]).is_ok());
    check(empty(), "/name", Mistake::Missing);
    check(empty(), "/base", Mistake::Missing);
    check(Form { name: " Taken ".into(), ..filled() }, "/name", Mistake::NameTwice);
    check(Form { base: "ftp://x".into(), ..filled() }, "/base", Mistake::NotABase);
    check(Form { timeout: "soon".into(), ..filled() }, "/timeout", Mistake::NotATimeout { least: 1, most: 600 });
    check(Form { timeout: "601".into(), ..filled() }, "/timeout", Mistake::NotATimeout { least: 1, most: 600 });
    let too_much = Mistake::NotAWholeNumber { least: 1, most: 1_000 };
    check(Form { max_answer_mb: "much".into(), ..filled() }, "/max_answer_mb", too_much);
    for days in ["soon", "0", "3651", "1.5"] {
        let life = Mistake::NotALife { least: 1, most: 3_650 };
        check(Form { default_days: days.into(), ..filled() }, "/default_days", life);
    }
    check(Form { cookies: "perhaps".into(), ..filled() }, "/cookies", Mistake::NotAFlag);
    check(Form { proxy: "perhaps".into(), ..filled() }, "/proxy", Mistake::NotAFlag);
    check(Form { address: "ftp://x".into(), ..filled() }, "/address", Mistake::NotABase);
    let headers = |row| with(Form { headers: vec![row], ..filled() }, &[("auth", "headers")]);
    check(with(filled(), &[("auth", "headers")]), "/auth/headers", Mistake::NoHeaders);
    check(headers(HeaderRow::default()), "/auth/headers/0/name", Mistake::Missing);
    check(
        headers(HeaderRow { name: "a b".into(), ..HeaderRow::default() }),
        "/auth/headers/0/name",
        Mistake::NotAHeader,
    );
    let fixed = HeaderRow { name: "T".into(), kind: HeaderKind::Fixed, value: String::new() };
    check(headers(fixed), "/auth/headers/0/value", Mistake::NotAText);
    let air = |version: &str, filters: &str| {
        let form = Form { speaks: Speaks::Known("air".into()), ..filled() };
        with(form, &[("version", version), ("filters", filters)])
    };
    check(air("v2", "name=ci"), "/filters", Mistake::OnlyWith { setting: "version", choice: "v1" });
    check(air("v1", "name"), "/filters/name", Mistake::NotAText);
    let described = |api: &str| with(Form { speaks: Speaks::Described, ..filled() }, &[("api", api)]);
    check(described(""), "/api", Mistake::Missing);
    check(described("{\n \"a\": }"), "/api", Mistake::NotJson("not JSON at line 2, column 7".into()));
    check(described("https://x/y.json"), "/api", Mistake::NotADescription);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let form = Form { name: "Taken".into(), base: "ftp://x".into(), speaks: Speaks::Described, ..filled() };
    let form = with(Form { timeout: "soon".into(), ..form }, &[("api", "{")]);
    let mistakes = form.check(&catalog(), &["Taken".to_owned()]).expect_err("mistakes");
    let places: Vec<&str> = mistakes.iter().map(|it| it.pointer.as_str()).collect();
    assert_eq!(places, ["/name", "/base", "/timeout", "/api"]);
}

#[test]
fn what_is_not_filled_in_is_told_from_what_is_wrong() {
    let mistakes = Form { base: "ftp://x".into(), ..empty() }.check(&catalog(), &[]).expect_err("mistakes");
    assert_eq!(mistakes.iter().map(is_gap).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn shipped_descriptions_are_where_they_are_looked_for() {
    for Shipped { file, name } in Catalog::new(DIALECTS).shipped {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file));
        let text = text.expect("it is readable");
        assert_eq!(json::read(text.as_bytes()).expect("JSON").text_of("name"), Some(name.as_str()), "{file}");
    }
}

#[test]
fn systems_have_names() {
    let named: Vec<Words> = catalog().all().into_iter().map(|(it, _)| catalog().name(&it)).collect();
    assert!(named.ends_with(&["GitLab".into(), "Other API (bring a description)".into()]), "{named:?}");
    assert_eq!(named[..4], ["Scoped Token API", "PT Sandbox", "NVIDIA Air", "Juniper Mist"]);
    assert_eq!(catalog().name(&Speaks::Known("soap".into())), "Other API (bring a description)");
}

#[test]
fn a_description_says_what_it_wants() {
    let text = r#"{"values":{"group":{"required":true,"help":"Its id."},"page":{"default":5}}}"#;
    let one = |key: &str, required, default: &str, help: &str| Declared {
        key: key.into(),
        required,
        default: default.into(),
        help: help.into(),
    };
    assert_eq!(Declared::read_all(text), [one("group", true, "", "Its id."), one("page", false, "5", "")]);
    assert_eq!(Declared::read_all("{"), []);
}

#[test]
fn what_is_for_another_system_is_left_out() {
    let typed = with(
        Form { values: vec![("group".into(), "42".into())], ..filled() },
        &[("auth", "bearer"), ("version", "v1"), ("tokens", "org"), ("api", "x.json")],
    );
    assert_eq!(typed.to_json(&catalog()), r#"{"name":"A","dialect":"scoped","base":"b","auth":{"type":"bearer"}}"#);
    let shipped = Form { speaks: Speaks::Shipped(SHIPPED_FILE.into()), ..typed };
    assert_eq!(
        shipped.to_json(&catalog()),
        r#"{"name":"A","dialect":"rest","base":"b","api":"apis/gitlab.json","values":{"group":"42"}}"#
    );
}
