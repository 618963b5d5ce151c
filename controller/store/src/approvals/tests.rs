//! Questions, answers and ends.

use std::time::Duration;

use podsteward_domain::approval::{ApprovalId, ApprovalState};
use podsteward_domain::decision::Gate;
use podsteward_domain::switch::{Pause, SwitchState};

use crate::fixtures::{Home, approved, ask, at, controller, key, log, pause, rejected, restart};
use crate::{Answered, LoggedOutcome};

fn closed() -> ApprovalState {
    ApprovalState::Closed { why: "the plan is another one now".to_owned() }
}

/// The state of the approval, with the outcome, the words and the time of its decision.
fn told(home: &Home) -> String {
    let approval = home.store.approvals(false, 1).unwrap().remove(0);
    let entry = log(&home.store).remove(0);
    let outcome = entry.outcome.map_or("in progress", LoggedOutcome::as_str);
    let second = (entry.last.wall_ms - at(0).wall_ms) / 1000;
    format!("{}; {outcome} at {second}: {}", approval.state.as_str(), entry.detail)
}

#[test]
fn a_question_comes_back_after_a_restart_as_it_was_asked() {
    let home = Home::new();
    let web = ask(&home.store, "container/web");
    let db = ask(&home.store, "container/db");
    home.store.answer_approval(db.id, approved(true)).unwrap();
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let (_lock, store) = controller(dir.path());
    let db = podsteward_domain::approval::Approval { state: approved(true), ..db };
    assert_eq!(store.approvals(true, 10).unwrap(), [web.clone(), db.clone()]);
    assert_eq!(store.approvals(false, 1).unwrap(), std::slice::from_ref(&db), "the latest");
    assert_eq!(store.standing(&key("container/web")).unwrap().approvals, [web]);
    assert_eq!(store.approval(db.id).unwrap(), Some(db));
    assert_eq!(store.approval(ApprovalId(77)).unwrap(), None);
}

#[test]
fn only_what_is_open_is_listed_as_open() {
    let home = Home::new();
    let states = [None, Some(approved(false)), Some(rejected("")), Some(closed())];
    for (number, state) in states.into_iter().enumerate() {
        let asked = ask(&home.store, &format!("container/c{number}"));
        match state {
            Some(end @ ApprovalState::Closed { .. }) => {
                home.store.end_approvals(&[(asked.id, end)], at(50)).unwrap();
            }
            Some(answer) => drop(home.store.answer_approval(asked.id, answer).unwrap()),
            None => {}
        }
    }
    let names = |approvals: Vec<podsteward_domain::approval::Approval>| {
        approvals.iter().map(|approval| approval.state.as_str().to_owned()).collect::<Vec<_>>()
    };
    let open = ["pending", "approved", "rejected"];
    assert_eq!(names(home.store.open_approvals().unwrap()), open);
    assert_eq!(names(home.store.approvals(true, 10).unwrap()), open);
    assert_eq!(names(home.store.approvals(false, 10).unwrap()).len(), 4);
}

#[test]
fn a_yes_waits_for_its_plan_and_a_no_completes_the_decision() {
    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    let Answered::Done(answered) = home.store.answer_approval(asked.id, approved(false)).unwrap() else {
        panic!("not answered")
    };
    assert_eq!((answered.id, answered.state), (asked.id, approved(false)));
    assert_eq!(told(&home), "approved; queued at 20: it needs approval");
    home.store.answer_approval(asked.id, rejected("not tonight")).unwrap();
    assert_eq!(told(&home), "rejected; rejected at 40: rejected by bob: not tonight");
}

#[test]
fn a_no_without_a_reason_reads_well() {
    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    home.store.answer_approval(asked.id, rejected("")).unwrap();
    assert_eq!(told(&home), "rejected; rejected at 40: rejected by bob");
}

#[test]
fn an_answer_that_comes_too_late_changes_nothing() {
    let check = |first: ApprovalState, second: ApprovalState| {
        let home = Home::new();
        let asked = ask(&home.store, "container/web");
        home.store.answer_approval(asked.id, first.clone()).unwrap();
        home.store.end_approvals(&[(asked.id, first.clone())], at(50)).unwrap();
        let before = told(&home);
        let late = home.store.answer_approval(asked.id, second).unwrap();
        assert!(matches!(late, Answered::NotPending(approval) if approval.state == first));
        assert_eq!(told(&home), before);
    };
    check(approved(false), approved(true));
    check(rejected("no"), approved(false));
    check(rejected("no"), rejected("no again"));
    check(closed(), approved(false));
    check(ApprovalState::Expired, rejected("no"));
}

#[test]
fn nobody_answers_with_what_only_time_or_a_plan_can_say() {
    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    for answer in [ApprovalState::Used, ApprovalState::Expired, ApprovalState::Pending, closed()] {
        let refused = home.store.answer_approval(asked.id, answer).unwrap();
        assert_eq!(refused, Answered::NotPending(asked.clone()));
    }
    let unknown = home.store.answer_approval(ApprovalId(77), approved(false)).unwrap();
    assert_eq!(unknown, Answered::Unknown);
}

#[test]
fn an_end_completes_the_decision_in_its_own_words() {
    let check = |answer: Option<ApprovalState>, end: ApprovalState, expected: &str| {
        let home = Home::new();
        let asked = ask(&home.store, "container/web");
        if let Some(answer) = answer {
            home.store.answer_approval(asked.id, answer).unwrap();
        }
        home.store.end_approvals(&[(asked.id, end)], at(50)).unwrap();
        assert_eq!(told(&home), expected);
    };
    check(None, ApprovalState::Expired, "expired; expired at 50: nobody answered in time");
    let lapsed = "lapsed; expired at 50: it was approved and could not be done in time";
    check(Some(approved(false)), ApprovalState::Lapsed, lapsed);
    check(None, closed(), "closed; inconclusive at 50: the plan is another one now");
    check(Some(approved(false)), closed(), "closed; inconclusive at 50: the plan is another one now");
    check(Some(rejected("no")), closed(), "closed; rejected at 40: rejected by bob: no");
}

#[test]
fn an_end_that_somebody_was_faster_than_changes_nothing() {
    let check = |answer: ApprovalState, end: ApprovalState| {
        let home = Home::new();
        let asked = ask(&home.store, "container/web");
        home.store.answer_approval(asked.id, answer.clone()).unwrap();
        home.store.end_approvals(&[(ApprovalId(77), closed()), (asked.id, end)], at(50)).unwrap();
        assert_eq!(home.store.approval(asked.id).unwrap().unwrap().state, answer);
    };
    check(approved(false), ApprovalState::Expired);
    check(rejected("no"), ApprovalState::Expired);
    check(rejected("no"), ApprovalState::Lapsed);
    check(approved(false), ApprovalState::Used);
}

#[test]
fn ending_nothing_writes_nothing() {
    let home = Home::new();
    let other = home.cli();
    let version = other.data_version().unwrap();
    home.store.end_approvals(&[], at(50)).unwrap();
    assert_eq!(other.data_version().unwrap(), version);
}

#[test]
fn the_end_of_a_question_leaves_other_entries_alone() {
    let home = Home::new();
    let web = ask(&home.store, "container/web");
    ask(&home.store, "container/db");
    let held = restart("container/web", 7_500, Some((Gate::Cooldown, "it rests")));
    home.store.record_decision(&held, None, at(25)).unwrap();
    home.store.end_approvals(&[(web.id, ApprovalState::Expired)], at(50)).unwrap();
    let outcomes: Vec<_> = log(&home.store).iter().map(|entry| entry.outcome.unwrap().as_str()).collect();
    assert_eq!(outcomes, ["withheld", "queued", "expired"]);
}

fn stood_still(home: &Home) -> Vec<Duration> {
    home.store.approvals(false, 10).unwrap().iter().map(|approval| approval.stood_still).collect()
}

#[test]
fn the_time_of_open_approvals_stands_still_while_stopped_and_only_then() {
    let home = Home::new();
    let over = ask(&home.store, "container/a");
    home.store.end_approvals(&[(over.id, ApprovalState::Expired)], at(21)).unwrap();
    ask(&home.store, "container/b");
    let since = |second| Pause { since: at(second), length: None, ..pause("night") };
    let set = |state, pause: Option<Pause>, second| {
        home.store.set_switch(state, pause.as_ref(), at(second)).unwrap();
        stood_still(&home)
    };
    let seconds = |length| [Duration::ZERO, Duration::from_secs(length)];
    assert_eq!(set(SwitchState::Paused, Some(since(30)), 30), seconds(0));
    assert_eq!(set(SwitchState::Stopped, Some(since(40)), 40), seconds(0));
    assert_eq!(set(SwitchState::Stopped, Some(since(50)), 50), seconds(10), "stopped once more");
    assert_eq!(home.store.open_approvals().unwrap()[0].stopped, Some(at(50)));
    assert_eq!(set(SwitchState::Paused, Some(since(70)), 70), seconds(30));
    assert_eq!(home.store.open_approvals().unwrap()[0].stopped, None);
    assert_eq!(set(SwitchState::Stopped, None, 80), seconds(30));
    assert_eq!(set(SwitchState::Running, None, 90), seconds(30), "since when is not known");
    assert_eq!(set(SwitchState::Running, None, 95), seconds(30));
}

#[test]
fn a_yes_has_a_time_of_its_own_of_which_none_stood_still_yet() {
    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    let stop = Pause { since: at(20), ..pause("night") };
    home.store.set_switch(SwitchState::Stopped, Some(&stop), at(20)).unwrap();
    home.store.set_switch(SwitchState::Running, None, at(25)).unwrap();
    assert_eq!(stood_still(&home), [Duration::from_secs(5)]);
    let answered = home.store.answer_approval(asked.id, approved(false)).unwrap();
    assert!(matches!(answered, Answered::Done(approval) if approval.stood_still.is_zero()));
    assert_eq!(stood_still(&home), [Duration::ZERO]);
}
