//! A finding that the policy suppresses, and does so no more while it is open.

use std::time::Duration;

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_metrics::Format;
use tokio::time::sleep;

use super::{House, key};
use crate::host::ABSENT_IMAGE;

/// A house with a container that cannot be made, which the policy knows of.
async fn known(suppression: &str) -> House {
    let house = House::with(&[("web", "")]).await;
    house.policy(&format!("suppress: [{{finding: quarantined, reason: known{suppression}}}]"));
    sleep(Duration::from_secs(5)).await;
    house.edit("web", &format!("image: {ABSENT_IMAGE}\nimagePullPolicy: Never"));
    house.until("it is found", |house| severity(house).is_some()).await;
    assert_eq!(severity(&house), Some(Severity::Info));
    sleep(Duration::from_mins(10)).await;
    assert_eq!(told(&house), [""; 0]);
    house
}

fn severity(house: &House) -> Option<Severity> {
    let open = house.host.store.open_incidents().unwrap().into_iter();
    let mut of_web = open.filter(|it| it.target == key("web") && it.kind == FindingKind::Quarantined);
    of_web.next().map(|incident| incident.severity)
}

/// Whether the metric of findings counts it with this severity.
fn counted(house: &House, severity: &str) -> bool {
    let line = format!("podsteward_findings{{finding=\"quarantined\",severity=\"{severity}\"}} 1\n");
    house.running.context.telemetry.render(Format::Classic).contains(&line)
}

/// What was told of it, the oldest first.
fn told(house: &House) -> Vec<String> {
    let all = house.host.store.recent(1000).unwrap().into_iter().rev();
    all.map(|entry| entry.notification.title).filter(|title| title.contains("quarantined")).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_suppressed_no_more_while_it_is_open_is_told_once_and_so_is_its_end() {
    let house = known("").await;
    house.policy("mode: full");
    house.until("it is told", |house| !told(house).is_empty()).await;
    sleep(Duration::from_mins(10)).await;
    assert_eq!(told(&house), ["container/web: quarantined"]);
    house.edit("web", "");
    house.until("its end is told", |house| told(house).len() == 2).await;
    assert_eq!(told(&house)[1], "container/web: quarantined is over");
}

#[tokio::test(start_paused = true)]
async fn what_is_suppressed_until_a_time_is_told_then() {
    // The wall clock of the host begins at eight.
    let house = known(", until: '2027-01-15T09:00:00Z'").await;
    sleep(Duration::from_mins(48)).await;
    assert_eq!(told(&house), [""; 0]);
    sleep(Duration::from_mins(7)).await;
    assert_eq!(told(&house), ["container/web: quarantined"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_suppressed_while_it_is_open_counts_as_such_from_then_on() {
    let house = known("").await;
    house.policy("mode: full");
    house.until("it is told", |house| !told(house).is_empty()).await;
    assert!(counted(&house, "critical") && !counted(&house, "info"));
    house.policy("suppress: [{finding: quarantined, reason: known}]");
    house.until("it is known", |house| severity(house) == Some(Severity::Info)).await;
    assert!(counted(&house, "info") && !counted(&house, "critical"));
    house.edit("web", "");
    house.until("it is over", |house| severity(house).is_none()).await;
    assert_eq!(told(&house).len(), 2, "whoever was told of it before is told of its end");
}
