//! What a person or an organisation's token may do, and where.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::directory::{self, Org, Role};

/// The views that a portal role may be limited to (`admin_privilege_view`).
const VIEWS: [&str; 8] =
    ["lobby_admin", "location", "marketing", "mxedge_admin", "reporting", "security", "super_observer", "switch_admin"];

/// How far a privilege reaches. An organisation's token has no other scopes than these.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    /// The whole organisation.
    Org,
    /// One site.
    Site,
    /// The sites of a group.
    SiteGroup,
}

/// One privilege, on the wire and in the database.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Privilege {
    /// How far it reaches.
    pub(super) scope: Scope,
    /// What may be done.
    pub(super) role: Role,
    /// With the scope `org`: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org_id: Option<String>,
    /// With the scope `site`: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) site_id: Option<String>,
    /// With the scope `sitegroup`: its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sitegroup_id: Option<String>,
    /// With the scope `sitegroup`, in place of `sitegroup_id`: several ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sitegroup_ids: Option<Vec<String>>,
    /// Only these views of the portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) views: Option<Vec<String>>,
}

impl Privilege {
    /// A privilege on the whole organisation.
    pub(super) fn on_org(org: &Org, role: Role) -> Self {
        let bare = Self {
            scope: Scope::Org,
            role,
            org_id: None,
            site_id: None,
            sitegroup_id: None,
            sitegroup_ids: None,
            views: None,
        };
        Self { org_id: Some(org.id.to_owned()), ..bare }
    }

    /// A privilege on one site.
    pub(super) fn on_site(site_id: &str, role: Role) -> Self {
        Self {
            scope: Scope::Site,
            org_id: None,
            site_id: Some(site_id.to_owned()),
            ..Self::on_org(&directory::ORG, role)
        }
    }

    /// A privilege on the sites of a group.
    pub(super) fn on_group(group_id: &str, role: Role) -> Self {
        let sitegroup_id = Some(group_id.to_owned());
        Self { scope: Scope::SiteGroup, org_id: None, sitegroup_id, ..Self::on_org(&directory::ORG, role) }
    }

    /// Reads a privilege that an organisation's token is to have. The error says what is wrong with it.
    ///
    /// What does not belong to the scope is dropped, ids become lower case, and the scope `org` gets its `org_id`.
    /// One of those in `kept`, which the token has already, may stay though its site is gone: else the token could not
    /// be renamed.
    pub(super) fn check(value: &Value, org: &Org, kept: &[Self]) -> Result<Self, String> {
        let mut it = Self::deserialize(value).map_err(|error| error.to_string())?;
        let ids = [&mut it.org_id, &mut it.site_id, &mut it.sitegroup_id].into_iter().flatten();
        ids.chain(it.sitegroup_ids.iter_mut().flatten()).for_each(|id| id.make_ascii_lowercase());
        if it.org_id.as_ref().is_some_and(|id| id != org.id) {
            return Err("org_id is another organisation's".to_owned());
        }
        if let Some(same) = kept.iter().find(|same| same.is_like(&it)) {
            return Ok(same.clone());
        }
        if let Some(view) = it.views.iter().flatten().find(|view| !VIEWS.contains(&view.as_str())) {
            return Err(format!("there is no view \"{view}\""));
        }
        let bare = Self { views: it.views, ..Self::on_org(org, it.role) };
        match it.scope {
            Scope::Org => Ok(bare),
            Scope::Site => {
                let id = it.site_id.ok_or("site_id is required with the scope site")?;
                directory::site(&id).ok_or_else(|| format!("there is no site {id}"))?;
                Ok(Self { scope: it.scope, org_id: None, site_id: Some(id), ..bare })
            }
            Scope::SiteGroup => {
                let ids: Vec<&String> = it.sitegroup_id.iter().chain(it.sitegroup_ids.iter().flatten()).collect();
                if ids.is_empty() {
                    return Err("sitegroup_id is required with the scope sitegroup".to_owned());
                }
                if let Some(id) = ids.into_iter().find(|id| directory::site_group(id).is_none()) {
                    return Err(format!("there is no site group {id}"));
                }
                let (sitegroup_id, sitegroup_ids) = (it.sitegroup_id, it.sitegroup_ids);
                Ok(Self { scope: it.scope, org_id: None, sitegroup_id, sitegroup_ids, ..bare })
            }
        }
    }

    /// Whether two privileges say the same, in whatever order and form.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        fn sorted(views: &Option<Vec<String>>) -> Vec<&String> {
            let mut views: Vec<_> = views.iter().flatten().collect();
            views.sort();
            views.dedup();
            views
        }
        let what = |it: &Self| (it.scope, it.role, it.site_id.clone());
        what(self) == what(other) && self.groups() == other.groups() && sorted(&self.views) == sorted(&other.views)
    }

    /// The site groups that it reaches, sorted.
    pub(super) fn groups(&self) -> Vec<&str> {
        let mut ids: Vec<&str> =
            self.sitegroup_id.iter().chain(self.sitegroup_ids.iter().flatten()).map(String::as_str).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// As `GET /api/v1/self` shows it: with the names of what it reaches.
    pub(super) fn named(&self, org: &Org) -> Value {
        let mut shown = json!(self);
        shown["org_id"] = json!(org.id);
        match self.scope {
            Scope::Org => shown["name"] = json!(org.name),
            Scope::Site => {
                shown["org_name"] = json!(org.name);
                // A site that is gone has no name any more.
                if let Some(site) = self.site_id.as_deref().and_then(directory::site) {
                    shown["name"] = json!(site.name);
                }
            }
            Scope::SiteGroup => {
                shown["org_name"] = json!(org.name);
                // There, several ids are the only form (`admin_privilege`).
                shown["sitegroup_ids"] = json!(self.groups());
            }
        }
        shown
    }
}
