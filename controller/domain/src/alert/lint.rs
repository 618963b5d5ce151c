//! What is wrong with a route of alerts among the other documents, though each of them is valid.
//!
//! Owns what only all documents together show: a route that may never act, and two routes for one alert. Never refuses
//! anything: what it finds is told. Called for every view of the manifests, and by `validate`.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_specs::alert::{AlertMatch, AlertRoute};
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::policy::RemediationPolicy;

use super::action;
use super::route::kinds;
use crate::action::Action;
use crate::decide::gates;
use crate::limits;

/// What is wrong with each route, for people.
pub fn lint(documents: &BTreeMap<Key, Arc<Document>>) -> BTreeMap<Key, Vec<String>> {
    let routes: Vec<(&Key, &AlertRoute)> =
        documents.iter().filter_map(|(key, document)| Some((key, document.alert_route()?))).collect();
    let policy = documents.values().find_map(|document| document.policy()).cloned().unwrap_or_default();
    let of = |index: usize, route: &AlertRoute| {
        let twice = twice(&routes[..index], route);
        twice.into_iter().chain(denied(route, documents, &policy)).collect::<Vec<String>>()
    };
    let found = routes.iter().enumerate().map(|(index, (key, route))| ((*key).clone(), of(index, route)));
    found.filter(|(_, found)| !found.is_empty()).collect()
}

/// Earlier routes that take alerts that this one is for, too.
fn twice(earlier: &[(&Key, &AlertRoute)], route: &AlertRoute) -> Option<String> {
    let (first, other) = earlier.iter().find(|(_, other)| overlap(&other.matching, &route.matching))?;
    let all = covers(&other.matching, &route.matching);
    let what = if all { "every alert that it is for goes" } else { "some alerts that it is for go" };
    Some(format!("{what} to {first}, which comes first by name"))
}

/// The labels that a match asks for, its name included.
fn asked(matching: &AlertMatch) -> BTreeMap<&str, &str> {
    let name = matching.alertname.iter().map(|name| (podsteward_specs::alert::ALERTNAME, name.as_str()));
    name.chain(matching.labels.iter().map(|(label, value)| (label.as_str(), value.as_str()))).collect()
}

/// Whether two matches ask for the same alert by name: routes by labels alone may overlap on purpose.
fn overlap(one: &AlertMatch, other: &AlertMatch) -> bool {
    let (one, other) = (asked(one), asked(other));
    let differs = one.iter().any(|(label, value)| other.get(label).is_some_and(|theirs| theirs != value));
    let shares = one.iter().any(|(label, value)| other.get(label) == Some(value));
    !differs && shares
}

/// Whether the first takes everything that the second is for.
fn covers(first: &AlertMatch, second: &AlertMatch) -> bool {
    let second = asked(second);
    asked(first).iter().all(|(label, value)| second.get(label) == Some(value))
}

/// That nothing is declared that the route could act on, or that it is denied on all of that.
fn denied(
    route: &AlertRoute,
    documents: &BTreeMap<Key, Arc<Document>>,
    policy: &RemediationPolicy,
) -> Option<String> {
    // A route without a label acts on no object of others.
    let (action, _) = action(&route.response).zip(route.target_label.as_ref())?;
    let kinds = kinds(&route.response);
    let targets: Vec<_> = documents.iter().filter(|(key, _)| kinds.contains(&key.kind)).collect();
    if targets.is_empty() {
        return Some(format!("nothing is declared that {action} could act on"));
    }
    let all = targets.iter().all(|(key, document)| is_denied(action, key, document, policy));
    all.then(|| format!("{action} is denied on everything that it could act on"))
}

fn is_denied(action: Action, key: &Key, document: &Document, policy: &RemediationPolicy) -> bool {
    let limits = limits::limits(policy, key.name.as_str(), Some(document));
    document.paused().is_some() || gates::by_limits(action, &limits).stops()
}
