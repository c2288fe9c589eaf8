//! What a system can do, and what it says of what it cannot.

use super::*;
use crate::adapters::{DIALECTS, Gateway, scoped_capabilities};
use crate::config::{Auth, Config};

/// What no built-in system has.
fn with_everything() -> Capabilities {
    let choices = InputKind::Choice(vec![("1".into(), "One".into())]);
    let kinds = [InputKind::Text, InputKind::Secret, InputKind::Fixed, InputKind::Number, InputKind::Switch];
    let asked = |kind| ExtraInput { actions: Action::ALL.into(), input: Input::new("key", "Label", kind) };
    Capabilities {
        inputs: kinds.into_iter().chain([InputKind::List, choices]).map(asked).collect(),
        offers: Action::ALL.into(),
        revokes_for_good: true,
        columns: vec![Column::new("Key", ColumnKind::Hidden(0))],
        ..Capabilities::default()
    }
}

#[test]
fn addresses_name_columns_by_their_ids() {
    let columns = vec![
        Column::new("GUID", ColumnKind::Id),
        Column::own("created", "Made on", ColumnKind::Time(0)),
        Column::own("where", "Where", ColumnKind::Text(1)),
    ];
    let system = Capabilities { columns, ..Capabilities::default() };
    for (written, read) in [("created", "extra0"), ("-where", "-extra1"), ("id", "id"), ("-expires", "-expires")] {
        assert_eq!(
            (system.sort_to_address(read).as_str(), system.sort_from_address(written).as_str()),
            (written, read)
        );
        // Addresses of before have the place.
        assert_eq!(system.sort_from_address(read), read);
    }
}

#[test]
fn columns_have_an_id_each() {
    let text = r#"{"connections":[
        {"name":"1","dialect":"pt-sandbox","base":"b"},
        {"name":"2","dialect":"air","base":"b"},
        {"name":"3","dialect":"mist","base":"b","tokens":"org"},
        {"name":"4","dialect":"rest","base":"b","api":{"name":"A","list":{"path":"/t"},"token":{"id":"/id","created":"/c",
            "columns":[{"label":"C","at":"/c"},{"label":"One","at":"/tags","after":"a="},{"label":"Two","at":"/tags","after":"b="}]}}}]}"#;
    let connections = Config::parse(text, DIALECTS).expect("no mistakes").connections;
    let of_gateways = connections.iter().map(|it| {
        let gateway = Gateway::new(it, "https://x", false, None).expect("no mistakes");
        gateway.expect("a gateway").system()
    });
    for system in of_gateways.chain([scoped_capabilities(&Auth::None), Capabilities::inventory()]) {
        let mut ids: Vec<&str> = system.columns.iter().chain(&system.spare_columns).map(|it| it.id.as_str()).collect();
        assert!(ids.iter().all(|it| !it.starts_with("extra")), "{ids:?}");
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{ids:?}");
    }
}

#[test]
fn rotating_is_what_a_system_has_to_say_that_it_can() {
    assert_eq!(with_everything().can(Action::Rotate), Ok(()));
    assert_eq!(scoped_capabilities(&Auth::None).can(Action::Rotate), Err(Lack::NoRotation.into()));
    let lacks = vec![(Action::Rotate, "Because.".into())];
    assert_eq!(Capabilities { lacks, ..Capabilities::default() }.can(Action::Rotate), Err("Because.".into()));
}

#[test]
fn a_system_of_which_nothing_is_known_can_do_nothing() {
    for action in Action::ALL {
        assert!(Capabilities::default().can(action).is_err(), "{action:?}");
    }
}
