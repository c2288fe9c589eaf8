//! `config.json`: the connections that the page offers.

use std::path::PathBuf;

use serde_json::{Value, json};

/// Where `config.json` comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ConfigSource {
    /// The server's own: a connection to each system that it serves.
    #[default]
    Own,
    /// A file, read for every request, so that editing it and reloading the page is enough.
    File(PathBuf),
}

impl ConfigSource {
    /// The bytes of `config.json` as they are now. A file goes out as it is, wrong ones too: the page names the mistake. One
    /// without connections suggests this server's own.
    /// `has_secret` tells whether the Scoped Token API wants to know who asks.
    pub fn read(&self, has_secret: bool) -> std::io::Result<Vec<u8>> {
        match self {
            Self::Own => Ok(own(has_secret).to_string().into_bytes()),
            Self::File(path) => std::fs::read(path).map(|it| suggesting(it, has_secret)),
        }
    }
}

/// A file without connections with this server's systems to choose from, as a page needs one to begin with. Any other file
/// stays as it is.
fn suggesting(file: Vec<u8>, has_secret: bool) -> Vec<u8> {
    match serde_json::from_slice::<Value>(&file) {
        Ok(mut config) if config["connections"] == json!([]) && config.get("suggested").is_none() => {
            config["suggested"] = own(has_secret)["connections"].take();
            config.to_string().into_bytes()
        }
        _ => file,
    }
}

/// The connections that this server stands for. No secret belongs in it: the page asks for them.
fn own(has_secret: bool) -> Value {
    let auth = if has_secret { "bearer" } else { "none" };
    json!({
        "connections": [
            { "name": "Scoped tokens", "dialect": "scoped", "base": "api/v1", "auth": { "type": auth } },
            {
                "name": "PT Sandbox",
                "dialect": "pt-sandbox",
                "base": "sim/pt-sandbox",
                "hint": "Demo accounts: demo / demo as local account, ldap-demo / demo as LDAP.",
            },
            {
                "name": "NVIDIA Air",
                "dialect": "air",
                "version": "v2",
                "base": "sim/air",
                "hint": "Demo account: demo / demo.",
            },
            {
                "name": "Juniper Mist",
                "dialect": "mist",
                "tokens": "org",
                "base": "sim/mist",
                "hint": "Demo accounts: demo@example.com / demo, and demo-2fa@example.com / demo with the code 123456.",
            },
        ]
    })
}
