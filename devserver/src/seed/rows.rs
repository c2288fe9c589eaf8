//! What the demonstration tokens are called and what has become of them.

use super::scopes::{RETIRED_SCOPE, SCOPES};
use crate::random::Random;

/// Seconds from the moment of seeding; the past is negative.
#[derive(Clone, Copy)]
pub(super) struct Offset(pub(super) i64);

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// One token.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) scopes: Vec<&'static str>,
    pub(super) from: Option<Offset>,
    pub(super) to: Option<Offset>,
    pub(super) revoked: Option<Offset>,
    pub(super) disabled: Option<Offset>,
    pub(super) used: Option<Offset>,
    pub(super) created: Offset,
    pub(super) created_by: &'static str,
}

/// The token with this number.
pub(super) fn row(number: usize) -> Row {
    match TEAM.get(number) {
        Some(story) => story.row(number),
        None => match AWKWARD.get(number - TEAM.len()) {
            Some(awkward) => awkward_row(number, awkward),
            None => generated_row(number),
        },
    }
}

/// What becomes of a token, in seconds from the moment of seeding.
#[derive(Clone, Copy)]
enum Life {
    /// Active, with no bounds at all.
    Open,
    /// Active since then, with no end.
    Since(i64),
    /// Valid from then until then: active, expired or scheduled, as the numbers say.
    Between(i64, i64),
    /// No beginning given, only an end.
    Until(i64),
    /// Revoked then; its dates are what revoking made of them.
    Revoked(i64),
    /// Revoked then by another tool, which left its end as it was.
    RevokedKeeping(i64, Option<i64>),
    /// Disabled then, with no end.
    Disabled(i64),
}

/// A token of a real team.
struct Story(&'static str, Option<&'static str>, &'static [&'static str], Life, Option<i64>, &'static str);

impl Story {
    fn row(&self, number: usize) -> Row {
        let Self(name, description, scopes, life, used, created_by) = *self;
        // The first is the oldest; all were made before anything else happened to them.
        let created = -900 * DAY + number as i64 * 9 * DAY + number as i64 * 4987;
        let row = Row {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            scopes: scopes.to_vec(),
            from: None,
            to: None,
            revoked: None,
            disabled: None,
            used: used.map(Offset),
            created: Offset(created),
            created_by,
        };
        row.living(life)
    }
}

impl Row {
    fn living(mut self, life: Life) -> Self {
        self.disabled = if let Life::Disabled(at) = life { Some(Offset(at)) } else { None };
        let (from, to, revoked) = match life {
            Life::Open | Life::Disabled(_) => (None, None, None),
            Life::Since(from) => (Some(from), None, None),
            Life::Between(from, to) => (Some(from), Some(to), None),
            Life::Until(to) => (None, Some(to), None),
            Life::Revoked(at) => (None, Some(at), Some(at)),
            Life::RevokedKeeping(at, to) => (None, to, Some(at)),
        };
        (self.from, self.to, self.revoked) = (from.map(Offset), to.map(Offset), revoked.map(Offset));
        // No token was used before it was made or after it ended.
        let last = [Some(0), to, revoked, self.disabled.map(|it| it.0)].into_iter().flatten().min().unwrap_or(0);
        let first = from.unwrap_or(i64::MIN).max(self.created.0);
        self.used = self.used.map(|Offset(it)| it.min(last)).filter(|it| *it >= first).map(Offset);
        self
    }
}

const ANA: &str = "ana.sousa@example.com";
const BEN: &str = "ben.okafor@example.com";
const CHIARA: &str = "chiara.rossi@example.com";
const DEV: &str = "devops@example.com";
const MAYA: &str = "maya.lindqvist@example.com";
const YUKI: &str = "yuki.tanaka@example.com";
const PEOPLE: &[&str] = &[ANA, BEN, CHIARA, DEV, MAYA, YUKI];

use Life::{Between, Disabled, Open, Revoked, RevokedKeeping, Since, Until};

/// The first tokens: what a team of a dozen people really has.
const TEAM: &[Story] = &[
    Story(
        "ci-deploy",
        Some("Deploys main to production after a green build"),
        &["builds-read", "deploy-staging", "deploy-production"],
        Between(-320 * DAY, 45 * DAY),
        Some(-240),
        DEV,
    ),
    Story(
        "grafana-reader",
        Some("Dashboards on the wall and in the office"),
        &["metrics-read", "logs-read"],
        Since(-410 * DAY),
        Some(-31),
        MAYA,
    ),
    Story(
        "nightly-backup",
        Some("Writes the nightly snapshot to cold storage"),
        &["backup-write"],
        Open,
        Some(-7 * HOUR),
        DEV,
    ),
    Story(
        "release-bot",
        Some("Publishes tagged packages"),
        &["packages-read", "packages-publish"],
        Between(-80 * DAY, 10 * DAY),
        Some(-3 * DAY),
        YUKI,
    ),
    Story("prometheus-scrape", None, &["metrics-read"], Open, Some(-12), MAYA),
    Story(
        "ana-laptop",
        Some("Local builds"),
        &["builds-read", "packages-read"],
        Between(-58 * DAY, 32 * DAY),
        Some(-26 * HOUR),
        ANA,
    ),
    Story(
        "pager-webhook",
        Some("Raises an alert when a webhook fails"),
        &["webhooks-send", "alerts-manage"],
        Since(-200 * DAY),
        Some(-2 * DAY),
        BEN,
    ),
    Story(
        "billing-export",
        Some("Monthly export for accounting"),
        &["billing-read"],
        Until(6 * HOUR),
        Some(-20 * DAY),
        CHIARA,
    ),
    Story(
        "old-jenkins",
        Some("Replaced by ci-deploy"),
        &["builds-read", "builds-write", RETIRED_SCOPE],
        Revoked(-150 * DAY),
        Some(-151 * DAY),
        DEV,
    ),
    Story(
        "intern-2025",
        Some("Summer internship, read only"),
        &["builds-read", "logs-read"],
        Between(-400 * DAY, -310 * DAY),
        Some(-312 * DAY),
        CHIARA,
    ),
    Story(
        "audit-collector",
        Some("Feeds the audit log to the SIEM"),
        &["audit-read"],
        Between(-100 * DAY, 265 * DAY),
        Some(-55),
        BEN,
    ),
    Story("search-indexer", None, &["search-index"], Open, Some(-8 * 60), YUKI),
    Story(
        "staging-smoke-test",
        Some("Checks staging after every deploy"),
        &["deploy-staging", "logs-read"],
        Between(-29 * DAY, DAY),
        Some(-50 * 60),
        DEV,
    ),
    Story(
        "data-warehouse-sync",
        Some("Nightly sync into the warehouse"),
        &["metrics-read", "billing-read", "users-read"],
        Since(-120 * DAY),
        Some(-9 * HOUR),
        MAYA,
    ),
    Story(
        "partner-acme",
        Some("ACME Corp reads our release feed"),
        &["packages-read"],
        Between(3 * DAY, 93 * DAY),
        None,
        ANA,
    ),
    Story(
        "renovate",
        Some("Dependency updates"),
        &["builds-write", "packages-read"],
        Between(-5 * DAY, 85 * DAY),
        Some(-4 * HOUR),
        YUKI,
    ),
    Story("status-page", None, &["metrics-read"], Since(-700 * DAY), Some(-60), BEN),
    Story(
        "ben-terraform",
        Some("Plans and applies infrastructure"),
        &["deploy-staging", "deploy-production", "users-read"],
        Between(-10 * DAY, 20 * DAY),
        Some(-5 * HOUR),
        BEN,
    ),
    Story(
        "leaked-in-slack",
        Some("Pasted into a public channel, revoked at once"),
        &["users-manage"],
        RevokedKeeping(-40 * DAY, Some(200 * DAY)),
        Some(-40 * DAY),
        CHIARA,
    ),
    Story(
        "mobile-app-beta",
        Some("Crash reports of the beta"),
        &["logs-read", "metrics-write"],
        Between(-60 * DAY, 3 * HOUR),
        Some(-90),
        MAYA,
    ),
    Story("license-server", None, &["users-read"], Open, None, DEV),
    Story(
        "yuki-notebook",
        Some("Ad-hoc analysis in notebooks"),
        &["metrics-read", "logs-read"],
        Between(-15 * DAY, 15 * DAY),
        Some(-2 * HOUR),
        YUKI,
    ),
    Story(
        "canary-deploy",
        Some("Starts when the new cluster does"),
        &["deploy-production"],
        Between(DAY, 61 * DAY),
        None,
        DEV,
    ),
    Story(
        "security-scanner",
        Some("Weekly scan of all packages"),
        &["packages-read", "builds-read"],
        Since(-90 * DAY),
        Some(-6 * DAY),
        BEN,
    ),
    Story("docs-publisher", None, &["builds-read"], Between(-200 * DAY, 165 * DAY), Some(-11 * DAY), ANA),
    Story(
        "load-test",
        Some("Only for the test in spring"),
        &["metrics-write", "deploy-staging"],
        Between(-260 * DAY, -230 * DAY),
        Some(-231 * DAY),
        MAYA,
    ),
    Story(
        "invoice-mailer",
        Some("Sends invoices on the first of the month"),
        &["billing-read", "webhooks-send"],
        Open,
        Some(-16 * DAY),
        CHIARA,
    ),
    Story(
        "admin-break-glass",
        Some("Emergency access, kept in the safe"),
        &["users-manage", "users-read", "alerts-manage", "audit-read"],
        Until(400 * DAY),
        None,
        DEV,
    ),
    Story("edge-gateway", None, &["metrics-write"], Since(-33 * DAY), Some(-5), YUKI),
    Story("feature-flags", Some("Reads flags at start-up"), &["users-read"], Open, Some(-17 * 60), ANA),
    Story(
        "chat-ops",
        Some("Deploys from the chat"),
        &["deploy-staging", "webhooks-send"],
        Revoked(-3 * HOUR),
        Some(-3 * HOUR),
        BEN,
    ),
    Story("log-shipper-eu", None, &["logs-read", "metrics-write"], Since(-420 * DAY), Some(-3), MAYA),
    Story("log-shipper-us", None, &["logs-read", "metrics-write"], Since(-420 * DAY), Some(-4), MAYA),
    Story(
        "contractor-2026",
        Some("Project ends with the quarter"),
        &["builds-read", "builds-write", "packages-read"],
        Between(-20 * DAY, 70 * DAY),
        Some(-19 * HOUR),
        CHIARA,
    ),
    Story("uptime-probe", None, &["metrics-read"], Until(30 * 60), Some(-58), DEV),
    Story(
        "marketing-site",
        Some("Build preview of the site"),
        &["builds-read", "deploy-staging"],
        Between(-45 * DAY, -2 * HOUR),
        Some(-3 * HOUR),
        ANA,
    ),
];

/// Names that break careless pages.
const AWKWARD: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "<b>bold</b> & \"quoted\" 'name'",
    "</script><script>alert('name')</script>",
    "{{7*7}} ${7*7} %s %d \\n",
    "Überwachung Straßenbahn Größe 3",
    "Zu\u{308}rich ingest (combining accents)",
    "Zürich ingest (one character)",
    "قارئ لوحة المعلومات",
    "מפתח גיבוי לילי",
    "אב-123-ABC עם English באמצע",
    "監視ダッシュボード読み取り",
    "发布机器人 — 生产环境",
    "모니터링 에이전트",
    "Сборочный сервер № 7",
    "ผู้อ่านบันทึก",
    "👩🏽‍💻 dev laptop 🚀",
    "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Glasgow 🇧🇷 São Paulo",
    "İstanbul IŞIK ışık",
    "ﬁnal ﬂow Ⅻ ①",
    "a\u{200b}zero\u{200b}width",
    "\u{202e}gpj.override",
    "no-break\u{a0}space",
    "ci-deploy",
    "CI-DEPLOY",
    "-",
    "0",
    "null",
    "undefined",
    "=SUM(A1:A9)",
    "'; DROP TABLE tokens; --",
    "../../etc/passwd",
    "name with   several    spaces",
];

/// Besides those in the list, two as long as a name may be: with breaks, and without any.
fn awkward_row(number: usize, name: &str) -> Row {
    let mut random = Random::new(number);
    let long = match number % 16 {
        5 => Some("Long name that tells the whole story of a token ".repeat(5)),
        12 => Some("unbroken".repeat(25)),
        _ => None,
    };
    let name = long.map_or_else(|| name.to_owned(), |it| it.trim_end().chars().take(200).collect());
    let mut row = generated_row(number);
    row.description = match number % 4 {
        0 => Some("<a href=\"javascript:alert(1)\">A description with markup</a>".to_owned()),
        1 => Some("A description that goes on, line after line.\n".repeat(40 + random.below(40)).trim_end().to_owned()),
        2 => Some(String::new()),
        _ => None,
    };
    if number % 8 == 3 {
        row.scopes = SCOPES.iter().map(|(id, _)| *id).collect();
    }
    row.name = name;
    row
}

const SERVICES: &[&str] = &[
    "auth",
    "billing",
    "build",
    "cart",
    "catalog",
    "chat",
    "checkout",
    "crm",
    "email",
    "events",
    "feed",
    "fraud",
    "geo",
    "identity",
    "image",
    "import",
    "inventory",
    "invoice",
    "ledger",
    "mail",
    "media",
    "order",
    "payment",
    "pricing",
    "profile",
    "queue",
    "report",
    "search",
    "session",
    "shipping",
    "support",
    "tax",
    "video",
    "warehouse",
];
const ROLES: &[&str] = &[
    "agent", "backup", "cleaner", "cron", "deploy", "exporter", "gateway", "importer", "indexer", "monitor",
    "notifier", "probe", "reader", "sync", "worker", "writer",
];
const PLACES: &[&str] = &["ap", "dev", "eu", "lab", "prod", "staging", "us"];
const PURPOSES: &[&str] = &[
    "Made by the platform team",
    "Rotate every 90 days",
    "Asked for in a ticket",
    "Runs in the cluster",
    "For a customer",
];

/// Any number of tokens more.
fn generated_row(number: usize) -> Row {
    let mut random = Random::new(number);
    // The random stream of the ids starts alike: go past them.
    for _ in 0..4 {
        random.next();
    }
    let (service, role, place) = (random.pick(SERVICES), random.pick(ROLES), random.pick(PLACES));
    let age = |random: &mut Random, days: usize| -(random.below(days * DAY as usize) as i64) - 60;
    let ahead = |random: &mut Random, days: usize| random.below(days * DAY as usize) as i64 + HOUR;
    let life = match random.below(100) {
        0..22 => Open,
        22..40 => Since(age(&mut random, 500)),
        40..65 => Between(age(&mut random, 300), ahead(&mut random, 400)),
        65..72 => Until(ahead(&mut random, 90)),
        72..85 => {
            let to = age(&mut random, 200);
            Between(to - 30 * DAY, to)
        }
        85..91 => {
            let from = ahead(&mut random, 60);
            Between(from, from + 90 * DAY)
        }
        91..95 => Revoked(age(&mut random, 250)),
        95..97 => Disabled(age(&mut random, 250)),
        97..99 => RevokedKeeping(age(&mut random, 100), Some(ahead(&mut random, 100))),
        _ => RevokedKeeping(age(&mut random, 100), None),
    };
    let first = random.below(SCOPES.len());
    let n_scopes = 1 + random.below(3);
    let scopes = (0..n_scopes).map(|idx| SCOPES[(first + idx * 5) % SCOPES.len()].0).collect();
    let used = (random.below(5) > 0).then(|| age(&mut random, 60));
    let description = (random.below(10) < 6).then(|| random.pick(PURPOSES).to_owned());
    let row = Row {
        name: format!("{service}-{role}-{place}-{number:05}"),
        description,
        scopes,
        from: None,
        to: None,
        revoked: None,
        disabled: None,
        used: used.map(Offset),
        // The team's own were made before.
        created: Offset(age(&mut random, 500)),
        created_by: random.pick(PEOPLE),
    };
    row.living(life)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awkward_names_are_as_long_as_a_name_may_be() {
        let longest = (0..200).map(|it| row(it).name.chars().count()).max();
        assert_eq!(longest, Some(200));
        assert!((0..2000).all(|it| (1..=200).contains(&row(it).name.trim().chars().count())));
    }

    #[test]
    fn dates_make_sense() {
        for number in 0..5000 {
            let row = row(number);
            if let (Some(from), Some(to), None) = (row.from, row.to, row.revoked) {
                assert!(from.0 < to.0, "{}", row.name);
            }
            assert!(row.used.is_none_or(|it| it.0 <= 0 && it.0 >= row.created.0), "{}", row.name);
            assert!(!row.scopes.is_empty() && row.created.0 < 0);
        }
    }
}
