//! An edit is found although the engine cannot tell the field, and where a field is not declared any more.

use super::{FULL, compared, compared_on, document, engine, full_with, lines, live_from};
use crate::engine::EngineInfo;

/// An edit of [`FULL`] and the differences that it makes on a host that follows [`FULL`].
const EDITS: &[(&str, &str, &[&str])] = &[
    (
        "library/web:1",
        "library/web:2",
        &["spec.image: docker.io/library/web:2 <- docker.io/library/web:1 (Recreate)"],
    ),
    ("LEVEL, value: info", "LEVEL, value: debug", &[r#"spec.env[LEVEL]: "debug" <- "info" (Recreate)"#]),
    ("    - {name: LEVEL, value: info}\n", "", &[r#"spec.env[LEVEL]: (not declared) <- "info" (Recreate)"#]),
    (
        "    - {name: LEVEL, value: info}\n",
        "    - {name: LEVEL, secretRef: level}\n",
        &["spec.env[LEVEL]: secret level <- a literal value (Recreate)"],
    ),
    ("  labels: {tier: front}\n", "", &[r#"metadata.labels[tier]: (not declared) <- "front" (Recreate)"#]),
    (
        "  annotations: {owner: ada}\n",
        "",
        &[r#"metadata.annotations[owner]: (not declared) <- "ada" (None)"#],
    ),
    ("  hostname: web\n", "", &["spec.hostname: (not declared) <- web (Recreate)"]),
    (
        "    - {containerPort: 53, protocol: UDP}\n",
        "",
        &["spec.ports: 8080:80/tcp <- 40053:53/udp, 8080:80/tcp (Recreate)"],
    ),
    (
        "80, hostPort: 8080",
        "80",
        &["spec.ports: any:53/udp, any:80/tcp <- any:53/udp, 8080:80/tcp (Recreate)"],
    ),
    (
        "options: [z, noexec]",
        "options: [noexec]",
        &["spec.mounts[/etc/web]: bind /etc/web (ro, noexec) <- bind /etc/web (ro, noexec, z) (Recreate)"],
    ),
    (
        "{name: front, ip: 10.89.1.5}",
        "{name: front}",
        &["spec.networks[front]: attached <- ip 10.89.1.5 (InPlace)"],
    ),
    (
        "    - {name: front, ip: 10.89.1.5}\n",
        "",
        &["spec.networks[front]: not attached <- ip 10.89.1.5, aliases given-by-the-engine (InPlace)"],
    ),
    (
        "    - {name: front, ip: 10.89.1.5}\n",
        "    - new\n    - {name: front, ip: 10.89.1.5}\n",
        &["spec.networks[new]: attached <- not attached (InPlace)"],
    ),
    (
        "{name: front, ip: 10.89.1.5}\n    - {name: back, aliases: [api]}",
        "{name: back, aliases: [api]}\n    - {name: front, ip: 10.89.1.5}",
        &["spec.networks: back, front <- front, back (Recreate)"],
    ),
    ("memory: 256Mi", "memory: 300Mi", &["spec.resources.limits.memory: 300Mi <- 256Mi (InPlace)"]),
    (", cpu: 500m", "", &["spec.resources.limits.cpu: (not declared) <- 500m (Recreate)"]),
    ("    privileged: false\n", "", &[]),
    (
        "drop: [CHOWN]",
        "drop: [CHOWN, KILL]",
        &["spec.securityContext.capabilities.drop: CHOWN, KILL <- CHOWN (Recreate)"],
    ),
    (
        "{add: [NET_ADMIN], drop: [CHOWN]}",
        "{add: [NET_ADMIN]}",
        &["spec.securityContext.capabilities.drop: (not declared) <- CHOWN (Recreate)"],
    ),
    ("  stopTimeoutSeconds: 30\n", "", &["spec.stopTimeoutSeconds: (not declared) <- 30s (Recreate)"]),
    ("  init: true\n", "", &["spec.init: (not declared) <- true (Recreate)"]),
    ("imagePullPolicy: Never", "imagePullPolicy: Always", &["spec.imagePullPolicy: Always <- Never (None)"]),
    ("restartPolicy: OnFailure", "restartPolicy: Never", &["spec.restartPolicy: Never <- OnFailure (None)"]),
    ("desiredState: Running", "desiredState: Stopped", &["spec.desiredState: Stopped <- Running (None)"]),
    ("startTimeoutSeconds: 60", "startTimeoutSeconds: 90", &["spec.startTimeoutSeconds: 1m30s <- 1m (None)"]),
    (
        "    liveness: {tcpSocket: {port: 80}}\n",
        "",
        &[
            "spec.probes.liveness: (not declared) <- tcp :80, delay 0s, period 10s, timeout 1s, success 1, failure 3 (None)",
        ],
    ),
    (
        "restart: true}",
        "restart: false}",
        &["spec.dependsOn[db]: healthy <- healthy, follows restarts (None)"],
    ),
    (
        "onChange: signal, signal: HUP",
        "onChange: recreate",
        &["spec.configFiles[/etc/web/web.conf]: recreate <- signal SIGHUP (None)"],
    ),
    ("dataTier: snapshot", "dataTier: none", &["spec.dataTier: none <- snapshot (None)"]),
    ("criticality: critical", "criticality: normal", &["spec.criticality: normal <- critical (None)"]),
    ("autoRestart: true", "autoRestart: false", &["spec.remediation.autoRestart: false <- true (None)"]),
    (
        "maxRestartsPerHour: 3",
        "maxRestartsPerHour: 4",
        &["spec.remediation.maxRestartsPerHour: 4 <- 3 (None)"],
    ),
    ("manualHold: 30m", "manualHold: 1h", &["spec.remediation.manualHold: 1h <- 30m (None)"]),
    ("  adopt: true\n", "", &["spec.adopt: false <- true (None)"]),
];

#[test]
fn an_edit_is_found_on_a_host_that_follows_the_last_document() {
    let before = document(FULL);
    let live = live_from(&before);
    for (from, to, expected) in EDITS {
        let now = full_with(from, to);
        assert_eq!(lines(&compared(&now, Some(&before), &live)), *expected, "{from} -> {to}");
    }
}

#[test]
fn an_edit_is_settled_once_the_host_follows_it() {
    for (from, to, _) in EDITS {
        let now = full_with(from, to);
        assert_eq!(lines(&compared(&now, Some(&now), &live_from(&now))), [""; 0], "{from} -> {to}");
    }
}

#[test]
fn a_field_that_the_host_does_not_show_any_more_needs_no_edit() {
    let (before, now) = (document(FULL), full_with("  hostname: web\n", ""));
    let mut live = live_from(&before);
    live.config.hostname = "changed-since".into();
    assert_eq!(lines(&compared(&now, Some(&before), &live)), [""; 0]);
}

#[test]
fn without_memory_only_what_the_engine_tells_is_compared() {
    let (before, now) = (document(FULL), full_with("criticality: critical", "criticality: normal"));
    assert_eq!(lines(&compared(&now, None, &live_from(&before))), [""; 0]);
}

#[test]
fn an_edit_of_what_the_engine_does_not_tell_is_found() {
    let (before, now) = (document(FULL), full_with("'1024'", "'2048'"));
    let mut live = live_from(&before);
    live.config.sysctls = None;
    let expected = ["spec.sysctls[net.core.somaxconn]: 2048 <- 1024 (Recreate)"];
    assert_eq!(lines(&compared(&now, Some(&before), &live)), expected);
}

#[test]
fn limits_need_a_new_container_where_the_engine_does_not_keep_an_update() {
    let (before, now) = (document(FULL), full_with("memory: 256Mi", "memory: 300Mi"));
    let engine = EngineInfo { updates_in_place: false, ..engine() };
    let expected = ["spec.resources.limits.memory: 300Mi <- 256Mi (Recreate)"];
    assert_eq!(lines(&compared_on(&engine, &now, Some(&before), &live_from(&before))), expected);
}

#[test]
fn limits_without_effect_are_compared_between_documents_only() {
    let (before, now) = (document(FULL), full_with("memory: 256Mi", "memory: 300Mi"));
    let engine = EngineInfo { ignores_limits: true, ..engine() };
    let mut live = live_from(&before);
    live.config.resources = podsteward_specs::container::Resources::default();
    assert_eq!(lines(&compared_on(&engine, &before, Some(&before), &live)), [""; 0]);
    let expected = ["spec.resources.limits.memory: 300Mi <- 256Mi (None)"];
    assert_eq!(lines(&compared_on(&engine, &now, Some(&before), &live)), expected);
}
