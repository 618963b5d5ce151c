//! The end of a plan: all that it writes, and that it is all or nothing.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::intent::{IntentId, Outcome};
use podsteward_domain::score::{Points, Score};
use podsteward_domain::standing::Standing;
use podsteward_domain::verify::report::{Check, Report, Status};

use crate::fixtures::{Home, at, begin, close, closing, key, learned, log, notification};
use crate::{Closing, Error, LoggedOutcome};

fn report() -> Report {
    let check = Check { statement: "it runs".to_owned(), status: Status::Failed };
    Report { status: Status::Failed, checks: vec![check], detail: "it exited with 1".to_owned() }
}

#[test]
fn the_end_of_a_plan_completes_its_decision() {
    let home = Home::new();
    let other = begin(&home.store, "container/db", "db");
    let intent = begin(&home.store, "container/web", "web");
    let report = report();
    let ended = Closing {
        report: Some(&report),
        rolled_back: true,
        snapshot: Some("autonomous-start-20261122T143000Z"),
        ..closing(Outcome::RolledBack, "it exited with 1", 25)
    };
    let told = home.store.close(&intent, &ended, |standing| Some(learned(standing, -1_000)), |_| Vec::new());
    assert_eq!(told.unwrap().unwrap().delta, Points(-1_000));
    let entries = log(&home.store);
    let (entry, untouched) = (&entries[0], &entries[1]);
    assert_eq!((entry.outcome, entry.detail.as_str()), (Some(LoggedOutcome::RolledBack), "it exited with 1"));
    assert_eq!((entry.report.as_ref(), entry.rolled_back), (Some(&report), true));
    assert_eq!((entry.delta, entry.new_confidence), (Some(Points(-1_000)), Some(Score::new(8_100))));
    assert_eq!(entry.snapshot.as_deref(), Some("autonomous-start-20261122T143000Z"));
    assert_eq!(entry.duration, Some(Duration::from_secs(15)));
    assert_eq!((untouched.intent, untouched.outcome), (Some(other.id), None));
}

#[test]
fn what_was_freed_is_kept_whole_however_much_there_is_to_tell() {
    let home = Home::new();
    let intent = begin(&home.store, "disk/root", "web");
    let detail = "freed 12.3 MiB from image localhost/web:1; ".repeat(300);
    assert!(detail.len() > 10 << 10);
    close(&home.store, &intent, &closing(Outcome::Success, &detail, 25)).unwrap();
    assert_eq!(log(&home.store)[0].detail, detail);
}

#[test]
fn what_taught_nothing_has_no_delta_and_no_report() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    close(&home.store, &intent, &closing(Outcome::Inconclusive, "", 12)).unwrap();
    let entry = log(&home.store).remove(0);
    assert_eq!(
        (entry.delta, entry.new_confidence, entry.report, entry.rolled_back, entry.snapshot),
        (None, None, None, false, None)
    );
    assert!(home.store.tracks().unwrap().is_empty() && home.store.overall().unwrap().is_empty());
}

#[test]
fn what_was_learned_is_kept_and_is_what_the_next_lesson_begins_with() {
    let home = Home::new();
    for failures in 1..=2 {
        let intent = begin(&home.store, "container/web", "web");
        let learn = |standing: &Standing| {
            let before = standing.tracks.get(&Action::Start).map_or(0, |track| track.failures);
            assert_eq!(before, failures - 1);
            Some(learned(standing, 500))
        };
        let learned = home.store.close(&intent, &closing(Outcome::Failure, "", 12), learn, |_| Vec::new());
        let learned = learned.unwrap().unwrap();
        assert_eq!(learned.track.failures, failures);
        assert_eq!(home.store.tracks().unwrap(), [(key("container/web"), Action::Start, learned.track)]);
        assert_eq!(home.store.overall().unwrap()[&Action::Start], learned.overall);
    }
}

#[test]
fn what_must_be_heard_of_the_end_knows_what_was_learned() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    let notify = |learned: Option<&podsteward_domain::learn::track::Learned>| {
        vec![notification("it failed"), notification(&format!("{}", learned.unwrap().delta))]
    };
    let learn = |standing: &Standing| Some(learned(standing, 200));
    home.store.close(&intent, &closing(Outcome::Failure, "", 12), learn, notify).unwrap();
    let told = home.store.undelivered(10).unwrap();
    let titles: Vec<&str> = told.iter().map(|entry| entry.notification.title.as_str()).collect();
    assert_eq!((titles, told[0].at), (vec!["it failed", "+0.02"], at(12)));
}

#[test]
fn a_plan_ends_once_and_the_second_end_teaches_and_tells_nothing() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    close(&home.store, &intent, &closing(Outcome::Success, "verified", 12)).unwrap();
    let unknown = podsteward_domain::intent::Intent { id: IntentId(77), ..intent.clone() };
    for intent in [&intent, &unknown] {
        let again = home.store.close(
            intent,
            &closing(Outcome::Failure, "", 13),
            |standing| Some(learned(standing, -1_000)),
            |_| vec![notification("it failed")],
        );
        assert!(matches!(again, Err(Error::NotOpen(id)) if id == intent.id));
    }
    assert_eq!(log(&home.store)[0].outcome, Some(LoggedOutcome::Success));
    assert!(home.store.tracks().unwrap().is_empty());
    assert_eq!(home.store.undelivered_count().unwrap(), 0);
}
