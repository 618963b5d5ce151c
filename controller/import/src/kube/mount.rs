//! Where a container mounts the volumes of its pod.
//!
//! Owns the way from a mount to a path, a volume, memory or secrets. Never declares a volume (see [`super::volume`]).

use serde_yaml::Value;

use super::Gathered;
use super::container::Place;
use super::env::podman_secret;
use super::view::View;
use super::volume::Source;
use crate::draft::Draft;
use crate::value::{list, map, text};

/// Reads the mounts.
pub(super) fn mounts(place: &Place<'_>, view: &View<'_>, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    for mount in view.items("volumeMounts") {
        let (name, target) = (mount.text("name").unwrap_or_default(), mount.text("mountPath"));
        let Some(target) = target else {
            gathered.warnings.add(&mount.at(), "has no mountPath: left out");
            continue;
        };
        match place.pod.volumes.get(&name) {
            Some(source) => one(&mount, source, &target, draft, gathered),
            None => {
                gathered.warnings.add(&mount.at(), format!("there is no volume {name} in the pod: left out"));
            }
        }
    }
}

fn one(mount: &View<'_>, source: &Source, target: &str, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    let part = mount.text("subPath");
    let (kind, from, options) = match (source, &part) {
        (Source::Lost, _) => return,
        (Source::Secret { name, items, mode }, _) => {
            return secrets(
                mount,
                Files { name, items, mode: mode.as_deref(), part: part.as_deref() },
                target,
                draft,
                gathered,
            );
        }
        (Source::Bind(path), Some(part)) => {
            ("bind", Some(format!("{}/{part}", path.trim_end_matches('/'))), None)
        }
        (Source::Bind(path), None) => ("bind", Some(path.clone()), None),
        (Source::Named(_) | Source::Memory(_), Some(_)) => {
            let message = "no part of a volume is mounted here: left out; use a volume of its own";
            return gathered.warnings.add(&mount.at_of("subPath"), message);
        }
        (Source::Named(name), None) => ("volume", Some(name.clone()), None),
        (Source::Memory(size), None) => ("tmpfs", None, size.as_ref().and_then(|size| memory(size))),
    };
    let read_only = mount.yes("readOnly").filter(|yes| *yes).map(Value::Bool);
    let item = map([
        ("type", Some(text(kind))),
        ("source", from.map(text)),
        ("target", Some(text(target))),
        ("readOnly", read_only),
        ("options", options.map(|size| list([format!("size={size}")]))),
    ]);
    draft.item("spec.mounts", item, &mount.at());
    mount.tell_rest(&[("mountPropagation", "write it under options")], gathered.warnings);
}

/// A size as the mount option of memory has it: in bytes.
fn memory(size: &str) -> Option<u64> {
    size.parse::<podsteward_specs::quantity::Bytes>().ok().map(|bytes| bytes.0)
}

/// The files of a `Secret`.
#[derive(Clone, Copy)]
struct Files<'a> {
    name: &'a str,
    items: &'a [(String, String)],
    mode: Option<&'a str>,
    /// The one that is mounted alone.
    part: Option<&'a str>,
}

fn secrets(mount: &View<'_>, files: Files<'_>, target: &str, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    let at = mount.at();
    for (key, path) in files.items.iter().filter(|(_, path)| files.part.is_none_or(|part| part == path)) {
        let named = podman_secret(files.name, key, &at, gathered);
        let target = if files.part.is_some() {
            target.to_owned()
        } else {
            format!("{}/{path}", target.trim_end_matches('/'))
        };
        let item = map([
            ("name", Some(text(named))),
            ("target", Some(text(target))),
            ("mode", files.mode.map(text)),
        ]);
        draft.item("spec.secrets", item, &at);
    }
    mount.get("readOnly");
}
