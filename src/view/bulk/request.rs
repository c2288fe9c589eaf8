//! What the lines of a dry run would send, as `curl` commands. Nothing is changed for it.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::ready;
use futures_util::{StreamExt, TryStreamExt, stream};
use leptos::prelude::*;

use super::super::kit::El;
use super::super::request::commands::{MOST, Wanted, several, shown};
use super::super::request::fold;
use crate::actions::NamedToken;
use crate::api::ApiError;
use crate::bulk::Aim;
use crate::bulk::plan::{Line, Plan};
use crate::bulk::runner::foreseen;
use crate::curl::Shown;
use crate::draft::Inputs;
use crate::runtime::Runtime;
use crate::time::Millis;
use crate::workspace::Workspace;
use crate::workspace::connection::ConnectionState;
use crate::workspace::many::Typed;

/// After so many actions the page may do something else.
const TURN: usize = 50;

/// So many are found out at once: one of a browser's connections to an origin stays free.
const AT_ONCE: usize = 5;

/// A line that is chosen.
struct Chosen {
    source: ConnectionState,
    token: NamedToken,
    aim: Aim,
    until: Option<Millis>,
    inputs: Inputs,
}

/// The commands for what is chosen, folded away. `typed`: what was typed for systems; nothing as long as something is missing.
pub(super) fn folded(
    workspace: Workspace,
    plan: RwSignal<Plan>,
    typed: impl Fn() -> Option<Typed> + Clone + 'static,
) -> El {
    fold(move || {
        let (typed, turn) = (typed.clone(), RefCell::new(Rc::new(())));
        several(workspace.runtime(), move |is_all| {
            // What is closed, or followed by another choice, has nothing more found out for it.
            let is_wanted = Rc::new(());
            let is_there = Rc::downgrade(&is_wanted);
            turn.replace(is_wanted);
            let typed = typed()?;
            let most = if is_all { usize::MAX } else { MOST };
            let (n_all, lines) = plan.with(|plan| {
                let lines = plan.lines.iter().filter(|it| it.is_chosen).take(most);
                let lines: Vec<Chosen> = lines.filter_map(|it| chosen(workspace, plan.aim, it, &typed)).collect();
                (plan.n_chosen(), lines)
            });
            let one = move |(idx, line)| async move {
                if idx % TURN == TURN - 1 {
                    workspace.runtime().soon().await;
                }
                sends(line, workspace.runtime()).await
            };
            let lines =
                stream::iter(lines.into_iter().enumerate()).take_while(move |_| ready(is_there.strong_count() > 0));
            let all = lines.map(one).buffered(AT_ONCE).try_collect();
            (n_all > 0).then(|| Wanted { n_all, prepare: Box::new(move || Box::pin(all)) })
        })
    })
}

fn chosen(workspace: Workspace, asked: Aim, line: &Line, typed: &Typed) -> Option<Chosen> {
    let (slot, aim) = (line.token.token.slot, line.aim(asked)?);
    let inputs = typed.iter().find(|it| (it.0, it.1) == (slot, aim.action())).map(|it| it.2.clone());
    Some(Chosen {
        source: workspace.source(slot)?,
        token: line.token.clone(),
        aim,
        until: line.end.map(|it| it.1),
        inputs: inputs.unwrap_or_default(),
    })
}

async fn sends(line: Chosen, runtime: &dyn Runtime) -> Result<Shown, ApiError> {
    let Chosen { source, token, aim, until, inputs } = line;
    match foreseen(&source.client(), &token, (aim, until), inputs, runtime).await? {
        Some(command) => shown(source, &command).await,
        None => Ok(Shown {
            action: aim.action(),
            called: token.called().to_owned(),
            system: source.connection().name,
            requests: Vec::new(),
            secrets: Vec::new(),
        }),
    }
}
