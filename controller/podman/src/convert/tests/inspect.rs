//! What is read out of an inspect.

use podsteward_domain::live::{EngineState, ForeignManager, LiveContainer};
use podsteward_specs::container::Networks;
use serde_json::{Value, json};

use super::super::container::container;
use crate::wire::Inspect;

/// The container that an inspect tells.
fn live(inspect: Value) -> LiveContainer {
    container(&serde_json::from_value::<Inspect>(inspect).unwrap())
}

#[test]
fn nulls_and_absent_fields_are_nothing() {
    let null = Value::Null;
    let nulls = json!({
        "Id": "x", "Args": null, "BoundingCaps": null, "Mounts": null,
        "Config": {"Env": null, "Cmd": null, "Labels": null, "Annotations": null, "Healthcheck": null},
        "HostConfig": {"CapAdd": null, "PortBindings": {"80/tcp": null}, "Tmpfs": null, "Ulimits": null},
        "NetworkSettings": {"Networks": null}, "State": {"Health": null},
    });
    for inspect in [json!({}), nulls] {
        let live = live(inspect);
        assert_eq!(
            (live.pid, live.started_ms, live.health, live.managed_by),
            (None, None, None, None),
            "{null}"
        );
        assert_eq!((live.config.networks, live.config.sysctls, live.config.secret_env), (None, None, None));
    }
}

#[test]
fn times_before_1970_are_never_and_offsets_are_read() {
    let state =
        json!({"StartedAt": "2026-11-22T15:46:39.482847049+01:00", "FinishedAt": "0001-01-01T00:00:00Z"});
    let live = live(json!({"State": state}));
    assert_eq!((live.started_ms, live.finished_ms, live.exit_code), (Some(1_795_358_799_482), None, None));
}

#[test]
fn the_words_of_a_process_are_split_as_they_were_given() {
    let config = json!({"Cmd": ["a b", "c"], "Entrypoint": "sh -c sleep  1000"});
    let plain = live(json!({"Path": "sh", "Args": ["-c", "sleep  1000", "a b", "c"], "Config": config}));
    assert_eq!(plain.config.command, ["sh", "-c", "sleep  1000"]);
    assert_eq!(plain.config.args, ["a b", "c"]);
    let with_init = live(json!({
        "Path": "/run/podman-init", "Args": ["--", "sh", "-c", "x", "a b", "c"],
        "Config": config, "HostConfig": {"Init": true},
    }));
    assert_eq!(with_init.config.command, ["sh", "-c", "x"]);
    assert!(with_init.config.init);
}

#[test]
fn a_process_of_one_word_is_told_from_a_word_that_stands_twice() {
    let read = |config: serde_json::Value| {
        let config = live(json!({"Path": "true", "Args": ["true"], "Config": config})).config;
        [config.command, config.args].map(|words| words.join(" "))
    };
    assert_eq!(read(json!({"Entrypoint": "true"})), ["true", ""]);
    assert_eq!(read(json!({"Entrypoint": ["true"], "Cmd": null})), ["true", ""]);
    assert_eq!(read(json!({"Entrypoint": "", "Cmd": ["true"]})), ["", "true"]);
    assert_eq!(read(json!({"Entrypoint": "true", "Cmd": ["true"]})), ["true", "true"]);
    assert_eq!(read(json!({"Entrypoint": "true true"})), ["true true", ""]);
}

#[test]
fn a_stop_signal_is_read_as_number_and_as_name() {
    for signal in [json!(15), json!("SIGTERM"), json!("TERM")] {
        assert_eq!(live(json!({"Config": {"StopSignal": signal}})).config.stop_signal, Some(15));
    }
    assert_eq!(live(json!({"Config": {"StopSignal": 0}})).config.stop_signal, None);
}

#[test]
fn values_of_secrets_are_left_out_on_both_versions() {
    let untold = r#"{"secretEnv":{"TOKEN":"key"}}"#;
    let annotations = json!({"dev.podsteward/untold": untold});
    let four = json!({"Env": ["A=1", "EQ=a=b", "TOKEN=s3cret"], "Annotations": annotations});
    let five = json!({"Env": ["A=1", "EQ=a=b", "key=*******"], "Annotations": annotations});
    for config in [four, five] {
        let live = live(json!({"Config": config}));
        let names: Vec<&String> = live.config.env.keys().collect();
        assert_eq!(names, ["A", "EQ"]);
        assert_eq!(live.config.env["EQ"], "a=b");
        assert_eq!(live.config.secret_env.unwrap()["TOKEN"], "key");
    }
}

#[test]
fn the_default_capabilities_are_worked_out_of_what_was_added_and_dropped() {
    let live = live(json!({
        "BoundingCaps": ["CAP_KILL", "CAP_NET_ADMIN"],
        "HostConfig": {"CapAdd": ["CAP_NET_ADMIN"], "CapDrop": ["CAP_CHOWN"]},
    }));
    let capabilities = live.config.security.capabilities;
    assert_eq!(capabilities.held.into_iter().collect::<Vec<_>>(), ["KILL", "NET_ADMIN"]);
    assert_eq!(capabilities.default.into_iter().collect::<Vec<_>>(), ["CHOWN", "KILL"]);
}

#[test]
fn volumes_that_nobody_named_are_told_apart() {
    let anonymous = "0af9".repeat(16);
    let point = |name: &str, target: &str| json!({"Type": "volume", "Name": name, "Destination": target, "RW": true, "Options": ["nosuid", "nodev", "rbind"]});
    let live = live(json!({"Mounts": [point("data", "/data"), point(&anonymous, "/anonymous")]}));
    assert_eq!(
        live.anonymous_volumes.into_iter().collect::<Vec<_>>(),
        [("/anonymous".to_owned(), anonymous)]
    );
    assert_eq!(live.config.mounts.keys().collect::<Vec<_>>(), ["/data"]);
    assert!(live.config.mounts["/data"].options.is_empty());
}

#[test]
fn aliases_that_podman_adds_are_left_out() {
    let inspect = |annotations: Value| {
        json!({
            "Id": "4d11497421f79ab4", "Config": {"Hostname": "host-1", "Annotations": annotations},
            "HostConfig": {"NetworkMode": "bridge"},
            "NetworkSettings": {"Networks": {"n": {"IPAddress": "", "Aliases": ["www", "4d11497421f7", "host-1"]}}},
        })
    };
    let aliases = |live: LiveContainer| match live.config.networks {
        Some(Networks::Attached(attached)) => attached[0].aliases.iter().cloned().collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(aliases(live(inspect(json!({})))), ["www"]);
    let declared = json!({"dev.podsteward/untold": r#"{"hostAliases":{"n":["host-1"]}}"#});
    assert_eq!(aliases(live(inspect(declared))), ["host-1", "www"]);
}

#[test]
fn other_ways_to_be_connected_are_no_networks() {
    let networks = |mode: &str| live(json!({"HostConfig": {"NetworkMode": mode}})).config.networks;
    assert_eq!(networks("host"), Some(Networks::Host));
    assert_eq!(networks("none"), Some(Networks::None));
    assert_eq!(networks("container:4d11"), None);
    assert_eq!(networks("slirp4netns"), None);
}

#[test]
fn other_managers_are_seen() {
    let labels = json!({"PODMAN_SYSTEMD_UNIT": "web.service"});
    let by_systemd = live(json!({"Config": {"Labels": labels}}));
    assert_eq!(by_systemd.managed_by, Some(ForeignManager::Systemd("web.service".to_owned())));
    assert_eq!(live(json!({"Pod": "p1"})).managed_by, Some(ForeignManager::Pod("p1".to_owned())));
    let removes_itself = live(json!({"HostConfig": {"AutoRemove": true}}));
    assert_eq!(removes_itself.managed_by, Some(ForeignManager::AutoRemove));
}

#[test]
fn unlimited_is_read_in_every_spelling() {
    for swap in [json!(-1), json!(9_223_372_036_854_771_712_i64), json!(i64::MAX)] {
        let live = live(json!({"HostConfig": {"MemorySwap": swap}}));
        assert_eq!(live.config.resources.memory_swap.map(|bytes| bytes.0), Some(u64::MAX));
    }
    let limits = json!([{"Name": "RLIMIT_CORE", "Soft": 0, "Hard": -1}]);
    let live = live(json!({"HostConfig": {"MemorySwap": 0, "Ulimits": limits}}));
    assert_eq!(live.config.resources.memory_swap, None);
    assert_eq!((live.config.ulimits["core"].soft, live.config.ulimits["core"].hard), (0, u64::MAX));
}

#[test]
fn words_that_this_version_does_not_know_are_unknown() {
    assert_eq!(live(json!({"State": {"Status": "dreaming"}})).state, EngineState::Unknown);
    assert_eq!(live(json!({"State": {"Status": "stopping"}})).state, EngineState::Stopping);
}
