//! A container of a pod: its own fields.
//!
//! Owns the order in which they are read. Never knows what the other containers of the pod say.

use podsteward_specs::key::Kind;

use super::pod::{Pod, common};
use super::view::View;
use super::{Gathered, env, mount, probe, resources, security};
use crate::draft::Draft;
use crate::name;
use crate::value::{list, map, text};

/// Where a container stands.
pub(super) struct Place<'a> {
    pub(super) pod: &'a Pod,
    pub(super) spec: &'a View<'a>,
    /// Its name here.
    pub(super) name: &'a str,
    /// What follows when it ends.
    pub(super) restart: &'a str,
    /// Who must be there first, and what must be true of them.
    pub(super) first: &'a [(String, &'a str)],
}

/// What to do about other fields of a container.
const LOST: [(&str, &str); 9] = [
    ("lifecycle", "nothing is run around a start or a stop here: do it in the image"),
    ("stdin", "a container has no standard input here"),
    ("stdinOnce", "a container has no standard input here"),
    ("tty", "a container has no terminal here"),
    ("terminationMessagePath", "`podman logs` and `podsteward describe` tell of an end"),
    ("terminationMessagePolicy", "`podman logs` and `podsteward describe` tell of an end"),
    ("volumeDevices", "use devices"),
    ("resizePolicy", "a change of limits replaces the container"),
    ("restartPolicyRules", "use restartPolicy"),
];

/// Reads a container.
pub(super) fn container(place: &Place<'_>, view: &View<'_>, gathered: &mut Gathered<'_>) -> Option<Draft> {
    let Some(name) = name::sound(place.name) else {
        gathered.warnings.add(&view.at(), "has no name of which one can be made: skipped");
        return None;
    };
    let mut draft = Draft::new(Kind::Container, name, view.at());
    let Some(image) = view.text("image") else {
        gathered.warnings.add(&view.at(), "has no image: skipped");
        return None;
    };
    let at = |key: &str| view.at_of(key);
    draft.field("spec.image", image, &at("image"));
    if let Some(policy) = view.text("imagePullPolicy").filter(|policy| policy != "IfNotPresent") {
        draft.field("spec.imagePullPolicy", policy, &at("imagePullPolicy"));
    }
    if let Some(dir) = view.text("workingDir") {
        draft.field("spec.workingDir", dir, &at("workingDir"));
    }
    let known = env::env(place, view, &mut draft, gathered);
    for (key, field) in [("command", "spec.command"), ("args", "spec.args")] {
        let words = view.texts(key);
        if !words.is_empty() {
            draft.field(field, list(words.iter().map(|word| env::expand(word, &known))), &at(key));
        }
    }
    ports(place, view, &mut draft);
    mount::mounts(place, view, &mut draft, gathered);
    probe::probes(view, &mut draft, gathered);
    resources::resources(view, &mut draft, gathered);
    security::security(place.spec, view, &mut draft, gathered);
    common(place, &mut draft, gathered);
    if place.restart != "Always" {
        draft.field("spec.restartPolicy", place.restart, &place.spec.at());
    }
    for (name, condition) in place.first {
        let item = map([("name", Some(text(name))), ("condition", Some(text(*condition)))]);
        draft.item("spec.dependsOn", item, &view.at());
    }
    for silent in ["name", "restartPolicy"] {
        view.get(silent);
    }
    view.tell_rest(&LOST, gathered.warnings);
    Some(draft)
}

/// A port is published where it has one of the host; any other is reached on a network anyway.
fn ports(place: &Place<'_>, view: &View<'_>, draft: &mut Draft) {
    for port in view.items("ports") {
        let (inner, outer) = (port.number("containerPort"), port.number("hostPort"));
        if place.pod.host_network || outer.is_none() {
            continue;
        }
        let item = map([
            ("containerPort", inner.map(Into::into)),
            ("hostPort", outer.map(Into::into)),
            ("hostIP", port.text("hostIP").map(text)),
            ("protocol", port.text("protocol").filter(|protocol| protocol != "TCP").map(text)),
        ]);
        draft.item("spec.ports", item, &port.at());
    }
}
