//! The dialog that manages connections.

use std::cell::RefCell;
use std::rc::Rc;

use tokendeck::platform::connections::{KEY, kept};
use tokendeck::platform::window;
use tokendeck::view::connections;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{click, fill, find, get, is_disabled, says, texts, wait, wait_for};

/// What `config.json` has.
const HOSTED: &str = r#"{"connections":[{"name":"Hosted","dialect":"scoped","base":"https://a.example/api"}]}"#;

/// The dialog, and what the page was told when it was closed.
fn open() -> Rc<RefCell<Vec<Option<String>>>> {
    if let Ok(Some(storage)) = window().local_storage() {
        storage.remove_item(KEY).expect("the storage can be written");
    }
    let told = Rc::new(RefCell::new(Vec::new()));
    let for_page = told.clone();
    let closed = Closure::<dyn FnMut(JsValue)>::new(move |show: JsValue| for_page.borrow_mut().push(show.as_string()));
    connections::open(HOSTED, "Hosted".into(), None, closed.into_js_value().into());
    told
}

#[wasm_bindgen_test]
async fn a_connection_is_added_changed_and_removed() {
    let told = open();
    wait_for("dialog", "Connections").await;
    click("Add connection").await;
    wait_for("dialog", "Add connection").await;
    assert!(is_disabled(&get("button", "Save")));
    fill(&get("textbox", "Name"), "Hosted");
    fill(&get("textbox", "Base address"), "https://b.example/api");
    // Two of one name could not be told apart.
    wait("the name is refused", || get("textbox", "Name").get_attribute("aria-invalid").is_some()).await;
    assert!(is_disabled(&get("button", "Save")));
    fill(&get("textbox", "Name"), "Mine");
    click("Save").await;
    wait_for("button", "Edit Mine").await;
    assert!(says("status", "“Mine” is kept in this browser."));
    assert_eq!(kept().shown(&[]).iter().map(|it| it.base.as_str()).collect::<Vec<_>>(), ["https://b.example/api"]);

    click("Edit Mine").await;
    wait_for("dialog", "Edit connection").await;
    fill(&get("textbox", "Name"), "Mine, too");
    click("Save").await;
    click("Remove Mine, too").await;
    wait_for("alertdialog", "Remove connection").await;
    click("Remove").await;
    wait("it is gone", || find("button", "Edit Mine, too").is_none()).await;
    assert!(kept().shown(&[]).is_empty());

    click("Close").await;
    wait("the page is told", || !told.borrow().is_empty()).await;
    assert!(find("dialog", "Connections").is_none());
    assert!(texts("dialog").is_empty());
}

#[wasm_bindgen_test]
async fn what_was_typed_is_not_lost_unasked() {
    let told = open();
    click("Add connection").await;
    wait_for("dialog", "Add connection").await;
    fill(&get("textbox", "Name"), "Mine");
    click("Cancel").await;
    wait_for("group", "Discard what you typed?").await;
    click("Discard").await;
    wait("closed", || find("dialog", "Add connection").is_none()).await;
    assert!(kept().shown(&[]).is_empty());
    click("Close").await;
    wait("the page is told", || !told.borrow().is_empty()).await;
    assert_eq!(*told.borrow(), [None], "nothing has changed");
}
