//! What is counted, what a repair took, and what a drill leaves out.

use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::Outcome;

use podsteward_domain::admit::{Admission, IntentDraft};
use podsteward_domain::decision::{Decision, Gate, Verdict};

use crate::fixtures::{Home, at, begin, close, closing, decision, draft, key, restart};
use crate::store::Durability;

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
    assert_eq!(home.store.verified(0).unwrap(), []);
    repaired(&home, "container/web", "web", 25);
    assert_eq!(home.store.decision_counts(None).unwrap().len(), 1);
}

#[test]
fn what_is_made_for_the_first_time_is_no_repair() {
    let home = Home::new();
    let target = key("container/new");
    let finding = Finding::new(FindingKind::NotRunning, &target, "it is declared and does not exist");
    home.store.sync_incidents(&target, &[finding], at(2)).unwrap();
    let incident = home.store.open_incidents().unwrap()[0].id.0;
    let draft = IntentDraft { repairs: false, ..draft("container/new", &["new"], &[]) };
    let begin = |_: &_| Admission::Admit(Box::new(draft.clone()), decision("container/new", None), None);
    home.store.admit(at(10), Durability::Normal, &target, begin).unwrap();
    let intent = home.store.open_intents().unwrap().remove(0);
    close(&home.store, &intent, &closing(Outcome::Success, "", 25)).unwrap();
    assert_eq!(home.store.repairs(0).unwrap(), []);
    assert_eq!(home.store.first_made(0).unwrap().into_iter().collect::<Vec<_>>(), [incident]);
}

#[test]
fn what_is_left_to_people_is_so_until_what_called_for_it_is_over() {
    let home = Home::new();
    let left = Decision {
        verdict: Verdict::AlertOnly,
        ..restart("container/web", 6_000, Some((Gate::Verdict, "no")))
    };
    let finding = Finding::new(FindingKind::Unhealthy, &left.target, "it is unhealthy");
    home.store.sync_incidents(&left.target, &[finding], at(1)).unwrap();
    assert_eq!(home.store.left_to_people().unwrap(), []);
    let withhold = |_: &_| Admission::Withhold(left.clone(), None);
    home.store.admit(at(2), Durability::Normal, &left.target, withhold).unwrap();
    let told = home.store.left_to_people().unwrap();
    assert_eq!((told.len(), &told[0].target, told[0].finding), (1, &left.target, FindingKind::Unhealthy));
    home.store.sync_incidents(&left.target, &[], at(3)).unwrap();
    assert_eq!(home.store.left_to_people().unwrap(), []);
}
