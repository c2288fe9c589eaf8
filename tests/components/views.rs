//! Table, filters, form, questions, secret and sign-in.

use std::rc::Rc;

use tokendeck::api::{NetworkError, Prompt};
use tokendeck::messages::confirm::Confirm;
use tokendeck::messages::dialogs::Dialogs;
use tokendeck::messages::filters::{Chip, Filters};
use tokendeck::messages::form::{FormField, TokenForm};
use tokendeck::messages::notices::{Notices, prompt};
use tokendeck::messages::page::{Misconfigured, Page as PageText};
use tokendeck::messages::secret::SecretDialog;
use tokendeck::messages::sign_in::SignInForm;
use tokendeck::messages::table::Table;
use tokendeck::messages::toolbar::{StateLine, Toolbar};
use tokendeck::messages::{Number, status_filter};
use tokendeck::query::StatusFilter;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{System, problem};
use crate::page::{Page, choose, click, fill, find, get, is_disabled, rows, says, sleep, texts, value, wait, wait_for};

const NAMES: [&str; 3] = ["deploy", "Backup", "metrics"];

async fn loaded(system: &Rc<System>) -> Page {
    let page = Page::over(system);
    wait("the rows", || rows().len() == NAMES.len()).await;
    page
}

// Table ----------------------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn the_table_shows_the_tokens_in_the_systems_order_and_sorts_them() {
    let system = Rc::new(System::with(&NAMES));
    let _page = loaded(&system).await;
    assert_eq!(rows(), NAMES);
    assert_eq!(system.asked().iter().filter(|it| *it == "GET /tokens").count(), 1);
    assert!(says("status", "3 of 3 tokens"));

    let header = || get("columnheader", "Name▲").get_attribute("aria-sort");
    click(&Table::Name.text()).await;
    wait("ascending", || rows() == ["Backup", "deploy", "metrics"]).await;
    assert_eq!(header().as_deref(), Some("ascending"));
    click("Name▲").await;
    wait("descending", || rows() == ["metrics", "deploy", "Backup"]).await;
    click("Name▼").await;
    wait("as it came", || rows() == NAMES).await;
}

#[wasm_bindgen_test]
async fn an_empty_list_offers_the_first_token() {
    let system = Rc::new(System::default());
    let _page = Page::over(&system);
    click(&Table::CreateFirst.text()).await;
    wait_for("dialog", &TokenForm::Create.text()).await;
}

#[wasm_bindgen_test]
async fn a_list_that_does_not_come_is_explained_and_asked_for_again() {
    let system = Rc::new(System::with(&NAMES));
    system.fail(Some(NetworkError::Unreachable));
    let _page = Page::over(&system);
    wait("the error", || says("alert", "does not answer")).await;
    assert!(rows().is_empty());
    system.fail(None);
    click(&Notices::Retry.text()).await;
    wait("the rows", || rows() == NAMES).await;
    assert!(!says("alert", "does not answer"));
}

#[wasm_bindgen_test]
async fn a_wrong_configuration_is_named() {
    let _page = Page::new(r#"{"connections":[{"name":"A","dialect":"scoped"}]}"#);
    wait_for("button", &Misconfigured::Reload.text()).await;
    let said = web_sys::window().and_then(|it| it.document()?.body()?.text_content()).unwrap_or_default();
    assert!(said.contains("/connections/0/base is missing"), "{said}");
}

// Filters --------------------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn filters_narrow_the_list_and_are_taken_away_one_by_one() {
    let system = Rc::new(System::with(&NAMES));
    let _page = loaded(&system).await;
    fill(&get("searchbox", &Filters::SearchByName.text()), "BACK");
    wait("one left", || rows() == ["Backup"]).await;
    assert!(says("status", &StateLine::Shown { shown: Number(1), loaded: Number(3) }.text()));
    choose(&get("combobox", &Filters::Status.text()), status_filter(StatusFilter::Revoked));
    wait("none left", || says("status", &StateLine::Shown { shown: Number(0), loaded: Number(3) }.text())).await;
    click(&Chip::Remove { filter: "Name: BACK" }.text()).await;
    wait("the name is empty", || value(&get("searchbox", &Filters::SearchByName.text())).is_empty()).await;
    assert!(rows().is_empty());
    click(&Table::ShowAll.text()).await;
    wait("all again", || rows() == NAMES).await;
    assert_eq!(system.count("GET /tokens"), 1, "filters ask for nothing");
}

// Form -----------------------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn the_form_says_what_is_missing_and_makes_the_token() {
    let system = Rc::new(System::with(&NAMES));
    let _page = loaded(&system).await;
    click(&Toolbar::Create.text()).await;
    wait_for("dialog", &TokenForm::Create.text()).await;
    assert!(is_disabled(&get("button", &TokenForm::Save.text())));
    let guid = || value(&get("textbox", &FormField::Guid.text()));
    let before = guid();
    click(&FormField::RegenerateGuid.text()).await;
    wait("another GUID", || guid() != before && guid().len() == 36).await;
    fill(&get("textbox", "Name"), "nightly");
    get("checkbox", "Read").click();
    click(&TokenForm::Save.text()).await;
    wait("the token is listed", || rows().contains(&"nightly".to_owned())).await;
    wait("the form is closed", || find("dialog", &TokenForm::Create.text()).is_none()).await;
    assert_eq!(system.count("POST /tokens"), 1);
}

#[wasm_bindgen_test]
async fn a_refused_form_keeps_what_was_typed() {
    let system = Rc::new(System::with(&NAMES));
    let _page = loaded(&system).await;
    click(&Toolbar::Create.text()).await;
    wait_for("dialog", &TokenForm::Create.text()).await;
    fill(&get("textbox", "Name"), "nightly");
    get("checkbox", "Read").click();
    system.plan(Ok(problem(409, "This name is taken.")));
    click(&TokenForm::Save.text()).await;
    wait("the refusal", || says("alert", "This name is taken.")).await;
    assert_eq!(value(&get("textbox", "Name")), "nightly");

    click(&TokenForm::Cancel.text()).await;
    wait_for("group", &Dialogs::DiscardWhat.text()).await;
    click(&Dialogs::KeepEditing.text()).await;
    wait("the question is gone", || find("group", &Dialogs::DiscardWhat.text()).is_none()).await;
    click(&TokenForm::Cancel.text()).await;
    click(&Dialogs::Discard.text()).await;
    wait("the form is closed", || find("dialog", &TokenForm::Create.text()).is_none()).await;
    assert_eq!(rows(), NAMES);
}

// Questions ------------------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn revoking_asks_first_and_a_failure_stays_in_the_question() {
    let system = Rc::new(System::with(&NAMES));
    let _page = loaded(&system).await;
    click("Revoke deploy").await;
    wait_for("alertdialog", &Confirm::RevokeTitle { name: "deploy" }.text()).await;
    click(&Dialogs::Cancel.text()).await;
    wait("closed", || find("alertdialog", &Confirm::RevokeTitle { name: "deploy" }.text()).is_none()).await;
    assert!(!system.asked().iter().any(|it| it.starts_with("POST")), "{:?}", system.asked());

    click("Revoke deploy").await;
    wait_for("alertdialog", &Confirm::RevokeTitle { name: "deploy" }.text()).await;
    system.plan(Ok(problem(503, "Down for a minute.")));
    click(&Confirm::Revoke.text()).await;
    wait("the failure", || says("alert", "Down for a minute.")).await;
    click(&Confirm::Retry.text()).await;
    wait("closed", || find("alertdialog", &Confirm::RevokeTitle { name: "deploy" }.text()).is_none()).await;
    wait("revoked", || says("row", "Revoked")).await;
    assert!(is_disabled(&get("button", "Revoke deploy")));
    assert!(!is_disabled(&get("button", "Revoke Backup")));
}

#[wasm_bindgen_test]
async fn a_deleted_token_leaves_the_list() {
    let system = Rc::new(System::with(&NAMES));
    let _page = loaded(&system).await;
    click("Delete Backup").await;
    wait_for("alertdialog", &Confirm::DeleteTitle { name: "Backup" }.text()).await;
    click(&Confirm::Delete.text()).await;
    wait("it is gone", || rows() == ["deploy", "metrics"]).await;
    assert!(says("status", "2 of 2 tokens"));
}

// Secret ---------------------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn a_new_secret_is_shown_until_the_user_has_it() {
    let system = Rc::new(System::with(&NAMES).with_secret("s3cr3t-of-nightly"));
    let _page = Page::described(&system);
    wait("the list is there", || rows().len() == NAMES.len()).await;
    click(&Toolbar::Create.text()).await;
    wait_for("dialog", &TokenForm::Create.text()).await;
    fill(&get("textbox", "Name"), "nightly");
    get("checkbox", "Read").click();
    click(&TokenForm::Save.text()).await;
    wait_for("dialog", &SecretDialog::Title.text()).await;
    let secret = get("textbox", &SecretDialog::Secret.text());
    assert_eq!(value(&secret), "s3cr3t-of-nightly");

    click(&Dialogs::Close.text()).await;
    wait_for("group", &SecretDialog::CloseWhat.text()).await;
    click(&SecretDialog::GoBack.text()).await;
    wait("the question is gone", || find("group", &SecretDialog::CloseWhat.text()).is_none()).await;
    get("checkbox", &SecretDialog::Saved.text()).click();
    click(&Dialogs::Close.text()).await;
    wait("closed", || find("dialog", &SecretDialog::Title.text()).is_none()).await;
    assert_eq!(value(&secret), "", "the closed dialog holds it no more");
}

// Sign-in --------------------------------------------------------------------------------------------------------------

#[wasm_bindgen_test]
async fn who_signs_in_sees_the_list_and_signing_out_takes_it_away() {
    let system = Rc::new(System::with(&NAMES).wants("Bearer right"));
    let _page = Page::with_auth(&system, "bearer");
    wait_for("dialog", &SignInForm::Title { name: "Fake" }.text()).await;
    assert!(system.asked().is_empty(), "nothing is asked before: {:?}", system.asked());
    fill(&get("textbox", "API token"), "wrong");
    click(&SignInForm::SignIn.text()).await;
    wait("the refusal", || says("alert", &prompt(&Prompt::NotAccepted))).await;
    assert!(rows().is_empty());

    fill(&get("textbox", "API token"), "right");
    click(&SignInForm::SignIn.text()).await;
    wait("the rows", || rows() == NAMES).await;
    assert!(find("dialog", &SignInForm::Title { name: "Fake" }.text()).is_none());
    click(&PageText::SignOut.text()).await;
    wait("nothing is listed", || rows().is_empty()).await;
    assert!(!texts("row").iter().any(|it| it.contains("deploy")));
    let n_asked = system.asked().len();
    sleep(100).await;
    assert_eq!(system.asked().len(), n_asked, "who is signed out asks for nothing");
}
