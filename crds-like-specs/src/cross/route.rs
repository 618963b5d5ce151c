//! Checks between routes of alerts and the playbooks that they name.
//!
//! Owns whether the playbook is there, and takes what the route gives it. Never knows what a playbook does.

use std::collections::BTreeMap;

use super::{CrossProblem, problem};
use crate::alert::{AlertRoute, Response};
use crate::document::Document;
use crate::key::{Key, Kind, Name};

/// Every route whose playbook is not there, or is not given what it needs.
pub(super) fn playbooks(documents: &BTreeMap<&Key, &Document>) -> Vec<CrossProblem> {
    let routes = documents.values().filter_map(|document| Some((*document, document.alert_route()?)));
    let named = routes.filter_map(|(document, route)| match &route.response {
        Response::Playbook(name) => Some((document, route, name)),
        Response::Action(_) => None,
    });
    named.flat_map(|(document, route, name)| of_route(documents, document, route, name)).collect()
}

fn of_route(
    documents: &BTreeMap<&Key, &Document>,
    document: &Document,
    route: &AlertRoute,
    name: &Name,
) -> Vec<CrossProblem> {
    let key = Key { kind: Kind::Playbook, name: name.clone() };
    let Some(playbook) = documents.get(&key).and_then(|document| document.playbook()) else {
        let message = format!("{key} is not declared (a playbook of the manifests)");
        let found = problem(document, document.spots.playbook.as_ref(), "spec.playbook", &message);
        return vec![CrossProblem { missing: Some(key), ..found }];
    };
    let tell =
        |message: String| problem(document, document.spots.parameters.as_ref(), "spec.parameters", &message);
    playbook.misgiven(&key, &route.parameters).into_iter().map(tell).collect()
}

#[cfg(test)]
mod tests;
