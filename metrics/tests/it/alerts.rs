//! Every rule of `alerts/` is tested both ways, says what to do, and asks for what exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_specs::alert::TEST_ALERT;
use serde_yaml::Value;

use crate::catalogue::Catalogue;
use crate::promql::selectors;

/// How bad an alert is; `none` is no alert to anybody.
const SEVERITIES: [&str; 3] = ["critical", "warning", "none"];

fn alerts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("alerts")
}

/// The files of a directory, by their topic.
fn files(dir: &Path) -> BTreeMap<String, Value> {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "yml"));
    files
        .map(|path| {
            let topic = path.file_stem().unwrap().to_string_lossy().into_owned();
            (topic, serde_yaml::from_str(&fs::read_to_string(path).unwrap()).unwrap())
        })
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_sequence().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Every rule with its topic.
fn rules() -> Vec<(String, Value)> {
    let groups = files(&alerts()).into_iter().flat_map(|(topic, file)| {
        let groups: Vec<Value> = list(&file["groups"]).cloned().collect();
        groups.into_iter().map(move |group| (topic.clone(), group))
    });
    let rules: Vec<_> = groups
        .flat_map(|(topic, group)| {
            list(&group["rules"]).cloned().map(|rule| (topic.clone(), rule)).collect::<Vec<_>>()
        })
        .collect();
    assert!(rules.len() > 40, "{} rules", rules.len());
    rules
}

/// The names of the alerts that a file of tests expects to fire, or to stay silent.
fn tested(file: &Value, fires: bool) -> BTreeSet<String> {
    let tests = list(&file["tests"]).flat_map(|test| list(&test["alert_rule_test"]));
    let wanted = tests.filter(|test| list(&test["exp_alerts"]).next().is_some() == fires);
    wanted.map(|test| text(test, "alertname").to_owned()).collect()
}

#[test]
fn every_rule_has_a_test_that_fires_and_one_that_does_not() {
    let tests = files(&alerts().join("tests"));
    for (topic, rule) in rules() {
        let (name, file) = (text(&rule, "alert"), &tests[&topic]);
        assert!(tested(file, true).contains(name), "no test of {topic} fires {name}");
        assert!(tested(file, false).contains(name), "no test of {topic} keeps {name} silent");
    }
}

#[test]
fn every_rule_is_named_once_and_says_how_bad_it_is_and_what_to_do() {
    let mut names = BTreeSet::new();
    for (topic, rule) in rules() {
        let (name, annotations) = (text(&rule, "alert"), &rule["annotations"]);
        assert!(names.insert(name.to_owned()), "{name} stands twice");
        assert!(SEVERITIES.contains(&text(&rule["labels"], "severity")), "{name} has no severity");
        assert_eq!(text(&rule["labels"], "component"), topic, "the component of {name}");
        for annotation in ["summary", "description", "runbook"] {
            assert!(!text(annotations, annotation).is_empty(), "{name} has no {annotation}");
        }
        let runbook = text(annotations, "runbook");
        assert!(
            runbook.contains("`podsteward") || runbook.contains("`journalctl"),
            "{name} names no command: {runbook}"
        );
    }
}

#[test]
fn every_rule_waits_before_it_fires_or_looks_back() {
    for (_, rule) in rules().iter().filter(|(_, rule)| text(&rule["labels"], "severity") != "none") {
        let (name, expression) = (text(rule, "alert"), text(rule, "expr"));
        assert!(rule["for"].is_string() || expression.contains('['), "{name} fires on a single look");
    }
}

#[test]
fn every_rule_asks_for_metrics_labels_and_values_that_exist() {
    let catalogue = Catalogue::read();
    for (_, rule) in rules() {
        let (name, expression) = (text(&rule, "alert"), text(&rule, "expr"));
        for (metric, matchers) in selectors(expression) {
            assert_eq!(catalogue.complaint(&metric, &matchers), None, "{name}");
        }
    }
}

/// Findings that need a rule of no kind by their name: what is known of them says more, or somebody is told already.
const TOLD_OTHERWISE: [FindingKind; 5] = [
    // Whoever sent the alert tells of it.
    FindingKind::Alert,
    // By the state of the breaker.
    FindingKind::BreakerOpen,
    // By the days that are left.
    FindingKind::DiskForecast,
    // Nothing is to be done yet.
    FindingKind::DiskWarning,
    // By the number of problems, which counts those of no object, too.
    FindingKind::ManifestInvalid,
];

#[test]
fn every_finding_that_lasts_rings() {
    let asked: BTreeSet<String> = rules()
        .iter()
        .flat_map(|(_, rule)| selectors(text(rule, "expr")))
        .flat_map(|(_, matchers)| matchers)
        .filter(|(label, _)| label == "finding")
        .flat_map(|(_, value)| value.split('|').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let lasting = FindingKind::ALL.iter().filter(|kind| kind.severity() != Severity::Info);
    let silent: Vec<_> = lasting
        .filter(|kind| !TOLD_OTHERWISE.contains(kind) && !asked.contains(kind.as_str()))
        .map(|kind| kind.as_str())
        .collect();
    assert!(silent.is_empty(), "no rule asks for {silent:?}");
}

#[test]
fn the_test_alert_has_the_name_that_podsteward_knows() {
    assert!(rules().iter().any(|(_, rule)| text(rule, "alert") == TEST_ALERT));
}
