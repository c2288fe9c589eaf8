//! The bill of materials, as CycloneDX 1.5 has it (JSON). Nothing in it changes from one build to the next: no time, no
//! serial number that is random.

use anyhow::Result;
use serde_json::{Value, json};

use super::parts::{Id, Part, Parts};

/// The names of what is not a crate of Cargo.lock.
const STD: &str = "rust-std";
const SPLITTER: &str = "wasm_split_cli_support";

/// The bill of the page and of the program, each with what is in it.
pub(super) fn bill(parts: &Parts) -> Result<String> {
    let version = &parts.page.1;
    let library = |name: &str, version: &str, purl: String| {
        json!({ "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": [{ "expression": "MIT OR Apache-2.0" }] })
    };
    let std = format!("pkg:generic/{STD}@{}", parts.rust);
    let splitter = purl(&(SPLITTER.to_owned(), parts.splitter.clone()));
    let mut components: Vec<_> = parts.all.values().map(component).collect();
    components.push(library(STD, &parts.rust, std.clone()));
    // What it writes into the page: how parts are loaded.
    components.push(library(SPLITTER, &parts.splitter, splitter.clone()));
    let mut dependencies = vec![json!({ "ref": "release", "dependsOn": [purl(&parts.page), purl(&parts.program)] })];
    for part in parts.all.values() {
        let mut needs: Vec<_> = part.needs.iter().map(purl).collect();
        if part.id == parts.page || part.id == parts.program {
            needs.push(std.clone());
        }
        if part.id == parts.page {
            needs.push(splitter.clone());
        }
        dependencies.push(json!({ "ref": purl(&part.id), "dependsOn": needs }));
    }
    let bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "release", "name": "tokendeck", "version": version,
            "licenses": [{ "license": { "id": "MIT" } }],
        } },
        "components": components,
        "dependencies": dependencies,
    });
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

fn purl((name, version): &Id) -> String {
    format!("pkg:cargo/{name}@{version}")
}

fn component(part: &Part) -> Value {
    let (name, version) = &part.id;
    let mut made = json!({ "type": "library", "bom-ref": purl(&part.id), "name": name, "version": version,
        "licenses": [{ "expression": part.licence }], "purl": purl(&part.id) });
    if let Some(checksum) = &part.checksum {
        made["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    } else {
        made["type"] = "application".into();
    }
    if let Some(repository) = &part.repository {
        made["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::super::parts::tests::made_up;
    use super::*;

    #[test]
    fn the_bill_names_what_is_in_each() {
        let text = bill(&made_up()).expect("it is whole");
        let bill: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.5")));
        let names: Vec<_> = bill["components"].as_array().expect("a list").iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["b", "tokendeck", "tokendeck-server", STD, SPLITTER]);
        assert_eq!(bill["components"][0]["hashes"][0]["content"], "b5");
        // Each is a component, and each component has its line.
        let refs: Vec<_> = bill["components"].as_array().expect("a list").iter().map(|it| &it["bom-ref"]).collect();
        let of = |name: &str| {
            let all = bill["dependencies"].as_array().expect("a list");
            let one = all.iter().find(|it| it["ref"] == name).unwrap_or_else(|| panic!("{name}"));
            one["dependsOn"].as_array().expect("a list").clone()
        };
        let page = of("pkg:cargo/tokendeck@1.0.0");
        assert_eq!(
            page,
            ["pkg:cargo/b@1.0.0", "pkg:generic/rust-std@1.99.0", "pkg:cargo/wasm_split_cli_support@0.2.4"]
        );
        assert!(page.iter().chain(&of("release")).all(|it| refs.contains(&it)));
        assert_eq!(of("pkg:cargo/tokendeck-server@1.0.0").len(), 2);
    }

    #[test]
    fn the_bill_is_the_same_twice() {
        assert_eq!(bill(&made_up()).expect("whole"), bill(&made_up()).expect("whole"));
    }
}
