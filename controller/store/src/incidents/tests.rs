//! Incidents: opened, kept and closed by what is found.

use std::time::Duration;

use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::notification;

use super::{Fate, Found, Incident, IncidentChanges};
use crate::fixtures::{Home, at, key};

fn finding(kind: FindingKind, message: &str) -> Finding {
    Finding::new(kind, &key("container/web"), message)
}

fn sync(home: &Home, findings: &[Finding], second: u32) -> String {
    let IncidentChanges { opened, closed, worse, milder } =
        home.store.sync_incidents(&key("container/web"), findings, at(second)).unwrap();
    let all = [("+", opened), ("-", closed), ("worse ", worse), ("milder ", milder)];
    let told = all.iter().flat_map(|(sign, all)| all.iter().map(move |it| format!("{sign}{}", it.kind)));
    told.collect::<Vec<_>>().join(" ")
}

#[test]
fn an_incident_opens_is_kept_with_its_latest_sentence_and_closes() {
    let home = Home::new();
    let drift = |message| finding(FindingKind::Drift, message);
    assert_eq!(
        sync(&home, &[drift("env differs"), finding(FindingKind::Unhealthy, "x")], 1),
        "+drift +unhealthy"
    );
    assert_eq!(sync(&home, &[drift("env and user differ")], 2), "-unhealthy");
    let open = home.store.open_incidents().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].message.as_str(), open[0].opened), ("env and user differ", at(1)));
    assert_eq!(sync(&home, &[], 3), "-drift");
    assert!(home.store.open_incidents().unwrap().is_empty());
}

#[test]
fn an_incident_that_comes_back_is_a_new_one() {
    let home = Home::new();
    for (second, findings) in [
        (1, vec![finding(FindingKind::Drift, "a")]),
        (2, vec![]),
        (3, vec![finding(FindingKind::Drift, "a")]),
    ] {
        sync(&home, &findings, second);
    }
    let all = home.store.incidents(&key("container/web"), 10).unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].opened, all[0].closed), (at(3), None));
    assert_eq!((all[1].opened, all[1].closed), (at(1), Some(at(2))));
    assert_eq!(home.store.incidents(&key("container/web"), 1).unwrap().len(), 1);
}

#[test]
fn an_incident_of_another_severity_is_told_as_the_same_one() {
    let home = Home::new();
    let of = |severity| [Finding { severity, ..finding(FindingKind::Terminal, "no image") }];
    assert_eq!(sync(&home, &of(Severity::Info), 1), "+terminal");
    assert_eq!(sync(&home, &of(Severity::Critical), 2), "worse terminal");
    assert_eq!(sync(&home, &of(Severity::Critical), 3), "");
    assert_eq!(home.store.open_incidents().unwrap()[0].opened, at(1));
    assert_eq!(sync(&home, &of(Severity::Info), 4), "milder terminal");
    assert_eq!(home.store.open_incidents().unwrap()[0].severity, Severity::Info);
}

#[test]
fn two_findings_of_one_kind_are_one_incident() {
    let home = Home::new();
    let findings = [finding(FindingKind::Drift, "first"), finding(FindingKind::Drift, "second")];
    assert_eq!(sync(&home, &findings, 1), "+drift");
    assert_eq!(sync(&home, &findings, 2), "");
    assert_eq!(home.store.open_incidents().unwrap()[0].message, "first");
}

#[test]
fn unchanged_findings_write_nothing_and_other_objects_are_left_alone() {
    let home = Home::new();
    let other = home.cli();
    let db = key("container/db");
    home.store.sync_incidents(&db, &[Finding::new(FindingKind::Missing, &db, "gone")], at(1)).unwrap();
    let drift = [finding(FindingKind::Drift, "a")];
    sync(&home, &drift, 1);
    let version = other.data_version().unwrap();
    assert_eq!(sync(&home, &drift, 2), "");
    assert_eq!(other.data_version().unwrap(), version);
    assert_eq!(sync(&home, &[], 3), "-drift");
    assert_eq!(home.store.open_incidents().unwrap()[0].target, db);
}

#[test]
fn what_is_told_of_an_incident_stands_or_falls_with_it() {
    let home = Home::new();
    let key = key("container/web");
    let found = [finding(FindingKind::Unhealthy, "x")];
    let tell = |changes: &IncidentChanges| {
        let opened = changes.opened.iter().map(|_| notification::finding(&found[0]));
        let over = |it: &Incident| notification::over(&key, it.kind, &it.message, Duration::ZERO);
        opened.chain(changes.closed.iter().map(over)).collect()
    };
    let titles = || {
        let waiting = home.store.undelivered(10).unwrap().into_iter();
        waiting.map(|entry| entry.notification.title).collect::<Vec<_>>()
    };
    let over = |findings| Found { findings, fate: &|_| Fate::Over };
    home.store.follow_incidents(&key, &over(&found), at(1), tell).unwrap();
    home.store.follow_incidents(&key, &over(&found), at(2), tell).unwrap();
    assert_eq!(titles(), ["container/web: unhealthy"]);
    home.store.follow_incidents(&key, &over(&[]), at(3), tell).unwrap();
    assert_eq!(titles(), ["container/web: unhealthy", "container/web: unhealthy is over"]);
}

#[test]
fn what_is_not_known_to_be_over_stays_as_it_is_and_what_is_forgotten_is_not_over() {
    let home = Home::new();
    let key = key("container/web");
    let found = |severity, kind| Finding { severity, ..finding(kind, "before") };
    let findings =
        [found(Severity::Critical, FindingKind::Alert), found(Severity::Critical, FindingKind::BreakerOpen)];
    sync(&home, &findings, 1);
    let follow = |fate: Fate| {
        let found = Found { findings: &findings[1..], fate: &|_| fate };
        home.store.follow_incidents(&key, &found, at(2), |_| Vec::new()).unwrap()
    };
    assert_eq!(follow(Fate::Stays), IncidentChanges::default());
    let open = home.store.open_incidents().unwrap();
    assert_eq!((open.len(), open[0].severity, open[0].forgotten), (2, Severity::Critical, false));
    let closed = follow(Fate::Forgotten).closed;
    assert_eq!((closed[0].kind, closed[0].forgotten), (FindingKind::Alert, true));
    assert!(home.store.incidents(&key, 2).unwrap().iter().any(|it| it.forgotten && it.closed.is_some()));
}
