//! What is sent to create a container.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};
use podsteward_domain::engine::ContainerCreate;
use podsteward_specs::document::Object;
use podsteward_specs::load::{SourceFile, load};

use super::super::create::{OwnLimits, spec, updated_limits};

/// The request for a container with these fields.
fn request(fields: &str) -> ContainerCreate {
    let text = format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: web}}\nspec:\n  image: web:1\n{fields}"
    );
    let file = SourceFile { path: "web.yaml".to_owned(), bytes: text.into_bytes() };
    let document = load(&[file]).files.remove(0).documents.remove(0);
    let Object::Container(container) = document.object else { panic!("a container") };
    ContainerCreate {
        name: "web".to_owned(),
        container: Arc::new(*container),
        image: "f42a87b77428".to_owned(),
        labels: BTreeMap::from([("owner".to_owned(), "me".to_owned())]),
        anonymous_volumes: BTreeMap::new(),
    }
}

/// Checks the fields of a request that are named, as compact JSON.
fn check(fields: &str, own: Option<OwnLimits>, names: &[&str], expected: &Expect) {
    let sent = spec(&request(fields), own);
    let lines =
        names.iter().map(|name| format!("{name} {}\n", sent.get(*name).unwrap_or(&serde_json::Value::Null)));
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn a_bare_container_says_only_what_podmans_api_needs() {
    let sent = spec(&request(""), None);
    let names: Vec<&String> = sent.as_object().unwrap().keys().collect();
    expect![[r#"
        [
            "annotations",
            "image",
            "labels",
            "name",
            "raw_image_name",
            "restart_policy",
            "stop_timeout",
        ]
    "#]]
    .assert_debug_eq(&names);
    assert_eq!(sent["restart_policy"], "no", "two who restart would race each other");
}

#[test]
fn every_number_of_a_healthcheck_is_sent() {
    let check_of = "  healthcheck: {command: 'true'}\n";
    check(
        check_of,
        None,
        &["healthconfig"],
        &expect![[r#"
        healthconfig {"Interval":30000000000,"Retries":3,"StartPeriod":0,"Test":["CMD-SHELL","true"],"Timeout":30000000000}
    "#]],
    );
}

#[test]
fn secrets_are_sent_by_name_and_kept_out_of_the_environment() {
    let fields = "  env: [{name: A, value: '1'}, {name: B, secretRef: key}]
  secrets: [{name: key, type: env, target: C}, {name: key, type: mount, target: f, mode: '0400'}]\n";
    check(
        fields,
        None,
        &["env", "secret_env", "secrets"],
        &expect![[r#"
        env {"A":"1"}
        secret_env {"B":"key","C":"key"}
        secrets [{"GID":0,"Mode":256,"Source":"key","Target":"f","UID":0}]
    "#]],
    );
}

#[test]
fn mounts_go_by_type_and_carry_read_only_as_an_option() {
    let fields = "  mounts:
    - {type: volume, source: data, target: /data, readOnly: true}
    - {type: bind, source: /etc, target: /host, options: [noexec]}
    - {type: tmpfs, target: /tmp}\n";
    check(
        fields,
        None,
        &["volumes", "mounts"],
        &expect![[r#"
        volumes [{"Dest":"/data","Name":"data","Options":["ro"]}]
        mounts [{"destination":"/host","options":["noexec"],"source":"/etc","type":"bind"},{"destination":"/tmp","options":[],"source":"tmpfs","type":"tmpfs"}]
    "#]],
    );
}

#[test]
fn networks_keep_their_order_in_the_interfaces() {
    let fields = "  networks: [{name: z, ip: 10.0.0.9, aliases: [www]}, a]\n";
    check(
        fields,
        None,
        &["netns", "Networks"],
        &expect![[r#"
        netns {"nsmode":"bridge"}
        Networks {"a":{"interface_name":"eth1"},"z":{"aliases":["www"],"interface_name":"eth0","static_ips":["10.0.0.9"]}}
    "#]],
    );
}

#[test]
fn limits_are_filled_in_only_where_some_are_declared() {
    let own = Some(OwnLimits { nofile: 20_000, nproc: 4096 });
    check("", own, &["r_limits"], &expect!["r_limits null\n"]);
    let declared = "  ulimits: [{name: nofile, soft: 10, hard: 20}]\n";
    check(
        declared,
        own,
        &["r_limits"],
        &expect![[r#"
        r_limits [{"hard":20,"soft":10,"type":"nofile"},{"hard":4096,"soft":4096,"type":"nproc"}]
    "#]],
    );
    check(
        declared,
        None,
        &["r_limits"],
        &expect![[r#"
        r_limits [{"hard":20,"soft":10,"type":"nofile"}]
    "#]],
    );
}

#[test]
fn no_swap_limit_is_the_highest_number_and_not_minus_one() {
    let fields = "  resources: {limits: {memory: 64Mi, memorySwap: -1, cpu: 250m, pids: -1}}\n";
    check(
        fields,
        None,
        &["resource_limits"],
        &expect![[r#"
        resource_limits {"cpu":{"period":100000,"quota":25000},"memory":{"limit":67108864,"swap":9223372036854771712},"pids":{"limit":-1}}
    "#]],
    );
}

#[test]
fn an_update_raises_the_swap_limit_with_the_memory() {
    let resources = request("  resources: {limits: {memory: 64Mi}}\n").container.resources.clone();
    let sent = serde_json::Value::Object(updated_limits(&resources));
    assert_eq!(sent.to_string(), r#"{"memory":{"limit":67108864,"swap":134217728}}"#);
}

#[test]
fn what_inspect_will_not_tell_is_kept_in_an_annotation() {
    let fields = "  sysctls: {net.ipv4.ip_forward: '1'}
  devices: ['/dev/null:/dev/nothing:r']
  env: [{name: TOKEN, secretRef: key}]\n";
    check(
        fields,
        None,
        &["annotations"],
        &expect![[r#"
        annotations {"dev.podsteward/untold":"{\"sysctls\":{\"net.ipv4.ip_forward\":\"1\"},\"secretEnv\":{\"TOKEN\":\"key\"},\"secretFiles\":[],\"devicePermissions\":{\"/dev/nothing\":\"r\"},\"userNamespace\":null,\"selinuxLabel\":[],\"hostAliases\":{}}"}
    "#]],
    );
}
