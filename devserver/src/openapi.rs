//! The description of the Scoped Token API, OpenAPI 3.1.

/// The description as it is published, with the API at `/api/v1`.
const DESCRIPTION: &str = include_str!("../openapi.json");

/// The description for a server whose API lies under `base_path`.
pub fn description(base_path: &str) -> String {
    DESCRIPTION.replacen("\"url\": \"/api/v1\"", &format!("\"url\": \"{base_path}/api/v1\""), 1)
}
