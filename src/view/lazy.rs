//! Parts of the page whose code comes later: when the page rests after its first rows, or when one of them is asked for.
//!
//! They are one part of the page's module (`crate::parts`): acting on tokens. The list is there from the beginning.

use futures_util::FutureExt;
use leptos::prelude::*;
use reactive_graph::signal::ArcRwSignal;
use wasm_bindgen_futures::spawn_local;

use super::clients::{All, Clients};
use super::dialogs::confirm::{Question, confirm};
use super::dialogs::{choose, columns, details, secret, sign_in};
use super::form::Prefetched;
use super::kit::{El, effect};
use super::later;
use super::many::{self, Many};
use super::mistakes::list_of;
use super::offered::{Chosen, Offered};
use super::open_error::open_error;
use super::states::{self, Nothing};
use super::{account, filters, form, idle, notice, outcome, records, shortcuts, switcher, systems, toolbar};
use crate::actions::NamedToken;
use crate::api::Later;
use crate::bulk::has_run;
use crate::config::ConfigError;
use crate::gap::Gap;
use crate::parts::{Missing, part};
use crate::platform::fetch::painted;
use crate::platform::when_idle;
use crate::session::way::OpenError;
use crate::words::Words;
use crate::workspace::connection::ConnectionState;
use crate::workspace::notices::Notice;
use crate::workspace::told::Told;
use crate::workspace::{Dialog, Workspace};

/// What there is.
#[derive(Clone)]
pub(super) enum Kind {
    /// A dialog; the form for a new token is the prefetched one, where there is one.
    Dialog(Workspace, Box<(Dialog, Prefetched, Offered)>),
    /// Makes the form for a new token before it is asked for.
    PrefetchForm(Prefetched),
    /// The sign-in form, with the reason for it.
    SignIn(ConnectionState, Words),
    /// The panel beside the table, for the token of this id.
    Details(ConnectionState, String),
    /// The places of all systems.
    Systems(Workspace, Clients),
    /// What is to be said of writes.
    Findings(Workspace),
    /// Why the list of one system may not be all.
    Gap(Gap),
    /// What of the filters comes later.
    Filters(Workspace, filters::Part),
    /// What is wrong with the only system that is shown.
    NotOpened(OpenError, Clients),
    /// Mistakes in what connections say, each with its place.
    Mistakes(Vec<ConfigError>),
    /// What the workspace does after its first rows.
    Complete(Workspace),
    /// What is said of the tokens that are selected.
    Selection(Workspace),
    /// What is said in a list without rows.
    Nothing(Workspace, Nothing),
    /// What happens, for the eye and for the ear, and the name of the browser's tab.
    Told(Workspace),
    /// What is to be known of a list beside how many tokens it has; with it come the keys that work wherever the focus is.
    Warnings(Workspace),
    /// Who is signed in to the one system: a name, empty where that is not known.
    Account(ConnectionState, String),
    /// How many tokens are here of a system, or of all, for its tab.
    TabCount(Offered, Chosen),
    /// Follows what other pages of this browser change; and the way to what is kept of runs on many tokens.
    FollowOthers(Offered),
    /// What signs out when the user has done nothing for so many minutes.
    Idle(u32, All, RwSignal<Option<Workspace>>),
}

part!(acting, loaded by load_acting; fn act(kind: Kind) -> Option<El> {
    match kind {
        Kind::Dialog(workspace, dialog) => {
            let (dialog, prefetched, offered) = *dialog;
            dialog_view(workspace, dialog, prefetched, offered)
        }
        Kind::PrefetchForm(prefetched) => {
            prefetched.make();
            None
        }
        Kind::SignIn(source, reason) => Some(sign_in::sign_in(source, reason)),
        Kind::Details(source, id) => Some(details::details(source, id)),
        Kind::Systems(workspace, clients) => Some(systems::systems(workspace, clients)),
        Kind::Gap(gap) => Some(systems::gap(&gap)),
        Kind::Findings(workspace) => Some(outcome::findings(workspace)),
        Kind::Filters(workspace, part) => Some(filters::part(workspace, part)),
        Kind::NotOpened(why, clients) => Some(open_error(why, &clients, 0)),
        Kind::Mistakes(mistakes) => Some(list_of(mistakes)),
        Kind::Complete(workspace) => {
            workspace.complete();
            None
        }
        Kind::Selection(workspace) => Some(many::here(Many::Selection(workspace))),
        Kind::Nothing(workspace, nothing) => Some(states::said(workspace, nothing)),
        Kind::Told(workspace) => Some(notice::told(workspace)),
        Kind::Warnings(workspace) => {
            shortcuts::listen(workspace);
            Some(warnings(workspace))
        }
        Kind::Account(source, who) => Some(account::account(source, &who)),
        Kind::TabCount(offered, system) => Some(switcher::tab_count(offered, system)),
        Kind::FollowOthers(offered) => {
            offered.follow_other_pages();
            Some(records::head(offered.on_page))
        }
        Kind::Idle(minutes, all, on_page) => Some(idle::watch(minutes, all, on_page)),
    }
});

/// What is to be known beside the list, and the run that is under way.
fn warnings(workspace: Workspace) -> El {
    toolbar::warnings(workspace).bind_child(move || has_run().then(|| untrack(|| many::here(Many::RunLine(workspace)))))
}

/// A dialog.
fn dialog_view(workspace: Workspace, dialog: Dialog, prefetched: Prefetched, offered: Offered) -> Option<El> {
    let of = |token: &NamedToken| workspace.source(token.token.slot);
    Some(match dialog {
        Dialog::Columns => columns::columns(workspace),
        Dialog::Choose => choose::choose(workspace),
        Dialog::Create(place) => form::create(workspace.source(place)?, prefetched),
        Dialog::Edit(token) => form::edit(of(&token)?, token),
        Dialog::Clone(token, to) => {
            many::modal(Many::Clone(of(&token)?, token, to, offered), move || not_loaded(workspace))
        }
        Dialog::Revoke(token) => confirm(of(&token)?, Question::Revoke, token),
        Dialog::Rotate(token) => many::modal(Many::Rotate(of(&token)?, token), move || not_loaded(workspace)),
        Dialog::Rotation(id, connection) => {
            many::modal(Many::Rotation(workspace, id, connection), move || not_loaded(workspace))
        }
        Dialog::Rotations(ask) => many::modal(Many::Rotations(workspace, ask), move || not_loaded(workspace)),
        Dialog::Disable(token) => confirm(of(&token)?, Question::Disable, token),
        Dialog::Enable(token) => confirm(of(&token)?, Question::Enable, token),
        Dialog::Delete(token) => confirm(of(&token)?, Question::Delete, token),
        Dialog::Secret(token, system) => secret::secret(workspace, &token, &system),
        Dialog::Run => many::modal(Many::Run(workspace), move || not_loaded(workspace)),
        Dialog::Records(at) => many::modal(Many::Records(workspace, at), move || not_loaded(workspace)),
        Dialog::Shortcuts => many::modal(Many::Shortcuts(workspace), move || not_loaded(workspace)),
        Dialog::Bulk(aim, tokens) => many::modal(Many::DryRun(workspace, aim, tokens), move || not_loaded(workspace)),
    })
}

thread_local! {
    /// Whether the code is there.
    static IS_HERE: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Closes a dialog whose code did not come, and tells that it can be asked for again.
pub(super) fn not_loaded(workspace: Workspace) {
    workspace.close_dialog();
    tell_not_loaded(workspace);
}

/// Tells that what was asked for did not come; it can be asked for again.
pub(super) fn tell_not_loaded(workspace: Workspace) {
    let told = Told::NotLoaded(later::fault().into());
    workspace.show_notice(Notice::error(told.into()));
}

/// Whether the code is there; it follows that.
pub(super) fn is_here() -> bool {
    IS_HERE.with(|it| it.get())
}

/// What is nice to have on the page, made as soon as the code is there. It does not ask for it.
pub(super) fn when_here(kind: Kind) -> Option<El> {
    is_here().then(|| untrack(|| make(kind))).flatten()
}

/// Makes it; nothing before its code has come.
fn make(kind: Kind) -> Option<El> {
    act(kind).now_or_never()?.ok()?
}

/// Loads the code, as a part is likely to be asked for soon. Where it does not come, that is told when a part is asked for.
pub(super) fn expect() {
    spawn_local(async {
        let _ = load().await;
    });
}

/// The same, when the page rests after its first rows are painted, or what it says instead of them.
pub(super) fn expect_at_rest(workspace: Workspace) {
    let load = workspace.load;
    let is_known = Memo::new(move |_| load.with(|it| it.loaded > 0 || it.completed_at.is_some() || it.error.is_some()));
    effect(move || {
        if is_known.get() {
            spawn_local(async {
                painted().await;
                when_idle(expect);
            });
        }
    });
}

/// Loads the code, and how it looks.
fn load() -> Later<'static, Result<(), Missing>> {
    Box::pin(async {
        later::with_style(load_acting()).await?;
        let is_here = IS_HERE.with(ArcRwSignal::clone);
        if !is_here.get_untracked() {
            is_here.set(true);
        }
        Ok(())
    })
}

/// Does what a part is for that has no element. `lost` is called where its code does not come.
pub(super) fn run(kind: Kind, lost: impl FnOnce() + 'static) {
    run_boxed(kind, Box::new(lost));
}

fn run_boxed(kind: Kind, lost: Box<dyn FnOnce()>) {
    later::when_loaded(
        load,
        Box::new(move |outcome| match outcome {
            Ok(()) => drop(make(kind)),
            Err(Missing) => lost(),
        }),
    );
}

/// A part in its place. Where its code does not come the place says so, and offers to try again.
pub(super) fn here(kind: Kind) -> El {
    later::here(load, Box::new(move || make(kind.clone())))
}

/// A dialog. Where its code does not come there is none, and `lost` is called.
pub(super) fn modal(kind: Kind, lost: impl Fn() + 'static) -> El {
    later::modal(load, Box::new(move || make(kind.clone())), Box::new(lost))
}
