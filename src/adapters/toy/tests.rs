//! A new dialect is one folder and one line: all rooms around it know it by those.

use serde_json::json;

use crate::adapters::DIALECTS;
use crate::adapters::fake::{Fake, gateway};
use crate::api::ApiError;
use crate::config::form::{Catalog, Form, Speaks};
use crate::config::{Config, Mistake};
use crate::draft::Draft;

#[test]
fn config_json_knows_it() {
    let config = |colour: &str| {
        let connection = format!(r#"{{"name":"A","dialect":"toy","base":"b","colour":"{colour}"}}"#);
        Config::parse(&format!(r#"{{"connections":[{connection}]}}"#), DIALECTS)
    };
    assert_eq!(config("blue").map(|it| it.connections[0].setting("colour")), Ok("blue".into()));
    let mistakes = config("green").expect_err("a mistake");
    assert_eq!((mistakes[0].pointer.as_str(), mistakes.len()), ("/connections/0/colour", 1));
    assert_eq!(mistakes[0].mistake, Mistake::one_of(&["red", "blue"]));
}

#[test]
fn the_form_offers_it() {
    let catalog = Catalog::new(DIALECTS);
    assert!(catalog.all().contains(&(Speaks::Known("toy".into()), "Toy".into())));
    let settings = r#"{"name":"A","dialect":"toy","base":"b","colour":"blue"}"#;
    let form = Form::of(settings, &catalog);
    assert_eq!((form.setting("colour"), form.to_json(&catalog).as_str()), ("blue", settings));
}

#[test]
fn the_page_works_with_it() {
    let fake = Fake::new(json!({"dialect": "toy", "colour": "red"}));
    let draft = Draft { name: "ci".into(), ..Draft::default() };
    assert_eq!(fake.create(&draft, []).map(|it| it.token.name), Ok("ci".into()));
    assert_eq!(fake.entry([])["id"], "ci");
    // What it does not have is refused by the trait's defaults and by what it offers.
    assert!(matches!(fake.delete("ci", []), Err(ApiError::Refused(405, _))));
    assert!(matches!(fake.read("ci", []), Err(ApiError::Refused(405, _))));
    let gateway = gateway(json!({"dialect": "toy", "colour": "red"}), "https://toy.example", false);
    assert_eq!(gateway.map(|it| it.system().name), Some("Toy, red".into()));
}
