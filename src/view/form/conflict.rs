//! Why a save failed; where another changed the token meanwhile, what differs and which of both to keep.

use leptos::prelude::*;

use super::super::kit::{El, button, el};
use super::super::notice::error_panel_beside;
use super::editor::Editor;
use crate::actions::NamedToken;
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::{Action, Field};
use crate::draft::differences;
use crate::messages::form::{Conflict, GoneToken};
use crate::messages::privileges;
use crate::platform;
use crate::time::parse_rfc3339;
use crate::token::Token;
use crate::workspace::connection::ConnectionState;

/// What can be done where a token is not there any more.
pub(super) fn gone_buttons(source: ConnectionState, named: NamedToken) -> El {
    let remove = move || {
        source.workspace.close_dialog();
        source.take_out(named.clone());
    };
    let refresh = move || {
        source.workspace.close_dialog();
        source.refresh();
    };
    el("div.panel-buttons").child(button("button", &GoneToken::Remove.text(), remove)).child(button(
        "button",
        &GoneToken::Refresh.text(),
        refresh,
    ))
}

impl Editor {
    pub(super) fn error_view(self) -> Option<El> {
        // What changed meanwhile stands in a place of its own.
        let is_told = self.theirs.with(Option::is_some);
        let error = self.sending.error.get().filter(|it| !is_told || *it != ApiError::Changed)?;
        let action = if self.base.with_untracked(Option::is_none) { Action::Create } else { Action::Edit };
        let typed = self.typed_beside(&error);
        let retry_safety = self.source.retry_safety(action);
        let panel = error_panel_beside(&error, retry_safety, &typed, |it| self.field_of(it).is_some());
        let gone = self.named().filter(|_| matches!(error, ApiError::NotFound(_)));
        Some(
            panel.maybe(gone.map(|it| gone_buttons(self.source, it))).child(
                el("p").attr("aria-live", "polite").bind_text(move || self.sending.found.with(ToString::to_string)),
            ),
        )
    }

    pub(super) fn conflict_view(self) -> Option<El> {
        let theirs = self.theirs.get()?;
        let base = self.base.get_untracked()?;
        let titles = [Conflict::Field, Conflict::WhenOpened, Conflict::Now, Conflict::Yours];
        let titles = titles.map(|it| el("th").attr("scope", "col").text(&it.text()));
        let titles = el("tr").children(titles.into());
        let row = |field: Field| {
            let cell = |title: Conflict, text: String| {
                el("td").attr("data-title", &title.text()).attr("translate", "no").text(&text)
            };
            el("tr")
                .child(el("th").attr("scope", "row").text(&self.label(field)))
                .child(cell(Conflict::WhenOpened, self.shown(field, &base.token)))
                .child(cell(Conflict::Now, self.shown(field, &theirs.token)))
                .child(cell(Conflict::Yours, self.typed(field)))
        };
        let fields = self.system.with_value(|it| differences(&it.fields, &base.token, &theirs.token));
        let rows: Vec<El> = fields.into_iter().map(row).collect();
        let changes = if rows.is_empty() {
            el("p").text(&Conflict::NoneDiffer.text())
        } else {
            el("table.changes.conflict").child(el("thead").child(titles)).child(el("tbody").children(rows))
        };
        let take = move || {
            if let Some(theirs) = self.theirs.get_untracked() {
                self.fill(theirs);
            }
        };
        let buttons = el("div.panel-buttons")
            .child(button("button", &Conflict::KeepMine.text(), move || self.keep_mine()))
            .child(button("button", &Conflict::TakeTheirs.text(), take));
        let typed = self.typed_beside(&ApiError::Changed);
        Some(
            error_panel_beside(&ApiError::Changed, RetrySafety::Idempotent, &typed, |_| true)
                .child(changes)
                .child(buttons),
        )
    }

    /// A field of a token, for people.
    fn shown(self, field: Field, token: &Token) -> String {
        let date = |text: &Option<String>| match text.as_deref().map(|it| (it, parse_rfc3339(it))) {
            None => Conflict::None.text().into(),
            Some((_, Some(at))) => platform::with_formats(|it| it.date_time(at)),
            Some((text, None)) => text.to_owned(),
        };
        match field {
            Field::Name => token.name.clone(),
            Field::Guid => token.guid.clone(),
            Field::Description => token.description.clone().unwrap_or_else(|| Conflict::None.text().into()),
            Field::Scopes => self.scope_names(&token.scopes),
            Field::ValidFrom => date(&token.valid_from),
            Field::ValidTo => date(&token.valid_to),
            Field::Privileges => privileges(&token.privileges),
            Field::SourceIps => token.source_ips.join(", "),
            Field::Input(_) => String::new(),
        }
    }

    /// The same field as it stands in the form.
    fn typed(self, field: Field) -> String {
        let form = self.form.get_untracked();
        let text = match field {
            Field::Name => form.name,
            Field::Guid => form.guid,
            Field::Description => form.description,
            Field::Scopes => self.scope_names(&form.scopes),
            Field::ValidFrom => form.valid_from.typed.replace('T', " "),
            Field::ValidTo => form.valid_to.typed.replace('T', " "),
            Field::Privileges => privileges(&form.privileges),
            Field::SourceIps => form.source_ips,
            Field::Input(_) => String::new(),
        };
        if text.is_empty() { Conflict::None.text().into() } else { text }
    }

    fn scope_names(self, ids: &[String]) -> String {
        self.source.scopes.with_untracked(|it| ids.iter().map(|id| it.name(id)).collect::<Vec<_>>().join(", "))
    }
}
