//! What is short: a container that nears its limit, and a host that stalls.

use std::time::Duration;

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::pressure::host::{Averages, Psi, Stall};
use podsteward_podman::fake::Verb;
use podsteward_specs::key::Key;
use podsteward_store::LoggedOutcome;
use tokio::time::sleep;

use super::{House, assessed, key};

const LIMITED: &str = "resources: {limits: {memory: 100Mi}}";
const RESTARTED: &str = "resources: {limits: {memory: 100Mi}}\nremediation: {autoRestart: true}";

fn found(house: &House, target: &Key) -> Vec<FindingKind> {
    let open = house.host.store.open_incidents().unwrap();
    open.into_iter().filter(|incident| incident.target == *target).map(|incident| incident.kind).collect()
}

fn is_found(house: &House) -> bool {
    found(house, &key("web")).contains(&FindingKind::MemoryPressure)
}

fn titles(house: &House) -> Vec<String> {
    let told = house.host.store.recent(100).unwrap();
    told.into_iter().rev().map(|entry| entry.notification.title).collect()
}

#[tokio::test(start_paused = true)]
async fn a_container_that_nears_its_limit_is_restarted_where_its_manifest_allows_and_that_is_verified() {
    let house = House::with(&[("web", RESTARTED)]).await;
    house.host.pressures.fill("web", 95, false);
    house.until("it is found", is_found).await;
    house.until("it is restarted", |house| house.intent("web").is_some()).await;
    house.until("that is verified", |house| house.intent("web").is_none()).await;
    assert_eq!(house.log("web"), "apply declared success\nresource-pressure notify-execute success\n");
    assert_eq!((house.count(Verb::StopContainer), house.count(Verb::StartContainer)), (1, 1));
    house.until("it is over", |house| !is_found(house)).await;
    let report = house.remediations("web").remove(0).report.unwrap().to_string();
    assert!(report.contains("it uses less memory than before: yes"), "{report}");
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn one_whose_manifest_does_not_say_so_is_only_told_of() {
    let house = House::with(&[("web", LIMITED)]).await;
    house.host.pressures.fill("web", 95, false);
    house.until("it is found", is_found).await;
    sleep(Duration::from_hours(1)).await;
    assert_eq!(house.host.fake.writes(), 0);
    assert_eq!(
        house.log("web"),
        "apply declared success\nresource-pressure notify-execute withheld by override\n"
    );
    assert_eq!(titles(&house), ["container/web: memory_pressure"]);
    house.host.pressures.fill("web", 70, false);
    house.until("it is over", |house| !is_found(house)).await;
    assert_eq!(titles(&house), ["container/web: memory_pressure", "container/web: memory_pressure is over"]);
}

#[tokio::test(start_paused = true)]
async fn a_look_beside_the_controller_says_how_much_is_used_now() {
    let house = House::with(&[("web", LIMITED)]).await;
    house.host.pressures.fill("web", 95, false);
    house.until("it is found", is_found).await;
    house.host.pressures.fill("web", 97, false);
    let (_, evaluation) = assessed(&house.host, &[("web", LIMITED)]).await.remove(0);
    assert!(evaluation.findings[0].message.starts_with("it uses 97 MiB"), "{:?}", evaluation.findings);
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_gives_nothing_back_is_worth_a_warning_and_not_repeated_at_once() {
    let house = House::with(&[("web", RESTARTED)]).await;
    house.host.pressures.fill("web", 95, true);
    house.until("it is restarted", |house| house.intent("web").is_some()).await;
    house.until("that is judged", |house| house.intent("web").is_none()).await;
    assert_eq!(house.remediations("web")[0].outcome, Some(LoggedOutcome::Warning));
    sleep(Duration::from_mins(14)).await;
    assert_eq!(house.count(Verb::StopContainer), 1, "the action rests");
    house.until("it is tried again", |house| house.count(Verb::StopContainer) == 2).await;
    house.until("that is judged", |house| house.intent("web").is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_burst_takes_and_gives_back_within_a_minute_is_no_pressure() {
    let house = House::with(&[("web", RESTARTED)]).await;
    for _ in 0..5 {
        house.host.pressures.fill("web", 99, false);
        sleep(Duration::from_secs(40)).await;
        house.host.pressures.fill("web", 50, false);
        sleep(Duration::from_secs(20)).await;
    }
    assert_eq!(house.host.fake.writes(), 0);
    assert_eq!(titles(&house), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn memory_that_cannot_be_read_any_more_is_told_and_neither_ends_a_pressure_nor_lets_one_act() {
    let house = House::with(&[("web", RESTARTED)]).await;
    house.policy("mode: observe");
    house.host.pressures.fill("web", 95, false);
    house.until("it is found", is_found).await;
    house.host.pressures.unreadable(true);
    house.until("that is told", |house| found(house, &Key::host()) == [FindingKind::SourceUnknown]).await;
    house.policy("mode: full");
    sleep(Duration::from_hours(1)).await;
    assert!(is_found(&house), "it is not known to be over");
    assert_eq!(house.host.fake.writes(), 0);
    let log = house.log("web");
    assert!(log.ends_with("resource-pressure notify-execute withheld by freshness\n"), "{log}");
    let unknown = house.host.store.incidents(&Key::host(), 1).unwrap().remove(0);
    assert_eq!(unknown.severity, Severity::Warning);
    assert!(unknown.message.contains("the memory of web"), "{}", unknown.message);
    house.host.pressures.unreadable(false);
    house.until("it is restarted", |house| house.count(Verb::StartContainer) == 1).await;
    house.until("the host is known again", |house| found(house, &Key::host()).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn only_containers_with_a_limit_are_sampled_and_more_often_near_it() {
    let house = House::with(&[("web", LIMITED), ("free", "")]).await;
    let samples = |house: &House| house.host.pressures.samples();
    // A host of which there was nothing to watch looks for that once a minute.
    sleep(Duration::from_mins(1)).await;
    let before = samples(&house);
    sleep(Duration::from_secs(100)).await;
    assert_eq!(samples(&house) - before, 10);
    house.host.pressures.fill("web", 85, false);
    sleep(Duration::from_secs(10)).await;
    let before = samples(&house);
    sleep(Duration::from_secs(100)).await;
    assert_eq!(samples(&house) - before, 50);
    assert_eq!(house.count(Verb::InspectContainer), 0, "Podman is not asked");
}

fn short_of_memory(avg60: u16) -> Psi {
    let full = Averages { avg10: avg60, avg60 };
    Psi { memory: Stall { some: full, full }, ..Psi::default() }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_stalls_is_told_with_who_uses_most_memory_over_a_restart_and_until_it_is_over() {
    let mut house = House::with(&[("web", LIMITED), ("db", "")]).await;
    house.host.pressures.stall(Some(short_of_memory(100)));
    sleep(Duration::from_mins(2)).await;
    assert_eq!(found(&house, &Key::host()), []);
    house.host.pressures.fill("db", 80, true);
    house.host.pressures.stall(Some(short_of_memory(1250)));
    let pressed = |house: &House| found(house, &Key::host()) == [FindingKind::ResourcePressure];
    house.until("it is found", pressed).await;
    let message = house.host.store.incidents(&Key::host(), 1).unwrap().remove(0).message;
    assert_eq!(
        message,
        "nothing got done for want of memory in 12.5 % of the last minute; most memory is used by db 80 MiB, web 10 MiB"
    );
    // Below the level, and not far enough below to be over.
    house.host.pressures.stall(Some(short_of_memory(600)));
    house = house.restart(true).await;
    sleep(Duration::from_mins(5)).await;
    assert!(pressed(&house));
    house.host.pressures.stall(None);
    sleep(Duration::from_mins(5)).await;
    assert!(
        found(&house, &Key::host()).contains(&FindingKind::ResourcePressure),
        "it is not known to be over"
    );
    house.host.pressures.stall(Some(short_of_memory(0)));
    house.until("it is over", |house| found(house, &Key::host()).is_empty()).await;
    assert_eq!(house.host.fake.writes(), 0);
}
