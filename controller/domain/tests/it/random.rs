//! Worlds at random, as text, so that whatever breaks an invariant can be read.
//!
//! Owns which lines may stand together. Never judges what follows.

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

/// Specs of a container, from bare to one that uses everything that decisions look at.
pub(crate) const SPECS: [&str; 9] = [
    "{image: app:1}",
    "{image: app:2, args: [one]}",
    "{image: app:1, restartPolicy: OnFailure}",
    "{image: app:1, restartPolicy: Never, adopt: true}",
    "{image: app:1, desiredState: Stopped}",
    "{image: app:1, resources: {limits: {memory: 64Mi}}, imagePullPolicy: Always, remediation: {autoRestart: true}}",
    "{image: app:1, healthcheck: {command: curl localhost}, mounts: [{type: volume, source: data, target: /data}]}",
    "{image: app:1, healthcheck: {command: curl localhost}, criticality: critical, remediation: {maxRestartsPerHour: 2}}",
    "{image: app:1, dependsOn: [{name: db, restart: true}], configFiles: [{path: /etc/web, onChange: recreate}], networks: [{name: lan}]}",
];

const RESOURCES: [&str; 4] =
    ["Network lan {internal: true}", "Network lan", "Volume data {deletionPolicy: Delete}", "Volume data"];

const LIVE: [&str; 9] = [
    "live running",
    "live exited",
    "live exited\n code 1",
    "live created",
    "live stopping",
    "live removing",
    "live paused",
    "live running\n from sha256:two",
    "live running\n health unhealthy refused",
];

const OWNER: [&str; 6] = [
    "owner nobody",
    "owner other",
    "managed systemd web.service",
    "managed pod front",
    "managed auto-remove",
    "labelled container/other",
];

const END: [&str; 8] = [
    "end 0ms running",
    "end 100ms asked",
    "end 1s stopping",
    "end 1s exited cleanups 2 0ms",
    "end 5s exited ours",
    "exit death 1 3s",
    "exit death ? 3s",
    "exit hand-stop 0 3s\n hand-stopped 3s",
];

const GIVEN: [&str; 13] = [
    "image sha256:two",
    "image absent",
    "image unknown",
    "needs db running first",
    "needs db down",
    "needs db unknown",
    "config /etc/web one",
    "config /etc/web unknown",
    "uses network lan declared",
    "previous web-podsteward-previous-lost",
    "memory 95 over 2m",
    "memory 85\n memory-pressure 1m",
    "memory unknown\n memory-pressure 1m",
];

const APPLIED: [&str; 5] = [
    "applied",
    "applied {image: app:1}",
    "applied\n adopted",
    "applied\n read-before /etc/web zero\n followed db zero",
    "applied\n applied-image sha256:zero",
];

const PAST: [&str; 9] = [
    "restarts 3 9\n last-start 30s\n last-exit 2s\n ends 2s 40s 80s\n looping",
    "restarts 1 1\n last-start 11m",
    "quarantined rolled-back same",
    "quarantined rolled-back other",
    "quarantined not-converging same",
    "terminal make same 1m no such image",
    "terminal start same 6m the port is taken",
    "terminal other same 1m refused",
    "hand-stopped 20m",
];

const INTENT: [&str; 5] = [
    "intent start stabilising 3s",
    "intent recreate stabilising 30s\n expects running-or-completed 10s",
    "intent change stabilising\n expects as-declared 0s",
    "intent remove stabilising\n expects gone 0s",
    "intent stop stabilising\n expects stopped 0s",
];

const HOST: [&str; 9] = [
    "engine 4.3.1",
    "engine unknown",
    "engine not-yet",
    "age 10s",
    "switch paused 1h",
    "switch stopped",
    "pause 30m",
    "remediation-off the store was lost",
    "problem web.yaml:1:1: not valid",
];

/// What is remembered of actions, what people said, and what the host is about.
pub(crate) const JUDGED: [&str; 26] = [
    "policy {mode: observe}",
    "policy {mode: ask}",
    "policy {riskTolerance: low}",
    "policy {riskTolerance: high}",
    "policy {overrides: [{match: {names: [web]}, autoRestart: false, requiresConfirmation: true}]}",
    "policy {overrides: [{match: {names: [web]}, deny: [drift-reconciliation]}]}",
    "policy {suppress: [{finding: drift, reason: known}, {finding: unhealthy, until: '2026-11-22T13:00:00Z', reason: known}]}",
    "policy {maintenanceWindows: [{actions: [drift-reconciliation], zone: Europe/Berlin, from: '22:00', to: '02:00'}]}",
    "track service-restart successes 12 adjustment 1000",
    "track service-restart failures 3 in-a-row 3 adjustment -1000 opened 1h",
    "track drift-reconciliation failures 3 in-a-row 3 opened 25h",
    "track drift-reconciliation successes 3 ended 1m restarts 1m,2m",
    "track drift-reconciliation ended 1m basis other",
    "overall service-restart failures 9 opened 2h",
    "overall drift-reconciliation successes 30",
    "overall drift-reconciliation failures 5\n overall orphan-removal opened 1h",
    "overall service-restart opened 30h\n overall orphan-removal opened 30h",
    "approval service-restart approved 1m",
    "approval drift-reconciliation forced 1m",
    "approval orphan-removal approved 16m",
    "approval drift-reconciliation rejected 1d",
    "approval apply pending 1d",
    "forced 1m",
    "storm 1m",
    "lease container/db service-restart\n lease container/proxy drift-reconciliation",
    "group container/db\n lease container/db drift-reconciliation",
];

const DESIRED: [&str; 5] = [
    "desired not-yet",
    "desired absent",
    "desired vanishing 1s 1",
    "desired vanishing 1m 2",
    "desired vanishing 1m 2 5 6",
];

fn line(lines: &'static [&'static str], odds: f64) -> impl Strategy<Value = String> {
    proptest::option::weighted(odds, select(lines))
        .prop_map(Option::unwrap_or_default)
        .prop_map(str::to_owned)
}

fn some(lines: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(lines), 0..=most).prop_map(|lines| lines.join("\n"))
}

/// What is there: a container, whose, and how it ended; or nothing.
fn there() -> impl Strategy<Value = String> {
    let container =
        (select(&LIVE[..]), of(select(&SPECS[..])), line(&OWNER, 0.15), some(&END, 2), any::<bool>());
    let container = container.prop_map(|(live, made_of, owner, end, dead)| {
        let made_of = made_of.map_or_else(String::new, |spec| format!("made-of {spec}"));
        let kernel = if dead { "kernel dead 2s" } else { "kernel alive" };
        format!("{live}\n{made_of}\n{owner}\n{kernel}\n{end}")
    });
    prop_oneof![
        8 => container,
        1 => select(&["live absent", "live unknown", "live not-yet"][..]).prop_map(str::to_owned),
    ]
}

/// What judging reads; a policy comes first, since what is remembered is remembered under it.
pub(crate) fn judged() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(&JUDGED[..]), 0..=3).prop_map(|mut lines| {
        lines.sort_by_key(|line| !line.starts_with("policy"));
        lines.join("\n")
    })
}

/// A container that podsteward made and that drifts, is ill, or is declared no more.
pub(crate) fn remediable() -> impl Strategy<Value = String> {
    let spec = select(
        &[
            "image: app:1",
            "image: app:1, mounts: [{type: volume, source: data, target: /data}]",
            "image: app:1, dependsOn: [{name: db}]",
            "image: app:1, adopt: true",
        ][..],
    );
    let wrong = select(
        &[
            "health unhealthy refused",
            "made-of {image: app:1, args: [two]}",
            "made-of {image: app:1, resources: {limits: {memory: 32Mi}}}",
            "desired absent",
        ][..],
    );
    let known = select(&["", "image sha256:two", "needs db healthy", "needs db running", "adopted"][..]);
    (spec, wrong, known, judged()).prop_map(|(spec, wrong, known, judged)| {
        format!(
            "Container web {{{spec}, args: [one], healthcheck: {{command: curl localhost}}}}\n live running\n applied\n uses volume data exists\n {wrong}\n {known}\n{judged}"
        )
    })
}

/// A World of a container.
pub(crate) fn containers() -> impl Strategy<Value = String> {
    let parts = (
        select(&SPECS[..]),
        there(),
        some(&GIVEN, 4),
        line(&APPLIED, 0.8),
        some(&PAST, 2),
        line(&INTENT, 0.15),
        (some(&HOST, 1), line(&DESIRED, 0.2)),
        judged(),
    );
    parts.prop_map(|(spec, there, given, applied, past, intent, (host, desired), judged)| {
        format!(
            "Container web {spec}\n{there}\n{given}\n{applied}\n{past}\n{intent}\n{host}\n{desired}\n{judged}"
        )
    })
}

/// A World of a network or volume.
pub(crate) fn resources() -> impl Strategy<Value = String> {
    let live = [
        "live there",
        "live there\n owner other",
        "live there\n owner nobody",
        "live absent",
        "live unknown",
    ];
    let lives = ["users web", "applied", "applied\n terminal other same 1m in use"];
    let parts = (select(&RESOURCES[..]), select(live.to_vec()), some(&HOST, 1), line(&DESIRED, 0.5));
    (parts, of(select(lives.to_vec()))).prop_map(|((first, live, host, desired), more)| {
        format!("{first}\n{live}\n{}\n{host}\n{desired}", more.unwrap_or_default())
    })
}

/// A World of anything.
pub(crate) fn worlds() -> impl Strategy<Value = String> {
    prop_oneof![6 => containers(), 1 => resources()]
}
