//! A container that no restart cures climbs the ladder, rung by rung; and what fails beside it goes on backing off.

use std::time::Duration;

use expect_test::expect;
use podsteward_podman::fake::{FakeImage, Verb};
use podsteward_store::LoggedOutcome;
use tokio::time::sleep;

use super::health::CHECKED;
use super::{House, key};

/// Bounds so low that every rung is taken without asking.
const BOLD: &str =
    "thresholds: {autoExecute: 0.3, notifyExecute: 0.2, queue: 0.1}\ncooldowns: {service-restart: 1m}";
const NEWER: &str = "registry.example/newer:2";

/// The rungs that were taken with what came of each.
fn climbed(house: &House) -> String {
    let lines = house.remediations("web").into_iter().map(|logged| {
        let ladder = logged.decision.judgement.and_then(|judgement| judgement.ladder).expect("a rung");
        let outcome = logged.outcome.map_or("in progress", LoggedOutcome::as_str);
        format!("{} {outcome}\n", ladder.rung.expect("a rung"))
    });
    lines.collect()
}

/// A house whose container runs an image that an edit brought, and is ill.
async fn edited() -> House {
    let house = House::with(&[("web", CHECKED)]).await;
    house.policy(BOLD);
    house.host.fake.hand().tag_image(NEWER, &FakeImage::named("newer"));
    house.edit("web", &format!("image: {NEWER}\n{CHECKED}"));
    let newer = |house: &House| {
        let live = house.host.fake.hand().look("web");
        live.is_some_and(|live| live.image_name == NEWER) && house.is_well("web")
    };
    house.until("it is of the newer image", newer).await;
    sleep(Duration::from_mins(1)).await;
    house.unhealthy(&["web"], true);
    house
}

#[tokio::test(start_paused = true)]
async fn the_image_before_the_last_edit_is_the_last_rung_and_the_edit_rests() {
    let house = edited().await;
    house.until("it is made anew", |house| house.remediations("web").len() == 2).await;
    sleep(Duration::from_mins(1)).await;
    house.until("the last rung is taken", |house| house.remediations("web").len() == 3).await;
    house.unhealthy(&["web"], false);
    house.until("that is verified", |house| house.intent("web").is_none()).await;
    expect![[r"
        restart failure
        recreate rolled-back
        previous-image success
    "]]
    .assert_eq(&climbed(&house));
    let memory = house.host.store.memory(&key("web")).unwrap();
    assert!(memory.quarantine.is_some() && memory.previous.is_none(), "{memory:?}");
    assert_ne!(house.host.fake.hand().look("web").unwrap().image_name, NEWER);
    let names = house.host.fake.hand().names();
    assert!(!names.iter().any(|name| name.contains("previous")), "{names:?}");
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn a_controller_that_is_killed_on_a_rung_takes_none_twice_and_skips_none() {
    let mut house = edited().await;
    for times in 1..=3 {
        house.until("a rung is taken", |house| house.remediations("web").len() == times).await;
        house = house.restart(false).await;
        house.until("that is over", |house| house.intent("web").is_none()).await;
        sleep(Duration::from_mins(1)).await;
    }
    let climbed = climbed(&house);
    let rungs: Vec<&str> = climbed.lines().filter_map(|line| line.split(' ').next()).collect();
    let order = ["restart", "recreate", "previous-image"];
    let place = |rung: &&str| order.iter().position(|known| known == rung);
    assert!(rungs.windows(2).all(|two| place(&two[0]) <= place(&two[1])), "{climbed}");
    assert!(place(&rungs[1]) <= Some(1), "none is skipped: {climbed}");
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_remediation_breaks_no_back_off_of_what_fails_beside_it() {
    let house = House::with(&[("web", CHECKED), ("db", "")]).await;
    house.host.fake.faults().hang(Verb::CreateContainer, true);
    house.host.fake.hand().remove("db");
    sleep(Duration::from_mins(30)).await;
    let tried = house.count(Verb::CreateContainer);
    assert!(tried > 3, "it fails and is tried again: {tried}");
    while house.count(Verb::CreateContainer) == tried {
        sleep(Duration::from_secs(1)).await;
    }
    // It fails again, and rests for minutes.
    sleep(Duration::from_mins(2)).await;
    let tried = house.count(Verb::CreateContainer);
    house.unhealthy(&["web"], true);
    house.until("it is restarted", |house| house.intent("web").is_some()).await;
    house.unhealthy(&["web"], false);
    house.until("that is verified", |house| house.intent("web").is_none()).await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(house.count(Verb::CreateContainer), tried, "it goes on backing off");
}
