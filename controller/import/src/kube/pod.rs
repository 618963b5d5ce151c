//! A pod: its containers, each by itself.
//!
//! Owns what the containers of one pod share in Kubernetes, and what becomes of that here. Never reads a container's
//! own fields.

use std::collections::BTreeMap;

use podsteward_specs::key::Kind;

use super::Gathered;
use super::container::{Place, container};
use super::view::View;
use super::volume::{self, Source};
use crate::draft::Draft;
use crate::name;
use crate::value::{list, map, text};
use crate::warning::At;

/// What is known of a pod besides its spec.
pub(super) struct Pod {
    /// The workload's name.
    pub(super) name: String,
    /// Its namespace, which a variable may ask for.
    pub(super) namespace: String,
    pub(super) labels: Vec<(String, String, At)>,
    pub(super) annotations: Vec<(String, String, At)>,
    /// Volumes by the name of the claim template that they come from.
    pub(super) claims: BTreeMap<String, String>,
    /// The volumes by name.
    pub(super) volumes: BTreeMap<String, Source>,
    /// It has no replicas.
    pub(super) stopped: bool,
    /// It shares the host's network.
    pub(super) host_network: bool,
    /// The network on which its containers meet, if they are several.
    pub(super) network: Option<String>,
}

/// What to do about other fields of a pod.
const LOST: [(&str, &str); 17] = [
    ("affinity", SCHEDULING),
    ("nodeName", SCHEDULING),
    ("nodeSelector", SCHEDULING),
    ("tolerations", SCHEDULING),
    ("topologySpreadConstraints", SCHEDULING),
    ("priorityClassName", SCHEDULING),
    ("schedulerName", SCHEDULING),
    ("automountServiceAccountToken", CLUSTER),
    ("serviceAccountName", CLUSTER),
    ("serviceAccount", CLUSTER),
    ("imagePullSecrets", "log in with `podman login`"),
    ("hostPID", "a container has its own processes here"),
    ("hostIPC", "a container has its own memory here"),
    ("shareProcessNamespace", "a container has its own processes here"),
    ("ephemeralContainers", "use `podman exec`"),
    ("activeDeadlineSeconds", "a container has no end by time here"),
    ("subdomain", "containers reach each other by name on a network"),
];

const SCHEDULING: &str = "there is one host";
const CLUSTER: &str = "there is no cluster to speak to";

impl Pod {
    /// Nothing but its name.
    pub(super) fn new(name: &str, namespace: &str) -> Self {
        Self {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            labels: Vec::new(),
            annotations: Vec::new(),
            claims: BTreeMap::new(),
            volumes: BTreeMap::new(),
            stopped: false,
            host_network: false,
            network: None,
        }
    }

    /// The name of one of its containers.
    fn container_name(&self, container: &str, alone: bool) -> String {
        if alone { self.name.clone() } else { name::part(&format!("{}-{container}", self.name)) }
    }
}

/// Reads a pod's spec: a manifest a container.
pub(super) fn pod(mut pod: Pod, spec: &View<'_>, gathered: &mut Gathered<'_>) {
    let (inits, containers) = (spec.items("initContainers"), spec.items("containers"));
    if containers.is_empty() {
        gathered.warnings.add(&spec.at(), "has no containers: skipped");
        return;
    }
    pod.host_network = spec.yes("hostNetwork").unwrap_or_default();
    pod.volumes = volume::volumes(spec, &pod, gathered);
    let sidecars = inits.iter().filter(|init| is_sidecar(init)).count();
    if containers.len() + sidecars > 1 && !pod.host_network {
        share(&mut pod, spec, gathered);
    }
    let mut first: Vec<(String, &str)> = Vec::new();
    for init in &inits {
        let name = pod.container_name(&init.text("name").unwrap_or_default(), false);
        let sidecar = is_sidecar(init);
        let why = "runs once here, as a container of its own, not at each start of the pod";
        if !sidecar {
            gathered.warnings.add(&init.at(), why);
        }
        let (policy, met) = if sidecar { ("Always", "started") } else { ("OnFailure", "completed") };
        let place = Place { pod: &pod, spec, name: &name, restart: policy, first: &first };
        let draft = container(&place, init, gathered);
        gathered.drafts.extend(draft);
        first.push((name, met));
    }
    let policy = spec.text("restartPolicy").unwrap_or_else(|| "Always".to_owned());
    let alone = containers.len() == 1;
    for view in &containers {
        let name = pod.container_name(&view.text("name").unwrap_or_default(), alone);
        let place = Place { pod: &pod, spec, name: &name, restart: &policy, first: &first };
        let draft = container(&place, view, gathered);
        gathered.drafts.extend(draft);
    }
    for silent in ["enableServiceLinks", "dnsPolicy", "preemptionPolicy", "priority"] {
        spec.get(silent);
    }
    spec.tell_rest(&LOST, gathered.warnings);
}

/// Whether an init container keeps running beside the others.
fn is_sidecar(init: &View<'_>) -> bool {
    init.text("restartPolicy").is_some_and(|policy| policy == "Always")
}

/// Several containers of one pod get a network on which they meet by name.
fn share(pod: &mut Pod, spec: &View<'_>, gathered: &mut Gathered<'_>) {
    let at = spec.at_of("containers");
    let Some(name) = name::sound(&pod.name) else { return };
    let message = format!(
        "share no localhost here: they meet on the network {name}, each under its own name; write these instead of \
         localhost where one speaks to another"
    );
    gathered.warnings.add(&at, message);
    gathered.drafts.push(Draft::new(Kind::Network, name, at));
    pod.network = Some(pod.name.clone());
}

/// What the pod says of each of its containers.
pub(super) fn common(place: &Place<'_>, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    let (pod, spec) = (place.pod, place.spec);
    for (map, entries) in [("metadata.labels", &pod.labels), ("metadata.annotations", &pod.annotations)] {
        for (name, value, at) in entries {
            draft.entry(map, name, value.as_str(), at);
        }
    }
    if let Some(network) = &pod.network {
        draft.item("spec.networks", network.as_str(), &spec.at());
    }
    if pod.host_network {
        draft.item("spec.networks", "host", &spec.at_of("hostNetwork"));
    }
    if pod.stopped {
        draft.field("spec.desiredState", "Stopped", &spec.at());
    }
    if let Some(hostname) = spec.text("hostname") {
        draft.field("spec.hostname", hostname, &spec.at_of("hostname"));
    }
    // Kubernetes gives a container 30 seconds to end, podsteward 10.
    let grace = spec.number("terminationGracePeriodSeconds").unwrap_or(30);
    draft.field("spec.stopTimeoutSeconds", grace, &spec.at_of("terminationGracePeriodSeconds"));
    for alias in spec.items("hostAliases") {
        let (ip, names) = (alias.text("ip").map(text), Some(list(alias.texts("hostnames"))));
        draft.item("spec.extraHosts", map([("ip", ip), ("hostnames", names)]), &alias.at());
    }
    if let Some(dns) = spec.get("dnsConfig") {
        dns.texts("nameservers").into_iter().for_each(|ip| draft.item("spec.dns", ip, &dns.at()));
        dns.texts("searches").into_iter().for_each(|domain| draft.item("spec.dnsSearch", domain, &dns.at()));
        dns.tell_rest(&[], gathered.warnings);
    }
}
