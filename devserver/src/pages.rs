//! The built page, with the `config.json` of this server.

use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use tokendeck_server::headers;
use tokendeck_server::origins::origins;
use tokendeck_server::pages::{self, Pages};

use crate::world::{Shared, World};

/// `GET /config.json`: read for every request.
pub async fn config(State(world): State<Shared>, headers: HeaderMap) -> Response {
    let policy = policy(&world);
    match world.config_json() {
        Ok(bytes) => pages::config(&headers, &policy, bytes),
        Err(error) => {
            eprintln!("config.json cannot be read: {error}");
            pages::not_found(&policy)
        }
    }
}

/// Any other address: a file of the built page, or the page that says that there is none.
pub async fn file(State(world): State<Shared>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    Pages::Folder(world.dist.clone()).answer(&method, &uri, &headers, &policy(&world))
}

/// 405: pages can only be read.
pub async fn wrong_method(State(world): State<Shared>) -> Response {
    pages::wrong_method(&policy(&world))
}

/// The page's policy: it may connect to the origins that `config.json` names, and to those that the command line adds.
fn policy(world: &World) -> String {
    let mut connect = origins(&world.config_json().unwrap_or_default());
    connect.extend(world.connect_src.iter().cloned());
    connect.sort();
    connect.dedup();
    headers::policy(&connect)
}
