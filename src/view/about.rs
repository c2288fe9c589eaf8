//! What a dialog is about: which token, and of which system.

use leptos::prelude::*;

use super::dom::{El, el, verbatim};
use crate::desk::Named;
use crate::desk::source::Source;

/// A token by its name, and what tells it from others: of the same name, or in other systems.
pub(super) fn token(source: Source, token: &Named) -> Vec<El> {
    let name = verbatim(token.called());
    name.0.set_class_name("token-name");
    let apart = source.told_apart(token).map(|it| el("p.muted").child(verbatim(&it)));
    [Some(el("p.question").child(name)), apart, system(source)].into_iter().flatten().collect()
}

/// The system, where there are several.
pub(super) fn system(source: Source) -> Option<El> {
    let desk = source.desk;
    desk.has_several.get_untracked().then(|| el("p.muted").text("System: ").child(verbatim(&source.connection().name)))
}
