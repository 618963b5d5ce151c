//! The invariants themselves: each of them notices what it is there for.

use podsteward_domain::switch::SwitchState;
use podsteward_podman::fake::Verb;
use podsteward_runtime::clock::Clock as _;

use super::House;
use crate::converged::{foreign_changed, unsettled};
use crate::declared::Declared;
use crate::engine::Call;
use crate::host::FOREIGN;

/// A house in which one call is made that no plan makes, and what is said of it.
async fn said(verb: Verb, target: &str) -> String {
    let house = House::with(&[("web", "")]).await;
    begin(&house, verb, target)
}

fn begin(house: &House, verb: Verb, target: &str) -> String {
    let call = Call { verb, target: target.to_owned(), detail: String::new() };
    house.host.invariants.begins(&call, &house.host, house.host.clock.now());
    house.host.invariants.broken().unwrap_or_default()
}

fn check(said: &str, wanted: &str) {
    assert!(said.contains(wanted), "said '{said}', wanted '{wanted}'");
}

#[tokio::test(start_paused = true)]
async fn calls_that_no_plan_makes_are_noticed() {
    check(&said(Verb::RemoveContainer, FOREIGN).await, "of what is not ours");
    check(&said(Verb::StartContainer, "web").await, "stands in no journal");
    check(&said(Verb::RemoveVolume, "data").await, "no manifest gives it up");
    assert_eq!(said(Verb::InspectContainer, "web").await, "");
}

#[tokio::test(start_paused = true)]
async fn a_change_before_the_first_complete_reads_is_noticed() {
    let house = House::with(&[("web", "")]).await;
    house.host.invariants.new_life();
    check(&begin(&house, Verb::StopContainer, "web"), "before the first complete reads");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_begun_while_paused_is_noticed() {
    let house = House::with(&[("web", "")]).await;
    house.edit("web", "env: [{name: A, value: b}]");
    house.until("a plan is open", |house| house.intent("web").is_some()).await;
    house.host.store.set_switch(SwitchState::Paused, None, house.host.clock.now()).unwrap();
    let fresh = crate::invariants::Invariants::new();
    fresh.admitted(&house.host.store, house.host.clock.now());
    check(&fresh.broken().unwrap_or_default(), "was begun while paused");
}

#[tokio::test(start_paused = true)]
async fn a_container_that_is_gone_is_noticed() {
    let house = House::with(&[("web", "")]).await;
    let names = || ["web".to_owned()];
    house.host.invariants.check_standing(&house.host, names());
    house.host.fake.hand().rename("web", "web-podsteward-previous-0123456789ab").unwrap();
    house.host.invariants.check_standing(&house.host, names());
    assert_eq!(house.host.invariants.broken(), None, "it waits");
    house.host.fake.hand().remove("web-podsteward-previous-0123456789ab");
    house.host.invariants.check_standing(&house.host, names());
    check(&house.host.invariants.broken().unwrap_or_default(), "under neither of its names");
}

#[tokio::test(start_paused = true)]
async fn a_touch_of_what_is_not_ours_and_a_container_too_many_are_noticed() {
    let house = House::with(&[("web", "")]).await;
    assert_eq!(foreign_changed(&house.host), None);
    house.host.fake.hand().remove(FOREIGN);
    check(&foreign_changed(&house.host).unwrap_or_default(), "was touched");
    let nothing = unsettled(&house.host, &house.running, &Declared::default(), true).await;
    check(&nothing.unwrap_or_default(), "container web is left over");
}
