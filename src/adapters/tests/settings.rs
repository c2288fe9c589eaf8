//! The schema of `config.json` is made of what every dialect says of its connections.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::adapters::{DIALECTS, toy};

fn read(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The schema of a dialect's connections: what all have, and its own part of it.
fn connection(key: &str, common: &Map<String, Value>) -> Value {
    let mut own = read(&format!("src/adapters/{}/settings.schema.json", key.replace('-', "_")));
    let mut then = json!({ "type": "object", "properties": common, "additionalProperties": false });
    let properties = own["properties"].take();
    then["properties"].as_object_mut().expect("an object").extend(properties.as_object().cloned().unwrap_or_default());
    let required = own["required"].take();
    let required = required.as_array().cloned().unwrap_or_default();
    then["required"] = ["name", "dialect", "base"].map(Value::from).into_iter().chain(required).collect();
    for (name, value) in own.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        then[name] = value.clone();
    }
    json!({ "if": { "properties": { "dialect": { "const": key } } }, "then": then })
}

#[test]
fn the_schema_has_a_part_for_every_dialect() {
    let published = read("schema/config.schema.json");
    let published = &published["$defs"]["connection"];
    let common =
        ["name", "base", "hint", "timeout", "max_answer_mb", "cookies", "default_days", "proxy", "address", "dialect"];
    let of_first = published["allOf"][0]["then"]["properties"].as_object().expect("properties");
    let common: Map<String, Value> = common.iter().map(|it| ((*it).to_owned(), of_first[*it].clone())).collect();
    let keys: Vec<&str> = DIALECTS.iter().filter(|it| ***it != toy::settings::DIALECT).map(|it| it.key).collect();
    assert_eq!(published["properties"]["dialect"]["enum"], json!(keys));
    for (idx, key) in keys.into_iter().enumerate() {
        let expected = connection(key, &common);
        assert_eq!(published["allOf"][idx], expected, "the part of {key} must be:\n{expected:#}");
    }
}

#[test]
fn the_schema_knows_what_a_dialect_can_say() {
    for dialect in DIALECTS {
        let own = read(&format!("src/adapters/{}/settings.schema.json", dialect.key.replace('-', "_")));
        let mut in_schema: Vec<&String> = own["properties"].as_object().into_iter().flat_map(Map::keys).collect();
        let mut keys: Vec<&str> = dialect.settings.iter().map(|it| it.key).collect();
        in_schema.sort_unstable();
        keys.sort_unstable();
        assert_eq!(in_schema, keys, "{}", dialect.key);
    }
}
