//! A container that is not well: it is restarted, ever more quietly where that helps and ever more rarely where not.

use std::time::Duration;

use expect_test::expect;
use podsteward_domain::decision::Verdict;
use podsteward_podman::fake::Verb;
use podsteward_store::LoggedOutcome;
use tokio::time::sleep;

use super::{House, key};

/// A container whose checks are acted on.
pub(super) const CHECKED: &str =
    "healthcheck: {command: [\"true\"], interval: 10s, timeout: 2s, retries: 2}\nstopTimeoutSeconds: 2";
/// No longer than this is a breaker open before it lets a trial pass.
const HALF_OPEN_AFTER: Duration = Duration::from_hours(24);

/// Lets a container be unhealthy until it is restarted, and waits until that is verified.
async fn heal_by_restart(house: &House, times: usize) {
    house.unhealthy(&["web"], true);
    house.until("it is restarted", |house| house.intent("web").is_some()).await;
    house.unhealthy(&["web"], false);
    house.until("that is verified", |house| house.intent("web").is_none()).await;
    assert_eq!(house.remediations("web").len(), times);
    // The action rests, and an hour later all of its budget is free again.
    house.pass(Duration::from_hours(1)).await;
}

#[tokio::test(start_paused = true)]
async fn after_three_verified_restarts_that_were_told_the_next_one_is_silent() {
    let house = House::with(&[("web", CHECKED)]).await;
    for times in 1..=4 {
        heal_by_restart(&house, times).await;
    }
    expect![[r"
        notify-execute success
        notify-execute success
        notify-execute success
        auto-execute success
    "]]
    .assert_eq(&story(&house));
    let told = house.host.store.recent(100).unwrap();
    let begins = told.iter().filter(|entry| entry.notification.title.ends_with("begins")).count();
    assert_eq!(begins, 3);
}

/// The remediations that were begun, the oldest first, a line each.
fn story(house: &House) -> String {
    let lines = house.remediations("web").into_iter().map(|logged| {
        let outcome = logged.outcome.map_or("in progress", LoggedOutcome::as_str);
        format!("{} {outcome}\n", logged.decision.verdict)
    });
    lines.collect()
}

/// Lets a container stay unhealthy for a week; whenever somebody is asked, the answer is `yes`, or there is none.
async fn week(yes: bool) -> House {
    let house = House::with(&[("web", CHECKED)]).await;
    house.unhealthy(&["web"], true);
    for _ in 0..7 * 12 {
        house.pass(Duration::from_hours(2)).await;
        for approval in house.host.pending().into_iter().filter(|_| yes) {
            assert!(house.host.approve(approval.id, false));
            sleep(Duration::from_mins(2)).await;
        }
    }
    assert_eq!(house.host.invariants.broken(), None);
    house
}

#[tokio::test(start_paused = true)]
async fn one_that_stays_unhealthy_is_restarted_once_in_a_week_and_then_asked_for() {
    let house = week(false).await;
    assert_eq!(story(&house), "notify-execute failure\n");
    assert_eq!(house.count(Verb::StopContainer), 1);
    assert_eq!(house.host.pending().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_stays_unhealthy_whatever_is_approved_walks_down_to_being_told_of() {
    let house = week(true).await;
    // After the second nothing is left to try, and the breaker opens; a failure counts for less each day, so that it is
    // asked for again at times.
    expect![[r"
        notify-execute failure
        queue rolled-back
        queue failure
    "]]
    .assert_eq(&story(&house));
    let log = house.log("web");
    assert!(log.contains("service-restart alert-only withheld by breaker"), "{log}");
    assert!(log.contains("service-restart alert-only withheld by verdict"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn a_mature_pair_opens_its_breaker_at_the_end_of_its_ladder_and_lets_one_trial_pass_a_day_later() {
    // So much trust that failures do not take it away: what is left is the breaker.
    let mut house = House::with(&[("web", CHECKED)]).await;
    house.policy(
        "cooldowns: {service-restart: 1m}\nthresholds: {autoExecute: 0.3, notifyExecute: 0.2, queue: 0.1}",
    );
    heal_by_restart(&house, 1).await;
    house.unhealthy(&["web"], true);
    for _ in 0..4 {
        house.pass(Duration::from_hours(3)).await;
    }
    let outcomes = |house: &House| -> Vec<Option<LoggedOutcome>> {
        house.remediations("web").iter().map(|logged| logged.outcome).collect()
    };
    let (failed, back) = (Some(LoggedOutcome::Failure), Some(LoggedOutcome::RolledBack));
    assert_eq!(outcomes(&house), [Some(LoggedOutcome::Success), failed, back]);
    let breakers = |house: &House| house.running.context.world.breakers(house.running.context.now()).len();
    assert_eq!(breakers(&house), 1);
    house = house.restart(false).await;
    house.pass(Duration::from_hours(20)).await;
    assert_eq!(house.remediations("web").len(), 3, "it is open over a restart of the controller");
    for _ in 0..3 {
        house.pass(Duration::from_hours(2)).await;
    }
    assert_eq!(outcomes(&house)[3..], [failed], "one trial");
    house.unhealthy(&["web"], false);
    house.pass(HALF_OPEN_AFTER).await;
    assert_eq!(house.remediations("web").len(), 4, "what is well needs no trial");
    house.unhealthy(&["web"], true);
    house.until("a trial is begun", |house| house.remediations("web").len() == 5).await;
    house.unhealthy(&["web"], false);
    house.until("it is verified", |house| house.intent("web").is_none()).await;
    assert_eq!(breakers(&house), 0, "a good trial closes it");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_a_day_either_way_leaves_a_cooldown_as_it_was() {
    for days in [1, -1] {
        let house = House::with(&[("web", CHECKED)]).await;
        house.policy("thresholds: {autoExecute: 0.3, notifyExecute: 0.2, queue: 0.1}");
        house.unhealthy(&["web"], true);
        house.until("it is restarted", |house| house.intent("web").is_some()).await;
        house.until("that failed", |house| house.intent("web").is_none()).await;
        house.host.jump_wall(days * 24 * 3_600_000);
        sleep(Duration::from_secs(295)).await;
        assert_eq!(house.remediations("web").len(), 1, "{days}");
        sleep(Duration::from_secs(20)).await;
        assert_eq!(house.remediations("web").len(), 2, "{days}");
        assert_eq!(house.host.invariants.broken(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn resume_closes_a_breaker_by_hand() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.policy(
        "cooldowns: {service-restart: 1m}\nthresholds: {autoExecute: 0.3, notifyExecute: 0.2, queue: 0.1}",
    );
    house.unhealthy(&["web"], true);
    for _ in 0..4 {
        house.pass(Duration::from_hours(1)).await;
    }
    assert_eq!(house.remediations("web").len(), 2);
    house.host.resume(&key("web"));
    house.until("it is tried again", |house| house.remediations("web").len() == 3).await;
}

#[tokio::test(start_paused = true)]
async fn auto_restart_false_leaves_an_unhealthy_container_alone_and_still_starts_a_dead_one() {
    let spec = format!("{CHECKED}\nremediation: {{autoRestart: false}}");
    let house = House::with(&[("web", &spec)]).await;
    house.unhealthy(&["web"], true);
    house.pass(Duration::from_hours(8)).await;
    assert_eq!(house.host.fake.writes(), 0);
    house.host.fake.hand().end("web", 1);
    house.until("it is started", |house| house.count(Verb::StartContainer) == 1).await;
    assert_eq!(house.count(Verb::StopContainer), 0);
}

#[tokio::test(start_paused = true)]
async fn the_first_look_of_a_controller_that_starts_on_a_host_as_declared_remediates_nothing() {
    let mut house = House::with(&[("web", CHECKED), ("db", CHECKED), ("app", "")]).await;
    sleep(Duration::from_mins(2)).await;
    for drained in [true, false] {
        house = house.restart(drained).await;
        sleep(Duration::from_mins(10)).await;
    }
    assert_eq!(house.host.fake.writes(), 0);
    for name in ["web", "db", "app"] {
        assert!(house.remediations(name).is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_restart_is_judged_as_the_contract_says() {
    let house = House::with(&[("web", CHECKED)]).await;
    heal_by_restart(&house, 1).await;
    let first = house.remediations("web").remove(0);
    let judgement = first.decision.judgement.unwrap();
    assert_eq!(judgement.confidence.total.basis_points(), 9000);
    assert_eq!(first.decision.verdict, Verdict::NotifyExecute);
    assert_eq!(first.delta.map(|delta| delta.0), Some(500));
}
