//! Which route an alert takes, and what its target is.
//!
//! Owns the way from the value of a label to a declared object: the value is compared with what is declared, and never
//! taken apart, run or opened. What names nothing that is declared leads nowhere, and says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_specs::alert::{AlertRoute, Response};
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Kind, Name};

use super::Alert;
use crate::words;

/// What stands in a value that some other program was meant to fill in.
const TEMPLATE: &str = "{{";

/// An alert with the route that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routed {
    /// The alert.
    pub alert: Arc<Alert>,
    /// The route.
    pub key: Key,
    /// Its document.
    pub document: Arc<Document>,
    /// Whether it leads to a target.
    pub aim: Aim,
}

/// Whether a route leads an alert to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// It does.
    Target,
    /// It does not: why, for people.
    Nowhere(String),
}

impl Aim {
    /// Why it leads nowhere, if so.
    pub fn nowhere(&self) -> Option<&str> {
        match self {
            Self::Target => None,
            Self::Nowhere(why) => Some(why),
        }
    }
}

/// All alerts with their ways.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routing {
    /// By the object that each is about: its target or, where there is none, its route.
    pub by_object: BTreeMap<Key, Vec<Routed>>,
    /// Those that no route is for.
    pub unrouted: Vec<Arc<Alert>>,
}

/// Finds the way of each alert that is not over. Of two routes for one alert the first by name takes it.
pub fn routing<'a>(
    alerts: impl Iterator<Item = &'a Arc<Alert>>,
    documents: &BTreeMap<Key, Arc<Document>>,
) -> Routing {
    let routes: Vec<(&Key, &Arc<Document>, &AlertRoute)> = documents
        .iter()
        .filter_map(|(key, document)| Some((key, document, document.alert_route()?)))
        .collect();
    let mut routing = Routing::default();
    for alert in alerts.filter(|alert| !alert.resolved && !alert.is_test()) {
        let meant = routes.iter().find(|(.., route)| route.matching.matches(&alert.labels));
        let Some((key, document, route)) = meant else {
            routing.unrouted.push(Arc::clone(alert));
            continue;
        };
        let (object, aim) = match target(route, alert, documents) {
            Ok(target) => (target, Aim::Target),
            Err(why) => ((*key).clone(), Aim::Nowhere(why)),
        };
        let way =
            Routed { alert: Arc::clone(alert), key: (*key).clone(), document: Arc::clone(document), aim };
        routing.by_object.entry(object).or_default().push(way);
    }
    routing
}

/// The declared object that an alert is about, or why there is none.
fn target(
    route: &AlertRoute,
    alert: &Alert,
    documents: &BTreeMap<Key, Arc<Document>>,
) -> Result<Key, String> {
    let playbook = match &route.response {
        Response::Playbook(name) => Some(Key { kind: Kind::Playbook, name: name.clone() }),
        Response::Action(_) => None,
    };
    if let Some(missing) = playbook.as_ref().filter(|key| !documents.contains_key(key)) {
        return Err(format!("{missing} is not declared"));
    }
    match (&route.target_label, playbook) {
        (Some(label), _) => by_label(label, route, alert, documents),
        (None, Some(playbook)) => Ok(playbook),
        (None, None) => Err("the route names no label for its target".to_owned()),
    }
}

fn by_label(
    label: &str,
    route: &AlertRoute,
    alert: &Alert,
    documents: &BTreeMap<Key, Arc<Document>>,
) -> Result<Key, String> {
    let Some(value) = alert.labels.get(label).filter(|value| !value.is_empty()) else {
        return Err(format!("the alert has no label {label}, which names the target"));
    };
    let quoted = words::quoted(value);
    if value.contains(TEMPLATE) {
        return Err(format!("its label {label} is '{quoted}', a template that nothing filled in"));
    }
    let kinds = kinds(&route.response);
    let named: Vec<&Key> = named(value, documents).collect();
    let fitting: Vec<&Key> = named.iter().copied().filter(|key| kinds.contains(&key.kind)).collect();
    match (fitting.as_slice(), named.first()) {
        ([one], _) => Ok((*one).clone()),
        ([], Some(other)) => Err(format!("its label {label} names {other}, which this cannot act on")),
        ([], None) => Err(format!("its label {label} is '{quoted}', and nothing of that name is declared")),
        (several, _) => {
            let several: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(format!("its label {label} is '{quoted}', which may mean {}", several.join(" or ")))
        }
    }
}

/// The declared objects that a value names: by key, by name, or a disk by its path.
fn named<'d>(value: &str, documents: &'d BTreeMap<Key, Arc<Document>>) -> impl Iterator<Item = &'d Key> {
    let key: Option<Key> = value.parse().ok();
    let name = Name::new(value).ok();
    let path = value.starts_with('/').then(|| value.to_owned());
    documents.iter().filter_map(move |(declared, document)| {
        let by_path = || path.is_some() && document.disk().map(|disk| &disk.path) == path.as_ref();
        let is = key.as_ref() == Some(declared) || name.as_ref() == Some(&declared.name) || by_path();
        is.then_some(declared)
    })
}

/// What an answer can act on.
pub(super) fn kinds(response: &Response) -> &'static [Kind] {
    match response {
        Response::Action(action) if action == "disk-cleanup" => &[Kind::Disk],
        Response::Action(_) => &[Kind::Container],
        Response::Playbook(_) => &[Kind::Container, Kind::Disk],
    }
}
