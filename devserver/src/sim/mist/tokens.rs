//! The tokens: a person's own and an organisation's, which differ in what they carry and in what answers say.

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::{Holder, TokenId};
use super::draft::JsonBody;
use super::refusal::{Answer, Refusal};
use super::store::{self, Token};
use crate::sim::secrets::{ALPHANUMERIC, secret};
use crate::sim::wire;
use crate::world::Shared;

/// The length of a key.
pub(super) const KEY_LENGTH: usize = 80;

/// `GET …/apitokens`: a bare list, all of it.
pub(super) async fn list(State(world): State<Shared>, holder: Holder) -> Answer {
    let tokens = world.db.read(move |conn| store::tokens(conn, holder.id())).await?;
    let tokens: Vec<Value> = tokens.iter().map(Token::json).collect();
    Ok(wire::json(StatusCode::OK, &json!(tokens)))
}

/// `POST …/apitokens`: the token with its whole key, this once.
pub(super) async fn create(State(world): State<Shared>, holder: Holder, body: JsonBody) -> Answer {
    let (name, grant) = match holder {
        Holder::Account(_) => (body.name()?.unwrap_or_default(), None),
        Holder::Org(org, email) => (body.required_name()?, Some(body.grant(org, email)?)),
    };
    let key = secret(ALPHANUMERIC, KEY_LENGTH);
    let token = Token {
        id: Uuid::new_v4().to_string(),
        owner: holder.id().to_owned(),
        name,
        key: key.clone(),
        created_us: world.clock.now().timestamp_micros(),
        last_used: None,
        grant,
    };
    let stored = world.db.write(move |tx| store::insert(tx, token)).await?;
    let mut answer = stored.json();
    answer["key"] = json!(key);
    if let Some(answer) = answer.as_object_mut() {
        // The description says that this answer may leave them out, and that the next GET has them: a client that
        // reads them here would fail at the real one.
        answer.remove("privileges");
    }
    Ok(wire::json(StatusCode::OK, &answer))
}

/// `GET …/apitokens/{id}`.
pub(super) async fn read(State(world): State<Shared>, holder: Holder, TokenId(id): TokenId) -> Answer {
    let found =
        world.db.read(move |conn| store::find(conn, holder.id(), &id)?.ok_or_else(|| Refusal::unknown_id(&id))).await?;
    Ok(wire::json(StatusCode::OK, &found.json()))
}

/// `PUT …/apitokens/{id}`: the token where it is a person's own, no body where it is an organisation's.
pub(super) async fn update(
    State(world): State<Shared>,
    holder: Holder,
    TokenId(id): TokenId,
    body: JsonBody,
) -> Answer {
    let updated = world
        .db
        .write(move |tx| {
            let mut token = store::find(tx, holder.id(), &id)?.ok_or_else(|| Refusal::unknown_id(&id))?;
            match holder {
                Holder::Account(_) => token.name = body.name()?.unwrap_or(token.name),
                Holder::Org(org, _) => {
                    token.name = body.required_name()?;
                    let privileges = body.new_privileges(org, &token)?;
                    token.grant = token.grant.map(|it| store::Grant { privileges, ..it });
                }
            }
            store::update(tx, &token)?;
            Ok::<_, Refusal>(token)
        })
        .await?;
    Ok(if updated.grant.is_some() { empty() } else { wire::json(StatusCode::OK, &updated.json()) })
}

/// `DELETE …/apitokens/{id}`: 200 without a body.
pub(super) async fn delete(State(world): State<Shared>, holder: Holder, TokenId(id): TokenId) -> Answer {
    let deleted = world.db.write({
        let id = id.clone();
        move |tx| store::delete(tx, holder.id(), &id)
    });
    if deleted.await? { Ok(empty()) } else { Err(Refusal::unknown_id(&id)) }
}

fn empty() -> Response {
    Response::new(Body::empty())
}
