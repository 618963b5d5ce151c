//! `Pod`, `Deployment`, `StatefulSet` and `DaemonSet`: what surrounds a pod's own spec.
//!
//! Owns replicas, claim templates and the metadata. Never looks into a container.

use super::Gathered;
use super::pod::{Pod, pod};
use super::view::View;
use super::volume;
use crate::name;

/// What to do about other fields of a workload's spec.
const LOST: [(&str, &str); 8] = [
    ("strategy", "a change replaces the container, and an edit that cannot run is taken back"),
    ("updateStrategy", "a change replaces the container, and an edit that cannot run is taken back"),
    ("serviceName", "containers reach each other by name on a network"),
    ("podManagementPolicy", "there is one container of each"),
    ("minReadySeconds", "a change is watched until it is stable"),
    ("progressDeadlineSeconds", "a change is watched until it is stable: see startTimeoutSeconds"),
    ("paused", "use the annotation podsteward.dev/paused"),
    ("persistentVolumeClaimRetentionPolicy", "volumes stay unless deletionPolicy says otherwise"),
];

/// Labels and annotations that tools leave behind.
const OF_TOOLS: [&str; 4] =
    ["kubectl.kubernetes.io/", "deployment.kubernetes.io/", "io.podman.", "podsteward.dev/"];

/// Reads a workload.
pub(super) fn workload(kind: &str, view: &View<'_>, gathered: &mut Gathered<'_>) {
    let Some(metadata) = view.get("metadata") else {
        gathered.warnings.add(&view.at(), "has no metadata: skipped");
        return;
    };
    let plain = metadata.text("name").or_else(|| metadata.text("generateName")).unwrap_or_default();
    let Some(name) = name::sound(&plain) else {
        gathered.warnings.add(&metadata.at(), "has no name of which one can be made: skipped");
        return;
    };
    if name.as_str() != plain {
        let message = format!("is named {name} here: '{plain}' is no name of a manifest");
        gathered.warnings.add(&metadata.at_of("name"), message);
    }
    let namespace = metadata.text("namespace").unwrap_or_else(|| "default".to_owned());
    if namespace != "default" {
        let message = "is not carried over: there are no namespaces, and names are unique on the host";
        gathered.warnings.add(&metadata.at_of("namespace"), message);
    }
    let Some(spec) = view.get("spec") else {
        gathered.warnings.add(&view.at(), "has no spec: skipped");
        return;
    };
    let mut made = Pod::new(name.as_str(), &namespace);
    let (template, pod_spec) = if kind == "Pod" {
        (None, Some(spec))
    } else {
        made.stopped = replicas(&spec, gathered);
        claim_templates(&spec, &mut made, gathered);
        for silent in ["selector", "revisionHistoryLimit"] {
            spec.get(silent);
        }
        let template = spec.get("template");
        let inner = template.as_ref().and_then(|template| template.get("spec"));
        spec.tell_rest(&LOST, gathered.warnings);
        (template, inner)
    };
    let own = template.as_ref().map_or(Some(metadata), |template| template.get("metadata"));
    for (key, into) in [("labels", &mut made.labels), ("annotations", &mut made.annotations)] {
        let entries = own.as_ref().map(|own| own.entries(key)).unwrap_or_default();
        let ours =
            entries.into_iter().filter(|(name, _)| !OF_TOOLS.iter().any(|tool| name.starts_with(tool)));
        into.extend(ours.filter_map(|(name, value)| Some((name, value.scalar()?, value.at()))));
    }
    match pod_spec {
        Some(pod_spec) => pod(made, &pod_spec, gathered),
        None => gathered.warnings.add(&view.at(), "has no pod: skipped"),
    }
}

/// Whether it is stopped on purpose.
fn replicas(spec: &View<'_>, gathered: &mut Gathered<'_>) -> bool {
    let Some(replicas) = spec.get("replicas") else { return false };
    let count = spec.number("replicas").unwrap_or(1);
    if count > 1 {
        gathered.warnings.add(&replicas.at(), format!("there is one container of each here, not {count}"));
    }
    count == 0
}

/// The claims of a `StatefulSet`, under the name that its first pod gives them.
fn claim_templates(spec: &View<'_>, made: &mut Pod, gathered: &mut Gathered<'_>) {
    for template in spec.items("volumeClaimTemplates") {
        let name = template.get("metadata").and_then(|metadata| metadata.text("name")).unwrap_or_default();
        let claim = format!("{name}-{}-0", made.name);
        volume::declare(&claim, &template, gathered);
        made.claims.insert(name, claim);
    }
}
