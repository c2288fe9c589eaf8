//! The form for the next token, made before it is asked for: a user who goes to the button is likely to press it.

use leptos::prelude::*;

use super::super::inputs;
use super::super::kit::{El, effect};
use super::editor::Editor;
use crate::capabilities::{Action, Capabilities, Field};
use crate::draft::Form;
use crate::messages::form::TokenForm;
use crate::platform;
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;

/// Where the form of a workspace is kept until it is asked for. It goes with the owner in which this was made.
#[derive(Clone, Copy)]
pub(in crate::view) struct Prefetched {
    workspace: Workspace,
    blank: StoredValue<Option<Blank>, LocalStorage>,
}

/// An empty form that has not been shown.
pub(super) struct Blank {
    /// Of its signals and effects.
    owner: Owner,
    editor: Editor,
    dialog: El,
}

impl Prefetched {
    pub(in crate::view) fn new(workspace: Workspace) -> Self {
        let blank = StoredValue::new_local(None::<Blank>);
        // It has the scopes of who was signed in.
        effect(move || {
            workspace.forgotten.track();
            if let Some(Blank { owner, .. }) = blank.try_update_value(Option::take).flatten() {
                owner.cleanup();
            }
        });
        Prefetched { workspace, blank }
    }

    /// Makes the form, unless there is one.
    pub(in crate::view) fn make(self) {
        // A form with privileges asks the system what they can hold for: that waits until it is opened.
        let can_wait = |it: &Capabilities| it.can(Action::Create).is_ok() && it.field(Field::Privileges).is_none();
        // The workspace may have gone meanwhile, or the form be open.
        let is_wanted = self.blank.try_with_value(Option::is_none) == Some(true);
        if !is_wanted || self.workspace.dialog.with_untracked(Option::is_some) {
            return;
        }
        if let Some(source) = self.workspace.only().filter(|it| can_wait(&it.system())) {
            let blank = Blank::new(source);
            blank.lay_out();
            self.blank.set_value(Some(blank));
        }
    }

    /// The form, each once.
    pub(super) fn take(self, source: ConnectionState) -> Blank {
        self.blank.try_update_value(Option::take).flatten().unwrap_or_else(|| Blank::new(source))
    }
}

impl Blank {
    fn new(source: ConnectionState) -> Self {
        let asked = source.system().asked(Action::Create);
        let inputs = asked.iter().map(|it| (it.key.clone(), inputs::initial(it))).collect();
        let form = Form { inputs, ..Form::new(String::new()) };
        let owner = Owner::new();
        let (editor, dialog) = owner.with(|| {
            untrack(|| {
                let editor = Editor::new(source, form, None);
                (editor, editor.dialog(&TokenForm::Create.text(), None))
            })
        });
        Blank { owner, editor, dialog }
    }

    /// Has the browser do once what it does when it first shows such controls: measure texts, read its own pictures. The
    /// form is off the page again before anything is painted.
    fn lay_out(&self) {
        let El(dialog) = &self.dialog;
        let Some(body) = platform::document().body() else { return };
        let _ = dialog.set_attribute("open", "");
        let _ = body.append_child(dialog);
        let _ = dialog.offset_height();
        dialog.remove();
        let _ = dialog.remove_attribute("open");
    }

    /// Opens it. It is done when the current owner is.
    pub(super) fn open(self) -> El {
        let Blank { owner, editor, dialog } = self;
        on_cleanup(move || owner.cleanup());
        editor.begin();
        editor.open(dialog, platform::active_element())
    }
}
