//! Alerts that come in: kept before they are answered, acted on once, over when they are resolved.

use std::collections::BTreeSet;
use std::slice::from_ref;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::time::rfc3339;
use podsteward_metrics::Format;
use podsteward_podman::fake::Verb;
use podsteward_runtime::alerts::AlertIntake;
use podsteward_runtime::clock::Clock as _;
use podsteward_runtime::http::{Intake as _, Refusal};
use podsteward_runtime::queue::Reason;
use podsteward_specs::key::Key;
use podsteward_store::Received;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::{House, key};
use crate::life::{KillAt, Running};

const ROUTE: &str = "{match: {alertname: Slow}, action: service-restart, targetLabel: container}";

/// A house in which `web` and `db` run, with a route for `Slow`.
async fn house() -> House {
    let house = House::with(&[("web", ""), ("db", "remediation: {autoRestart: false}")]).await;
    declare(&house, "slow", ROUTE);
    let declared = |house: &House| documents(house).contains(&route());
    house.until("the route is declared", declared).await;
    house
}

fn declare(house: &House, name: &str, spec: &str) {
    let head = "apiVersion: podsteward.dev/v1alpha1\nkind: AlertRoute\nmetadata";
    house.host.directory.write("route.yaml", &format!("{head}: {{name: {name}}}\nspec: {spec}\n"));
    house.running.context.manifests.rescan();
}

fn documents(house: &House) -> Vec<Key> {
    let view = house.running.context.world.manifests().unwrap_or_default();
    view.documents.into_keys().collect()
}

fn route() -> Key {
    "alertroute/slow".parse().unwrap()
}

/// One alert as Alertmanager sends it.
fn alert(house: &House, status: &str, container: &str, ago: Duration) -> Value {
    let starts = house.host.clock.now().wall_ms - i64::try_from(ago.as_millis()).unwrap();
    json!({
        "status": status, "startsAt": rfc3339(starts), "fingerprint": format!("slow{container}"),
        "labels": {"alertname": "Slow", "container": container}, "annotations": {"summary": "p99 is 2 s"},
    })
}

async fn post(house: &House, alerts: &[Value]) -> Result<Value, Refusal> {
    let intake = AlertIntake::new(Arc::clone(&house.running.context));
    let body = json!({"version": "4", "status": "firing", "alerts": alerts}).to_string();
    intake.take(body.as_bytes()).await
}

fn restarts(house: &House, name: &str) -> usize {
    house.remediations(name).len()
}

/// The open finding about alerts of an object.
fn found(house: &House, key: &Key) -> Option<(Severity, String)> {
    let open = house.host.store.open_incidents().unwrap().into_iter();
    let mut of_key = open.filter(|it| it.kind == FindingKind::Alert && it.target == *key);
    of_key.next().map(|incident| (incident.severity, incident.message))
}

#[tokio::test(start_paused = true)]
async fn an_alert_is_answered_once_however_often_it_is_sent_and_over_when_it_is_resolved() {
    let house = house().await;
    let firing = alert(&house, "firing", "web", Duration::from_mins(2));
    let answer = post(&house, from_ref(&firing)).await.unwrap();
    let incident = answer["incidents"][0].clone();
    assert!(incident.is_i64(), "{answer}");
    assert_eq!(answer["alerts"][0]["object"], "container/web");
    for _ in 0..3 {
        assert_eq!(post(&house, &[firing.clone(), firing.clone()]).await.unwrap()["incidents"][0], incident);
    }
    house
        .until("it is restarted", |house| restarts(house, "web") == 1 && house.intent("web").is_none())
        .await;
    sleep(Duration::from_mins(30)).await;
    assert_eq!(restarts(&house, "web"), 1, "{}", house.log("web"));
    assert_eq!(house.count(Verb::CreateContainer), 0);
    let resolved = alert(&house, "resolved", "web", Duration::from_mins(32));
    let resolved = json!({"startsAt": firing["startsAt"], "status": resolved["status"], "labels": firing["labels"], "fingerprint": firing["fingerprint"]});
    assert_eq!(post(&house, &[resolved]).await.unwrap()["incidents"][0], incident);
    house.until("it is over", |house| found(house, &key("web")).is_none()).await;
    house.is_remembered();
    let told = house.remediations("web").remove(0);
    assert_eq!(
        (told.decision.trigger, told.decision.reason.as_str()),
        (FindingKind::Alert, "alert Slow fires: p99 is 2 s")
    );
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_was_not_helped_is_told_and_not_answered_again_until_it_begins_anew() {
    let house = house().await;
    let firing = alert(&house, "firing", "web", Duration::from_mins(2));
    post(&house, from_ref(&firing)).await.unwrap();
    house
        .until("it is restarted", |house| restarts(house, "web") == 1 && house.intent("web").is_none())
        .await;
    sleep(Duration::from_mins(7)).await;
    assert_eq!(restarts(&house, "web"), 1, "it was not sent again");
    post(&house, from_ref(&firing)).await.unwrap();
    house
        .until("it was not helped", |house| {
            found(house, &key("web")).is_some_and(|it| it.0 == Severity::Critical)
        })
        .await;
    for _ in 0..4 {
        sleep(Duration::from_mins(10)).await;
        post(&house, from_ref(&firing)).await.unwrap();
    }
    assert_eq!(restarts(&house, "web"), 1, "{}", house.log("web"));
    post(&house, &[alert(&house, "firing", "web", Duration::from_mins(2))]).await.unwrap();
    house
        .until("it is restarted again", |house| restarts(house, "web") == 2 && house.intent("web").is_none())
        .await;
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_nobody_speaks_of_for_hours_is_unknown_and_stays_visible() {
    let house = house().await;
    post(&house, &[alert(&house, "firing", "db", Duration::from_mins(2))]).await.unwrap();
    house.until("it is found", |house| found(house, &key("db")).is_some()).await;
    house.pass(Duration::from_hours(8)).await;
    house
        .until("it is unknown", |house| found(house, &key("db")).is_some_and(|it| it.1.contains("not known")))
        .await;
    assert_eq!(restarts(&house, "db"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_denial_on_the_target_stops_it_and_an_unknown_target_is_only_told() {
    let house = house().await;
    let firing = [
        alert(&house, "firing", "db", Duration::from_mins(2)),
        alert(&house, "firing", "gone;reboot", Duration::from_mins(2)),
    ];
    let answer = post(&house, &firing).await.unwrap();
    assert_eq!(answer["alerts"][1]["object"], "alertroute/slow");
    house.until("it is withheld", |house| house.log("db").contains("withheld by override")).await;
    let log = |house: &House| {
        let mut log = crate::judged::decisions(&house.host, &route());
        log.retain(|logged| logged.decision.judgement.is_some());
        log
    };
    house.until("it is told", |house| !log(house).is_empty()).await;
    let decision = log(&house).remove(0).decision;
    assert_eq!(decision.verdict.as_str(), "alert-only");
    assert!(
        decision.withheld_by().unwrap().answer.detail().unwrap().contains("'gone;reboot'"),
        "{decision:?}"
    );
    sleep(Duration::from_mins(10)).await;
    assert_eq!(house.host.fake.writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_is_kept_wherever_the_controller_is_killed() {
    for done in [false, true] {
        let house = house().await;
        let firing = alert(&house, "firing", "web", Duration::from_mins(2));
        house.running.life.end_at(KillAt::Write { after: 0, done });
        let answered = timeout(Duration::from_secs(1), post(&house, from_ref(&firing))).await;
        let answered = matches!(answered, Ok(Ok(_)));
        let House { host, running } = house;
        running.kill().await;
        let house = House { running: Running::start(&host), host };
        assert_eq!(house.host.store.open_alerts().unwrap().len(), usize::from(done), "{done}");
        assert!(!answered || done, "nothing is answered that is not kept");
        if !done {
            house.until("it is ready", |house| documents(house).contains(&route())).await;
            post(&house, &[firing]).await.unwrap();
        }
        house
            .until("it is restarted", |house| restarts(house, "web") == 1 && house.intent("web").is_none())
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn alerts_without_a_route_and_test_alerts_are_kept_and_shown() {
    let house = house().await;
    let other = json!({"status": "firing", "startsAt": "2026-11-22T14:30:00Z", "labels": {"alertname": "Odd", "severity": "critical"}});
    let answer = post(&house, &[other]).await.unwrap();
    assert_eq!(
        (&answer["alerts"][0]["object"], answer["incidents"].as_array().unwrap().len()),
        (&json!("host/local"), 1)
    );
    house.until("it is found", |house| found(house, &Key::host()).is_some()).await;
    assert_eq!(
        found(&house, &Key::host()).unwrap(),
        (Severity::Info, "alerts that no AlertRoute is for: Odd".to_owned())
    );
    let test = json!({"status": "firing", "startsAt": "2026-11-22T14:30:00Z", "labels": {"alertname": "PodstewardTest"}});
    assert_eq!(post(&house, &[test]).await.unwrap()["incidents"], json!([]));
    assert_eq!(house.host.store.alert_path_proven().unwrap(), Some(house.host.clock.now()));
    let metrics = house.running.context.telemetry.render(Format::Classic);
    assert!(metrics.contains("podsteward_alerts_received_total{status=\"firing\"} 2\n"), "{metrics}");
    assert!(metrics.contains("podsteward_alert_path_proven_timestamp_seconds 1"), "{metrics}");
}

#[tokio::test(start_paused = true)]
async fn a_look_that_knows_nothing_of_an_alert_yet_does_not_end_its_incident() {
    let house = house().await;
    let (context, now, web) = (&house.running.context, house.host.clock.now(), key("web"));
    let finding = Finding::new(FindingKind::Alert, &web, "alert Slow fires".to_owned());
    let received = Received { alerts: &[], findings: &[finding], proven: false };
    context.world.expect_alerts(BTreeSet::from([web.clone()]));
    house.host.store.receive_alerts(&received, now, |_| None).unwrap();
    context.request([web.clone()], Reason::Resync);
    sleep(Duration::from_secs(5)).await;
    assert!(found(&house, &web).is_some(), "it is about to be known");
    context.world.expect_alerts(BTreeSet::new());
    context.request([web.clone()], Reason::Resync);
    house.until("it is over", |house| found(house, &web).is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_known_also_when_whoever_sent_it_has_hung_up() {
    let house = house().await;
    let intake = AlertIntake::new(Arc::clone(&house.running.context));
    let firing = alert(&house, "firing", "db", Duration::from_mins(2));
    let body = json!({"version": "4", "status": "firing", "alerts": [firing]}).to_string();
    drop(intake.receive(body.into()));
    house.until("it is known", |house| house.running.context.world.is_alerted(&key("db"))).await;
    assert!(found(&house, &key("db")).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_alert_that_nobody_speaks_of_for_a_month_is_forgotten_and_not_over() {
    let house = house().await;
    post(&house, &[alert(&house, "firing", "db", Duration::from_mins(2))]).await.unwrap();
    house.until("it is found", |house| found(house, &key("db")).is_some()).await;
    house.pass(Duration::from_hours(31 * 24)).await;
    sleep(Duration::from_hours(1)).await;
    house.until("it is forgotten", |house| found(house, &key("db")).is_none()).await;
    let of_alerts = |house: &House| {
        let mut all = house.host.store.incidents(&key("db"), 9).unwrap();
        all.retain(|incident| incident.kind == FindingKind::Alert);
        all
    };
    assert!(of_alerts(&house)[0].forgotten, "nobody knows whether it is over");
    let house = house.restart(false).await;
    house.until("it is ready", |house| documents(house).contains(&route())).await;
    post(&house, &[alert(&house, "firing", "db", Duration::from_mins(1))]).await.unwrap();
    post(&house, &[alert(&house, "resolved", "db", Duration::from_mins(1))]).await.unwrap();
    house.until("it is over", |house| found(house, &key("db")).is_none()).await;
    assert!(!of_alerts(&house)[0].forgotten, "somebody said so");
}
