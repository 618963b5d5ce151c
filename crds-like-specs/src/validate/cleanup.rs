//! The checks of what a `DiskPolicy` may throw away.
//!
//! Owns the checks of each step. What could be read as "everything" is never read so: an empty selector is a problem, and
//! where there is no safe default there is none. Which directories files may go from is checked in [`super::root`].

use std::collections::{BTreeMap, BTreeSet};

use super::container::scalar;
use super::field::Field;
use super::process::some_bytes;
use super::{OWN_LABELS, root, text};
use crate::defaults::disk as defaults;
use crate::disk::{self, CleanupStep};
use crate::duration;
use crate::quantity::Bytes;
use crate::wire::disk as wire;

/// Checks the steps, in order.
pub(super) fn steps(wire: Vec<wire::Step>, field: &Field<'_>) -> Vec<CleanupStep> {
    let steps = wire.into_iter().enumerate();
    steps.filter_map(|(position, wire)| step(wire, &field.item(position))).collect()
}

/// A path that says one thing only: a variable that was empty leaves `//` behind, and `..` leads elsewhere.
pub(super) fn plain_path(text: &str) -> Result<String, String> {
    let allowed = "(an absolute path without '.', '..' and '//')";
    if text == "/" {
        return Ok(text.to_owned());
    }
    let plain = text.strip_suffix('/').unwrap_or(text);
    let mut parts = plain.split('/').skip(1);
    let odd = |part: &str| part.is_empty() || part == "." || part == ".." || part.contains(char::is_control);
    if !plain.starts_with('/') || parts.any(odd) {
        return Err(format!("'{text}' is not a plain path {allowed}"));
    }
    Ok(plain.to_owned())
}

/// The schema lets exactly one be declared.
fn step(wire: wire::Step, field: &Field<'_>) -> Option<CleanupStep> {
    let at = |name: &str| field.key(name);
    let whole = [
        wire.prune_dangling_images.map(|_| CleanupStep::PruneDanglingImages),
        wire.prune_build_cache.map(|_| CleanupStep::PruneBuildCache),
        wire.prune_unused_images.map(|wire| unused_images(wire, &at("pruneUnusedImages"))),
        wire.truncate_container_logs.map(|wire| container_logs(&wire, &at("truncateContainerLogs"))),
        wire.journal_vacuum.map(|wire| journal(&wire, &at("journalVacuum"))),
        wire.prune_containers.and_then(|wire| containers(wire, &at("pruneContainers"))),
        wire.delete_files.and_then(|wire| files(&wire, &at("deleteFiles"))),
        wire.prune_volumes.and_then(|wire| volumes(wire, &at("pruneVolumes"))),
    ];
    whole.into_iter().flatten().next()
}

fn unused_images(wire: wire::UnusedImages, field: &Field<'_>) -> CleanupStep {
    let unused_for = field.key("unusedFor").read(wire.unused_for.as_deref(), duration::parse);
    CleanupStep::PruneUnusedImages {
        unused_for: unused_for.unwrap_or(defaults::UNUSED_FOR),
        keep_last: wire.keep_last.unwrap_or(defaults::KEEP_LAST),
        protect: names(&wire.protect.unwrap_or_default(), &field.key("protect"), "image", text::word),
    }
}

fn containers(wire: wire::Containers, field: &Field<'_>) -> Option<CleanupStep> {
    let exited_for = field.key("exitedFor").read(wire.exited_for.as_deref(), duration::parse);
    let labels = labels(wire.labels?, &field.key("labels"));
    Some(CleanupStep::PruneContainers { exited_for: exited_for.unwrap_or(defaults::EXITED_FOR), labels })
}

fn labels(wire: wire::Labels, field: &Field<'_>) -> BTreeMap<String, Option<String>> {
    let written: Vec<(Field<'_>, String, Option<String>)> = match wire {
        wire::Labels::Map(labels) => {
            labels.into_iter().map(|(name, value)| (field.key(&name), name, value)).collect()
        }
        wire::Labels::List(labels) => {
            let split = |(position, label): (usize, String)| match label.split_once('=') {
                Some((name, value)) => (field.item(position), name.to_owned(), Some(value.to_owned())),
                None => (field.item(position), label, None),
            };
            labels.into_iter().enumerate().map(split).collect()
        }
    };
    if written.is_empty() {
        field.problem("is empty (at least one label: without any, every container that ended would go)");
    }
    let mut labels = BTreeMap::new();
    for (field, name, value) in written {
        if name.starts_with(OWN_LABELS) {
            field.problem(format!("is podsteward's own label (any without {OWN_LABELS})"));
        } else if let Some(name) = field.take(text::word(&name)) {
            field.insert(&mut labels, name, value, "label");
        }
    }
    labels
}

fn container_logs(wire: &wire::ContainerLogs, field: &Field<'_>) -> CleanupStep {
    let over = scalar(wire.over.as_ref(), &field.key("over"), str::parse::<Bytes>);
    CleanupStep::TruncateContainerLogs { over: over.unwrap_or(defaults::LOG_OVER) }
}

fn files(wire: &wire::Files, field: &Field<'_>) -> Option<CleanupStep> {
    let root = field.key("root").read(wire.root.as_deref(), root::root);
    let glob = field.key("glob").read(wire.glob.as_deref(), glob);
    let older_than = field.key("olderThan").read(wire.older_than.as_deref(), duration::parse);
    Some(CleanupStep::DeleteFiles { root: root?, glob: glob?, older_than: older_than? })
}

/// A glob that can match something below its root and nothing else.
fn glob(text: &str) -> Result<String, String> {
    if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(format!("'{text}' matches nothing below root ({})", wire::GLOB_RULE));
    }
    let wrong =
        |error: &globset::Error| format!("'{text}' is not a glob: {} ({})", error.kind(), wire::GLOB_RULE);
    disk::glob(text).map(|_| text.to_owned()).map_err(|error| wrong(&error))
}

fn journal(wire: &wire::Journal, field: &Field<'_>) -> CleanupStep {
    let keep = scalar(wire.keep.as_ref(), &field.key("keep"), some_bytes);
    CleanupStep::JournalVacuum { keep: keep.unwrap_or(defaults::JOURNAL_KEEP) }
}

fn volumes(wire: wire::Volumes, field: &Field<'_>) -> Option<CleanupStep> {
    let written = wire.names?;
    if written.is_empty() {
        field.key("names").problem("is empty (at least one name: data goes by name only)");
    }
    Some(CleanupStep::PruneVolumes {
        names: names(&written, &field.key("names"), "volume", text::podman_name),
    })
}

/// Reads a list of names, each once.
fn names(
    wire: &[String],
    field: &Field<'_>,
    noun: &str,
    read: impl Fn(&str) -> Result<String, String>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (position, name) in wire.iter().enumerate() {
        let field = field.item(position);
        if let Some(name) = field.take(read(name))
            && !names.insert(name.clone())
        {
            field.problem(format!("declares the {noun} {name} a second time"));
        }
    }
    names
}
