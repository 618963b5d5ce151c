//! How many reports are kept, what people did, and when something was last done.

use podsteward_domain::report::{Facts, report};

use crate::fixtures::{Home, at};

#[test]
fn the_latest_twelve_reports_are_kept_and_each_is_told() {
    let home = Home::new();
    for second in 0..14 {
        let facts = Facts { now: at(second), window_secs: 60, ..Facts::default() };
        home.store.put_report(&report(&facts), at(second)).unwrap();
    }
    let kept = home.store.reports().unwrap();
    assert_eq!(kept.len(), 12);
    assert_eq!(kept[0].to, at(13).to_rfc3339());
    assert_eq!(home.store.undelivered_count().unwrap(), 14);
}

#[test]
fn what_people_did_is_counted_since_a_time() {
    let home = Home::new();
    for (what, second) in [("approval", 1), ("approval", 5), ("hand-stop", 6)] {
        home.store.put_intervention(what, at(second)).unwrap();
    }
    let counted = home.store.interventions(at(5).wall_ms).unwrap();
    assert_eq!((counted["approval"], counted["hand-stop"]), (1, 1));
}

#[test]
fn when_something_was_last_done_outlives_the_controller() {
    let home = Home::new();
    assert_eq!(home.store.last_done("drill_last").unwrap(), None);
    home.store.put_last_done("drill_last", at(7)).unwrap();
    assert_eq!(home.cli().last_done("drill_last").unwrap(), Some(at(7)));
}
