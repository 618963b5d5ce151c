//! The decision log: what is kept, counted and asked for.

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, Gate, Verdict};
use podsteward_domain::finding::Finding;
use podsteward_domain::intent::Outcome;

use crate::fixtures::{
    Home, ask, at, begin, close, closing, decision, key, log, notification, rejected, restart,
};
use crate::{DecisionFilter, LoggedOutcome};

#[test]
fn the_same_withholding_again_is_counted_with_its_latest_words() {
    let home = Home::new();
    let web = |detail| decision("container/web", Some((Gate::Hold, detail)));
    let first = home.store.record_decision(&web("10 min left"), None, at(1)).unwrap();
    let second = home.store.record_decision(&web("9 min left"), None, at(61)).unwrap();
    assert_eq!(first, second);
    let entries = log(&home.store);
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].count, entries[0].at, entries[0].last), (2, at(1), at(61)));
    assert_eq!((entries[0].detail.as_str(), &entries[0].decision), ("9 min left", &web("9 min left")));
}

#[test]
fn another_gate_or_an_execution_in_between_begins_a_new_entry() {
    let home = Home::new();
    let held = decision("container/web", Some((Gate::Hold, "held")));
    let paused = decision("container/web", Some((Gate::Pause, "paused")));
    for one in [&held, &paused, &held] {
        home.store.record_decision(one, None, at(1)).unwrap();
    }
    let intent = begin(&home.store, "container/web", "web");
    home.store.record_decision(&held, None, at(20)).unwrap();
    let entries = log(&home.store);
    assert_eq!(entries.iter().map(|entry| entry.count).collect::<Vec<_>>(), [1; 5]);
    assert_eq!(entries[1].intent, Some(intent.id));
}

#[test]
fn the_same_withholding_because_of_another_incident_is_a_new_entry_and_is_told_again() {
    let home = Home::new();
    let left = restart("container/web", 6000, Some((Gate::Verdict, "only told")));
    let found = [Finding::new(left.trigger, &left.target, "it is unhealthy")];
    for second in [1, 100] {
        home.store.sync_incidents(&left.target, &found, at(second)).unwrap();
        for again in 0..3 {
            let told = notification("left to you");
            home.store.record_decision(&left, Some(&told), at(second + again)).unwrap();
        }
        home.store.sync_incidents(&left.target, &[], at(second + 10)).unwrap();
    }
    assert_eq!(log(&home.store).iter().map(|entry| entry.count).collect::<Vec<_>>(), [3, 3]);
    assert_eq!(home.store.undelivered_count().unwrap(), 2);
}

#[test]
fn the_filter_asks_by_object_action_time_and_number() {
    let home = Home::new();
    for (target, second) in [("container/a", 1), ("container/b", 2), ("container/c", 3)] {
        home.store.record_decision(&decision(target, Some((Gate::Hold, ""))), None, at(second)).unwrap();
    }
    let check = |filter: DecisionFilter, expected: &[&str]| {
        let found = home.store.decisions(&filter).unwrap();
        let targets: Vec<String> = found.iter().map(|entry| entry.decision.target.to_string()).collect();
        assert_eq!(targets, expected);
    };
    let any = DecisionFilter::default;
    check(any(), &["container/c", "container/b", "container/a"]);
    check(DecisionFilter { target: Some(key("container/b")), ..any() }, &["container/b"]);
    check(DecisionFilter { action: Some(Action::Apply), ..any() }, &[]);
    check(DecisionFilter { since_ms: Some(at(2).wall_ms), ..any() }, &["container/c", "container/b"]);
    check(DecisionFilter { limit: 1, ..any() }, &["container/c"]);
    check(DecisionFilter { outcome: Some(LoggedOutcome::Queued), ..any() }, &[]);
    ask(&home.store, "container/b");
    check(DecisionFilter { outcome: Some(LoggedOutcome::Queued), ..any() }, &["container/b"]);
    check(DecisionFilter { target: Some(key("container/b")), ..any() }, &["container/b", "container/b"]);
}

#[test]
fn what_must_be_heard_is_told_once_for_each_new_entry() {
    let home = Home::new();
    let left = |gate| restart("container/web", 6_000, Some((gate, "")));
    for (gate, told) in [(Gate::Verdict, 1), (Gate::Verdict, 1), (Gate::Cooldown, 2), (Gate::Verdict, 3)] {
        home.store.record_decision(&left(gate), Some(&notification("left to you")), at(1)).unwrap();
        assert_eq!(home.store.undelivered_count().unwrap(), told);
    }
}

#[test]
fn a_withholding_about_another_trigger_or_verdict_is_a_new_entry_and_one_with_another_digest_is_not() {
    let home = Home::new();
    let first = restart("container/web", 6_000, Some((Gate::Verdict, "")));
    let entries_after = |decision: Decision| {
        home.store.record_decision(&decision, None, at(1)).unwrap();
        log(&home.store).len()
    };
    assert_eq!(entries_after(first.clone()), 1);
    assert_eq!(entries_after(Decision { digest: "d2".to_owned(), ..first.clone() }), 1);
    assert_eq!(log(&home.store)[0].decision.digest, "d2");
    assert_eq!(entries_after(Decision { verdict: Verdict::AlertOnly, ..first.clone() }), 2);
    assert_eq!(entries_after(first), 3);
}

#[test]
fn a_question_that_waits_is_counted_and_another_plan_or_a_no_begins_a_new_entry() {
    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    let waits = restart("container/web", 7_400, Some((Gate::Verdict, "approval 1 is pending")));
    home.store.record_decision(&waits, Some(&notification("again")), at(25)).unwrap();
    let entries = log(&home.store);
    assert_eq!((entries.len(), entries[0].count, entries[0].last), (1, 2, at(25)));
    assert_eq!((entries[0].outcome, entries[0].approval), (Some(LoggedOutcome::Queued), Some(asked.id)));
    assert_eq!(home.store.undelivered_count().unwrap(), 1);

    let other = Decision { digest: "d2".to_owned(), ..waits.clone() };
    home.store.record_decision(&other, None, at(26)).unwrap();
    assert_eq!(log(&home.store)[0].outcome, Some(LoggedOutcome::Withheld));

    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    home.store.answer_approval(asked.id, rejected("not now")).unwrap();
    home.store.record_decision(&waits, None, at(41)).unwrap();
    let outcomes: Vec<_> = log(&home.store).iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Some(LoggedOutcome::Withheld), Some(LoggedOutcome::Rejected)]);
}

#[test]
fn a_decision_that_no_gate_stopped_and_nothing_carries_out_is_not_in_progress() {
    let home = Home::new();
    home.store.record_decision(&decision("container/web", None), None, at(1)).unwrap();
    let entry = log(&home.store).remove(0);
    assert_eq!((entry.outcome, entry.withheld_by), (Some(LoggedOutcome::Withheld), None));
}

#[test]
fn judged_decisions_come_back_as_they_were() {
    let home = Home::new();
    let judged = restart("container/web", 7_531, Some((Gate::Verdict, "it needs approval")));
    home.store.record_decision(&judged, None, at(1)).unwrap();
    assert_eq!(log(&home.store)[0].decision, judged);
}

#[test]
fn decisions_are_counted_in_groups_that_are_alike() {
    let home = Home::new();
    for (target, confidence) in [("container/a", 6_000), ("container/b", 7_000), ("container/b", 6_500)] {
        let held = restart(target, confidence, Some((Gate::Verdict, "")));
        home.store.record_decision(&held, None, at(1)).unwrap();
    }
    let intent = begin(&home.store, "container/c", "c");
    close(&home.store, &intent, &closing(Outcome::Success, "", 12)).unwrap();
    begin(&home.store, "container/d", "d");
    let told = |since_ms| {
        let counts = home.store.decision_counts(since_ms).unwrap().into_iter().map(|count| {
            let outcome = count.outcome.map_or("in progress", LoggedOutcome::as_str);
            let gate = count.withheld_by.map_or("-", Gate::as_str);
            let (rows, times) = (count.rows, count.times);
            let judged = format!("{} of {}", count.confidence_sum_bp, count.judged);
            format!("{} {} {outcome} {gate}: {rows} entries {times}x, {judged}", count.action, count.verdict)
        });
        counts.collect::<Vec<_>>()
    };
    let declared = [
        "start declared in progress -: 1 entries 1x, 0 of 0",
        "start declared success -: 1 entries 1x, 0 of 0",
    ];
    let withheld = "service-restart queue withheld verdict: 2 entries 3x, 12500 of 2";
    assert_eq!(told(None), [withheld, declared[0], declared[1]]);
    assert_eq!(told(Some(at(5).wall_ms)), declared);
    assert!(told(Some(at(90).wall_ms)).is_empty());
}

#[test]
fn every_outcome_has_a_name_of_its_own() {
    for outcome in LoggedOutcome::ALL {
        assert_eq!(LoggedOutcome::from_name(outcome.as_str()), Some(outcome));
        let quoted = format!("\"{}\"", outcome.as_str());
        assert_eq!(serde_json::to_string(&outcome).unwrap(), quoted);
    }
    for outcome in Outcome::ALL {
        assert_eq!(LoggedOutcome::from(outcome).as_str(), outcome.as_str());
    }
    assert_eq!(LoggedOutcome::from_name("done"), None);
}
