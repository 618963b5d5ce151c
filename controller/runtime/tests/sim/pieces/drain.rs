//! The end by SIGTERM: what is begun comes to its next safe place, and nothing new is begun.

use std::time::Duration;

use podsteward_podman::fake::Verb;

use super::House;

#[tokio::test(start_paused = true)]
async fn a_section_that_was_begun_is_finished_before_the_end() {
    let house = House::with(&[("web", "")]).await;
    house.host.fake.faults().latency(Duration::from_millis(300), Duration::from_millis(300));
    house.edit("web", "env: [{name: A, value: b}]");
    house.until("the old one is stopped", |house| house.count(Verb::StopContainer) == 1).await;
    let House { host, running } = house;
    running.drain().await;
    let live = host.fake.hand().look("web").unwrap();
    assert!(live.state.is_up() && live.config.env.contains_key("A"));
    assert_eq!(host.store.open_intents().unwrap().len(), 1, "the next controller verifies it");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_after_the_end_was_asked_for() {
    let house = House::with(&[("web", ""), ("db", "stopTimeoutSeconds: 5")]).await;
    house.host.fake.faults().latency(Duration::from_millis(300), Duration::from_millis(300));
    house.edit("web", "env: [{name: A, value: b}]");
    house.until("the old one is stopped", |house| house.count(Verb::StopContainer) == 1).await;
    let House { host, running } = house;
    let draining = tokio::spawn(running.drain());
    host.fake.hand().end("db", 1);
    draining.await.unwrap();
    assert!(!host.fake.hand().look("db").unwrap().state.is_up());
    let started = crate::life::Running::start(&host);
    let house = House { host, running: started };
    house.until("both are well", |house| house.is_well("web") && house.is_well("db")).await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_on_a_host_as_declared_does_nothing() {
    let house = House::with(&[("web", ""), ("db", "")]).await;
    let House { host, running } = house;
    running.drain().await;
    let house = House { running: crate::life::Running::start(&host), host };
    tokio::time::sleep(Duration::from_mins(10)).await;
    assert_eq!(house.host.fake.writes(), 0);
}
