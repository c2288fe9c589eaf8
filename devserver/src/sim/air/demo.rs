//! The demonstration tokens of Air.

use chrono::{DateTime, Utc};
use rusqlite::Transaction;

use crate::random::Random;
use crate::sim::secrets::hash;

/// 200 characters with no place to break the line.
const LONG: &str = "nightly-regression-of-the-whole-data-centre-topology-with-two-hundred-leaves-and-thirty-two-spines-\
    over-every-supported-release-on-every-supported-switch-run-by-the-lab-in-santa-clara-owner-net-team-x";

/// Name, created so many days ago, expires in so many days.
type Seed = (&'static str, f64, Option<f64>);

/// Realistic ones first, then awkward ones.
const SEEDS: &[Seed] = &[
    ("ci-topology-tests", 412.0, None),
    ("terraform", 300.5, Some(65.0)),
    ("ansible-tower", 298.0, Some(67.0)),
    ("netbox-sync", 201.0, Some(164.0)),
    ("lab-reservation-bot", 180.0, None),
    ("training-2025-autumn", 170.0, Some(-80.0)),
    ("cumulus-upgrade-rehearsal", 121.0, Some(-31.0)),
    ("nvue-docs-examples", 96.0, Some(269.0)),
    ("ospf-workshop", 60.0, Some(-30.0)),
    ("evpn-multihoming-demo", 45.0, Some(45.0)),
    ("partner-access", 29.0, Some(1.0)),
    ("customer-poc", 20.0, Some(6.5)),
    ("my_api_token", 14.0, None),
    ("laptop", 9.0, Some(356.0)),
    ("grafana-exporter", 4.0, None),
    // About to expire, just expired, just made.
    ("expires-within-the-hour", 6.9, Some(0.04)),
    ("expired-a-minute-ago", 7.0, Some(-0.0007)),
    ("just-created", 0.0005, None),
    ("never-ending", 3.0, Some(365.0 * 4000.0)),
    // Names that a page must not stumble over.
    ("Übung Ålesund – Netzwerkpläne", 33.0, None),
    ("数据中心拓扑测试", 32.0, Some(90.0)),
    ("مختبر الشبكات", 31.0, None),
    ("🚀 launch 👩‍👩‍👧‍👦 Zu\u{308}rich", 30.0, None),
    ("<img src=x onerror=alert(1)>", 28.0, None),
    ("\u{202e}reversed\u{202c} name", 27.0, None),
    ("a name, with \"quotes\" & 'more'", 26.0, Some(12.0)),
    ("x", 25.0, None),
    ("2026-01-01", 24.0, None),
    (LONG, 23.0, Some(30.0)),
    // Two of the same name: ids tell them apart.
    ("twin", 22.0, Some(10.0)),
    ("twin", 21.0, None),
];

/// Puts the demonstration tokens into an empty database.
pub fn seed(tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), rusqlite::Error> {
    let mut insert =
        tx.prepare("INSERT INTO sim_air_tokens (id, name, created_us, expiry_us, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (number, (name, created, expiry)) in SEEDS.iter().enumerate() {
        let mut random = Random::new(number);
        let id = random.uuid().to_string();
        // Half of the times fall on a whole second, which has no fraction on the wire.
        let whole = if number % 2 == 0 { 1 } else { 1_000_000 };
        let at = |days: f64| (now.timestamp_micros() + (days * 86_400.0).round() as i64 * 1_000_000) / whole * whole;
        insert.execute((id, name, at(-created), expiry.map(at), hash(&random.next().to_string())))?;
    }
    Ok(())
}
