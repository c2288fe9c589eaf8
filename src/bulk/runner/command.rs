//! The command of a step: as it is sent, and as it is shown before. Pure.

use std::rc::Rc;

use super::super::Aim;
use crate::actions::{Command, NamedToken};
use crate::api::ApiError;
use crate::api::tokens::Tagged;
use crate::capabilities::{Action, FieldShape};
use crate::draft::{Form, Inputs};
use crate::runtime::{Job, Runtime};
use crate::session::Client;
use crate::time::{Millis, Zone, format_rfc3339};
use crate::token::TokenRef;

/// The command that a step would send by now. For another end the token is read; nothing where it is gone, or cannot be sent
/// back whole.
pub async fn foreseen(
    client: &Rc<Client>,
    token: &NamedToken,
    (aim, until): (Aim, Option<Millis>),
    inputs: Inputs,
    runtime: &dyn Runtime,
) -> Result<Option<Command>, ApiError> {
    if aim != Aim::Extend {
        return Ok(Some(plain(aim, token.clone(), inputs)));
    }
    match read(client, &token.token).await {
        Ok(base) => Ok(change_of_end(client, token, base, until, runtime.now(), runtime.zone())),
        Err(ApiError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A command for which no token has to be read: of anything but another end.
pub(super) fn plain(aim: Aim, token: NamedToken, inputs: Inputs) -> Command {
    match aim {
        Aim::Disable => Command::Disable(token, inputs),
        Aim::Enable => Command::Enable(token, inputs),
        Aim::Delete => Command::Delete(token, inputs),
        Aim::Revoke | Aim::Extend => Command::Revoke(token, inputs),
    }
}

/// A token as it is now, where all of it can be sent back.
pub(super) async fn read(client: &Rc<Client>, token: &TokenRef) -> Result<Tagged, ApiError> {
    let job = Job::new();
    let found = client.ask(&job, async |api| api.read(&token.id, true).await).await?;
    // An adapter sends back what it cannot read as it came.
    if client.is_behind_gateway() { Ok(found) } else { found.editable() }
}

/// The change that gives a token this end, and leaves all else as it is; `None` where the form could not send it.
pub(super) fn change_of_end(
    client: &Client,
    token: &NamedToken,
    base: Tagged,
    until: Option<Millis>,
    now: Millis,
    zone: &dyn Zone,
) -> Option<Command> {
    let system = client.system();
    let fields: Vec<_> = system.fields.iter().cloned().map(FieldShape::for_change).collect();
    let asked = system.asked(Action::Edit);
    // All that is checked was so before, but for the end, which is another.
    let form = Form::of(&base.token, zone);
    let mut draft = form.check(&fields, &asked, now, zone, &|_, _| true).ok()?;
    draft.valid_to = until.map(format_rfc3339);
    Some(Command::Update { token: token.token.clone(), base: Rc::new(base), draft })
}
