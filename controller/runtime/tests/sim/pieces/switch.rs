//! The switch and other writes of a person, from another process.

use std::time::Duration;

use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_podman::fake::Verb;
use podsteward_runtime::clock::Clock as _;
use tokio::time::sleep;

use super::{House, key};
use crate::host::BROKEN_IMAGE;

/// A person's write is known within so long.
const NOTICED: Duration = Duration::from_millis(250);

#[tokio::test(start_paused = true)]
async fn a_pause_by_another_process_is_known_within_a_quarter_of_a_second() {
    let house = House::with(&[("web", "")]).await;
    house.host.store.set_switch(SwitchState::Paused, None, house.host.clock.now()).unwrap();
    sleep(NOTICED).await;
    assert_eq!(house.running.context.world.switch().state, SwitchState::Paused);
    house.host.fake.hand().end("web", 1);
    sleep(Duration::from_mins(10)).await;
    assert_eq!(house.host.fake.writes(), 0);
    house.host.store.set_switch(SwitchState::Running, None, house.host.clock.now()).unwrap();
    sleep(NOTICED).await;
    assert_eq!(house.count(Verb::StartContainer), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_was_not_noticed_yet_stops_a_plan_all_the_same() {
    let house = House::with(&[("web", "")]).await;
    house.host.store.set_switch(SwitchState::Stopped, None, house.host.clock.now()).unwrap();
    house.host.fake.hand().end("web", 1);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(house.host.fake.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_pause_of_one_object_ends_by_itself_and_concerns_no_other() {
    let house = House::with(&[("web", ""), ("db", "")]).await;
    let length = Some(Duration::from_secs(30));
    let (reason, by) = ("a test".to_owned(), "somebody".to_owned());
    let pause = Pause { reason, by, since: house.host.clock.now(), length };
    house.host.store.pause_object(&key("web"), &pause).unwrap();
    sleep(NOTICED).await;
    house.host.fake.hand().end("web", 1);
    house.host.fake.hand().end("db", 1);
    sleep(Duration::from_secs(5)).await;
    let runs = |name: &str| house.host.fake.hand().look(name).is_some_and(|live| live.state.is_up());
    assert_eq!((runs("web"), runs("db")), (false, true));
    sleep(Duration::from_secs(26)).await;
    assert!(runs("web"));
}

#[tokio::test(start_paused = true)]
async fn a_retry_by_another_process_tries_a_document_in_quarantine_again() {
    let house = House::with(&[("web", "")]).await;
    house.edit("web", &format!("image: {BROKEN_IMAGE}"));
    house.until("it was tried", |house| house.count(Verb::CreateContainer) == 1).await;
    house.until("it was taken back", |house| house.intent("web").is_none()).await;
    sleep(Duration::from_hours(2)).await;
    assert_eq!(house.count(Verb::CreateContainer), 1, "it is in quarantine");
    let forget = |mut memory: podsteward_domain::memory::Memory| {
        memory.forget_failures();
        memory
    };
    house.host.store.change_memory(&key("web"), podsteward_store::Durability::Full, forget).unwrap();
    sleep(NOTICED).await;
    assert_eq!(house.count(Verb::CreateContainer), 2);
}
