//! What is an error, and what is said of it.

use super::*;
use crate::adapters::fake::{delete, post};
use crate::api::NetworkError;
use crate::words::Words;

/// What a list comes to that is answered so.
#[track_caller]
fn listed(errors: Value, answer: Step) -> Result<Vec<Value>, ApiError> {
    acme(json!({ "errors": errors })).list([answer])
}

/// What a create comes to that is answered so.
#[track_caller]
fn created(errors: Value, status: u16, answer: Value) -> ApiError {
    let body = json!({ "label": "{name}", "deep": { "expires": "{valid_to}" } });
    let fake = acme(json!({ "errors": errors, "create": { "path": "/tokens", "body": body } }));
    let step = post("/tokens").json(json!({ "label": "CI" })).answers(status, answer);
    fake.create(&draft("CI"), [step]).expect_err("an error")
}

fn invalid(words: &str) -> ApiError {
    ApiError::Invalid(words.into(), Vec::new())
}

#[test]
fn every_status_has_its_error() {
    for (status, expected) in [
        (400, ApiError::Refused(400, "Words.".into())),
        (403, ApiError::Forbidden("Words.".into())),
        (404, ApiError::NotFound("Words.".into())),
        (409, ApiError::Conflict("Words.".into())),
        (429, ApiError::TooMany(None)),
        (500, ApiError::Server(500, "Words.".into())),
    ] {
        let answer = get("/tokens").answers(status, json!({ "message": "Words." }));
        assert_eq!(listed(json!({}), answer), Err(expected));
    }
    assert_eq!(created(json!({}), 400, json!({ "message": "Words." })), invalid("Words."));
    assert_eq!(created(json!({}), 400, json!({})), ApiError::Refused(400, "".into()));
}

#[test]
fn messages_are_found_where_they_usually_stand_or_where_it_is_said() {
    for answer in [
        json!({ "message": "Words." }),
        json!({ "error": "Words." }),
        json!({ "error": { "message": "Words.", "code": 7 } }),
        json!({ "error": "invalid", "error_description": "Words." }),
        json!({ "detail": "Words." }),
        json!({ "title": "Words." }),
        json!({ "errors": [{ "message": "Words." }] }),
    ] {
        assert_eq!(created(json!({}), 422, answer), invalid("Words."));
    }
    let errors = json!({ "message": ["/a", "$.b[*].text"] });
    assert_eq!(created(errors.clone(), 422, json!({ "a": null, "b": [{ "text": "Words." }] })), invalid("Words."));
    assert_eq!(created(errors, 422, json!({ "a": ["Words."], "message": "Others." })), invalid("Words."));
    let text = post("/t").says(500, "Out of order").and(|it| it.content_type = "text/plain".into());
    let fake = acme(json!({ "create": { "path": "/t" } }));
    assert_eq!(fake.create(&draft("x"), [text]), Err(ApiError::Server(500, "Out of order".into())));
}

#[test]
fn messages_on_fields_come_to_the_forms_fields() {
    let fields = |pairs: [(&str, &str); 3]| pairs.map(|(field, text)| (field.to_owned(), Words::from(text))).to_vec();
    let expected = fields([("name", "Too long. Too odd."), ("other", "No."), ("valid_to", "In the past.")]);
    let object = json!({ "errors": { "expires": "In the past.", "label": ["Too long.", "Too odd."], "other": "No." } });
    let ApiError::Invalid(_, mut found) = created(json!({ "fields": "/errors" }), 400, object) else {
        panic!("not invalid")
    };
    // The members of an object are in no order.
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(found, expected);
    let list = json!({ "errors": [{ "path": "label", "msg": "Too long. Too odd." }, { "path": "other", "msg": "No." }, { "path": "expires", "msg": "In the past." }] });
    let errors = json!({ "fields": { "at": "/errors", "field": "/path", "message": "/msg" } });
    let ApiError::Invalid(_, found) = created(errors, 422, list) else { panic!("not invalid") };
    assert_eq!(found, expected);
    let ways = json!({ "errors": [
        { "path": "/body/label", "msg": "Too long. Too odd." },
        { "path": "other", "msg": "No." },
        { "path": ["body", "expires", 0], "msg": "In the past." },
    ] });
    let errors = json!({ "fields": { "at": "/errors", "field": "/path", "message": "/msg" } });
    let ApiError::Invalid(_, found) = created(errors, 422, ways) else { panic!("not invalid") };
    assert_eq!(found, expected);
    assert_eq!(created(json!({ "fields": "/message" }), 400, json!({ "message": "Words." })), invalid("Words."));
}

#[test]
fn messages_on_fields_are_found_where_nothing_is_said_of_them() {
    for errors in [
        json!({ "label": ["Too long."], "other": ["No."] }),
        json!([{ "field": "label", "message": "Too long." }, { "path": "/other", "detail": "No." }]),
    ] {
        let body = json!({ "message": "Look again.", "errors": errors });
        let ApiError::Invalid(words, fields) = created(json!({}), 422, body) else { panic!("not invalid") };
        assert_eq!(words, "Look again.");
        let expected = [("name", "Too long."), ("other", "No.")];
        assert_eq!(fields, expected.map(|(field, text)| (field.to_owned(), Words::from(text))));
    }
}

#[test]
fn a_401_that_does_not_sign_out_keeps_its_status() {
    let errors = json!({ "signed_out": { "status": 401, "at": "/error", "not": "bad password" } });
    assert_eq!(created(errors, 401, json!({ "error": "bad password" })), ApiError::Refused(401, "bad password".into()));
}

#[test]
fn an_error_may_come_with_a_200() {
    let rpc = json!({ "failed": { "at": "/error" }, "message": ["/error/data", "/error/message"] });
    let answer = json!({ "error": { "code": -32602, "message": "Invalid params.", "data": "No such token." } });
    assert_eq!(created(rpc.clone(), 200, answer), invalid("No such token."));
    let fine = get("/tokens").answers(200, json!({ "error": null, "data": [] }));
    assert_eq!(listed(rpc, fine), Ok(vec![]));
    let success = json!({ "failed": [{ "at": "/success", "is": false }] });
    assert_eq!(created(success, 200, json!({ "success": false, "message": "Words." })), invalid("Words."));
    let code = json!({ "failed": { "at": "/code", "not": [0, "ok"] } });
    assert_eq!(
        created(code.clone(), 200, json!({ "code": 7 })),
        invalid("The system says that it failed, and not why.")
    );
    let fine = get("/tokens").answers(200, json!({ "code": "ok", "data": [] }));
    assert_eq!(listed(code, fine), Ok(vec![]));
}

#[test]
fn an_empty_answer_may_be_an_error() {
    let errors = json!({ "failed": { "status": 200, "empty": true } });
    let fake = acme(json!({ "errors": errors, "delete": { "path": "/tokens/{id}" } }));
    assert!(matches!(fake.delete("7", [delete("/tokens/7").says(200, " ")]), Err(ApiError::Invalid(..))));
    assert_eq!(fake.delete("7", [delete("/tokens/7").says(204, "")]), Ok(true));
}

#[test]
fn who_is_signed_out_is_what_the_description_says() {
    let said = |errors: Value, status: u16, answer: Value| {
        matches!(listed(errors, get("/tokens").answers(status, answer)), Err(ApiError::SignedOut(_)))
    };
    let by_null = json!({ "signed_out": { "status": 403, "at": "/message", "is": null } });
    assert!(said(by_null.clone(), 403, json!({ "status": 403, "message": null })));
    assert!(said(by_null.clone(), 403, json!({})));
    assert!(!said(by_null.clone(), 403, json!({ "message": "No right." })));
    assert!(!said(by_null, 401, json!({})));
    let by_words = json!({ "signed_out": [{ "at": "/error/data", "has": "RE-login" }, { "status": [401, 419] }] });
    assert!(said(by_words.clone(), 200, json!({ "error": { "data": "Session terminated, re-login, please." } })));
    assert!(said(by_words.clone(), 419, json!({})));
    assert!(!said(by_words, 200, json!({ "error": { "data": "No." } })));
}

#[test]
fn what_is_missing_is_what_the_description_says() {
    let errors = json!({ "failed": { "at": "/error" }, "missing": { "at": "/error", "is": "no such token" } });
    let fake = acme(json!({ "errors": errors, "delete": { "path": "/tokens/{id}" } }));
    assert_eq!(fake.delete("7", [delete("/tokens/7").answers(200, json!({ "error": "no such token" }))]), Ok(false));
}

#[test]
fn what_was_typed_as_a_password_is_in_no_message() {
    let inputs = json!([{ "key": "password", "label": "Password", "type": "password" }]);
    let create = json!({ "path": "/tokens", "body": { "p": "{input.password}" } });
    let fake = acme(json!({ "inputs": inputs, "create": create }));
    let draft = Draft { inputs: vec![("password".into(), "pa55word".into())], ..draft("x") };
    let echo =
        post("/tokens").json(json!({ "p": "pa55word" })).answers(400, json!({ "message": "“pa55word” is wrong." }));
    assert_eq!(fake.create(&draft, [echo]), Err(invalid("“••••••••” is wrong.")));
}

#[test]
fn a_web_page_is_not_an_answer_and_a_fault_is_a_fault() {
    let page = get("/tokens").says(200, "<!doctype html>");
    assert_eq!(listed(json!({}), page), Err(ApiError::Malformed("an HTML page instead of JSON".into())));
    assert_eq!(listed(json!({}), get("/tokens").says(502, "<html>")), Err(ApiError::Server(502, "".into())));
    assert_eq!(
        listed(json!({}), get("/tokens").fails(NetworkError::Cors)),
        Err(ApiError::NoAnswer(NetworkError::Cors))
    );
    assert!(matches!(listed(json!({}), get("/tokens").says(200, "{")), Err(ApiError::Malformed(_))));
}
