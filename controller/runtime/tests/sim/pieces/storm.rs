//! Much that goes wrong at once: nothing is touched for a while, and then little at a time.

use std::time::Duration;

use podsteward_domain::decision::Gate;
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_podman::fake::Verb;
use podsteward_store::Incident;
use tokio::time::{Instant, sleep};

use super::health::CHECKED;
use super::{House, assessed, key};

/// The longest that a slot may stay free while somebody waits for it.
const AT_ONCE: Duration = Duration::from_secs(1);

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("c{number:02}")).collect()
}

async fn house(count: usize) -> (House, Vec<String>) {
    let names = names(count);
    let containers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), CHECKED)).collect();
    let house = House::with(&containers).await;
    // What is found soon after the start does not count.
    sleep(Duration::from_mins(3)).await;
    house.host.fake.forget_calls();
    (house, names)
}

fn open(house: &House) -> usize {
    house.host.store.open_intents().unwrap().iter().filter(|intent| !intent.action.is_declared()).count()
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_ten_of_twenty_holds_remediation_for_two_minutes_and_lets_declared_starts_go_on() {
    let (house, names) = house(20).await;
    let bad: Vec<&str> = names[..10].iter().map(String::as_str).collect();
    house.unhealthy(&bad, true);
    let stormy =
        |house: &House| house.running.context.world.storm_until(house.running.context.now()).is_some();
    house.until("a storm is seen", stormy).await;
    let begun = Instant::now();
    let before = house.count(Verb::StopContainer);
    sleep(Duration::from_secs(30)).await;
    house.host.fake.hand().end("c19", 1);
    house.until("what ended is started", |house| house.count(Verb::StartContainer) > before).await;
    let (mut most, mut first) = (0, None);
    for _ in 0..600 * 4 {
        sleep(Duration::from_millis(250)).await;
        let open = open(&house);
        most = most.max(open);
        if open > 0 && begun.elapsed() > Duration::from_mins(1) {
            first = first.or(Some(begun.elapsed()));
        }
    }
    let first = first.unwrap();
    assert!(first >= Duration::from_mins(2), "{first:?}");
    assert!(first <= Duration::from_mins(2) + Duration::from_secs(15), "{first:?}");
    assert_eq!(most, 2, "a tenth of twenty");
    assert_eq!(house.host.invariants.broken(), None);
    let told = house.host.store.recent(1000).unwrap();
    assert_eq!(told.iter().filter(|entry| entry.notification.title.ends_with(": storm")).count(), 1);
}

/// A house in which a storm has just begun, and since when.
async fn stormy() -> (House, Instant) {
    let (house, names) = house(10).await;
    let bad: Vec<&str> = names[..5].iter().map(String::as_str).collect();
    house.unhealthy(&bad, true);
    let rages =
        |house: &House| house.running.context.world.storm_until(house.running.context.now()).is_some();
    house.until("a storm is seen", rages).await;
    house.until("it is written down", |house| storm_of(house).is_some()).await;
    (house, Instant::now())
}

/// How many remediations were begun.
fn begun_of(house: &House) -> usize {
    (0..10).map(|number| house.remediations(&format!("c{number:02}")).len()).sum()
}

fn storm_of(house: &House) -> Option<Incident> {
    let open = house.host.store.open_incidents().unwrap();
    open.into_iter().find(|incident| incident.kind == FindingKind::Storm)
}

#[tokio::test(start_paused = true)]
async fn a_storm_outlives_the_controller_that_saw_it() {
    for drained in [true, false] {
        let (house, begun) = stormy().await;
        let house = house.restart(drained).await;
        let (mut most, before) = (0, begun_of(&house));
        while begun.elapsed() < Duration::from_secs(115) {
            sleep(Duration::from_secs(1)).await;
            most = most.max(begun_of(&house));
        }
        assert_eq!(most, before, "nothing is begun while it rages");
        house.until("it is over", |house| storm_of(house).is_none()).await;
        house.until("something is mended", |house| begun_of(house) > before).await;
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_looks_beside_the_controller_sees_its_storm() {
    let (house, _) = stormy().await;
    let seen = assessed(&house.host, &[("c04", CHECKED)]).await;
    let (_, seen) = seen.into_iter().find(|(of, _)| *of == key("c04")).unwrap();
    let restart = seen.choice.expect("it is unhealthy").decision;
    let stops: Vec<Gate> = restart.stops().map(|result| result.gate).collect();
    assert!(stops.contains(&Gate::Storm), "{stops:?}");
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_slot_takes_it_as_soon_as_it_is_free() {
    let (house, _) = house(5).await;
    let begun = |house: &House| house.remediations("c00").len() + house.remediations("c01").len();
    // Two are no storm, and one may be mended at a time.
    house.unhealthy(&["c00", "c01"], true);
    house.until("one is restarted", |house| open(house) == 1).await;
    house.until("that is over", |house| open(house) == 0 || begun(house) == 2).await;
    let free = Instant::now();
    house.until("the other one is restarted", |house| begun(house) == 2).await;
    assert!(free.elapsed() <= AT_ONCE, "{:?}", free.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_slot_is_shared_by_what_depends_on_each_other() {
    let needs = format!("{CHECKED}\ndependsOn: [{{name: c00, condition: started}}]");
    let mut containers: Vec<(String, &str)> = names(20).into_iter().map(|name| (name, CHECKED)).collect();
    containers[1].1 = &needs;
    let containers: Vec<(&str, &str)> =
        containers.iter().map(|(name, spec)| (name.as_str(), *spec)).collect();
    let house = House::with(&containers).await;
    sleep(Duration::from_mins(3)).await;
    house.unhealthy(&["c00", "c01"], true);
    let mut most = 0;
    for _ in 0..1000 {
        sleep(Duration::from_millis(250)).await;
        most = most.max(open(&house));
    }
    assert_eq!(most, 1);
    let consequence = house.log("c01");
    assert!(consequence.contains("withheld by consequence"), "{consequence}");
}

#[tokio::test(start_paused = true)]
async fn a_storm_that_the_policy_suppresses_is_only_shown() {
    let (house, names) = house(20).await;
    house.policy("suppress: [{finding: storm, reason: known}]");
    sleep(Duration::from_secs(5)).await;
    let bad: Vec<&str> = names[..10].iter().map(String::as_str).collect();
    house.unhealthy(&bad, true);
    let seen = |house: &House| {
        let open = house.host.store.open_incidents().unwrap().into_iter();
        open.filter(|it| it.kind == FindingKind::Storm).map(|it| it.severity).next()
    };
    house.until("a storm is seen", |house| seen(house).is_some()).await;
    assert_eq!(seen(&house), Some(Severity::Info));
    let told = house.host.store.recent(1000).unwrap().into_iter().map(|entry| entry.notification.title);
    assert_eq!(told.filter(|title| title.contains("storm")).collect::<Vec<_>>(), [""; 0]);
}
