//! Configurations, right and wrong.

use super::*;
use crate::adapters::DIALECTS;
use crate::api::Request;

fn parse(text: &str) -> Result<Config, Vec<ConfigError>> {
    Config::parse(text, DIALECTS)
}

fn with(connection: &str) -> String {
    format!(r#"{{"connections":[{{"name":"A","dialect":"scoped","base":"api/v1"}},{connection}]}}"#)
}

#[track_caller]
fn check(text: &str, pointer: &str, mistake: Mistake) {
    let mistakes = parse(text).expect_err("a mistake");
    assert!(mistakes.contains(&ConfigError::at(pointer, mistake)), "{mistakes:?}");
}

#[test]
fn the_one_that_ships_is_right() {
    let config = parse(include_str!("../../config.json")).expect("no mistakes");
    assert_eq!((config.connections[0].base.as_str(), &config.connections[0].auth), ("api/v1", &Auth::None));
}

#[test]
fn connections_are_read() {
    let text = with(
        r#"{"name":"Q","dialect":"scoped","base":"https://q.example:8443/api","auth":{"type":"headers","headers":[{"name":"Tenant","value":"acme"},{"name":"ApiToken"}]}}"#,
    );
    let config = parse(&text).expect("no mistakes");
    let header = |name: &str, value: Option<&str>, secret| AuthHeader {
        name: name.into(),
        value: value.map(str::to_owned),
        secret,
    };
    assert_eq!(
        config.connections[1].auth,
        Auth::Headers(vec![header("Tenant", Some("acme"), false), header("ApiToken", None, true)])
    );
    let bearer = with(r#"{"name":"Q","dialect":"scoped","base":"/api","auth":{"type":"bearer"}}"#);
    assert_eq!(parse(&bearer).map(|it| it.connections[1].auth.clone()), Ok(Auth::Bearer));
}

#[test]
fn more_than_can_be_told_apart_are_refused() {
    let one = |idx: usize| format!(r#"{{"name":"C{idx}","dialect":"scoped","base":"c{idx}"}}"#);
    let text = |count: usize| format!(r#"{{"connections":[{}]}}"#, (0..count).map(one).collect::<Vec<_>>().join(","));
    assert_eq!(parse(&text(256)).map(|it| it.connections.len()), Ok(256));
    check(&text(257), "/connections", Mistake::TooManyConnections { n: 257 });
}

fn unknown_dialect() -> Mistake {
    Mistake::UnknownDialect { given: "soap".into(), known: DIALECTS.iter().map(|it| it.key.to_owned()).collect() }
}

#[test]
fn mistakes_are_named_with_their_place() {
    assert!(matches!(&parse("{").expect_err("a mistake")[0].mistake, Mistake::NotJson(_)));
    check("[]", "", Mistake::NotAnObject);
    check("{}", "/connections", Mistake::Missing);
    check(r#"{"connections":{}}"#, "/connections", Mistake::NotAList);
    let known = Mistake::unknown(&["connections", "suggested", "idle_minutes", "$schema"]);
    check(r#"{"connections":[],"conections":1}"#, "/conections", known);
    check(&with("5"), "/connections/1", Mistake::NotAnObject);
    check(&with(r#"{"name":"A","dialect":"scoped","base":"x"}"#), "/connections/1/name", Mistake::NameTwice);
    check(&with(r#"{"name":" ","dialect":"scoped","base":"x"}"#), "/connections/1/name", Mistake::NotAText);
    check(&with(r#"{"name":"B","dialect":"soap","base":"x"}"#), "/connections/1/dialect", unknown_dialect());
    check(&with(r#"{"name":"B","dialect":"scoped"}"#), "/connections/1/base", Mistake::Missing);
    check(&with(r#"{"name":"B","dialect":"rest","base":"x"}"#), "/connections/1/api", Mistake::Missing);
    let elsewhere =
        ["\"https://h/x.json\"", "\"//h/x.json\"", "\"/\\t/h/x.json\"", "\"/\\n/h/x.json\"", "\"/\\\\h/x.json\""];
    for api in ["[]", "\"\""].into_iter().chain(elsewhere) {
        let text = with(&format!(r#"{{"name":"B","dialect":"rest","base":"x","api":{api}}}"#));
        check(&text, "/connections/1/api", Mistake::NotADescription);
    }
    check(
        &with(r#"{"name":"B","dialect":"scoped","base":"x","timeout":0}"#),
        "/connections/1/timeout",
        Mistake::NotATimeout { least: 1, most: 600 },
    );
    for wrong in ["0", "1001", "2.5", "\"64\""] {
        let text = format!(r#"{{"name":"B","dialect":"scoped","base":"x","max_answer_mb":{wrong}}}"#);
        check(&with(&text), "/connections/1/max_answer_mb", Mistake::NotAWholeNumber { least: 1, most: 1_000 });
    }
    check(
        &with(r#"{"name":"B","dialect":"scoped","base":"x","tokn":"t"}"#),
        "/connections/1/tokn",
        Mistake::unknown(&[&COMMON[..], &["auth"]].concat()),
    );
    check(
        &with(r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"basic"}}"#),
        "/connections/1/auth/type",
        Mistake::one_of(&["none", "bearer", "headers"]),
    );
    check(
        &with(r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"bearer","token":"s"}}"#),
        "/connections/1/auth/token",
        Mistake::unknown(&["type"]),
    );
    check(
        &with(r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"headers","headers":[{"name":"a b"}]}}"#),
        "/connections/1/auth/headers/0/name",
        Mistake::NotAHeader,
    );
    check(
        &with(
            r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"headers","headers":[{"name":"a","value":"ключ"}]}}"#,
        ),
        "/connections/1/auth/headers/0/value",
        Mistake::UnfitForHeader,
    );
    check(
        &with(
            r#"{"name":"B","dialect":"scoped","base":"x","auth":{"type":"headers","headers":[{"name":"a","secret":true,"value":"s"}]}}"#,
        ),
        "/connections/1/auth/headers/0/value",
        Mistake::Secret,
    );
}

#[test]
fn a_page_may_begin_without_connections_and_suggest_some() {
    let empty = parse(r#"{"connections":[]}"#).expect("no mistakes");
    assert_eq!(empty, Config { connections: Vec::new(), suggested: Vec::new(), idle_minutes: None });
    let suggests = |all: &str| {
        let text = format!(r#"{{"connections":[{{"name":"A","dialect":"air","base":"a"}}],"suggested":{all}}}"#);
        parse(&text).map(|it| (it.connections.len(), it.suggested.into_iter().map(|it| it.name).collect::<Vec<_>>()))
    };
    assert_eq!(suggests("[]"), Ok((1, vec![])));
    assert_eq!(suggests(r#"[{"name":"B","dialect":"air","base":"b"}]"#), Ok((1, vec!["B".to_owned()])));
    let told = |all: &str| suggests(all).expect_err(all).remove(0);
    assert_eq!(told("7"), ConfigError::at("/suggested", Mistake::NotAList));
    assert_eq!(told(r#"[{"name":"B","dialect":"air"}]"#), ConfigError::at("/suggested/0/base", Mistake::Missing));
    let taken = r#"[{"name":"A","dialect":"air","base":"b"}]"#;
    assert_eq!(told(taken), ConfigError::at("/suggested/0/name", Mistake::NameTwice));
}

#[test]
fn the_page_may_sign_out_after_so_many_minutes() {
    let idle = |said: &str| parse(&format!(r#"{{"connections":[]{said}}}"#)).map(|it| it.idle_minutes);
    assert_eq!(idle(""), Ok(None));
    assert_eq!(idle(r#","idle_minutes":1"#), Ok(Some(1)));
    assert_eq!(idle(r#","idle_minutes":1440"#), Ok(Some(1_440)));
    for wrong in ["0", "-1", "1441", "2.5", "\"15\"", "true", "null", "[]"] {
        let text = format!(r#"{{"connections":[],"idle_minutes":{wrong}}}"#);
        check(&text, "/idle_minutes", Mistake::NotAWholeNumber { least: 1, most: 1_440 });
    }
}

#[test]
fn headers_that_never_leave_are_mistakes() {
    for name in ["Cookie", "host", "Origin", "Sec-Fetch-Site", "Proxy-Authorization", "If-Match", "content-type"] {
        let headers = format!(r#"{{"type":"headers","headers":[{{"name":"Tenant"}},{{"name":"{name}"}}]}}"#);
        let text = with(&format!(r#"{{"name":"B","dialect":"scoped","base":"x","auth":{headers}}}"#));
        check(&text, "/connections/1/auth/headers/1/name", Mistake::ReservedHeader);
    }
}

#[test]
fn requests_with_credentials_of_their_own_carry_no_cookies() {
    let asked = || Request::new(crate::api::Method::Get, "tokens".into()).header("A", "b");
    let signed = Auth::None.sign(&asked(), &[]);
    assert_eq!((signed.cookies, signed.headers.len()), (true, 1));
    let headers = Auth::Bearer.headers(vec![("Authorization".into(), "secret-1".into())]);
    let signed = Auth::Bearer.sign(&asked(), &headers);
    assert_eq!((signed.cookies, signed.headers[1].1.as_str()), (false, "Bearer secret-1"));
    assert_eq!(Auth::Bearer.secrets(&headers), ["secret-1"]);
    let header = |name: &str, secret| AuthHeader { name: name.into(), value: None, secret };
    let own = Auth::Headers(vec![header("Tenant", false), header("ApiToken", true)]);
    let headers = own.headers(vec![("Tenant".into(), "acme".into()), ("ApiToken".into(), "secret-2".into())]);
    assert!(!own.sign(&asked(), &headers).cookies);
    assert_eq!(own.secrets(&headers), ["secret-2"]);
}

#[test]
fn cookies_are_for_those_who_say_so() {
    let cookies = |more: &str| {
        let text = with(&format!(r#"{{"name":"B","dialect":"air","base":"/air"{more}}}"#));
        parse(&text).map(|it| it.connections[1].cookies)
    };
    assert_eq!((cookies(""), cookies(r#","cookies":true"#)), (Ok(false), Ok(true)));
    assert_eq!(cookies(r#","cookies":false"#), Ok(false));
    check(
        &with(r#"{"name":"B","dialect":"mist","base":"x","cookies":1}"#),
        "/connections/1/cookies",
        Mistake::NotAFlag,
    );
}

#[test]
fn a_proxy_is_for_what_serves_the_page() {
    for more in ["", r#","proxy":true"#, r#","proxy":false"#] {
        let text = with(&format!(r#"{{"name":"B","dialect":"air","base":"https://b.example"{more}}}"#));
        assert_eq!(parse(&text).map(|it| it.connections[1].base.clone()), Ok("https://b.example".into()), "{more}");
    }
    check(
        &with(r#"{"name":"B","dialect":"mist","base":"x","proxy":"yes"}"#),
        "/connections/1/proxy",
        Mistake::NotAFlag,
    );
    for address in ["https://b.example/gitlab", "/gitlab"] {
        let text = with(&format!(r#"{{"name":"B","dialect":"air","base":"proxy/B","address":"{address}"}}"#));
        assert_eq!(parse(&text).map(|it| it.connections[1].setting("address")), Ok(address.into()));
    }
    check(
        &with(r#"{"name":"B","dialect":"air","base":"proxy/B","address":"ftp://b.example"}"#),
        "/connections/1/address",
        Mistake::NotABase,
    );
}

#[test]
fn how_long_new_tokens_live_is_days_or_no_end() {
    let first_end = |more: &str| {
        let text = with(&format!(r#"{{"name":"B","dialect":"air","base":"/air"{more}}}"#));
        parse(&text).map(|it| it.connections[1].first_end)
    };
    assert_eq!(first_end(""), Ok(FirstEnd::Usual));
    assert_eq!(first_end(r#","default_days":null"#), Ok(FirstEnd::Never));
    assert_eq!(first_end(r#","default_days":1"#), Ok(FirstEnd::Days(1)));
    assert_eq!(first_end(r#","default_days":3650"#), Ok(FirstEnd::Days(3_650)));
    for wrong in ["0", "-1", "3651", "2.5", "\"30\"", "false", "[]", "4294967297"] {
        let text = format!(r#"{{"name":"B","dialect":"air","base":"/air","default_days":{wrong}}}"#);
        check(&with(&text), "/connections/1/default_days", Mistake::NotALife { least: 1, most: 3_650 });
    }
}

#[test]
fn addresses_that_lead_nowhere_are_mistakes() {
    for base in [
        "javascript:alert(1)",
        "//host/api",
        "ftp://host",
        "https://user:pw@host/",
        "https://",
        "https:///x",
        "api?x=1",
        "a b",
        "https://h\\\\x",
        "/\\t/host/x",
        "/\\n/host/x",
        "\\u0001//host/x",
        "/\\r\\n/host",
        "/\\\\host",
        "ht\\ttps://host",
        "a\\u007fb",
        "HTTPS://host",
        "http:host",
        "http:/host",
        "https://a.example@host/x",
    ] {
        let mistakes = parse(&with(&format!(r#"{{"name":"B","dialect":"scoped","base":"{base}"}}"#)));
        let is_told = |it: &ConfigError| {
            let of_base = matches!(it.mistake, Mistake::BaseWithMore | Mistake::BaseWithUser | Mistake::NotABase);
            it.pointer == "/connections/1/base" && of_base
        };
        assert!(mistakes.is_err_and(|it| it.iter().any(is_told)), "{base}");
    }
    for base in ["api", "/api/v1/", "../x", "https://h", "http://127.0.0.1:8080/api", "api/a:b"] {
        assert!(parse(&with(&format!(r#"{{"name":"B","dialect":"scoped","base":"{base}"}}"#))).is_ok(), "{base}");
    }
}
