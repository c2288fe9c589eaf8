//! The scopes of the demonstration tokens.

/// The scopes that can be given: id and name.
pub const SCOPES: &[(&str, &str)] = &[
    ("builds-read", "Builds: read"),
    ("builds-write", "Builds: write"),
    ("packages-read", "Packages: read"),
    ("packages-publish", "Packages: publish"),
    ("deploy-staging", "Deploy to staging"),
    ("deploy-production", "Deploy to production"),
    ("metrics-read", "Metrics: read"),
    ("metrics-write", "Metrics: write"),
    ("logs-read", "Logs: read"),
    ("alerts-manage", "Alerts: manage"),
    ("audit-read", "Audit log: read"),
    ("backup-write", "Backups: write"),
    ("billing-read", "Billing: read"),
    ("users-read", "Users: read"),
    ("users-manage", "Users: manage"),
    ("webhooks-send", "Webhooks: send"),
    ("search-index", "Search index: update"),
    ("plant-aalesund", "Werk Ålesund – Übersicht"),
];

/// A scope that some old tokens still have, but that is offered no more: a client shows its id.
pub const RETIRED_SCOPE: &str = "legacy-ftp";
