//! The executor: the journal before the act, the switch between two sections.

use std::fmt::Write as _;
use std::time::Duration;

use expect_test::{Expect, expect};
use podsteward_domain::switch::SwitchState;
use podsteward_podman::fake::Verb;
use podsteward_runtime::clock::Clock as _;
use tokio::time::sleep;

use super::House;
use crate::host::{ABSENT_IMAGE, BROKEN_IMAGE, REMOTE_IMAGE};

/// What the journal says of the plans that began after `skip` lines.
fn check(house: &House, skip: usize, expect: &Expect) {
    let mut text = String::new();
    for entry in house.journal("web").iter().skip(skip) {
        let event = serde_json::to_value(&entry.event).unwrap()["event"].clone();
        let _ = writeln!(text, "{} {} {}", entry.step, entry.noun, event.as_str().unwrap());
    }
    expect.assert_eq(&text);
}

#[tokio::test(start_paused = true)]
async fn each_step_of_a_recreate_is_begun_and_done_in_the_journal() {
    let house = House::with(&[("web", "")]).await;
    let before = house.journal("web").len();
    house.edit("web", "env: [{name: A, value: b}]");
    house.until("it is recreated", |house| house.intent("web").is_some()).await;
    house.until("it is verified", |house| house.is_well("web")).await;
    check(
        &house,
        before,
        &expect![[r"
        0 stop-container begun
        0 stop-container done
        1 rename-container begun
        1 rename-container done
        2 create-container begun
        2 create-container done
        3 start-container begun
        3 start-container done
        4 remove-container begun
        4 remove-container done
    "]],
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_back_stands_in_the_journal_of_the_same_plan() {
    let house = House::with(&[("web", "")]).await;
    let (before, old) = (house.journal("web").len(), house.host.fake.hand().look("web").unwrap().id);
    house.edit("web", &format!("image: {BROKEN_IMAGE}"));
    house.until("it is replaced", |house| house.intent("web").is_some()).await;
    house.until("it is taken back", |house| house.intent("web").is_none()).await;
    assert_eq!(house.host.fake.hand().look("web").unwrap().id, old);
    check(
        &house,
        before,
        &expect![[r"
        0 stop-container begun
        0 stop-container done
        1 rename-container begun
        1 rename-container done
        2 create-container begun
        2 create-container done
        3 start-container begun
        3 start-container done
        4 stop-container begun
        4 stop-container done
        5 remove-container begun
        5 remove-container done
        6 rename-container begun
        6 rename-container done
        7 start-container begun
        7 start-container done
    "]],
    );
}

#[tokio::test(start_paused = true)]
async fn an_image_that_is_nowhere_stops_the_plan_before_anything_is_touched() {
    let house = House::with(&[("web", "")]).await;
    let before = house.journal("web").len();
    house.edit("web", &format!("image: {ABSENT_IMAGE}"));
    house.until("it was tried", |house| house.journal("web").len() > before + 1).await;
    check(
        &house,
        before,
        &expect![[r"
        0 pull-image begun
        0 pull-image not-done
    "]],
    );
    assert_eq!((house.count(Verb::StopContainer), house.count(Verb::RenameContainer)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_pause_during_a_pull_keeps_the_next_section_from_beginning() {
    let house = House::with(&[("web", "")]).await;
    house.host.fake.faults().latency(Duration::from_secs(4), Duration::from_secs(4));
    house.edit("web", &format!("image: {REMOTE_IMAGE}"));
    house.until("the pull is under way", |house| house.count(Verb::PullImage) == 1).await;
    house.host.store.set_switch(SwitchState::Paused, None, house.host.clock.now()).unwrap();
    sleep(Duration::from_mins(5)).await;
    assert_eq!((house.count(Verb::StopContainer), house.count(Verb::CreateContainer)), (0, 0));
    house.host.fake.faults().stop();
    house.host.store.set_switch(SwitchState::Running, None, house.host.clock.now()).unwrap();
    house.until("it is replaced", |house| house.count(Verb::CreateContainer) == 1).await;
    house.until("it is verified", |house| house.is_well("web")).await;
}
