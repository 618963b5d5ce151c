//! What is removed or renamed by hand: it is noticed, and nothing of it stays shown that is not there.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::engine::NetworkCreate;
use podsteward_domain::live::{INSTANCE_LABEL, OBJECT_LABEL};
use podsteward_domain::status::ObjectState;
use podsteward_podman::fake::Verb;
use podsteward_specs::key::Key;
use podsteward_specs::network::Network;
use tokio::time::{Instant, sleep};

use crate::host::Host;
use crate::life::Running;

use super::{House, assessed, key};

/// No longer than this are containers not listed.
const LIST: Duration = Duration::from_secs(11);
/// No longer than this are networks not listed.
const NETWORKS: Duration = Duration::from_secs(70);

/// A house in which nobody is asked about anything: what is shown is all that is kept of an orphan.
async fn observed() -> House {
    let house = House::with(&[("web", "")]).await;
    house.policy("mode: observe");
    sleep(Duration::from_secs(5)).await;
    house
}

/// A network with our labels that nothing declares.
fn leave_network(host: &Host) -> Key {
    let key: Key = "network/lan".parse().unwrap();
    let labels = [(OBJECT_LABEL, key.to_string()), (INSTANCE_LABEL, "default".to_owned())];
    let labels: BTreeMap<_, _> = labels.map(|(label, value)| (label.to_owned(), value)).into();
    let create = NetworkCreate { name: "lan".to_owned(), network: Network::default(), labels };
    host.fake.hand().create_network(&create).unwrap();
    key
}

fn state(house: &House, key: &Key) -> Option<ObjectState> {
    house.running.context.world.status(key).map(|status| status.state)
}

/// Nothing is kept or shown of an object.
fn is_forgotten(house: &House, key: &Key) -> bool {
    let store = &house.host.store;
    let kept = store.statuses().unwrap().iter().any(|status| status.key == *key);
    let open = store.open_incidents().unwrap().iter().any(|incident| incident.target == *key);
    !kept && !open && state(house, key).is_none()
}

#[tokio::test(start_paused = true)]
async fn an_orphan_that_somebody_removes_is_not_shown_any_more() {
    let house = observed().await;
    house.host.leave_orphan("left").unwrap();
    let left = key("left");
    house.until("it is shown", |house| state(house, &left) == Some(ObjectState::Orphan)).await;
    house.host.fake.hand().remove("left");
    let begun = Instant::now();
    house.until("it is forgotten", |house| is_forgotten(house, &left)).await;
    assert!(begun.elapsed() <= Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_orphan_network_that_somebody_removes_is_not_shown_any_more() {
    let house = observed().await;
    let lan = leave_network(&house.host);
    sleep(NETWORKS).await;
    assert_eq!(state(&house, &lan), Some(ObjectState::Orphan));
    house.host.fake.hand().remove_network("lan").unwrap();
    sleep(NETWORKS).await;
    assert!(is_forgotten(&house, &lan));
}

#[tokio::test(start_paused = true)]
async fn what_was_shown_before_the_start_and_is_gone_is_forgotten() {
    let house = observed().await;
    house.host.leave_orphan("left").unwrap();
    let left = key("left");
    house.until("it is shown", |house| state(house, &left) == Some(ObjectState::Orphan)).await;
    let House { host, running } = house;
    running.kill().await;
    host.fake.hand().remove("left");
    let house = House { running: Running::start(&host), host };
    house.until("it is forgotten", |house| is_forgotten(house, &left)).await;
}

#[tokio::test(start_paused = true)]
async fn a_container_that_somebody_renames_is_made_anew_and_shown_under_its_other_name() {
    // Podman's event names only the new name; with or without it the next list tells.
    for lost in [0, 1000] {
        let house = House::with(&[("web", "")]).await;
        house.host.fake.faults().events(lost, 0, 0);
        house.host.fake.hand().rename("web", "old").unwrap();
        let begun = Instant::now();
        house.until("it is made anew", |house| house.count(Verb::CreateContainer) == 1).await;
        house
            .until("the other one is shown", |house| state(house, &key("old")) == Some(ObjectState::Orphan))
            .await;
        assert!(begun.elapsed() <= LIST, "{:?} with {lost} events lost", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_renamed_or_left_while_nobody_looked_is_found_by_whoever_looks_first() {
    let house = House::with(&[("web", "")]).await;
    let House { host, running } = house;
    running.drain().await;
    host.fake.hand().rename("web", "old").unwrap();
    let lan = leave_network(&host);
    let seen = assessed(&host, &[("web", "")]).await.into_iter();
    let seen: Vec<String> = seen.map(|(key, it)| format!("{key} {}", it.status.state)).collect();
    assert_eq!(seen, ["network/lan ORPHAN", "container/old ORPHAN", "container/web MISSING"]);
    let house = House { running: Running::start(&host), host };
    for left in [key("old"), lan] {
        house.until("it is shown", |house| state(house, &left) == Some(ObjectState::Orphan)).await;
    }
}
