//! What a dialog is about: which token, and of which system.

use leptos::prelude::*;

use super::super::kit::{El, el, verbatim};
use crate::actions::NamedToken;
use crate::excerpt::LINE;
use crate::messages::dialogs::Dialogs;
use crate::messages::shown;
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;

/// A token by its name, and what tells it from others: of the same name, or in other systems.
pub(in crate::view) fn token(source: ConnectionState, token: &NamedToken) -> Vec<El> {
    let apart = source.told_apart(token).map(|it| el("p.muted").child(verbatim(&shown(&it, LINE))));
    [Some(name(token)), apart, system_of(source)].into_iter().flatten().collect()
}

/// A token by its name alone.
pub(in crate::view) fn name(token: &NamedToken) -> El {
    let name = verbatim(&shown(token.called(), LINE));
    name.0.set_class_name("token-name");
    el("p.question").child(name)
}

/// The system, where there are several.
pub(in crate::view) fn system_of(source: ConnectionState) -> Option<El> {
    system(source.workspace, &source.connection().name)
}

/// The same, by its name.
pub(in crate::view) fn system(workspace: Workspace, name: &str) -> Option<El> {
    workspace
        .has_several
        .get_untracked()
        .then(|| el("p.muted").text(&Dialogs::System.text()).child(verbatim(&shown(name, LINE))))
}
