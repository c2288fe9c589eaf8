//! Where the fields of the form are on the page.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::capabilities::Field;
use crate::platform;

/// Brings a field into view and gives its first control the focus.
pub(super) fn focus_field(field: Field) {
    // Messages come into the page first, so that they are read with it.
    spawn_local(async move {
        let message = platform::document().get_element_by_id(&message_id(field));
        let Some(view) = message.and_then(|it| it.closest(".field").ok().flatten()) else { return };
        let control = "input:not([readonly]):enabled,select:enabled,textarea:enabled,button:enabled";
        if let Ok(Some(control)) = view.query_selector(control) {
            let _ = control.unchecked_into::<HtmlElement>().focus();
        }
    });
}

/// The id of the messages about a field.
pub(super) fn message_id(field: Field) -> String {
    let name = match field {
        Field::Name => "name",
        Field::Guid => "guid",
        Field::Description => "description",
        Field::Scopes => "scopes",
        Field::ValidFrom => "from",
        Field::ValidTo => "to",
        Field::Privileges => "privileges",
        Field::SourceIps => "ips",
        Field::Input(idx) => return format!("input-{idx}-message"),
    };
    format!("{name}-message")
}
