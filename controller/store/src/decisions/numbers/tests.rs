//! What is counted, what a repair took, and what a drill leaves out.

use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::Outcome;

use crate::fixtures::{Home, at, begin, close, closing, key};

/// Something does not run from second 2 on, is started at second 10 and verified so much later.
fn repaired(home: &Home, target: &str, container: &str, second: u32) {
    let finding = Finding::new(FindingKind::NotRunning, &key(target), "it does not run");
    home.store.sync_incidents(&key(target), &[finding], at(2)).unwrap();
    let intent = begin(&home.store, target, container);
    close(&home.store, &intent, &closing(Outcome::Success, "", second)).unwrap();
}

#[test]
fn a_repair_is_told_from_the_beginning_of_its_incident_to_the_verification() {
    let home = Home::new();
    repaired(&home, "container/web", "web", 25);
    let repairs = home.store.repairs(0).unwrap();
    assert_eq!(repairs.len(), 1);
    assert_eq!((repairs[0].finding, repairs[0].took_ms), (FindingKind::NotRunning, 23_000));
    assert_eq!(home.store.repairs(at(11).wall_ms).unwrap(), []);
}

#[test]
fn what_a_drill_broke_on_purpose_is_counted_nowhere() {
    let home = Home::new();
    repaired(&home, "container/podsteward-canary", "podsteward-canary", 25);
    assert_eq!(home.store.repairs(0).unwrap(), []);
    assert_eq!(home.store.decision_counts(None).unwrap(), []);
    assert_eq!(home.store.verified_triggers(0).unwrap(), []);
    repaired(&home, "container/web", "web", 25);
    assert_eq!(home.store.decision_counts(None).unwrap().len(), 1);
}
