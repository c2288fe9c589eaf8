//! The demonstration tokens: realistic ones first, then awkward ones. They follow from their numbers and the time alone.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use super::directory::{
    AMERICAS, CUPERTINO, DEMO, DEMO_2FA, DEMO_READ, EMEA, LONG_NAMED, ORG, RIYADH, Role, SITES, WAREHOUSES,
};
use super::privilege::Privilege;
use super::store::{self, Grant, Token};
use super::tokens::KEY_LENGTH;
use crate::random::Random;
use crate::sim::secrets::ALPHANUMERIC;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When something was, in seconds before now.
#[derive(Clone, Copy)]
enum Ago {
    /// So many seconds ago.
    Seconds(i64),
    /// The vendor's zero: unknown, or never.
    Zero,
    /// Never, said as `null`.
    Never,
}

use Ago::{Never, Seconds, Zero};

/// Name, created, last used.
type Row<'a> = (&'a str, Ago, Ago);

/// Names as long as most systems allow: 200 characters.
const LONG: &str = "Synchronises the floor plans, access point placements and wired port profiles of every store with \
    the facility management database, each night at two in the morning local time, store by store, quietly";
const LONG_UNBROKEN: &str = "sync_floor_plans_access_point_placements_and_wired_port_profiles_of_every_store_with_the_\
    facility_management_database_each_night_at_two_in_the_morning_local_time_store_by_store_and_mails_a_full_report";

/// The own tokens of [`DEMO`].
const DEMO_ROWS: &[Row<'_>] = &[
    ("laptop", Seconds(412 * DAY), Seconds(3 * MINUTE)),
    ("postman", Seconds(300 * DAY), Seconds(6 * DAY)),
    ("site-survey-script", Seconds(210 * DAY), Seconds(20 * DAY)),
    ("unused since the migration", Seconds(180 * DAY), Seconds(85 * DAY)),
    ("gone tomorrow", Seconds(150 * DAY), Seconds(89 * DAY + 20 * HOUR)),
    ("", Seconds(120 * DAY), Seconds(2 * DAY)),
    ("made before times were kept", Zero, Seconds(11 * DAY)),
    ("never used", Seconds(40 * DAY), Never),
    ("never used, said as zero", Seconds(12 * DAY), Zero),
    ("Schlüssel für Zürich 🗝", Seconds(33 * DAY), Seconds(5 * HOUR)),
    ("مفتاح التجربة", Seconds(30 * DAY), Seconds(9 * HOUR)),
    ("<img src=x onerror=alert(1)>", Seconds(21 * DAY), Seconds(HOUR)),
    ("laptop", Seconds(2 * DAY), Seconds(8 * MINUTE)),
];

/// The own tokens of [`DEMO_2FA`].
const DEMO_2FA_ROWS: &[Row<'_>] = &[
    ("phone", Seconds(90 * DAY), Seconds(20 * DAY)),
    ("backup script", Seconds(100 * DAY), Seconds(85 * DAY)),
    ("trying things out", Seconds(HOUR), Never),
];

/// The own tokens of [`DEMO_READ`].
const DEMO_READ_ROWS: &[Row<'_>] = &[("wallboard", Seconds(70 * DAY), Seconds(4 * MINUTE))];

/// A token of [`ORG`]: row, creator, addresses, privileges.
struct Story(Row<'static>, Option<&'static str>, &'static [&'static str], Vec<Privilege>);

fn stories() -> Vec<Story> {
    use Role::{Admin, Helpdesk, Installer, Read, Write};

    let org = |role| Privilege::on_org(&ORG, role);
    let site = Privilege::on_site;
    let group = Privilege::on_group;
    let view = |view: &str, role| Privilege { views: Some(vec![view.to_owned()]), ..org(role) };
    let demo = Some(DEMO.email);
    let second = Some(DEMO_2FA.email);
    // Of an account that is gone, the vendor says null.
    let no_user = None;
    // Sites that were removed keep standing in privileges.
    let gone = "497f6eca-6276-5007-bfeb-53cbbbba6fff";
    let addresses: &[&str] = &["63.3.56.0/24", "63.3.55.4"];
    let most_addresses: &[&str] = &[
        "198.51.100.1",
        "198.51.100.2",
        "198.51.100.16/28",
        "203.0.113.0/24",
        "192.0.2.128/25",
        "2001:db8::1",
        "2001:db8:1::/48",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/128",
        "10.0.0.0/8",
        "172.16.0.0/12",
    ];
    let everywhere: Vec<Privilege> = SITES.iter().map(|it| site(it.id, Write)).collect();
    let everywhere = [everywhere, vec![group(EMEA, Read), org(Read)]].concat();
    let groups = Privilege { sitegroup_ids: Some(vec![EMEA.to_owned(), AMERICAS.to_owned()]), ..group(EMEA, Read) };
    let groups = Privilege { sitegroup_id: None, ..groups };

    vec![
        Story(("terraform", Seconds(512 * DAY), Seconds(3 * HOUR)), demo, addresses, vec![org(Admin)]),
        Story(("noc-dashboard", Seconds(410 * DAY), Seconds(MINUTE)), demo, &[], vec![org(Read)]),
        Story(("ap-provisioning", Seconds(388 * DAY), Seconds(2 * DAY)), second, &[], vec![site(CUPERTINO, Installer)]),
        Story(("service-desk", Seconds(350 * DAY), Seconds(40 * MINUTE)), demo, &[], vec![org(Helpdesk)]),
        Story(
            ("switch-ports-only", Seconds(330 * DAY), Seconds(7 * HOUR)),
            demo,
            &[],
            vec![view("switch_admin", Helpdesk)],
        ),
        Story(
            ("marketing-analytics", Seconds(310 * DAY), Seconds(16 * DAY)),
            no_user,
            &[],
            vec![view("marketing", Read)],
        ),
        Story(
            ("warehouse-scanners", Seconds(290 * DAY), Seconds(9 * MINUTE)),
            demo,
            &["10.20.0.0/16"],
            vec![group(WAREHOUSES, Write)],
        ),
        Story(
            ("floor-plan-sync", Seconds(260 * DAY), Seconds(20 * DAY)),
            second,
            &[],
            vec![site(CUPERTINO, Write), site(RIYADH, Write)],
        ),
        Story(("quarterly-audit-export", Seconds(250 * DAY), Seconds(85 * DAY)), demo, &[], vec![org(Read)]),
        Story(
            ("winter-promotion-kiosks", Seconds(240 * DAY), Seconds(89 * DAY + 20 * HOUR)),
            demo,
            &[],
            vec![group(EMEA, Write)],
        ),
        Story(
            ("guest-portal", Seconds(230 * DAY), Seconds(70 * DAY)),
            second,
            &[],
            vec![group(AMERICAS, Write), group(EMEA, Write)],
        ),
        Story(("both-regions-read", Seconds(220 * DAY), Seconds(5 * DAY)), demo, &[], vec![groups]),
        Story(("siem-forwarder", Seconds(200 * DAY), Seconds(30)), no_user, &["2001:db8:1::/48"], vec![org(Read)]),
        Story(("proof-of-concept", Seconds(80 * DAY), Never), demo, &[], vec![org(Write)]),
        Story(("iot-onboarding", Seconds(HOUR), Never), second, &[], vec![site(LONG_NAMED, Installer)]),
        Story(("imported from the old portal", Zero, Zero), no_user, &[], vec![org(Read)]),
        Story(("imported, but in use", Zero, Seconds(12 * DAY)), no_user, &[], vec![org(Read)]),
        Story(("every site by itself", Seconds(160 * DAY), Seconds(26 * HOUR)), demo, &[], everywhere),
        Story(("ten addresses", Seconds(140 * DAY), Seconds(4 * DAY)), demo, most_addresses, vec![org(Read)]),
        Story(
            ("of a site that was removed", Seconds(130 * DAY), Seconds(33 * DAY)),
            demo,
            &[],
            vec![site(gone, Read), site(CUPERTINO, Read)],
        ),
        Story(("متجر الرياض – مزامنة", Seconds(110 * DAY), Seconds(6 * HOUR)), second, &[], vec![site(RIYADH, Write)]),
        Story(
            ("Zu\u{308}rich HB: Besucherza\u{308}hler", Seconds(101 * DAY), Seconds(3 * DAY)),
            demo,
            &[],
            vec![group(EMEA, Read)],
        ),
        Story(
            ("渋谷店 センサー 📡", Seconds(96 * DAY), Seconds(50 * MINUTE)),
            demo,
            &[],
            vec![site(SITES[6].id, Read)],
        ),
        Story(("\"quoted\" & <b>bold</b>", Seconds(94 * DAY), Seconds(8 * DAY)), demo, &[], vec![org(Read)]),
        Story((LONG, Seconds(91 * DAY), Seconds(2 * HOUR)), demo, &[], vec![org(Write)]),
        Story((LONG_UNBROKEN, Seconds(60 * DAY), Seconds(DAY)), demo, &[], vec![org(Write)]),
        Story(("noc-dashboard", Seconds(14 * DAY), Seconds(2 * MINUTE)), second, &[], vec![org(Read)]),
        Story(("ansible", Seconds(9 * DAY), Seconds(15 * MINUTE)), demo, &["192.0.2.10"], vec![org(Admin)]),
        Story(("ansible (new)", Seconds(DAY), Seconds(11 * MINUTE)), demo, &["192.0.2.11"], vec![org(Admin)]),
        Story(("temporary, for the auditors", Seconds(5 * HOUR), Seconds(4 * HOUR)), second, &[], vec![org(Read)]),
    ]
}

/// Puts the demonstration tokens into an empty database.
pub fn seed(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    let own = [(&DEMO, DEMO_ROWS), (&DEMO_2FA, DEMO_2FA_ROWS), (&DEMO_READ, DEMO_READ_ROWS)];
    let own = own.into_iter().flat_map(|(account, rows)| rows.iter().map(|row| (account.id, *row, None)));
    let of_org = stories().into_iter().map(|Story(row, created_by, src_ips, privileges)| {
        let src_ips = src_ips.iter().map(|it| (*it).to_owned()).collect();
        (ORG.id, row, Some(Grant { created_by: created_by.map(str::to_owned), src_ips, privileges }))
    });
    for (number, (owner, row, grant)) in own.chain(of_org).enumerate() {
        store::insert(tx, token(number, now, owner, row, grant))?;
    }
    Ok(())
}

/// What the numbers of the demonstration tokens count from: far behind those of other systems.
const FIRST_NUMBER: usize = 3_000_000;

/// A token whose id and key follow from its number.
fn token(number: usize, now: DateTime<Utc>, owner: &str, row: Row<'_>, grant: Option<Grant>) -> Token {
    let (name, created, last_used) = row;
    let mut random = Random::new(FIRST_NUMBER + number);
    let id = random.uuid().to_string();
    let key = (0..KEY_LENGTH).map(|_| char::from(ALPHANUMERIC[random.below(ALPHANUMERIC.len())])).collect();
    // Some systems keep whole seconds, some fractions; the vendor's own numbers have come in both forms.
    let now_us = if number.is_multiple_of(2) { now.timestamp_micros() } else { now.timestamp() * 1_000_000 };
    Token {
        id,
        owner: owner.to_owned(),
        name: name.to_owned(),
        key,
        created_us: match created {
            Seconds(ago) => now_us - ago * 1_000_000,
            Zero | Never => 0,
        },
        last_used: match last_used {
            Seconds(ago) => Some(now.timestamp() - ago),
            Zero => Some(0),
            Never => None,
        },
        grant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_have_200_characters() {
        assert_eq!([LONG, LONG_UNBROKEN].map(|it| it.chars().count()), [200, 200]);
    }
}
