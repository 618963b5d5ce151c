//! Alerts that come in: read, kept together with the incidents that they open, then acted on like everything else.
//!
//! Owns the order: nothing is answered or acted on that is not kept. Never decides which object an alert is about or what
//! follows from it: the domain does.

mod payload;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use podsteward_domain::alert::{Alert, Routing, say};
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::notification;
use podsteward_domain::suppress;
use podsteward_domain::time::{self, Moment};
use podsteward_domain::words;
use podsteward_metrics::label::AlertWord;
use podsteward_metrics::{AlertEvent, ObjectEvent, chain};
use podsteward_specs::key::Key;
use podsteward_store::{Kept, Received};
use serde_json::{Value, json};
use tokio::sync::{Mutex, oneshot};

use crate::context::Context;
use crate::http::{Intake, Refusal};
use crate::queue::Reason;

pub use payload::Payload;

/// Takes alerts in, one request after the other: what one changes the next one is compared with.
#[derive(Clone)]
pub struct AlertIntake {
    context: Arc<Context>,
    turn: Arc<Mutex<()>>,
}

impl AlertIntake {
    /// An intake for this controller.
    pub fn new(context: Arc<Context>) -> Self {
        let proven = context.survive(context.keeper.store().alert_path_proven()).flatten();
        context.world.put_alert_path(proven);
        if let Some(at) = proven {
            context.telemetry.emit(AlertEvent::PathProven { at });
        }
        Self { context, turn: Arc::default() }
    }

    /// Keeps what a body says, and answers with the incidents.
    pub async fn take(&self, body: &[u8]) -> Result<Value, Refusal> {
        let payload = Payload::read(body).map_err(|error| Refusal::Asked(error.to_string()))?;
        let _turn = self.turn.lock().await;
        if self.context.world.manifests().is_none() {
            return Err(Refusal::Unreadable("the manifests were not read yet; send it again".to_owned()));
        }
        take_in(&self.context, payload).await
    }
}

impl Intake for AlertIntake {
    fn receive(&self, body: Bytes) -> BoxFuture<'_, Result<Value, Refusal>> {
        // Whoever hangs up meanwhile hears no answer; what was kept is followed all the same.
        let (intake, (tell, told)) = (self.clone(), oneshot::channel());
        self.context.tasks.spawn(async move {
            let _ = tell.send(intake.take(&body).await);
        });
        async move {
            let ended = |_| Err(Refusal::Unreadable("the controller ends; send it again".to_owned()));
            let taken = told.await.unwrap_or_else(ended);
            if let Err(Refusal::Asked(why) | Refusal::Unreadable(why)) = &taken {
                self.turned_away(why);
            }
            taken
        }
        .boxed()
    }

    fn turned_away(&self, why: &str) {
        self.context.telemetry.emit(AlertEvent::Refused { why });
    }
}

async fn take_in(context: &Arc<Context>, payload: Payload) -> Result<Value, Refusal> {
    let (now, truncated) = (context.now(), payload.truncated);
    let alerts = payload.into_alerts(now, |fingerprint| context.world.open_alert(fingerprint));
    let before = context.world.routing_with(&[]);
    let routing = context.world.routing_with(&still_open(context, &alerts));
    let objects = objects(&alerts, &before, &routing);
    let findings = findings(context, &objects, &routing, now);
    let proven = alerts.iter().any(Alert::is_test);
    let kept = keep_and_know(context, &alerts, findings, proven, now).await?;
    let incidents = open_incidents(context)?;
    tell(context, &alerts, &objects, &kept);
    if truncated > 0 {
        context.telemetry.emit(AlertEvent::Truncated { count: truncated });
    }
    if proven {
        context.world.put_alert_path(Some(now));
        context.telemetry.emit(AlertEvent::PathProven { at: now });
    }
    Ok(answer(&alerts, &objects, &incidents, truncated))
}

/// Keeps them, and has everybody know. A look that knows nothing of them yet must not take their incidents for over.
async fn keep_and_know(
    context: &Context,
    alerts: &[Alert],
    findings: Vec<Finding>,
    proven: bool,
    now: Moment,
) -> Result<Kept, Refusal> {
    context.world.expect_alerts(findings.iter().map(|finding| finding.target.clone()).collect());
    let kept = keep(context, alerts.to_vec(), findings, proven, now).await;
    let followed = follow(context).map_err(|error| unkept(&error));
    context.world.expect_alerts(BTreeSet::new());
    followed.and(kept)
}

/// The alerts as they count once they are kept: one that is resolved takes the place of the one that fired.
fn still_open(context: &Context, alerts: &[Alert]) -> Vec<Alert> {
    let newest = |alert: &&Alert| {
        let known = context.world.open_alert(&alert.episode.fingerprint);
        known.is_none_or(|known| known.episode.starts_ms <= alert.episode.starts_ms)
    };
    alerts.iter().filter(newest).cloned().collect()
}

/// The object that each alert is about, or was, in their order; those that no route is for are about the host.
fn objects(alerts: &[Alert], before: &Routing, routing: &Routing) -> Vec<Option<Key>> {
    let mut by_fingerprint: BTreeMap<&str, &Key> = BTreeMap::new();
    for (key, routed) in before.by_object.iter().chain(&routing.by_object) {
        by_fingerprint.extend(routed.iter().map(|it| (it.alert.episode.fingerprint.as_str(), key)));
    }
    let object = |alert: &Alert| match by_fingerprint.get(alert.episode.fingerprint.as_str()) {
        Some(key) => Some((*key).clone()),
        None => (!alert.resolved && !alert.is_test()).then(Key::host),
    };
    alerts.iter().map(object).collect()
}

/// What the alerts say of their objects, all alerts of each together.
fn findings(context: &Context, objects: &[Option<Key>], routing: &Routing, now: Moment) -> Vec<Finding> {
    let keys: BTreeSet<&Key> = objects.iter().flatten().collect();
    let of = |key: &Key| {
        if *key == Key::host() {
            return say::unrouted(&routing.unrouted);
        }
        let about = routing.by_object.get(key).cloned().unwrap_or_default();
        say::finding(&context.world.world_with(key, about, now))
    };
    let policy = context.world.policy();
    let of = |key: &Key| suppress::marked(of(key).into_iter().collect(), &policy, now).pop();
    keys.into_iter().filter_map(of).collect()
}

async fn keep(
    context: &Context,
    alerts: Vec<Alert>,
    findings: Vec<Finding>,
    proven: bool,
    now: Moment,
) -> Result<Kept, Refusal> {
    let write = move |store: &podsteward_store::Store| {
        let received = Received { alerts: &alerts, findings: &findings, proven };
        store.receive_alerts(&received, now, |incident| {
            let told = notification::is_told(incident.kind, incident.severity);
            let finding = Finding::new(incident.kind, &incident.target, incident.message.clone());
            told.then(|| notification::finding(&Finding { severity: incident.severity, ..finding }))
        })
    };
    context.keeper.durably(write).await.map_err(|error| unkept(&error))
}

/// Alertmanager sends it again.
fn unkept(error: &podsteward_store::Error) -> Refusal {
    Refusal::Unreadable(format!("nothing was kept; send it again: {}", chain(error)))
}

/// The open incidents that alerts are told by, by object.
fn open_incidents(context: &Context) -> Result<BTreeMap<Key, i64>, Refusal> {
    let open = context.keeper.store().open_incidents().map_err(|error| unkept(&error))?;
    let of_alerts = open.into_iter().filter(|incident| incident.kind == FindingKind::Alert);
    Ok(of_alerts.map(|incident| (incident.target, incident.id.0)).collect())
}

fn tell(context: &Context, alerts: &[Alert], objects: &[Option<Key>], kept: &Kept) {
    for (alert, object) in alerts.iter().zip(objects) {
        let word = if alert.resolved { AlertWord::Resolved } else { AlertWord::Firing };
        let name = words::quoted(alert.name());
        context.telemetry.emit(AlertEvent::Received { word, name: &name, object: object.as_ref() });
    }
    for (incident, _) in kept.incidents.iter().filter(|(_, opened)| *opened) {
        let finding = Finding::new(incident.kind, &incident.target, incident.message.clone());
        let finding = Finding { severity: incident.severity, ..finding };
        context.telemetry.emit(ObjectEvent::FindingOpened { finding: &finding });
    }
}

/// What is kept is known from now on, and whoever is concerned is looked at.
pub(crate) fn follow(context: &Context) -> podsteward_store::Result<()> {
    let store = context.keeper.store();
    let concerned = context.world.put_alerts(store.open_alerts()?, store.forgotten_alerts()?);
    context.request(concerned, Reason::Alerted);
    context.host_changed.notify_one();
    context.outbox.notify_one();
    Ok(())
}

fn answer(
    alerts: &[Alert],
    objects: &[Option<Key>],
    incidents: &BTreeMap<Key, i64>,
    truncated: u64,
) -> Value {
    let incident = |object: &Option<Key>| object.as_ref().and_then(|key| incidents.get(key)).copied();
    let ids: BTreeSet<i64> = objects.iter().filter_map(incident).collect();
    let each = alerts.iter().zip(objects).map(|(alert, object)| {
        json!({
            "fingerprint": alert.episode.fingerprint,
            "starts_at": time::rfc3339(alert.episode.starts_ms),
            "status": if alert.resolved { "resolved" } else { "firing" },
            "object": object.as_ref().map(ToString::to_string),
            "incident": incident(object),
        })
    });
    json!({ "incidents": ids, "alerts": each.collect::<Vec<Value>>(), "truncated": truncated })
}
