//! Checks between documents, of one file or of many.
//!
//! Owns what one document cannot know by itself: duplicate keys, dependencies, cycles, ports of the host, disks,
//! the playbooks of routes. Never changes a document. Pure: the caller hands in the mixture of fresh documents and, for
//! files that are not sound, last good ones. A volume or a network that nothing declares is fine: it may be the host's own.

mod backup;
mod named;
mod playbook;
mod route;

use std::collections::{BTreeMap, BTreeSet};

use crate::container::{Container, DependencyCondition, Port, RestartPolicy};
use crate::document::{Document, Origin, Spot};
use crate::key::{Key, Name};
use crate::problem::Problem;

pub use named::{Undeclared, undeclared};

/// A problem between documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrossProblem {
    /// What is wrong. It stands in the document that comes later by file and line, and names the other place;
    /// a cycle, and a path that two policies watch, stand in each of their documents.
    pub problem: Problem,
    /// The objects that the caller holds at their last good form (or leaves out when they never had one) until
    /// the problem is gone. Both sides of a clash are held: whichever ran before keeps running, and the other one
    /// does not take its place. The rest of the manifests keeps working.
    pub holds: BTreeSet<Key>,
    /// The object that is needed and not declared. If a document of that key was refused, its own problems say more.
    pub missing: Option<Key>,
}

/// Everything that is wrong between the documents, by file and place.
pub fn cross_check(documents: &[Document]) -> Vec<CrossProblem> {
    let mut ordered: Vec<&Document> = documents.iter().collect();
    ordered.sort_by(|a, b| a.origin.cmp(&b.origin));
    let mut first: BTreeMap<&Key, &Document> = BTreeMap::new();
    let mut problems = Vec::new();
    for document in &ordered {
        match first.get(&document.key) {
            Some(earlier) => problems.push(duplicate(document, earlier)),
            None => {
                first.insert(&document.key, document);
            }
        }
    }
    // Of two documents with one key only the first takes part in the other checks: one problem, told once.
    let mut containers: Vec<Declared<'_>> =
        first.values().filter_map(|document| Declared::of(document)).collect();
    containers.sort_by(|a, b| a.document.origin.cmp(&b.document.origin));
    problems.extend(host_ports(&containers));
    problems.extend(disk_paths(first.values().copied()));
    problems.extend(playbook::named(first.values().copied(), |key| first.contains_key(key)));
    problems.extend(route::playbooks(&first));
    problems.extend(backup::objects(&first));
    let by_name: BTreeMap<&Name, Declared<'_>> =
        containers.iter().map(|declared| (&declared.document.key.name, *declared)).collect();
    problems.extend(dependencies(&by_name));
    problems.extend(cycles(&by_name));
    problems.sort();
    problems
}

/// Whether two published ports want the same port of the host.
pub(crate) fn ports_clash(a: &Port, b: &Port) -> bool {
    let overlap = match (a.host_ip, b.host_ip) {
        (Some(a), Some(b)) => a == b || a.is_unspecified() || b.is_unspecified(),
        (None, _) | (_, None) => true,
    };
    a.host_port.is_some() && a.host_port == b.host_port && a.protocol == b.protocol && overlap
}

/// A document that declares a container.
#[derive(Clone, Copy)]
struct Declared<'a> {
    document: &'a Document,
    container: &'a Container,
}

impl<'a> Declared<'a> {
    fn of(document: &'a Document) -> Option<Self> {
        document.container().map(|container| Self { document, container })
    }

    fn problem(self, spot: Option<&Spot>, field: &str, message: &str) -> CrossProblem {
        problem(self.document, spot, field, message)
    }
}

/// A problem at a spot or, where the document came out of the store, at the document's beginning.
fn problem(document: &Document, spot: Option<&Spot>, field: &str, message: &str) -> CrossProblem {
    let (path, place) = match spot {
        Some(spot) => (spot.path.clone(), spot.place),
        None => (field.to_owned(), document.origin.place),
    };
    let problem = Problem::new(&document.origin.file, place, &path, message);
    CrossProblem { problem, holds: BTreeSet::from([document.key.clone()]), missing: None }
}

fn duplicate(document: &Document, earlier: &Document) -> CrossProblem {
    let origin = &earlier.origin;
    let place = format!("{}:{}:{}", origin.file, origin.place.line, origin.place.column);
    let message = format!("{} is declared at {place} already (each object once)", document.key);
    problem(document, document.spots.name.as_ref(), "metadata.name", &message)
}

/// The containers come in the order of their documents, so the later one of two gets the problem.
fn host_ports(containers: &[Declared<'_>]) -> Vec<CrossProblem> {
    let mut taken: BTreeMap<u16, Vec<(&Port, Declared<'_>)>> = BTreeMap::new();
    let mut problems = Vec::new();
    for declared in containers {
        for port in &declared.container.ports {
            let Some(host_port) = port.host_port else { continue };
            let others = taken.entry(host_port).or_default();
            let is_other = |(_, other): &&(&Port, Declared<'_>)| other.document.key != declared.document.key;
            let clash = others.iter().filter(is_other).find(|(other, _)| ports_clash(other, port));
            if let Some((_, other)) = clash {
                let message = format!(
                    "port {host_port}/{} of the host is taken by {} ({}:{}; one container a port)",
                    port.protocol.as_str(),
                    other.document.key,
                    other.document.origin.file,
                    other.document.origin.place.line,
                );
                let spot = declared.document.spots.ports.get(port);
                let mut found = declared.problem(spot, "spec.ports", &message);
                found.holds.insert(other.document.key.clone());
                problems.push(found);
            }
            others.push((port, *declared));
        }
    }
    problems
}

/// A path that more than one policy watches: neither would know which cleanup is meant.
fn disk_paths<'a>(documents: impl Iterator<Item = &'a Document>) -> Vec<CrossProblem> {
    let mut watching: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
    for document in documents {
        if let Some(disk) = document.disk() {
            watching.entry(&disk.path).or_default().push(document);
        }
    }
    let mut problems = Vec::new();
    for (path, documents) in watching {
        for document in &documents {
            let Some(other) = documents.iter().find(|other| other.key != document.key) else { continue };
            let Origin { file, place } = &other.origin;
            let message =
                format!("{path} is watched by {} ({file}:{}; one policy a path)", other.key, place.line);
            let mut found = problem(document, document.spots.path.as_ref(), "spec.path", &message);
            found.holds.extend(documents.iter().map(|watching| watching.key.clone()));
            problems.push(found);
        }
    }
    problems
}

/// Dependencies on what is not declared, and on an end that never comes.
fn dependencies(containers: &BTreeMap<&Name, Declared<'_>>) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for declared in containers.values() {
        for (name, dependency) in &declared.container.depends_on {
            let message = match containers.get(name) {
                None => format!("container/{name} is not declared (a container of these manifests)"),
                Some(other)
                    if dependency.condition == DependencyCondition::Completed
                        && other.container.restart_policy == RestartPolicy::Always =>
                {
                    format!(
                        "container/{name} never completes with restartPolicy Always (OnFailure or Never there, \
                         or another condition here)"
                    )
                }
                Some(_) => continue,
            };
            let spot = declared.document.spots.depends_on.get(name);
            let missing = (!containers.contains_key(name)).then(|| Key::container((*name).clone()));
            problems.push(CrossProblem { missing, ..declared.problem(spot, "spec.dependsOn", &message) });
        }
    }
    problems
}

/// For every container that waits for itself, the shortest cycle through it, told in each of its documents.
fn cycles(containers: &BTreeMap<&Name, Declared<'_>>) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    let mut told: BTreeSet<&Name> = BTreeSet::new();
    for name in containers.keys() {
        if told.contains(name) {
            continue;
        }
        let Some(cycle) = cycle_through(name, containers) else { continue };
        let circle = cycle.iter().chain(cycle.first());
        let printed = circle.map(|name| name.as_str()).collect::<Vec<_>>().join(" -> ");
        for (position, member) in cycle.iter().enumerate() {
            let Some(declared) = containers.get(*member) else { continue };
            let next = cycle.get(position + 1).or_else(|| cycle.first());
            let spot = next.and_then(|next| declared.document.spots.depends_on.get(*next));
            let message = format!("dependency cycle {printed} (no container may wait for itself)");
            problems.push(declared.problem(spot, "spec.dependsOn", &message));
        }
        told.extend(cycle);
    }
    problems
}

/// The shortest way from a container along its dependencies back to itself.
fn cycle_through<'a>(
    start: &'a Name,
    containers: &BTreeMap<&'a Name, Declared<'a>>,
) -> Option<Vec<&'a Name>> {
    let mut came_from: BTreeMap<&'a Name, &'a Name> = BTreeMap::new();
    let mut frontier = vec![start];
    while !frontier.is_empty() {
        let mut next_frontier = Vec::new();
        for name in frontier {
            for dependency in containers.get(name).into_iter().flat_map(|it| it.container.depends_on.keys()) {
                if dependency == start {
                    return Some(way_back(start, name, &came_from));
                }
                if !came_from.contains_key(dependency) {
                    came_from.insert(dependency, name);
                    next_frontier.push(dependency);
                }
            }
        }
        frontier = next_frontier;
    }
    None
}

/// The way from `start` to `end`, both included.
fn way_back<'a>(start: &'a Name, end: &'a Name, came_from: &BTreeMap<&'a Name, &'a Name>) -> Vec<&'a Name> {
    let mut way = vec![end];
    let mut name = end;
    while name != start {
        match came_from.get(name) {
            Some(before) => name = before,
            None => break,
        }
        way.push(name);
    }
    way.reverse();
    way
}

#[cfg(test)]
mod tests;
