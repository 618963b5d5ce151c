//! A manifest in the making, in which every value knows where it came from.
//!
//! Owns the order of the fields and the way from a path back to the line that it came from. Never judges a value.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_specs::key::{Key, Kind, Name};
use podsteward_specs::tree::{item_path, key_path};
use serde_yaml::{Mapping, Value};

use crate::value::text;
use crate::warning::At;

/// The fields of a manifest in the order in which people read them. What is not listed comes last.
const ORDER: [&str; 44] = [
    "metadata.labels",
    "metadata.annotations",
    "spec.driver",
    "spec.subnet",
    "spec.gateway",
    "spec.ipRange",
    "spec.internal",
    "spec.image",
    "spec.imagePullPolicy",
    "spec.command",
    "spec.args",
    "spec.workingDir",
    "spec.hostname",
    "spec.user",
    "spec.groupAdd",
    "spec.init",
    "spec.env",
    "spec.secrets",
    "spec.ports",
    "spec.mounts",
    "spec.networks",
    "spec.dependsOn",
    "spec.restartPolicy",
    "spec.desiredState",
    "spec.healthcheck",
    "spec.probes",
    "spec.resources",
    "spec.cpuShares",
    "spec.cgroupParent",
    "spec.cgroupNamespace",
    "spec.securityContext",
    "spec.devices",
    "spec.sysctls",
    "spec.ulimits",
    "spec.shmSize",
    "spec.dns",
    "spec.ipv6",
    "spec.dnsSearch",
    "spec.extraHosts",
    "spec.stopSignal",
    "spec.stopTimeoutSeconds",
    "spec.startTimeoutSeconds",
    "spec.logDriver",
    "spec.options",
];

/// Where a value stands in the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// A field by its path.
    Field(String),
    /// An item of a list. Of two with one identity the later one holds.
    Item { list: String, identity: Option<String> },
    /// An entry of a map whose keys the user chooses.
    Entry { map: String, key: String },
}

impl Slot {
    fn rank(&self) -> usize {
        let (Self::Field(path) | Self::Item { list: path, .. } | Self::Entry { map: path, .. }) = self;
        let within = |field: &str| {
            path.strip_prefix(field).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        ORDER.iter().position(|field| within(field)).unwrap_or(ORDER.len())
    }
}

#[derive(Debug, Clone)]
struct Part {
    slot: Slot,
    value: Value,
    at: At,
}

/// A manifest in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The object.
    pub(crate) key: Key,
    /// Where it came from as a whole.
    pub(crate) at: At,
    parts: Vec<Part>,
}

impl Draft {
    /// An empty one.
    pub(crate) fn new(kind: Kind, name: Name, at: At) -> Self {
        Self { key: Key { kind, name }, at, parts: Vec::new() }
    }

    /// The object's name.
    pub(crate) fn name(&self) -> &str {
        self.key.name.as_str()
    }

    /// Sets a field; the later word holds.
    pub(crate) fn field(&mut self, path: &str, value: impl Into<Value>, at: &At) {
        self.set(Slot::Field(path.to_owned()), value.into(), at);
    }

    /// Adds an item to a list.
    pub(crate) fn item(&mut self, list: &str, value: impl Into<Value>, at: &At) {
        let slot = Slot::Item { list: list.to_owned(), identity: None };
        self.parts.push(Part { slot, value: value.into(), at: at.clone() });
    }

    /// Adds an item to a list, or puts it in the place of one with the same identity.
    pub(crate) fn identified(&mut self, list: &str, identity: &str, value: Value, at: &At) {
        let slot = Slot::Item { list: list.to_owned(), identity: Some(identity.to_owned()) };
        self.set(slot, value, at);
    }

    /// Sets an entry of a map whose keys the user chooses.
    pub(crate) fn entry(&mut self, map: &str, key: &str, value: impl Into<Value>, at: &At) {
        self.set(Slot::Entry { map: map.to_owned(), key: key.to_owned() }, value.into(), at);
    }

    /// Whether a field, or anything below it, is set.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.parts.iter().any(|part| match &part.slot {
            Slot::Field(field) => {
                field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            Slot::Item { list, .. } => list == path,
            Slot::Entry { map, .. } => map == path,
        })
    }

    /// Whether a list has an item of that identity.
    pub(crate) fn holds(&self, list: &str, identity: &str) -> bool {
        let slot = Slot::Item { list: list.to_owned(), identity: Some(identity.to_owned()) };
        self.parts.iter().any(|part| part.slot == slot)
    }

    fn set(&mut self, slot: Slot, value: Value, at: &At) {
        let at = at.clone();
        match self.parts.iter_mut().find(|part| part.slot == slot) {
            Some(part) => (part.value, part.at) = (value, at),
            None => self.parts.push(Part { slot, value, at }),
        }
    }

    /// Takes out what stands at paths of the finished manifest: the value that holds the path, else the last one below
    /// it. `None` where one of them holds nothing that could be missed.
    pub(crate) fn take(&mut self, paths: &[&str]) -> Option<Vec<At>> {
        let found: Vec<usize> = {
            let places = self.places();
            paths.iter().map(|path| place(&places, path)).collect::<Option<_>>()?
        };
        let gone: BTreeSet<usize> = found.iter().copied().collect();
        let taken = found.iter().filter_map(|position| Some(self.parts.get(*position)?.at.clone())).collect();
        let mut position = 0;
        self.parts.retain(|_| {
            position += 1;
            !gone.contains(&(position - 1))
        });
        Some(taken)
    }

    /// The position of each part by its path in the finished manifest. Sorts the parts as they stand there.
    fn places(&mut self) -> BTreeMap<String, usize> {
        self.parts.sort_by_key(|part| part.slot.rank());
        let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for (position, part) in self.parts.iter().enumerate() {
            let path = match &part.slot {
                Slot::Field(path) => path.clone(),
                Slot::Entry { map, key } => key_path(map, key),
                Slot::Item { list, .. } => {
                    let length = lengths.entry(list).or_default();
                    *length += 1;
                    item_path(list, *length - 1)
                }
            };
            places.insert(path, position);
        }
        places
    }

    /// The finished manifest.
    pub(crate) fn document(&mut self) -> Value {
        self.parts.sort_by_key(|part| part.slot.rank());
        let mut root = Mapping::new();
        root.insert("apiVersion".into(), "podsteward.dev/v1alpha1".into());
        root.insert("kind".into(), self.key.kind.as_str().into());
        let metadata: Mapping = [(text("name"), text(self.name()))].into_iter().collect();
        root.insert("metadata".into(), metadata.into());
        for part in &self.parts {
            match &part.slot {
                Slot::Field(path) => put(&mut root, path, |slot| *slot = part.value.clone()),
                Slot::Item { list, .. } => put(&mut root, list, |slot| push(slot, part.value.clone())),
                Slot::Entry { map, key } => put(&mut root, map, |slot| insert(slot, key, part.value.clone())),
            }
        }
        Value::Mapping(root)
    }
}

/// The part that holds a path or, failing that, the last one below it. An image cannot be missed.
fn place(places: &BTreeMap<String, usize>, path: &str) -> Option<usize> {
    let mut holding = path;
    while !holding.is_empty() {
        if let Some(position) = places.get(holding) {
            return (holding != "spec.image").then_some(*position);
        }
        holding = holding.rfind(['.', '[']).and_then(|end| holding.get(..end)).unwrap_or_default();
    }
    let below = |inner: &str| inner.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
    places.range(path.to_owned()..).filter(|(inner, _)| below(inner)).map(|(_, position)| *position).max()
}

/// Walks to a path, making the maps on the way.
fn put(map: &mut Mapping, path: &str, set: impl FnOnce(&mut Value)) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let slot = map.entry(text(first)).or_insert(Value::Null);
    match rest {
        None => set(slot),
        Some(rest) => {
            if !slot.is_mapping() {
                *slot = Value::Mapping(Mapping::new());
            }
            if let Value::Mapping(inner) = slot {
                put(inner, rest, set);
            }
        }
    }
}

fn push(slot: &mut Value, value: Value) {
    match slot {
        Value::Sequence(items) => items.push(value),
        _ => *slot = Value::Sequence(vec![value]),
    }
}

fn insert(slot: &mut Value, key: &str, value: Value) {
    if !slot.is_mapping() {
        *slot = Value::Mapping(Mapping::new());
    }
    if let Value::Mapping(map) = slot {
        map.insert(text(key), value);
    }
}
