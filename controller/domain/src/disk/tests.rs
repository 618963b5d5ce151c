//! Shares, and how sizes are said.

use super::{Gauge, Size, did_anything, freed, freed_bytes, percent};
use crate::intent::{IntentId, JournalEntry, StepEvent};
use crate::time::Moment;

#[test]
fn a_share_is_rounded_down_and_all_of_nothing_is_full() {
    let share = |used, total| Gauge { used, total }.share();
    assert_eq!(
        [share(0, 3), share(1, 3), share(3, 3), share(4, 3), share(0, 0)],
        [0, 3333, 10_000, 10_000, 10_000]
    );
}

#[test]
fn what_is_above_a_share_must_go() {
    let gauge = Gauge { used: 90, total: 100 };
    assert_eq!([gauge.above(7000), gauge.above(9000), gauge.above(9500)], [20, 0, 0]);
}

#[test]
fn shares_and_sizes_are_said_with_at_most_one_decimal() {
    let shares: Vec<String> = [0, 7000, 8624, 8625, 10_000].into_iter().map(percent).collect();
    assert_eq!(shares, ["0 %", "70 %", "86.2 %", "86.3 %", "100 %"]);
    let sizes = [0, 1023, 1024, 1536, 310 << 20, (3 << 30) + (1 << 29), 5 << 40];
    let sizes: Vec<String> = sizes.into_iter().map(|bytes| Size(bytes).to_string()).collect();
    assert_eq!(sizes, ["0 B", "1023 B", "1 KiB", "1.5 KiB", "310 MiB", "3.5 GiB", "5 TiB"]);
}

#[test]
fn a_cleanup_of_which_no_step_was_done_did_nothing_and_the_log_says_why() {
    let entry = |event| JournalEntry {
        intent: IntentId(1),
        step: 0,
        noun: "delete-files".to_owned(),
        text: "delete 1 files /srv/*".to_owned(),
        event,
        at: Moment::default(),
    };
    let refused = [entry(StepEvent::Begun), entry(StepEvent::NotDone { error: "busy".to_owned() })];
    assert!(!did_anything(&refused));
    assert_eq!(freed(&refused), "delete 1 files /srv/*: not done: busy");
    let done = [
        entry(StepEvent::Begun),
        entry(StepEvent::Done),
        entry(StepEvent::Freed { bytes: 1 << 20, files: None }),
    ];
    assert!(did_anything(&done));
    assert_eq!(freed(&done), "delete 1 files /srv/*: 1 MiB freed");
}

#[test]
fn what_went_batch_by_batch_is_told_once_even_if_the_rest_was_never_tried() {
    let batch = |step, bytes, files| JournalEntry {
        intent: IntentId(1),
        step,
        noun: "delete-files".to_owned(),
        text: format!("delete 9 files /srv/{step}"),
        event: StepEvent::Freed { bytes, files: Some(files) },
        at: Moment::default(),
    };
    let journal = [batch(0, 1 << 20, 2), batch(0, 2 << 20, 1), batch(1, 0, 4)];
    assert_eq!(
        freed(&journal),
        "delete 9 files /srv/0: 3 deleted, 3 MiB freed; delete 9 files /srv/1: 4 deleted, 0 B freed"
    );
    assert_eq!(freed_bytes(&journal), 3 << 20);
}
