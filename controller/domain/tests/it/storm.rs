//! When so much goes wrong at once that nothing is touched.

use std::time::Duration;

use podsteward_domain::finding::FindingKind;
use podsteward_domain::storm::{self, Opened, Storm};
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::policy::RemediationPolicy;

use crate::confidence::SICK;
use crate::fixture::{NOW, ago};
use crate::told::verdict;

/// One container after the other fell ill, so many seconds ago.
pub(crate) fn opened(seconds: &[u64]) -> Vec<Opened> {
    let ill = |(number, seconds): (usize, &u64)| Opened {
        kind: FindingKind::Unhealthy,
        key: format!("container/web-{number}").parse().unwrap(),
        at: ago(Duration::from_secs(*seconds)),
    };
    seconds.iter().enumerate().map(ill).collect()
}

fn judge(opened: &[Opened], containers: usize, ready: Moment) -> Option<Storm> {
    storm::judge(opened, containers, ready, NOW, &RemediationPolicy::default().storm)
}

#[test]
fn more_than_thirty_percent_and_three_containers_within_a_minute_are_one() {
    let hour = ago(Duration::from_hours(1));
    let rows: [(&[u64], usize, bool); 9] = [
        (&[10, 20, 30, 40], 12, true),
        (&[10, 20, 30, 40], 13, true),
        (&[10, 20, 30, 40], 14, false),
        (&[10, 20, 30], 10, false),
        (&[10, 20, 30], 9, true),
        (&[10, 20], 4, false),
        (&[10, 20, 60], 4, true),
        (&[10, 20, 61], 4, false),
        (&[], 0, false),
    ];
    for (seconds, containers, expected) in rows {
        let judged = judge(&opened(seconds), containers, hour);
        let storm = Storm { bad: seconds.len(), all: containers };
        assert_eq!(judged, expected.then_some(storm), "{seconds:?} of {containers}");
    }
}

#[test]
fn what_is_seen_within_two_minutes_of_the_start_does_not_count() {
    let many = opened(&[10, 20, 30, 40]);
    let ready = |before: u64| judge(&many, 10, ago(Duration::from_secs(before))).is_some();
    // The earliest of them was 40 s ago.
    assert_eq!([ready(159), ready(160)], [false, true]);
    assert!(!ready(0), "not what was found before either");
    let booted = Moment { boot_id: BootId(2), boot_ms: 30_000, ..NOW };
    let now = booted.after(Duration::from_secs(1));
    let policy = RemediationPolicy::default().storm;
    assert_eq!(storm::judge(&many, 10, booted, now, &policy), None, "not what was found before a boot");
}

#[test]
fn only_containers_that_are_unhealthy_or_drift_count_and_each_once() {
    let hour = ago(Duration::from_hours(1));
    let of = |change: &dyn Fn(&mut Opened)| {
        let mut found = opened(&[10, 20, 30, 40]);
        found.iter_mut().for_each(change);
        judge(&found, 10, hour).is_some()
    };
    assert!(of(&|it| it.kind = FindingKind::Drift));
    for kind in FindingKind::ALL.iter().filter(|kind| !storm::counts(**kind)) {
        assert!(!of(&|it| it.kind = *kind), "{kind}");
    }
    assert!(!of(&|it| it.key = "container/web".parse().unwrap()), "four findings of one container");
    assert!(!of(&|it| it.key.kind = podsteward_specs::key::Kind::Network), "networks are no containers");
}

#[test]
fn it_holds_remediation_for_two_minutes_and_declared_work_never() {
    let held = "notify-execute, held by storm: so much went wrong at once that nothing is touched";
    assert_eq!(verdict(&format!("{SICK}\n storm 1s"), "service-restart"), held);
    assert_eq!(verdict(&format!("{SICK}\n storm 119s"), "service-restart"), held);
    assert_eq!(verdict(&format!("{SICK}\n storm 2m"), "service-restart"), "notify-execute");
    assert_eq!(verdict("Container web {image: app:1}\n live absent\n storm 1s", "apply"), "declared");
}
