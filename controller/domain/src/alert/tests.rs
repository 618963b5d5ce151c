//! Which object an alert is about, and what is wrong with a route among the other documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::expect;
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::load::{SourceFile, load};

use super::*;

/// Documents of a line each: `KIND NAME {spec}`.
fn documents(lines: &str) -> BTreeMap<Key, Arc<Document>> {
    let text: Vec<String> = lines
        .lines()
        .map(|line| {
            let mut words = line.trim().splitn(3, ' ');
            let mut word = || words.next().unwrap();
            format!(
                "apiVersion: podsteward.dev/v1alpha1\nkind: {}\nmetadata: {{name: {}}}\nspec: {}\n",
                word(),
                word(),
                word()
            )
        })
        .collect();
    let loaded = load(&[SourceFile { path: "all.yaml".into(), bytes: text.join("---\n").into_bytes() }]);
    assert_eq!(loaded.files[0].problems, []);
    let documents = loaded.files.into_iter().flat_map(|file| file.documents);
    documents.map(|document| (document.key.clone(), Arc::new(document))).collect()
}

fn alert(labels: &str) -> Arc<Alert> {
    let labels = labels.split(' ').map(|label| label.split_once('=').unwrap());
    Arc::new(Alert {
        episode: Episode { fingerprint: "a".to_owned(), starts_ms: 0 },
        labels: labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        summary: String::new(),
        resolved: false,
        first: Moment::default(),
        heard: Moment::default(),
    })
}

/// Where an alert ends up.
fn way(documents: &BTreeMap<Key, Arc<Document>>, labels: &str) -> String {
    let alert = alert(labels);
    let routing = route::routing([&alert].into_iter(), documents);
    let Some((object, routed)) = routing.by_object.first_key_value() else { return "no route".to_owned() };
    match &routed[0].aim {
        Aim::Target => format!("{object} by {}", routed[0].key),
        Aim::Nowhere(why) => format!("{object}: {why}"),
    }
}

const HOST: &str = "Container web {image: x}
    Container data {image: x}
    DiskPolicy data {path: /srv/data}
    Playbook tidy {steps: [restart: {}]}
    AlertRoute slow {match: {alertname: Slow}, action: service-restart, targetLabel: container}
    AlertRoute full {match: {alertname: Full}, action: disk-cleanup, targetLabel: mountpoint}
    AlertRoute tidied {match: {alertname: Untidy}, playbook: tidy, targetLabel: name}
    AlertRoute alone {match: {alertname: Alone, tier: one}, playbook: tidy}";

#[test]
fn an_alert_is_about_the_declared_object_that_its_label_names() {
    let documents = documents(&HOST.replace(", tier: one", ", labels: {tier: one}"));
    let rows = [
        "alertname=Slow container=web",
        "alertname=Slow container=container/web",
        "alertname=Slow container=data",
        "alertname=Slow container=disk/data",
        "alertname=Slow container=container/gone",
        "alertname=Slow container=web;reboot",
        "alertname=Slow container=../web",
        "alertname=Slow container=WEB",
        "alertname=Slow container={{$labels.name}}",
        "alertname=Slow container=",
        "alertname=Slow name=web",
        "alertname=Full mountpoint=/srv/data",
        "alertname=Full mountpoint=data",
        "alertname=Full mountpoint=/srv",
        "alertname=Full mountpoint=web",
        "alertname=Untidy name=web",
        "alertname=Untidy name=data",
        "alertname=Untidy name=disk/data",
        "alertname=Alone tier=one",
        "alertname=Alone tier=two",
        "alertname=Other container=web",
        "alertname=PodstewardTest container=web",
    ];
    let told: Vec<String> = rows.iter().map(|row| format!("{row}: {}\n", way(&documents, row))).collect();
    expect![[r"
        alertname=Slow container=web: container/web by alertroute/slow
        alertname=Slow container=container/web: container/web by alertroute/slow
        alertname=Slow container=data: container/data by alertroute/slow
        alertname=Slow container=disk/data: alertroute/slow: its label container names disk/data, which this cannot act on
        alertname=Slow container=container/gone: alertroute/slow: its label container is 'container/gone', and nothing of that name is declared
        alertname=Slow container=web;reboot: alertroute/slow: its label container is 'web;reboot', and nothing of that name is declared
        alertname=Slow container=../web: alertroute/slow: its label container is '../web', and nothing of that name is declared
        alertname=Slow container=WEB: alertroute/slow: its label container is 'WEB', and nothing of that name is declared
        alertname=Slow container={{$labels.name}}: alertroute/slow: its label container is '{{$labels.name}}', a template that nothing filled in
        alertname=Slow container=: alertroute/slow: the alert has no label container, which names the target
        alertname=Slow name=web: alertroute/slow: the alert has no label container, which names the target
        alertname=Full mountpoint=/srv/data: disk/data by alertroute/full
        alertname=Full mountpoint=data: disk/data by alertroute/full
        alertname=Full mountpoint=/srv: alertroute/full: its label mountpoint is '/srv', and nothing of that name is declared
        alertname=Full mountpoint=web: alertroute/full: its label mountpoint names container/web, which this cannot act on
        alertname=Untidy name=web: container/web by alertroute/tidied
        alertname=Untidy name=data: alertroute/tidied: its label name is 'data', which may mean disk/data or container/data
        alertname=Untidy name=disk/data: disk/data by alertroute/tidied
        alertname=Alone tier=one: playbook/tidy by alertroute/alone
        alertname=Alone tier=two: no route
        alertname=Other container=web: no route
        alertname=PodstewardTest container=web: no route
    "]].assert_eq(&told.concat());
}

#[test]
fn of_two_routes_for_one_alert_the_first_by_name_takes_it() {
    let documents = documents(
        "Container web {image: x}
         AlertRoute b {match: {alertname: Slow}, action: service-restart, targetLabel: container}
         AlertRoute a {match: {labels: {container: web}}, action: service-restart, targetLabel: container}",
    );
    assert_eq!(way(&documents, "alertname=Slow container=web"), "container/web by alertroute/a");
}

/// What is wrong with the routes, a line each.
fn linted(lines: &str) -> String {
    let found = lint::lint(&documents(lines)).into_iter();
    let lines: Vec<String> = found.map(|(key, found)| format!("{key}: {}\n", found.join("; "))).collect();
    lines.concat()
}

#[test]
fn a_route_that_may_do_what_it_says_is_sound() {
    assert_eq!(linted(&HOST.replace(", tier: one", ", labels: {tier: one}")), "");
}

#[test]
fn a_route_that_can_never_act_is_told() {
    let route = "AlertRoute slow {match: {alertname: Slow}, action: service-restart, targetLabel: container}";
    let rows = [
        format!("{route}\nDiskPolicy data {{path: /srv}}"),
        format!("{route}\nContainer web {{image: x, remediation: {{autoRestart: false}}}}"),
        format!("{route}\nContainer web {{image: x, remediation: {{deny: [service-restart]}}}}"),
        format!(
            "{route}\nContainer web {{image: x}}\nRemediationPolicy default {{overrides: [{{match: {{names: [web]}}, autoRestart: false}}]}}"
        ),
        format!(
            "{route}\nContainer web {{image: x}}\nContainer db {{image: x, remediation: {{autoRestart: false}}}}"
        ),
    ];
    let told: Vec<String> = rows.iter().map(|row| linted(row) + "-\n").collect();
    expect![[r"
        alertroute/slow: nothing is declared that service-restart could act on
        -
        alertroute/slow: service-restart is denied on everything that it could act on
        -
        alertroute/slow: service-restart is denied on everything that it could act on
        -
        alertroute/slow: service-restart is denied on everything that it could act on
        -
        -
    "]]
    .assert_eq(&told.concat());
}

#[test]
fn routes_for_the_same_alert_are_told_on_the_later_one() {
    let route = |name: &str, matching: &str| {
        format!(
            "AlertRoute {name} {{match: {{{matching}}}, action: service-restart, targetLabel: container}}\n"
        )
    };
    let pair = |one: &str, other: &str| {
        linted(&format!("{}{}Container web {{image: x}}", route("a", one), route("b", other))) + "-\n"
    };
    let told = [
        pair("alertname: Slow", "alertname: Slow"),
        pair("alertname: Slow", "alertname: Slow, labels: {team: home}"),
        pair("alertname: Slow, labels: {team: home}", "alertname: Slow"),
        pair("alertname: Slow, labels: {team: home}", "alertname: Slow, labels: {team: work}"),
        pair("alertname: Slow", "alertname: Fast"),
        pair("labels: {team: home}", "alertname: Slow, labels: {team: home}"),
        pair("labels: {team: home}", "alertname: Slow"),
    ];
    expect![[r"
        alertroute/b: every alert that it is for goes to alertroute/a, which comes first by name
        -
        alertroute/b: every alert that it is for goes to alertroute/a, which comes first by name
        -
        alertroute/b: some alerts that it is for go to alertroute/a, which comes first by name
        -
        -
        -
        alertroute/b: every alert that it is for goes to alertroute/a, which comes first by name
        -
        -
    "]]
    .assert_eq(&told.concat());
}
