//! The volumes of a pod, and claims.
//!
//! Owns what each kind of volume becomes. Never mounts one (see [`super::mount`]).

use std::collections::BTreeMap;

use podsteward_specs::key::{Kind, Name};

use super::Gathered;
use super::pod::Pod;
use super::view::View;
use crate::draft::Draft;
use crate::name;

/// What a volume of a pod becomes.
pub(super) enum Source {
    /// A directory or file of the host.
    Bind(String),
    /// A volume by its name.
    Named(String),
    /// Memory, with its size.
    Memory(Option<String>),
    /// The keys of a `Secret`, each with its path, as Podman secrets.
    Secret { name: String, items: Vec<(String, String)>, mode: Option<String> },
    /// It becomes nothing, which is told already.
    Lost,
}

const FILES: &str =
    "becomes nothing: write its keys to files in a directory of the host, and mount that with type: bind";

/// The volumes of a pod by name.
pub(super) fn volumes(spec: &View<'_>, pod: &Pod, gathered: &mut Gathered<'_>) -> BTreeMap<String, Source> {
    let claims = pod.claims.iter().map(|(name, claim)| (name.clone(), Source::Named(claim.clone())));
    let mut volumes: BTreeMap<String, Source> = claims.collect();
    for volume in spec.items("volumes") {
        let Some(name) = volume.text("name") else { continue };
        let source = source(&volume, &name, pod, gathered);
        volumes.insert(name, source);
    }
    volumes
}

fn source(volume: &View<'_>, name: &str, pod: &Pod, gathered: &mut Gathered<'_>) -> Source {
    if let Some(host) = volume.get("hostPath") {
        if host.text("type").is_some_and(|kind| kind.ends_with("OrCreate")) {
            gathered.warnings.add(&host.at(), "nothing is made on the host here: it has to be there");
        }
        return host.text("path").map_or(Source::Lost, Source::Bind);
    }
    if let Some(claim) = volume.get("persistentVolumeClaim") {
        if claim.yes("readOnly") == Some(true) {
            gathered.warnings.add(&claim.at(), "write readOnly: true at each mount of it");
        }
        return claim.text("claimName").map_or(Source::Lost, Source::Named);
    }
    if let Some(empty) = volume.get("emptyDir") {
        return empty_dir(&empty, name, pod, gathered);
    }
    if let Some(secret) = volume.get("secret") {
        return secret_files(&secret, gathered);
    }
    if volume.get("configMap").is_some() {
        gathered.warnings.add(&volume.at(), format!("the ConfigMap {FILES}"));
        return Source::Lost;
    }
    gathered.warnings.add(
        &volume.at(),
        format!("the volume {name} is of a kind that is not known here: left out with its mounts"),
    );
    Source::Lost
}

fn empty_dir(empty: &View<'_>, name: &str, pod: &Pod, gathered: &mut Gathered<'_>) -> Source {
    let size = empty.text("sizeLimit");
    if empty.text("medium").is_some_and(|medium| medium == "Memory") {
        return Source::Memory(size);
    }
    let named = format!("{}-{}", pod.name, name::part(name));
    let message = format!("becomes the volume {named}, which is kept: Kubernetes empties it with the pod");
    gathered.warnings.add(&empty.at(), message);
    if size.is_some() {
        gathered.warnings.add(&empty.at_of("sizeLimit"), "is not carried over: a volume has no limit here");
    }
    let draft = Name::new(&named).ok().map(|named| Draft::new(Kind::Volume, named, empty.at()));
    gathered.drafts.extend(draft);
    Source::Named(named)
}

fn secret_files(secret: &View<'_>, gathered: &mut Gathered<'_>) -> Source {
    let name = secret.text("secretName").unwrap_or_default();
    let chosen: Vec<(String, String)> = secret
        .items("items")
        .iter()
        .filter_map(|item| Some((item.text("key")?, item.text("path")?)))
        .collect();
    let known = gathered.objects.secrets.get(&name);
    let items = match (chosen.is_empty(), known) {
        (false, _) => chosen,
        (true, Some(keys)) => keys.iter().map(|key| (key.clone(), key.clone())).collect(),
        (true, None) => {
            let message =
                format!("the Secret {name} is not part of this import, and its keys are not known: left out");
            gathered.warnings.add(&secret.at(), message);
            return Source::Lost;
        }
    };
    // A plain number in YAML is decimal: 420 is what Kubernetes shows for 0644.
    let mode = secret.text("defaultMode").map(|mode| match mode.parse::<u32>() {
        Ok(number) if !mode.starts_with('0') => format!("{number:04o}"),
        _ => mode,
    });
    Source::Secret { name, items, mode }
}

/// Reads a claim.
pub(super) fn claim(view: &View<'_>, gathered: &mut Gathered<'_>) {
    let name = view.get("metadata").and_then(|metadata| metadata.text("name")).unwrap_or_default();
    declare(&name, view, gathered);
}

/// Declares the volume of a claim. It is never renamed: under another name its data would be missing.
pub(super) fn declare(name: &str, view: &View<'_>, gathered: &mut Gathered<'_>) {
    let Ok(sound) = Name::new(name) else {
        let message =
            format!("'{name}' is no name of a manifest: containers mount the volume, and it is not declared");
        gathered.warnings.add(&view.at(), message);
        return;
    };
    let mut draft = Draft::new(Kind::Volume, sound, view.at());
    let metadata = view.get("metadata");
    for (label, value) in metadata.iter().flat_map(|metadata| metadata.entries("labels")) {
        draft.entry("metadata.labels", &label, value.scalar().unwrap_or_default(), &value.at());
    }
    for (annotation, value) in metadata.iter().flat_map(|metadata| metadata.entries("annotations")) {
        let (option, at) = (value.scalar().unwrap_or_default(), value.at());
        match annotation.strip_prefix("volume.podman.io/") {
            Some("driver") => draft.field("spec.driver", option, &at),
            Some("device") => draft.entry("spec.options", "device", option, &at),
            Some("type") => draft.entry("spec.options", "type", option, &at),
            Some("mount-options") => draft.entry("spec.options", "o", option, &at),
            Some(other) => {
                gathered.warnings.add(&at, format!("{other} is not carried over: see options of a Volume"));
            }
            None => draft.entry("metadata.annotations", &annotation, option, &at),
        }
    }
    if let Some(spec) = view.get("spec") {
        spec.get("accessModes");
        spec.tell_rest(
            &[
                ("resources", "a volume has no limit here"),
                ("storageClassName", "Podman's driver local holds"),
            ],
            gathered.warnings,
        );
    }
    gathered.drafts.push(draft);
}
