//! Who calls, and what they may do.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::directory::{self, Account, Org, Role, Site, SiteGroup};
use super::privilege::{Privilege, Scope};
use super::refusal::Refusal;
use super::store::{self, Session};
use crate::sim::front::cookie;
use crate::sim::secrets::hash;
use crate::world::Shared;

/// The cookie with the session's id.
pub(super) const SESSION_COOKIE: &str = "mist_sessionid";

/// Where a write with a session says the session's CSRF token.
const CSRF_HEADER: &str = "x-csrftoken";

/// Who calls: a person with a session or a token of their own, or a program with an organisation's token.
///
/// A token comes before a session. A write with a session needs its CSRF token.
pub(super) struct Identity {
    pub(super) who: Who,
    /// The session, if the caller came with one.
    pub(super) session: Option<Session>,
}

/// Whose name a caller acts in.
pub(super) enum Who {
    /// A person's.
    Account(&'static Account),
    /// An organisation's: the token's name and what it may do.
    OrgToken(String, Vec<Privilege>),
}

impl Identity {
    /// The account whose code is still wanted.
    pub(super) fn unpassed(&self) -> Option<&'static Account> {
        match (&self.who, &self.session) {
            (Who::Account(account), Some(session)) if !session.is_passed => Some(account),
            _ => None,
        }
    }

    /// What the caller may do.
    pub(super) fn privileges(&self) -> Vec<Privilege> {
        match &self.who {
            Who::Account(account) => vec![Privilege::on_org(&directory::ORG, account.role)],
            Who::OrgToken(_, privileges) => privileges.clone(),
        }
    }

    async fn by_token(world: &Shared, key: String) -> Result<Self, Refusal> {
        let now = world.clock.now();
        let token = world.db.write(move |tx| store::used(tx, &key, now)).await?;
        let token = token.ok_or_else(|| Refusal::wrong_credentials("Invalid token."))?;
        let who = match (token.grant, directory::account_with_id(&token.owner)) {
            (Some(grant), _) => Who::OrgToken(token.name, grant.privileges),
            (None, Some(account)) => Who::Account(account),
            (None, None) => return Err(Refusal::wrong_credentials("Invalid token.")),
        };
        Ok(Self { who, session: None })
    }

    async fn by_session(world: &Shared, id: String) -> Result<Self, Refusal> {
        let now = world.clock.now();
        let session = world.db.read(move |conn| store::session(conn, &id, now)).await?;
        let session = session.ok_or_else(Refusal::signed_out)?;
        let account = directory::account_with_id(&session.account).ok_or_else(Refusal::signed_out)?;
        Ok(Self { who: Who::Account(account), session: Some(session) })
    }
}

impl FromRequestParts<Shared> for Identity {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Refusal> {
        let headers = &parts.headers;
        if let Some(key) = token(headers) {
            return Self::by_token(world, key.to_owned()).await;
        }
        let id = cookie(headers, SESSION_COOKIE).ok_or_else(Refusal::signed_out)?;
        let identity = Self::by_session(world, id.to_owned()).await?;
        let csrf = headers.get(CSRF_HEADER).and_then(|it| it.to_str().ok()).map(hash);
        let own = identity.session.as_ref().map(|it| &it.csrf_hash);
        if !parts.method.is_safe() && csrf.as_ref() != own {
            return Err(Refusal::csrf());
        }
        Ok(identity)
    }
}

/// The key of `Authorization: Token KEY`; the scheme's case does not matter (RFC 9110, 11.1).
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("token").then(|| key.trim())
}

/// A caller who has passed every factor, at an address beneath an organisation.
pub(super) struct OrgCaller {
    pub(super) org: &'static Org,
    privileges: Vec<Privilege>,
}

impl OrgCaller {
    fn of(identity: &Identity, org_id: &str) -> Result<Self, Refusal> {
        let org = directory::org(org_id).ok_or_else(Refusal::not_found)?;
        Ok(Self { org, privileges: identity.privileges() })
    }

    /// Whether a privilege reaches a site: its own, one of its groups', or the organisation's.
    pub(super) fn reaches_site(&self, site: &Site) -> bool {
        self.privileges.iter().any(|it| match it.scope {
            Scope::Org => true,
            Scope::Site => it.site_id.as_deref() == Some(site.id),
            Scope::SiteGroup => it.groups().iter().any(|id| site.is_in(id)),
        })
    }

    /// Whether a privilege reaches a site group: its own, or the organisation's.
    pub(super) fn reaches_group(&self, group: &SiteGroup) -> bool {
        self.privileges.iter().any(|it| it.scope == Scope::Org || it.groups().contains(&group.id))
    }

    /// Whether a privilege on the whole organisation has one of these roles.
    fn has(&self, is_enough: impl Fn(Role) -> bool) -> bool {
        self.privileges.iter().any(|it| it.scope == Scope::Org && is_enough(it.role))
    }
}

impl FromRequestParts<Shared> for OrgCaller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Refusal> {
        let identity = passed(parts, world).await?;
        let org_id = path_param(parts, world, "org_id").await.unwrap_or_default();
        Self::of(&identity, &org_id)
    }
}

/// Whose tokens an address is about, once the caller may do there what the method says.
///
/// Beneath `/self` they are the person's own; a person who may only look may not make any. Beneath `/orgs/…` they are the
/// organisation's: with any privilege on the whole of it they can be read, and managed with the role `admin` only, as
/// they can be made to do anything there.
pub(super) enum Holder {
    /// A person.
    Account(&'static Account),
    /// An organisation; with the email of the person who calls, if it is one.
    Org(&'static Org, Option<&'static str>),
}

impl Holder {
    /// The owner of the tokens.
    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Account(account) => account.id,
            Self::Org(org, _) => org.id,
        }
    }
}

impl FromRequestParts<Shared> for Holder {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Refusal> {
        let identity = passed(parts, world).await?;
        let is_write = !parts.method.is_safe();
        let org_id = path_param(parts, world, "org_id").await;
        let (holder, may) = match (&identity.who, org_id) {
            (Who::Account(account), None) => (Self::Account(account), !is_write || account.role != Role::Read),
            // An organisation's token belongs to no person.
            (Who::OrgToken(..), None) => return Err(Refusal::forbidden()),
            (who, Some(org_id)) => {
                let caller = OrgCaller::of(&identity, &org_id)?;
                let email = if let Who::Account(account) = who { Some(account.email) } else { None };
                (Self::Org(caller.org, email), caller.has(|role| !is_write || role == Role::Admin))
            }
        };
        if may { Ok(holder) } else { Err(Refusal::forbidden()) }
    }
}

/// Who calls, if no second factor is wanted any more.
async fn passed(parts: &mut Parts, world: &Shared) -> Result<Identity, Refusal> {
    let identity = Identity::from_request_parts(parts, world).await?;
    if identity.unpassed().is_some() { Err(Refusal::signed_out()) } else { Ok(identity) }
}

/// A part of the path, by its name in the route.
async fn path_param(parts: &mut Parts, world: &Shared, name: &str) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, world).await.ok()?;
    params.iter().find(|(it, _)| *it == name).map(|(_, value)| value.to_owned())
}

/// The id of a token in the path, lower case; one that is no UUID names no token.
pub(super) struct TokenId(pub(super) String);

impl FromRequestParts<Shared> for TokenId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, world: &Shared) -> Result<Self, Refusal> {
        let id = path_param(parts, world, "id").await.unwrap_or_default();
        Ok(Self(id.to_ascii_lowercase()))
    }
}
