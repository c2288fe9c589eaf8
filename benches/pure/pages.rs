//! Pages of tokens as a Scoped Token API sends them, made up: the same number always gives the same token.

use std::fmt::Write as _;

use tokendeck::api::tokens::ListPage;
use tokendeck::store::Store;
use tokendeck::time::Millis;

/// How many tokens a page has.
pub(crate) const PAGE: usize = 1_000;

/// The time that all of it happens at: 2026-01-01.
pub(crate) const NOW: Millis = 1_767_225_600_000;

const AREAS: [&str; 16] = [
    "Assembly",
    "boiler",
    "Coating",
    "Dryer",
    "Extruder",
    "Fräse",
    "grinding",
    "Härterei",
    "Kiln",
    "lathe",
    "Oven",
    "Packaging",
    "Press",
    "Quality lab",
    "robot cell",
    "Warehouse",
];
const KINDS: [&str; 8] = ["alarm", "batch", "counter", "gateway", "OPC-UA", "recipe", "sensor", "torque"];
const ROLES: [&str; 8] = ["backup", "dashboard", "exporter", "ingest", "reader", "report", "sync", "writer"];
const PEOPLE: [&str; 4] = ["ada", "björn", "chen", "dora"];

/// The answer with the page that begins at token `first` of `n`.
pub(crate) fn page(first: usize, n: usize) -> ListPage {
    let end = n.min(first + PAGE);
    let mut body = format!(r#"{{"total":{n},"entries":["#);
    for number in first..end {
        if number > first {
            body.push(',');
        }
        write_token(&mut body, number as u64).expect("a string takes everything");
    }
    let next = if end < n { format!(r#""c{end}""#) } else { "null".into() };
    body.push_str(&format!(r#"],"next":{next}}}"#));
    ListPage { json: body.into_bytes(), asked_at: NOW, ..ListPage::default() }
}

/// All tokens of a list of `n`.
pub(crate) fn store(n: usize) -> Store {
    let mut store = Store::new();
    for first in (0..n).step_by(PAGE) {
        page(first, n).put(&mut store).expect("the page is right");
    }
    assert_eq!(store.len(), n);
    store
}

fn write_token(out: &mut String, number: u64) -> std::fmt::Result {
    let mut chance = Chance(number);
    let (area, kind, role) = (chance.pick(&AREAS), chance.pick(&KINDS), chance.pick(&ROLES));
    write!(out, r#"{{"id":"{}","guid":"{}","name":"{area} {kind} {role} {number:06}","#, chance.uuid(), chance.uuid())?;
    match chance.below(10) < 3 {
        true => out.push_str(r#""description":null,"#),
        false => write!(out, r#""description":"Issued to {} for the {role} job","#, chance.pick(&PEOPLE))?,
    }
    let (scope, n_scopes) = (chance.below(22), 1 + chance.below(3));
    let scopes: Vec<String> = (scope..scope + n_scopes).map(|it| format!(r#""scope-{it}""#)).collect();
    write!(out, r#""scopes":[{}],"#, scopes.join(","))?;
    for (field, share_without) in [("valid_from", 1), ("valid_to", 3), ("last_used_at", 2)] {
        match chance.below(10) < share_without {
            true => write!(out, r#""{field}":null,"#)?,
            false => write!(
                out,
                r#""{field}":"20{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z","#,
                24 + chance.below(4),
                1 + chance.below(12),
                1 + chance.below(28),
                chance.below(24),
                chance.below(60),
                chance.below(60),
                chance.below(1_000),
            )?,
        }
    }
    write!(
        out,
        r#""created_at":"2024-01-01T00:00:00.000Z","created_by":"{}@example.com","revoked_at":null,"is_active":{}}}"#,
        chance.pick(&PEOPLE),
        chance.below(2) == 0
    )
}

/// Numbers without a pattern (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len() as u64) as usize]
    }

    fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }
}
