//! Files that the page hands out.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url};

use super::kit::el;

/// A file in the making: what was added is the browser's, and no longer in the page's memory.
pub(super) struct Download {
    parts: Array,
    kind: BlobPropertyBag,
}

impl Download {
    /// An empty file of a media type.
    pub(super) fn new(media_type: &str) -> Self {
        let kind = BlobPropertyBag::new();
        kind.set_type(media_type);
        Download { parts: Array::new(), kind }
    }

    /// With a text at its end.
    pub(super) fn add(&self, text: &str) -> Option<()> {
        let part = Blob::new_with_str_sequence(&Array::of1(&JsValue::from_str(text))).ok()?;
        self.parts.push(&part);
        Some(())
    }

    /// Lets the browser save it; `None` where it does not.
    pub(super) fn save(self, name: &str) -> Option<()> {
        let blob = Blob::new_with_blob_sequence_and_options(&self.parts, &self.kind).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        el("a").attr("href", &address).attr("download", name).0.click();
        Url::revoke_object_url(&address).ok()
    }
}
