//! An engine of which only the version is known yet: what it can do is assumed, and nothing follows from that.

use std::time::Duration;

use podsteward_domain::finding::FindingKind;
use podsteward_podman::fake::Verb;
use podsteward_specs::container::Resources;
use podsteward_specs::quantity::Bytes;
use tokio::time::sleep;

use super::{House, key};

const LIMITED: &str = "resources: {limits: {memory: 64Mi}}";

/// Whether the drift of the container is open.
fn drifts(house: &House) -> bool {
    let open = house.host.store.open_incidents().unwrap();
    open.iter().any(|incident| incident.target == key("web") && incident.kind == FindingKind::Drift)
}

/// A house in which somebody changed a limit, and was asked about it.
async fn changed() -> House {
    let house = House::with(&[("web", LIMITED)]).await;
    house.policy("mode: ask");
    sleep(Duration::from_secs(5)).await;
    let resources = Resources { memory: Some(Bytes(32 << 20)), ..Resources::default() };
    house.host.fake.hand().update("web", &resources).unwrap();
    house.until("somebody is asked", |house| house.host.pending().len() == 1).await;
    assert!(drifts(&house));
    house
}

#[tokio::test(start_paused = true)]
async fn nothing_is_over_before_a_new_controller_was_told_what_podman_can_do() {
    let house = changed().await;
    house.host.fake.faults().hang(Verb::Info, true);
    let asked = house.host.pending()[0].id;
    let house = house.restart(true).await;
    house.until("info is asked", |house| house.count(Verb::Info) > 0).await;
    sleep(Duration::from_mins(1)).await;
    assert!(house.running.context.world.engine_is_assumed());
    assert!(drifts(&house), "limits cannot be compared yet");
    assert_eq!(house.host.pending().iter().map(|it| it.id).collect::<Vec<_>>(), [asked]);
    house.host.fake.faults().hang(Verb::Info, false);
    house.until("podman tells", |house| !house.running.context.world.engine_is_assumed()).await;
    sleep(Duration::from_mins(1)).await;
    assert!(drifts(&house));
    assert_eq!(house.host.pending().iter().map(|it| it.id).collect::<Vec<_>>(), [asked]);
}

#[tokio::test(start_paused = true)]
async fn what_podman_told_of_itself_holds_while_it_comes_back_with_the_same_version() {
    let house = changed().await;
    house.host.fake.faults().unreachable(true);
    sleep(Duration::from_mins(1)).await;
    house.host.fake.faults().hang(Verb::Info, true);
    house.host.fake.faults().unreachable(false);
    let answers = |house: &House| house.running.context.world.engine().value().is_some();
    house.until("podman answers", answers).await;
    assert!(!house.running.context.world.engine_is_assumed());
    sleep(Duration::from_mins(1)).await;
    assert!(drifts(&house));
    assert_eq!(house.host.pending().len(), 1);
}
