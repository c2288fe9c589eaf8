//! What the shell makes of the commands.

use std::process::Command;

use super::*;

fn post(body: &str) -> Request {
    Request::new(Method::Post, "https://api.example/tokens".into()).json(body.into())
}

fn shown(requests: Vec<Request>) -> Shown {
    let secrets = vec![(Kind::Other, "s3cret/\"x".into()), (Kind::Guid, "0123-guid".into())];
    let (called, system) = ("ci".into(), "My API".into());
    Shown { action: Action::Create, called, system, requests, secrets }
}

fn commands(all: &[Shown]) -> Vec<String> {
    let commands = script(all).into_iter().filter_map(|it| match it {
        Line::Command(text) => Some(text),
        _ => None,
    });
    commands.collect()
}

fn names(all: &[Shown]) -> Vec<(String, Kind, Form)> {
    let variables = script(all).into_iter().filter_map(|it| match it {
        Line::Variable(it) => Some((it.name, it.kind, it.form)),
        _ => None,
    });
    variables.collect()
}

/// The arguments that a command gets in each shell, which has to agree.
#[track_caller]
fn arguments(request: Request, set: &[(&str, &str)]) -> Vec<String> {
    let [command] = &commands(&[shown(vec![request])])[..] else { panic!("one command") };
    let script = format!("curl() {{ for it in \"$@\"; do printf '%s\\001' \"$it\"; done; }}\n{command}");
    let run = |shell: &str| {
        let mut shell = Command::new(shell);
        shell.arg("-c").arg(&script).env_clear().env("HOME", "/nowhere").envs(set.iter().copied());
        let output = shell.output().expect("a shell");
        assert!(output.status.success() && output.stderr.is_empty(), "{script}\n{output:?}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.trim_end_matches('\u{1}').split('\u{1}').map(str::to_owned).collect::<Vec<_>>()
    };
    let (sh, bash) = (run("sh"), run("bash"));
    assert_eq!(sh, bash);
    sh
}

#[test]
fn a_command_is_legible() {
    let request = post(r#"{"name":"ci","guid":"0123-guid"}"#).header("Authorization", "Bearer abc");
    let [command] = &commands(&[shown(vec![request])])[..] else { panic!("one command") };
    let expected = r#"curl --globoff --request POST \
  --header 'Content-Type: application/json' \
  --header "Authorization: Bearer ${MY_API_TOKEN:?}" \
  --data-raw '{"name":"ci","guid":"'"${MY_API_GUID:?}"'"}' \
  --url https://api.example/tokens"#;
    assert_eq!(command, expected);
}

#[test]
fn hostile_names_stay_texts() {
    for name in [
        "it's",
        "$(touch /tmp/x)",
        "`id`",
        "${HOME}",
        "a\nb",
        "-o/tmp/x",
        "@/etc/passwd",
        "!!",
        "\\",
        "\"; rm -rf ~; \"",
        "'; exit 1; '",
        "a\\\nb",
        "*?[x]{a,b}",
        "# no comment",
        "ü 部署",
        "",
    ] {
        let body = format!("{{\"name\":\"{}\"}}", json_text(name));
        let arguments = arguments(post(&body), &[]);
        assert_eq!(arguments[5..7], ["--data-raw".to_owned(), body], "{name}");
        // What is no JSON is kept as well.
        let plain = Request { body: Some(name.into()), ..post("") }.header("X-Name", &name.replace('\n', " "));
        let arguments = super::tests::arguments(plain, &[]);
        assert!(arguments.contains(&name.to_owned()), "{name} {arguments:?}");
    }
}

#[test]
fn letters_that_are_not_seen_are_written_by_their_numbers() {
    let body = "{\"name\":\"a\u{202e}b\u{7f}\u{200b}\u{e0041}\"}";
    let arguments = arguments(post(body), &[]);
    assert_eq!(arguments[6], r#"{"name":"a\u202eb\u007f\u200b\udb40\udc41"}"#);
}

#[test]
fn secrets_are_variables_wherever_they_stand() {
    let request = Request::new(Method::Put, format!("https://api.example/{}/x?k=0123-guid", encode("s3cret/\"x")))
        .json(r#"{"a":"s3cret/\"x","b":["0123-guid"]}"#.into())
        .header("X-Odd", "v=s3cret/\"x;")
        .header("Authorization", "Basic dTpw")
        .header("ApiToken", "plain words")
        .header("Tenant", "acme");
    let all = [shown(vec![request])];
    let found = names(&all);
    let kinds: Vec<_> = found.iter().map(|(name, kind, form)| (name.as_str(), kind.clone(), *form)).collect();
    let header = |name: &str| Kind::Header(name.into());
    assert_eq!(
        kinds,
        [
            ("MY_API_SECRET", Kind::Other, Form::Plain),
            ("MY_API_TOKEN", header("Authorization"), Form::Plain),
            ("MY_API_APITOKEN", header("ApiToken"), Form::Plain),
            ("MY_API_SECRET_2", Kind::Other, Form::Json),
            ("MY_API_GUID", Kind::Guid, Form::Plain),
            ("MY_API_SECRET_3", Kind::Other, Form::Address),
        ]
    );
    let text = commands(&all).join("\n");
    for secret in ["s3cret", "0123-guid", "dTpw"] {
        assert!(!text.contains(secret), "{secret}\n{text}");
    }
    assert!(text.contains("Tenant: acme"), "{text}");
}

#[test]
fn variables_give_back_what_was_taken_out() {
    let request = post(r#"{"guid":"0123-guid","name":"it's $HOME"}"#).header("Authorization", "Bearer abc");
    let set = [("MY_API_TOKEN", "t'o\"k e$n"), ("MY_API_GUID", "9$(id)")];
    let arguments = arguments(request, &set);
    assert!(arguments.contains(&"Authorization: Bearer t'o\"k e$n".to_owned()), "{arguments:?}");
    assert!(arguments.contains(&r#"{"guid":"9$(id)","name":"it's $HOME"}"#.to_owned()), "{arguments:?}");
}

#[test]
fn nothing_is_sent_while_a_secret_is_not_set() {
    let request = post("{}").header("Authorization", "Bearer abc");
    let [command] = &commands(&[shown(vec![request])])[..] else { panic!("one command") };
    for shell in ["sh", "bash"] {
        let script = format!("curl() {{ echo sent; }}\n{command}");
        let output = Command::new(shell).arg("-c").arg(script).env_clear().output().expect("a shell");
        assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("MY_API_TOKEN"), "{output:?}");
    }
}

#[test]
fn a_request_without_a_body_has_its_length_and_no_type() {
    let arguments = arguments(Request::new(Method::Post, "https://api.example/x".into()), &[]);
    let expected = [
        "--globoff",
        "--request",
        "POST",
        "--header",
        "Content-Type:",
        "--data-raw",
        "",
        "--url",
        "https://api.example/x",
    ];
    assert_eq!(arguments, expected);
    let delete = super::tests::arguments(Request::new(Method::Delete, "https://api.example/x".into()), &[]);
    assert_eq!(delete, ["--globoff", "--request", "DELETE", "--url", "https://api.example/x"]);
    let empty = super::tests::arguments(Request::new(Method::Delete, "x".into()).header("X-Empty", ""), &[]);
    assert_eq!(empty[3..5], ["--header", "X-Empty;"]);
}

#[test]
fn cookies_are_a_variable_that_may_be_empty() {
    let request = Request::new(Method::Delete, "https://api.example/x".into()).with_cookies();
    let all = [shown(vec![request])];
    assert!(commands(&all)[0].contains("--cookie \"${MY_API_COOKIE-}\""));
    assert_eq!(names(&all), [("MY_API_COOKIE".into(), Kind::Cookie, Form::Plain)]);
}

#[test]
fn a_condition_comes_with_how_to_read_its_tag() {
    let url = "https://api.example/tokens/1";
    let put = Request::new(Method::Put, url.into()).json("{}".into()).header("If-Match", "\"7\"");
    let lines = script(&[shown(vec![put.with_headers(&[])])]);
    let [Line::Note(Note::IfMatch), Line::Command(read), Line::Command(write)] = &lines[..] else {
        panic!("{lines:?}")
    };
    assert_eq!(read, "curl --globoff --include \\\n  --url https://api.example/tokens/1");
    assert!(write.contains("--header 'If-Match: \"7\"'"), "{write}");
    // What was read before is told once.
    let get = Request::new(Method::Get, url.into());
    assert_eq!(commands(&[shown(vec![get, put])]).len(), 2);
}

#[test]
fn what_a_request_takes_over_is_told() {
    let get = Request::new(Method::Get, "https://api.example/tokens/1".into());
    let lines = script(&[shown(vec![get, post("{}")])]);
    assert_eq!(lines.first(), Some(&Line::Note(Note::TakesOver)));
}

#[test]
fn what_an_answer_tells_is_asked_for_where_it_is_known() {
    let marker = crate::api::rehearsal::of_answer("/result/0");
    let second = Request::new(Method::Post, format!("https://api.example/{}/secret", encode(&marker)))
        .json(format!(r#"{{"of":"{marker}","guid":"0123-guid"}}"#));
    let mut both = shown(vec![post("{}"), second]);
    both.secrets.push((Kind::Answer("/result/0".into()), marker));
    let lines = script(&[both]);
    let order: Vec<&str> = lines
        .iter()
        .map(|it| match it {
            Line::Variable(Variable { name, .. }) => name,
            Line::Command(_) => "curl",
            _ => "another",
        })
        .collect();
    assert_eq!(order, ["MY_API_GUID", "curl", "MY_API_RESULT_0", "MY_API_RESULT_0_2", "curl"]);
}

#[test]
fn many_actions_share_their_variables_and_each_is_told() {
    let request = |guid: &str| post(&format!(r#"{{"guid":"{guid}"}}"#)).header("Authorization", "Bearer abc");
    let one = |system: &str, guid: &str| Shown {
        system: system.into(),
        secrets: vec![(Kind::Guid, guid.into())],
        called: guid.into(),
        ..shown(vec![request(guid)])
    };
    let all = [one("A", "guid-1"), one("A", "guid-2"), one("2nd", "guid-3"), one("", "guid-4")];
    let found: Vec<String> = names(&all).into_iter().map(|it| it.0).collect();
    assert_eq!(found, ["A_TOKEN", "A_GUID", "A_GUID_2", "_2ND_GUID", "GUID"]);
    let lines = script(&all);
    assert_eq!(lines.iter().filter(|it| matches!(it, Line::About(..))).count(), 4);
}
