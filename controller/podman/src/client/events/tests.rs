//! Events as Podman sends them.

use serde_json::json;

use super::*;

/// The event that Podman tells so.
fn told(kind: &str, action: &str, attributes: &serde_json::Value) -> EngineEvent {
    let json = json!({
        "Type": kind, "Action": action, "Actor": {"ID": "4d11", "Attributes": attributes},
        "status": action, "time": 1_795_361_640, "timeNano": 1_795_361_640_067_094_580_i64,
    });
    event(serde_json::from_value(json).unwrap())
}

#[test]
fn an_exit_code_means_something_on_a_death_only() {
    let attributes = json!({"name": "web", "containerExitCode": "137"});
    let died = told("container", "died", &attributes);
    assert_eq!(died.about, EventSubject::Container { name: "web".to_owned(), id: "4d11".to_owned() });
    assert_eq!((died.exit_code, died.time_ms), (Some(137), 1_795_361_640_067));
    assert_eq!(told("container", "start", &attributes).exit_code, None);
}

#[test]
fn an_attachment_names_its_network_where_podman_does() {
    let four = told("network", "connect", &json!({"name": "web"}));
    let five = told("network", "connect", &json!({"name": "web", "network": "backend"}));
    assert_eq!(four.about, EventSubject::Network(String::new()));
    assert_eq!(five.about, EventSubject::Network("backend".to_owned()));
    assert_eq!(four.attributes.get("name").map(String::as_str), Some("web"));
}
