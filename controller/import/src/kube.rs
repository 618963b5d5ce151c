//! Kubernetes objects as manifests.
//!
//! Owns which kinds are read, and the order: the objects that others refer to, then the workloads. Never speaks to a
//! cluster. A field that becomes nothing is told, wherever it stands.

mod container;
mod env;
mod mount;
mod objects;
mod pod;
mod probe;
mod resources;
mod security;
mod view;
mod volume;
mod workload;

use std::str;

use podsteward_specs::defaults::FILE_BYTES_MAX;
use podsteward_specs::tree::Node;
use podsteward_specs::tree::parse::parse;

use crate::draft::Draft;
use crate::sound::settle;
use crate::warning::{At, Warnings};
use crate::{Imported, Source};
use objects::Objects;
use view::View;

/// What an import of Kubernetes objects has gathered so far.
struct Gathered<'a> {
    objects: Objects,
    drafts: Vec<Draft>,
    warnings: &'a mut Warnings,
}

/// What to do about kinds that become nothing.
const OTHERS: [(&str, &str); 9] = [
    ("Service", "containers reach each other by name on a network, and the host by ports: declare those"),
    ("Ingress", "declare a container with a reverse proxy"),
    ("Job", "declare a Container with restartPolicy: Never or OnFailure"),
    ("CronJob", "use a timer of systemd"),
    ("Namespace", "there are no namespaces"),
    ("PersistentVolume", "its claim becomes a Volume: declare driver and options there"),
    ("ServiceAccount", "there is no cluster to speak to"),
    ("NetworkPolicy", "attach containers to networks of their own, with internal: true"),
    ("HorizontalPodAutoscaler", "there is one container of each"),
];

/// Reads objects and answers with manifests of the workloads, their claims and what these need.
pub fn import(sources: &[Source]) -> Imported {
    let mut warnings = Warnings::default();
    let parsed: Vec<(&str, Vec<Node>)> =
        sources.iter().map(|source| (source.name.as_str(), nodes(source, &mut warnings))).collect();
    let mut views = Vec::new();
    for (file, nodes) in &parsed {
        for node in nodes {
            flatten(View::root(file, node), &mut views);
        }
    }
    let objects = Objects::of(&views, &mut warnings);
    let mut gathered = Gathered { objects, drafts: Vec::new(), warnings: &mut warnings };
    for view in &views {
        object(view, &mut gathered);
    }
    let drafts = gathered.drafts;
    let documents = settle(drafts, &mut warnings);
    Imported::new(documents, warnings)
}

fn nodes(source: &Source, warnings: &mut Warnings) -> Vec<Node> {
    let whole = At::file(&source.name);
    if source.bytes.len() > FILE_BYTES_MAX {
        warnings.unreadable(&source.name, &format!("is larger than {FILE_BYTES_MAX} bytes"));
        return Vec::new();
    }
    let Ok(text) = str::from_utf8(&source.bytes) else {
        warnings.unreadable(&source.name, "is not text in UTF-8");
        return Vec::new();
    };
    let parsed = parse(&source.name, text.strip_prefix('\u{feff}').unwrap_or(text));
    for problem in parsed.problems {
        let at = At { line: problem.place.line, key: problem.path.clone(), ..whole.clone() };
        warnings.add(&at, format!("{}: left out", problem.message));
    }
    parsed.documents
}

/// The items of lists are objects, too.
fn flatten<'a>(view: View<'a>, views: &mut Vec<View<'a>>) {
    if view.text("kind").is_some_and(|kind| kind == "List") {
        for item in view.items("items") {
            flatten(item, views);
        }
    } else {
        views.push(view);
    }
}

fn object(view: &View<'_>, gathered: &mut Gathered<'_>) {
    let Some(kind) = view.text("kind") else {
        gathered.warnings.add(&view.at(), "is no object of Kubernetes: it has no kind; skipped");
        return;
    };
    match kind.as_str() {
        "Pod" | "Deployment" | "StatefulSet" | "DaemonSet" => workload::workload(&kind, view, gathered),
        "PersistentVolumeClaim" => volume::claim(view, gathered),
        "ConfigMap" | "Secret" => {}
        other => {
            let why = OTHERS.iter().find(|(name, _)| *name == other).map(|(_, why)| *why);
            let why = why.unwrap_or("podsteward has nothing like it");
            gathered.warnings.add(&view.at_of("kind"), format!("{other} is not carried over: {why}"));
        }
    }
}
