//! What is told while Podman cannot be reached: everything that is known without it, and that it is not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::filled::{fail, store};
use super::world::World;

const WEB: &str = "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {name: web}\n\
                   spec: {image: localhost/app:1}\n";

fn entries(json: &Value, key: &str) -> Vec<String> {
    json[key].as_array().unwrap().iter().map(|entry| entry.as_str().unwrap().to_owned()).collect()
}

#[test]
fn check_tells_what_it_could_not_read_and_gives_no_score() {
    let world = World::new();
    world.manifest("web.yaml", WEB);
    let done = world.run(&["check", "-o", "json"]);
    assert_eq!(done.code, 4, "{}", done.stderr);
    assert!(done.stderr.starts_with("error: podman at unix://"), "{}", done.stderr);
    let json = done.json();
    assert_eq!(json["health_score"], Value::Null);
    let unknown = entries(&json, "unknown").join("\n");
    for what in ["podman cannot be read", "containers", "networks", "volumes", "container/web: "] {
        assert!(unknown.contains(what), "{what} is missing in\n{unknown}");
    }
    let page = world.run(&["check"]);
    assert_eq!(page.code, 4);
    assert!(
        page.stdout.starts_with("Health:  not known yet\nUnknown: podman cannot be read"),
        "{}",
        page.stdout
    );
    assert_eq!(world.run(&["plan"]).stdout, "", "a plan of what is not known would be a guess");
}

#[test]
fn why_tells_which_gates_stand_and_what_was_decided_last() {
    let world = World::new();
    world.manifest("web.yaml", WEB);
    let store = store(&world.path("state"));
    fail(&store);
    assert_eq!(world.run(&["pause", "container/web", "--reason", "backup"]).code, 0);
    let done = world.run(&["why", "container/web", "-o", "json"]);
    assert_eq!(done.code, 4, "{}", done.stderr);
    let json = done.json();
    assert!(json["answer"].as_str().unwrap().contains("Podman cannot be read"), "{json:#}");
    assert!(entries(&json, "unknown")[0].contains("podman is not reachable"), "{json:#}");
    let gates = json["gates"].as_array().unwrap();
    let answers: Vec<_> = gates.iter().map(|gate| (&gate["gate"], &gate["result"])).collect();
    let expected =
        [("mode", "pass"), ("switch", "pass"), ("pause", "hold"), ("override", "pass"), ("breaker", "hold")];
    let expected: Vec<_> = expected.map(|(gate, result)| (json!(gate), json!(result))).into();
    assert_eq!(answers, expected.iter().map(|(gate, result)| (gate, result)).collect::<Vec<_>>(), "{json:#}");
    assert_eq!(json["decisions"][0]["outcome"], "failure");
    let page = world.run(&["why", "container/web"]).stdout;
    for told in ["Not known\n", "paused by ada: backup", "service-restart failed too often on this target"] {
        assert!(page.contains(told), "{told} is missing in\n{page}");
    }
}

#[test]
fn why_of_what_only_podman_could_know_says_that_and_nothing_else() {
    let world = World::new();
    let done = world.run(&["why", "container/ghost"]);
    assert_eq!((done.code, done.stdout.as_str()), (4, ""));
    assert!(done.stderr.contains("podman is not reachable"), "{}", done.stderr);
}

#[test]
fn what_a_file_says_of_a_channel_is_found_without_the_controller_that_uses_it() {
    let world = World::new();
    let token = world.path("token");
    fs::write(&token, "secret").unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o644)).unwrap();
    let channel = format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: NotificationChannel\nmetadata: {{name: phone}}\n\
         spec: {{type: webhook, url: 'http://127.0.0.1:9/x', tokenFile: {}}}\n",
        token.display()
    );
    world.manifest("channel.yaml", &channel);
    store(&world.path("state"));
    let json = world.run(&["check", "-o", "json"]).json();
    let found: Vec<_> = json["observations"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    assert!(found.contains(&&json!("secret_exposed:notificationchannel/phone")), "{json:#}");
}
