//! Events and the relist: hints, gaps, silence, and how little is read when little happens.

use std::time::Duration;

use podsteward_podman::fake::Verb;
use podsteward_specs::container::Resources;
use podsteward_specs::quantity::Bytes;
use tokio::time::sleep;

use super::House;

const FIVE: [(&str, &str); 5] = [("a", ""), ("b", ""), ("c", ""), ("d", ""), ("e", "")];

#[tokio::test(start_paused = true)]
async fn a_gap_in_the_stream_is_closed_by_a_list() {
    let house = House::with(&FIVE).await;
    house.host.fake.faults().cut_streams();
    sleep(Duration::from_secs(1)).await;
    assert!(house.count(Verb::ListContainers) >= 1);
    assert_eq!(house.count(Verb::Events), 1);
    assert_eq!(house.count(Verb::InspectContainer), 0, "nothing changed");
}

#[tokio::test(start_paused = true)]
async fn what_happened_while_the_stream_was_away_is_found() {
    let house = House::with(&FIVE).await;
    house.host.fake.faults().unreachable(true);
    sleep(Duration::from_secs(5)).await;
    house.host.fake.hand().remove("c");
    house.host.fake.faults().unreachable(false);
    house.until("c is there again", |house| house.count(Verb::StartContainer) == 1).await;
    house.until("c is well", |house| house.is_well("c")).await;
    assert_eq!(house.count(Verb::CreateContainer), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_silent_for_long_is_opened_anew() {
    let house = House::with(&FIVE).await;
    sleep(Duration::from_secs(290)).await;
    assert_eq!(house.count(Verb::Events), 0);
    sleep(Duration::from_secs(20)).await;
    assert_eq!(house.count(Verb::Events), 1);
}

#[tokio::test(start_paused = true)]
async fn an_hour_in_which_nothing_happens_costs_lists_and_no_inspection() {
    let house = House::with(&FIVE).await;
    sleep(Duration::from_hours(1)).await;
    assert_eq!((house.host.fake.writes(), house.count(Verb::InspectContainer)), (0, 0));
    assert!(house.count(Verb::ListContainers) <= 400, "{:?}", house.host.fake.calls());
}

#[tokio::test(start_paused = true)]
async fn a_change_that_no_event_tells_is_found_by_the_list_and_read_by_one_inspection() {
    let house = House::with(&FIVE).await;
    house.host.fake.faults().events(1000, 0, 0);
    house.host.fake.hand().disconnect("c", "podman").unwrap();
    sleep(Duration::from_secs(11)).await;
    assert_eq!(house.count(Verb::InspectContainer), 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_has_only_its_container_inspected() {
    let house = House::with(&FIVE).await;
    let resources = Resources { memory: Some(Bytes(1 << 30)), ..Resources::default() };
    house.host.fake.hand().update("c", &resources).unwrap();
    sleep(Duration::from_secs(1)).await;
    assert_eq!((house.count(Verb::InspectContainer), house.count(Verb::ListContainers)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_death_is_answered_with_one_inspection_and_a_start_before_any_event_comes() {
    let house = House::with(&FIVE).await;
    house.host.fake.hand().end("c", 1);
    house.until("c is started", |house| house.count(Verb::StartContainer) > 0).await;
    assert_eq!((house.count(Verb::InspectContainer), house.count(Verb::ListContainers)), (1, 0));
}
