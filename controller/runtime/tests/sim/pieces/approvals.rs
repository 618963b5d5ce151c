//! What a person is asked and answers: acted on at once, used once, and counted in podsteward's own time.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::ApprovalState;
use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_podman::fake::Verb;
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::policy::Mode;
use podsteward_store::LoggedOutcome;
use tokio::time::{Instant, sleep};

use super::health::CHECKED;
use super::{House, key};
use crate::judged;

/// An answer is acted on within so long.
const ANSWERED: Duration = Duration::from_secs(1);
const DAY_MS: i64 = 24 * 3_600_000;

/// A house whose unhealthy container waits for a word.
async fn asked() -> House {
    let house = House::with(&[("web", CHECKED), ("db", "")]).await;
    house.policy("mode: ask");
    sleep(Duration::from_secs(5)).await;
    house.unhealthy(&["web"], true);
    house.until("somebody is asked", |house| !house.host.pending().is_empty()).await;
    house.host.fake.forget_calls();
    house
}

fn state(house: &House) -> ApprovalState {
    house.host.store.approvals(false, 10).unwrap().remove(0).state
}

#[tokio::test(start_paused = true)]
async fn a_yes_is_acted_on_within_a_second_and_used_once() {
    let house = asked().await;
    let id = house.host.pending()[0].id;
    let begun = Instant::now();
    assert!(house.host.approve(id, false));
    house.until("it is restarted", |house| house.count(Verb::StopContainer) == 1).await;
    assert!(begun.elapsed() <= ANSWERED, "{:?}", begun.elapsed());
    assert_eq!(state(&house), ApprovalState::Used);
    assert!(!house.host.approve(id, false), "it was used");
    for _ in 0..2 {
        house.pass(Duration::from_hours(1)).await;
    }
    assert_eq!(house.count(Verb::StopContainer), 1);
    assert_eq!(house.host.pending().len(), 1, "what failed is asked for again");
}

#[tokio::test(start_paused = true)]
async fn a_no_holds_until_the_plan_changes() {
    let house = asked().await;
    assert!(house.host.reject(house.host.pending()[0].id));
    house.pass(Duration::from_hours(9 * 24)).await;
    assert_eq!((house.host.fake.writes(), house.host.pending().len()), (0, 0));
    house.unhealthy(&["web"], false);
    sleep(Duration::from_mins(2)).await;
    house.unhealthy(&["web"], true);
    sleep(Duration::from_mins(2)).await;
    assert_eq!((house.host.fake.writes(), house.host.pending().len()), (0, 0), "the same question");
    house.edit("web", &format!("{CHECKED}\nenv: [{{name: A, value: b}}]"));
    house.until("another plan is asked for", |house| house.host.pending().len() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn what_nobody_answers_expires_after_a_week_and_is_asked_again() {
    let house = asked().await;
    let first = house.host.pending()[0].id;
    house.pass(Duration::from_hours(7 * 24 - 1)).await;
    assert_eq!(house.host.pending()[0].id, first);
    house.pass(Duration::from_hours(2)).await;
    assert_ne!(house.host.pending()[0].id, first);
    assert!(!house.host.approve(first, false));
    assert_eq!(house.host.fake.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_trigger_that_goes_by_itself_closes_what_was_asked() {
    let house = asked().await;
    house.unhealthy(&["web"], false);
    house.until("it is closed", |house| house.host.pending().is_empty()).await;
    assert!(matches!(state(&house), ApprovalState::Closed { .. }));
    house.pass(Duration::from_hours(1)).await;
    assert_eq!(house.host.fake.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_needs_no_answer_any_more_closes_the_question_in_the_same_breath() {
    let house = asked().await;
    house.policy("thresholds: {notifyExecute: 0.7}");
    house.until("it goes on by itself", |house| house.intent("web").is_some()).await;
    let plan = house.intent("web").unwrap();
    assert_eq!((house.host.pending().len(), plan.approval), (0, None));
    let why = format!("plan {} does it without an answer", plan.id);
    assert_eq!(state(&house), ApprovalState::Closed { why: why.clone() });
    let asked = judged::decisions(&house.host, &key("web")).into_iter().find(|it| it.approval.is_some());
    let asked = asked.expect("the decision that asked");
    assert_eq!((asked.outcome, asked.detail), (Some(LoggedOutcome::Inconclusive), why));
    assert_eq!(house.running.context.world.approvals_pending(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_no_holds_however_sure_podsteward_becomes() {
    let house = asked().await;
    assert!(house.host.reject(house.host.pending()[0].id));
    house.policy("thresholds: {notifyExecute: 0.7}");
    house.pass(Duration::from_hours(1)).await;
    assert_eq!((house.host.fake.writes(), house.host.pending().len()), (0, 0));
    assert_eq!(house.log("web").lines().last(), Some("service-restart notify-execute withheld by verdict"));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_pause_leaves_what_was_learned() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.unhealthy(&["web"], true);
    house.host.heals("web", true);
    let learned = |house: &House| {
        let standing = house.host.store.standing(&key("web")).unwrap();
        standing.tracks.get(&Action::ServiceRestart).map_or(0, |track| track.record.attempts)
    };
    house.until("it is learned from", |house| learned(house) == 1).await;
    let now = house.host.clock.now();
    let pause = Pause { reason: String::new(), by: "somebody".to_owned(), since: now, length: None };
    house.host.store.pause_object(&key("web"), &pause).unwrap();
    house.host.resume(&key("web"));
    assert_eq!(learned(&house), 1, "that only ended the pause");
    house.host.resume(&key("web"));
    assert_eq!(learned(&house), 0, "nothing was paused");
}

#[tokio::test(start_paused = true)]
async fn a_stop_makes_the_time_of_an_approval_stand_still() {
    let house = asked().await;
    let first = house.host.pending()[0].id;
    house.pass(Duration::from_hours(6 * 24)).await;
    house.host.stop();
    house.pass(Duration::from_hours(5 * 24)).await;
    house.host.resume_all();
    house.pass(Duration::from_hours(22)).await;
    assert_eq!(house.host.pending()[0].id, first, "six days and 22 hours of seven days are over");
    house.pass(Duration::from_hours(3)).await;
    assert_ne!(house.host.pending()[0].id, first);
}

#[tokio::test(start_paused = true)]
async fn a_yes_that_cannot_be_used_in_time_lapses() {
    let house = asked().await;
    let id = house.host.pending()[0].id;
    house.host.stop();
    sleep(Duration::from_secs(1)).await;
    // The command refuses this while podsteward is stopped; a yes that was given just before is as good.
    assert!(house.host.approve(id, false));
    house.pass(Duration::from_hours(2)).await;
    assert_eq!(house.host.fake.writes(), 0, "it is stopped");
    house.host.resume_all();
    house.until("it is used", |house| house.count(Verb::StopContainer) == 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_a_day_either_way_changes_nothing() {
    for by in [DAY_MS, -DAY_MS] {
        let house = asked().await;
        let first = house.host.pending()[0].id;
        house.pass(Duration::from_hours(6 * 24)).await;
        house.host.jump_wall(by);
        house.pass(Duration::from_hours(23)).await;
        assert_eq!(house.host.pending()[0].id, first, "{by}");
        assert!(house.host.approve(first, false));
        house.until("it is restarted", |house| house.count(Verb::StopContainer) == 1).await;
        house.unhealthy(&["web"], false);
        house.until("that is verified", |house| house.intent("web").is_none()).await;
        assert_eq!(house.host.invariants.broken(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_forbids_to_ask_while_a_question_is_put_together_wins() {
    let house = House::with(&[("web", "args: [one]")]).await;
    house.policy("mode: ask");
    sleep(Duration::from_secs(5)).await;
    // What the container's own layer would lose is asked before the question is written down.
    house.host.fake.faults().hang(Verb::ContainerChanges, true);
    house.host.fake.hand().reconfigure("web", |config| config.args = vec!["two".to_owned()]).unwrap();
    house.until("the question is put together", |house| house.count(Verb::ContainerChanges) == 1).await;
    house.policy("mode: observe");
    let observes = |house: &House| house.running.context.world.policy().mode == Mode::Observe;
    house.until("the policy is read", observes).await;
    house.host.fake.faults().hang(Verb::ContainerChanges, false);
    house.until("it is judged again", |house| house.log("web").contains("drift")).await;
    let withheld = "drift-reconciliation alert-only withheld by verdict";
    assert_eq!(house.log("web").lines().last(), Some(withheld));
    assert_eq!(house.host.store.approvals(false, 10).unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn force_skips_the_cooldown() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.policy("thresholds: {autoExecute: 0.3, notifyExecute: 0.2, queue: 0.1}");
    house.unhealthy(&["web"], true);
    house.until("it is restarted", |house| house.remediations("web").len() == 1).await;
    house.until("that failed", |house| house.intent("web").is_none()).await;
    house.host.force(&key("web"));
    let begun = Instant::now();
    house.until("it is restarted again", |house| house.remediations("web").len() == 2).await;
    assert!(begun.elapsed() <= ANSWERED, "{:?}", begun.elapsed());
    assert_eq!(house.host.store.interventions(0).unwrap().get("execute"), Some(&1), "a report tells of it");
}

#[tokio::test(start_paused = true)]
async fn force_lifts_no_pause() {
    let house = asked().await;
    let now = house.host.clock.now();
    house.host.store.set_switch(SwitchState::Paused, None, now).unwrap();
    house.host.force(&key("web"));
    assert!(house.host.approve(house.host.pending()[0].id, true));
    sleep(Duration::from_mins(1)).await;
    assert_eq!(house.host.fake.writes(), 0);
}
