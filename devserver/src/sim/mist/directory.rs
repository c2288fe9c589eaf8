//! Who and what is always there: the accounts, the organisation, its sites and site groups.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a person or a token may do where a privilege reaches.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    /// Everything, tokens included.
    Admin,
    /// Everything but managing the organisation.
    Write,
    /// Only look.
    Read,
    /// Only look, and help clients.
    Helpdesk,
    /// Only put devices up.
    Installer,
}

/// An account with which a person signs in.
pub(super) struct Account {
    /// The owner of its tokens.
    pub(super) id: &'static str,
    /// What it signs in with, lower case.
    pub(super) email: &'static str,
    /// It is no secret: the sign-in form shows it.
    pub(super) password: &'static str,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    /// The code of its second factor, if it has one.
    pub(super) two_factor: Option<&'static str>,
    /// What it may do in [`ORG`].
    pub(super) role: Role,
}

/// The accounts.
pub(super) const ACCOUNTS: &[Account] = &[DEMO, DEMO_2FA, DEMO_READ];

/// May do everything.
pub(super) const DEMO: Account = Account {
    id: "8f2d1c8e-51b5-4a0c-9f53-0c1f0f7a3d01",
    email: "demo@example.com",
    password: "demo",
    first_name: "Dana",
    last_name: "Demo",
    two_factor: None,
    role: Role::Admin,
};

/// May do everything once it has given its code.
pub(super) const DEMO_2FA: Account = Account {
    id: "8f2d1c8e-51b5-4a0c-9f53-0c1f0f7a3d02",
    email: "demo-2fa@example.com",
    password: "demo",
    first_name: "Tomás",
    last_name: "Zwei-Faktor",
    two_factor: Some("123456"),
    role: Role::Admin,
};

/// May only look.
pub(super) const DEMO_READ: Account = Account {
    id: "8f2d1c8e-51b5-4a0c-9f53-0c1f0f7a3d03",
    email: "demo-read@example.com",
    password: "demo",
    first_name: "Ola",
    last_name: "Observer",
    two_factor: None,
    role: Role::Read,
};

/// An organisation.
pub(super) struct Org {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

/// The one organisation there is; every account belongs to it.
pub(super) const ORG: Org = Org { id: "a40f5d1f-d889-42e9-94ea-b9b33585fc6b", name: "Northwind Retail" };

/// A site of [`ORG`].
pub(super) struct Site {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    address: &'static str,
    country_code: &'static str,
    timezone: &'static str,
    groups: &'static [&'static str],
}

/// A group of sites.
pub(super) struct SiteGroup {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
}

pub(super) const EMEA: &str = "497f6eca-6276-5008-bfeb-53cbbbba6f01";
pub(super) const AMERICAS: &str = "497f6eca-6276-5008-bfeb-53cbbbba6f02";
pub(super) const WAREHOUSES: &str = "497f6eca-6276-5008-bfeb-53cbbbba6f03";

/// The site groups.
pub(super) const SITE_GROUPS: &[SiteGroup] = &[
    SiteGroup { id: EMEA, name: "EMEA" },
    SiteGroup { id: AMERICAS, name: "Americas" },
    SiteGroup { id: WAREHOUSES, name: "Warehouses" },
    SiteGroup { id: "497f6eca-6276-5008-bfeb-53cbbbba6f04", name: "Pilot – not opened yet" },
];

pub(super) const CUPERTINO: &str = "497f6eca-6276-5007-bfeb-53cbbbba6f01";
pub(super) const RIYADH: &str = "497f6eca-6276-5007-bfeb-53cbbbba6f05";
pub(super) const LONG_NAMED: &str = "497f6eca-6276-5007-bfeb-53cbbbba6f06";

/// The sites.
pub(super) const SITES: &[Site] = &[
    Site {
        id: CUPERTINO,
        name: "Cupertino Office",
        address: "1601 S. De Anza Blvd., Cupertino, CA 95014, USA",
        country_code: "US",
        timezone: "America/Los_Angeles",
        groups: &[AMERICAS],
    },
    Site {
        id: "497f6eca-6276-5007-bfeb-53cbbbba6f02",
        name: "Denver Warehouse",
        address: "Peña Blvd, Denver, CO, USA",
        country_code: "US",
        timezone: "America/Denver",
        groups: &[AMERICAS, WAREHOUSES],
    },
    Site {
        id: "497f6eca-6276-5007-bfeb-53cbbbba6f03",
        name: "São Paulo, Loja 12",
        address: "Av. Paulista, São Paulo, Brasil",
        country_code: "BR",
        timezone: "America/Sao_Paulo",
        groups: &[AMERICAS],
    },
    Site {
        id: "497f6eca-6276-5007-bfeb-53cbbbba6f04",
        name: "Zürich HB",
        address: "Bahnhofplatz, 8001 Zürich, Schweiz",
        country_code: "CH",
        timezone: "Europe/Zurich",
        groups: &[EMEA],
    },
    Site {
        id: RIYADH,
        name: "متجر الرياض – العليا",
        address: "طريق العليا، الرياض",
        country_code: "SA",
        timezone: "Asia/Riyadh",
        groups: &[EMEA],
    },
    Site {
        id: LONG_NAMED,
        name: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Distribution Centre and Returns Hub, \
            Building 7, Mezzanine Level, North-West Loading Bay (temporary location until the refurbishment is done)",
        address: "Llanfair Pwllgwyngyll, Wales, United Kingdom",
        country_code: "GB",
        timezone: "Europe/London",
        groups: &[EMEA, WAREHOUSES],
    },
    Site {
        id: "497f6eca-6276-5007-bfeb-53cbbbba6f07",
        name: "東京・渋谷店",
        address: "東京都渋谷区",
        country_code: "JP",
        timezone: "Asia/Tokyo",
        groups: &[],
    },
    Site {
        id: "497f6eca-6276-5007-bfeb-53cbbbba6f08",
        name: "Lab <test> & staging",
        address: "",
        country_code: "US",
        timezone: "UTC",
        groups: &[],
    },
];

/// Since when all of it is there, in seconds since 1970.
const FOUNDED: i64 = 1_626_875_902;

impl Site {
    /// Whether it belongs to a group.
    pub(super) fn is_in(&self, group_id: &str) -> bool {
        self.groups.contains(&group_id)
    }

    /// As it goes over the wire.
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "org_id": ORG.id, "sitegroup_ids": self.groups,
            "address": self.address, "country_code": self.country_code, "timezone": self.timezone,
            "created_time": FOUNDED, "modified_time": FOUNDED,
        })
    }
}

impl SiteGroup {
    /// As it goes over the wire.
    pub(super) fn json(&self) -> Value {
        let site_ids: Vec<&str> = SITES.iter().filter(|it| it.is_in(self.id)).map(|it| it.id).collect();
        json!({
            "id": self.id, "name": self.name, "org_id": ORG.id, "site_ids": site_ids,
            "created_time": FOUNDED, "modified_time": FOUNDED,
        })
    }
}

/// The account that signs in with an address; its case does not matter.
pub(super) fn account(email: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|it| it.email.eq_ignore_ascii_case(email.trim()))
}

/// The account with an id.
pub(super) fn account_with_id(id: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|it| it.id == id)
}

/// The organisation with an id, in whatever case.
pub(super) fn org(id: &str) -> Option<&'static Org> {
    ORG.id.eq_ignore_ascii_case(id).then_some(&ORG)
}

/// The site with an id, lower case.
pub(super) fn site(id: &str) -> Option<&'static Site> {
    SITES.iter().find(|it| it.id == id)
}

/// The site group with an id, lower case.
pub(super) fn site_group(id: &str) -> Option<&'static SiteGroup> {
    SITE_GROUPS.iter().find(|it| it.id == id)
}
