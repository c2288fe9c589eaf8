//! The dialog that manages connections.

use std::rc::Rc;

use tokendeck::adapters::DIALECTS;
use tokendeck::messages::connection_form::ConnectionForm;
use tokendeck::messages::connections::{ConnectionLine, Manages};
use tokendeck::messages::dialogs::Dialogs;
use tokendeck::platform::connections::{KEY, kept};
use tokendeck::platform::window;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::System;
use crate::page::{Page, click, fill, find, get, is_disabled, rows, says, wait, wait_for};

/// The page with the dialog open; this browser keeps nothing yet.
async fn open() -> Page {
    if let Ok(Some(storage)) = window().local_storage() {
        storage.remove_item(KEY).expect("the storage can be written");
    }
    let page = Page::over(&Rc::new(System::with(&["deploy"])));
    wait("the rows", || rows() == ["deploy"]).await;
    click("Connections…").await;
    wait_for("dialog", &Manages::Title.text()).await;
    page
}

/// The base addresses of what this browser keeps.
fn kept_bases() -> Vec<String> {
    kept().shown(&[], DIALECTS).into_iter().map(|it| it.base).collect()
}

#[wasm_bindgen_test]
async fn a_connection_is_added_changed_and_removed() {
    let _page = open().await;
    click(&Manages::Add.text()).await;
    wait_for("dialog", &ConnectionForm::Add.text()).await;
    assert!(is_disabled(&get("button", &ConnectionForm::Save.text())));
    fill(&get("textbox", &ConnectionForm::Name.text()), "Fake");
    fill(&get("textbox", &ConnectionForm::Base.text()), "https://b.example/api");
    // Two of one name could not be told apart.
    wait("the name is refused", || {
        get("textbox", &ConnectionForm::Name.text()).get_attribute("aria-invalid").is_some()
    })
    .await;
    assert!(is_disabled(&get("button", &ConnectionForm::Save.text())));
    fill(&get("textbox", &ConnectionForm::Name.text()), "Mine");
    click(&ConnectionForm::Save.text()).await;
    wait_for("button", "Edit Mine").await;
    assert!(says("status", &Manages::Saved { name: "Mine" }.text()));
    assert_eq!(kept_bases(), ["https://b.example/api"]);

    click("Edit Mine").await;
    wait_for("dialog", &ConnectionForm::Edit.text()).await;
    fill(&get("textbox", &ConnectionForm::Name.text()), "Mine, too");
    click(&ConnectionForm::Save.text()).await;
    click("Remove Mine, too").await;
    wait_for("alertdialog", &Manages::RemoveTitle.text()).await;
    click(&ConnectionLine::Remove.text()).await;
    wait("it is gone", || find("button", "Edit Mine, too").is_none()).await;
    assert!(kept_bases().is_empty());

    click(&Manages::Close.text()).await;
    wait("the dialog is closed", || find("dialog", &Manages::Title.text()).is_none()).await;
    wait("the page is as it was", || rows() == ["deploy"]).await;
}

#[wasm_bindgen_test]
async fn what_was_typed_is_not_lost_unasked() {
    let _page = open().await;
    click(&Manages::Add.text()).await;
    wait_for("dialog", &ConnectionForm::Add.text()).await;
    fill(&get("textbox", &ConnectionForm::Name.text()), "Mine");
    click(&ConnectionForm::Cancel.text()).await;
    wait_for("group", &Dialogs::DiscardWhat.text()).await;
    click(&Dialogs::Discard.text()).await;
    wait("closed", || find("dialog", &ConnectionForm::Add.text()).is_none()).await;
    assert!(kept_bases().is_empty());
    click(&Manages::Close.text()).await;
    wait("the dialog is closed", || find("dialog", &Manages::Title.text()).is_none()).await;
    assert_eq!(rows(), ["deploy"]);
}
