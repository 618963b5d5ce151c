//! Healthchecks: their schedule, their deadline, and what follows from them.

use std::time::Duration;

use podsteward_domain::live::HealthStatus;
use podsteward_domain::status::ObjectState;
use podsteward_podman::fake::{Script, Verb};
use tokio::time::sleep;

use super::{House, health, key};

/// It is checked, and what its checks say is not acted on.
const CHECKED: &str = "healthcheck: {command: [\"true\"], interval: 10s, timeout: 2s, retries: 3}\n\
                       remediation: {autoRestart: false}";

fn state(house: &House) -> Option<ObjectState> {
    house.running.context.world.status(&key("web")).map(|status| status.state)
}

#[tokio::test(start_paused = true)]
async fn a_check_runs_soon_after_the_start_and_then_on_its_interval() {
    let house = House::with(&[("web", CHECKED), ("plain", "")]).await;
    sleep(Duration::from_secs(100)).await;
    assert_eq!(house.count(Verb::RunHealthcheck), 10);
    house.host.fake.hand().remove("web");
    house.until("it is started", |house| house.count(Verb::StartContainer) == 1).await;
    house.host.fake.forget_calls();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(house.count(Verb::RunHealthcheck), 1, "a new start is a new schedule");
}

#[tokio::test(start_paused = true)]
async fn a_container_that_does_not_run_is_not_checked() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.host.fake.hand().stop("web").unwrap();
    sleep(Duration::from_mins(1)).await;
    assert!(house.count(Verb::RunHealthcheck) <= 1);
}

#[tokio::test(start_paused = true)]
async fn failures_below_the_number_of_retries_are_not_unhealthy() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.host.fake.hand().script("web", Script { unhealthy: true, ..Script::default() });
    sleep(Duration::from_secs(19)).await;
    assert_eq!(state(&house), Some(ObjectState::Match));
    house.until("it is unhealthy", |house| state(house) == Some(ObjectState::Warning)).await;
    assert_eq!(house.count(Verb::RunHealthcheck), 3);
    house.host.fake.hand().script("web", Script::default());
    house.until("it is healthy again", |house| state(house) == Some(ObjectState::Match)).await;
}

#[tokio::test(start_paused = true)]
async fn checks_that_never_end_are_given_up_at_their_timeout_and_count_as_failures() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.host.fake.faults().hang(Verb::RunHealthcheck, true);
    house.until("it is unhealthy", |house| state(house) == Some(ObjectState::Warning)).await;
    assert_eq!(house.count(Verb::RunHealthcheck), 3);
    let status = house.running.context.world.status(&key("web")).unwrap();
    assert!(status.message.contains("did not end within its timeout"), "{}", status.message);
    house.host.fake.faults().hang(Verb::RunHealthcheck, false);
    house.until("it is healthy again", |house| state(house) == Some(ObjectState::Match)).await;
}

#[tokio::test(start_paused = true)]
async fn checks_that_cannot_end_because_podman_is_frozen_say_nothing_of_the_container() {
    let house = House::with(&[("web", health::CHECKED)]).await;
    for frozen in 1..=30 {
        house.host.fake.faults().freeze(true);
        sleep(Duration::from_secs(frozen)).await;
        house.host.fake.faults().freeze(false);
        sleep(Duration::from_secs(7)).await;
        let status = house.running.context.world.status(&key("web")).unwrap();
        assert!(!status.message.contains("healthcheck failed"), "{frozen} s: {}", status.message);
    }
    assert_eq!(house.count(Verb::StopContainer), 0, "nothing was wrong with it");
}

#[tokio::test(start_paused = true)]
async fn a_restart_because_of_checks_that_never_end_is_verified_once_they_end() {
    let house = House::with(&[("web", health::CHECKED)]).await;
    house.host.fake.faults().hang(Verb::RunHealthcheck, true);
    house.until("it is restarted", |house| house.intent("web").is_some()).await;
    let before = house.intent("web").unwrap().before.health;
    assert_eq!(before, Some(HealthStatus::Unhealthy), "Podman itself says no such thing");
    house.host.fake.faults().hang(Verb::RunHealthcheck, false);
    house.until("that is over", |house| house.intent("web").is_none()).await;
    assert_eq!(house.log("web").lines().last(), Some("service-restart notify-execute success"));
}
