//! The demonstration tokens of PT Sandbox.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};
use serde_json::json;

use super::store::seconds;
use crate::random::Random;
use crate::sim::secrets::hash;

const EXTENDED: &str = "SCAN_WITH_EXTENDED_SETTINGS";
const PREDEFINED: &str = "SCAN_WITH_PREDEFINED_SETTINGS";
const VIEW: &str = "TASKS_VIEW_ALL";

/// A demonstration token; its times are days before the seeding.
struct Seed {
    name: &'static str,
    comment: Option<&'static str>,
    permissions: &'static [&'static str],
    creator: &'static str,
    created: f64,
    modified: Option<f64>,
    deleted: Option<f64>,
    entry_point: Option<(&'static str, &'static str)>,
}

/// What most of them have in common.
const PLAIN: Seed = Seed {
    name: "",
    comment: Some(""),
    permissions: &[PREDEFINED],
    creator: "demo",
    created: 0.0,
    modified: None,
    deleted: None,
    entry_point: None,
};

const LONG_COMMENT: &str = "Used by the mail gateways of both data centres to hand over attachments above 2 MB. \
    Do not delete without telling the mail team: without it mail is held back for four hours and then delivered unscanned. \
    The secret stands in the vault under mail/sandbox, and is renewed together with the certificates every spring.";

/// Realistic ones first, then awkward ones.
const SEEDS: &[Seed] = &[
    Seed {
        name: "mail-gateway",
        comment: Some(LONG_COMMENT),
        permissions: &[EXTENDED, PREDEFINED],
        created: 812.0,
        modified: Some(40.0),
        entry_point: Some(("5a9f7d1e-20bb-4c5e-9f5c-0d6b9d1f5c11", "Mail gateway north")),
        ..PLAIN
    },
    Seed {
        name: "mail-gateway-south",
        comment: Some("Second data centre"),
        permissions: &[EXTENDED, PREDEFINED],
        created: 811.5,
        entry_point: Some(("c1a5b7de-6f0d-4a7b-8f0a-52c6c4a6b0f2", "Mail gateway south")),
        ..PLAIN
    },
    Seed {
        name: "soar-playbooks",
        comment: Some("Detonates what analysts attach to an incident"),
        permissions: &[EXTENDED, VIEW],
        creator: "ldap-demo",
        created: 420.0,
        ..PLAIN
    },
    Seed {
        name: "web-proxy-icap",
        permissions: &[PREDEFINED],
        created: 399.2,
        entry_point: Some(("01fd2f6c-5a93-4f57-8b6f-d1d8a6d6a1b3", "ICAP")),
        ..PLAIN
    },
    Seed {
        name: "dashboard-reader",
        comment: Some("Grafana: number of tasks, verdicts"),
        permissions: &[VIEW],
        created: 260.0,
        ..PLAIN
    },
    Seed { name: "file-share-crawler", permissions: &[PREDEFINED], created: 201.7, modified: Some(12.0), ..PLAIN },
    Seed {
        name: "ci-artifact-scan",
        comment: Some("Release pipeline"),
        permissions: &[EXTENDED],
        creator: "ldap-demo",
        created: 90.0,
        ..PLAIN
    },
    Seed {
        name: "threat-hunting",
        permissions: &[EXTENDED, PREDEFINED, VIEW],
        creator: "a.petrova",
        created: 61.0,
        ..PLAIN
    },
    Seed {
        name: "backup-verify",
        comment: Some("Deleted when the backup product changed"),
        created: 500.0,
        deleted: Some(130.0),
        ..PLAIN
    },
    Seed {
        name: "old-mail-gateway",
        comment: Some("Replaced by mail-gateway"),
        permissions: &[EXTENDED],
        created: 1500.0,
        modified: Some(900.0),
        deleted: Some(810.0),
        entry_point: Some(("9d3fae02-7c11-46c4-bb67-1d2a5fce8a90", "Mail gateway (old)")),
        ..PLAIN
    },
    Seed {
        name: "pentest-week",
        comment: Some("For one week only"),
        creator: "ldap-demo",
        created: 33.0,
        deleted: Some(26.0),
        ..PLAIN
    },
    Seed { name: "just-created", created: 0.001, ..PLAIN },
    Seed { name: "just-deleted", created: 1.3, deleted: Some(0.0005), ..PLAIN },
    // Names at both ends of what the pattern allows.
    Seed { name: "short", comment: None, created: 7.0, ..PLAIN },
    Seed { name: "A-name-of-exactly-thirty-chars", comment: None, created: 8.0, ..PLAIN },
    Seed { name: "x---9---9---x", comment: Some("Hyphens in a row"), created: 9.0, ..PLAIN },
    Seed { name: "CamelCaseName", comment: Some("   spaces around   "), created: 10.0, ..PLAIN },
    // Two of the same name, one deleted: ids tell them apart.
    Seed { name: "twin-token", created: 70.0, deleted: Some(69.0), ..PLAIN },
    Seed { name: "twin-token", created: 69.0, ..PLAIN },
    // Permissions that a client does not know, and none at all.
    Seed {
        name: "newer-release",
        comment: Some("Given by a later release of the product"),
        permissions: &[PREDEFINED, "QUARANTINE_MANAGE"],
        created: 5.0,
        ..PLAIN
    },
    Seed { name: "only-unknown", permissions: &["REPORTS_EXPORT_V2"], created: 4.0, ..PLAIN },
    Seed { name: "no-permissions", permissions: &[], created: 3.0, ..PLAIN },
    // Comments that a page must not stumble over.
    Seed {
        name: "comment-cyrillic",
        comment: Some("Токен для почтового шлюза — не удалять"),
        creator: "и.иванов",
        created: 45.0,
        ..PLAIN
    },
    Seed {
        name: "comment-arabic", comment: Some("رمز لبوابة البريد (لا تحذف)"), created: 44.0, ..PLAIN
    },
    Seed {
        name: "comment-emoji", comment: Some("🚀 launch week 👩‍👩‍👧‍👦 Zu\u{308}rich"), created: 43.0, ..PLAIN
    },
    Seed {
        name: "comment-markup",
        comment: Some("<img src=x onerror=alert(1)> & \"quotes\" 'too'"),
        created: 42.0,
        ..PLAIN
    },
    Seed { name: "comment-lines", comment: Some("first line\nsecond line\n\tindented"), created: 41.0, ..PLAIN },
    Seed { name: "comment-override", comment: Some("\u{202e}reversed\u{202c} text"), created: 40.5, ..PLAIN },
    Seed {
        name: "long-creator",
        creator: "EXAMPLE\\service.account.with.a.very.long.name.indeed@corp.example.com",
        created: 39.0,
        ..PLAIN
    },
    Seed {
        name: "edited-later",
        comment: Some("The comment was changed after the token was deleted"),
        created: 38.0,
        modified: Some(1.0),
        deleted: Some(2.0),
        ..PLAIN
    },
];

/// Puts the demonstration tokens into an empty database.
pub fn seed(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    let before = |days: f64| seconds(now) - (days * 86_400.0).round();
    let mut insert = tx.prepare(
        "INSERT INTO sim_pt_tokens (name, comment, permissions, creator_login, created, modified, deleted,
            entry_point_id, entry_point_name, key)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for (number, it) in SEEDS.iter().enumerate() {
        insert.execute(params![
            it.name,
            it.comment,
            json!(it.permissions).to_string(),
            it.creator,
            before(it.created),
            it.modified.map(before),
            it.deleted.map(before),
            it.entry_point.map(|(id, _)| id),
            it.entry_point.map(|(_, name)| name),
            hash(&Random::new(number).next().to_string()),
        ])?;
    }
    Ok(())
}
