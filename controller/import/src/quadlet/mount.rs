//! The keys that mount something: volumes, directories of the host, memory.
//!
//! Owns the syntax of `Volume=`, `Mount=` and `Tmpfs=`. Never looks whether a source is there.

use serde_yaml::Value;

use super::build::Making;
use super::take::yes;
use super::unit::Kind;
use crate::value::{list, map, text};
use crate::warning::At;

/// `Volume=[SOURCE:]TARGET[:OPTIONS]`.
pub(super) fn volume(m: &mut Making<'_>, value: &str, at: &At) {
    let parts: Vec<&str> = value.splitn(3, ':').collect();
    let (source, target, options) = match parts.as_slice() {
        [source, target, options] => (*source, *target, *options),
        [source, target] => (*source, *target, ""),
        _ => ("", value, ""),
    };
    let mut mount = Mount::new(target);
    mount.source(m, source, at);
    options.split(',').for_each(|option| mount.option(m, option, at));
    mount.add(m, at);
}

/// `Mount=type=TYPE,source=..,target=..,OPTIONS`.
pub(super) fn mount(m: &mut Making<'_>, value: &str, at: &At) {
    let pairs: Vec<(&str, &str)> =
        value.split(',').map(|part| part.split_once('=').unwrap_or((part, ""))).collect();
    let of = |names: &[&str]| pairs.iter().rfind(|(key, _)| names.contains(key)).map(|(_, value)| *value);
    let kind = of(&["type"]).unwrap_or("volume");
    if !matches!(kind, "volume" | "bind" | "tmpfs") {
        return m
            .warn(at, format!("nothing of the type {kind} is mounted here (volume, bind, tmpfs): left out"));
    }
    let Some(target) = of(&["target", "destination", "dst"]) else {
        return m.warn(at, "names no target: left out");
    };
    let mut mount = Mount::new(target);
    match kind {
        "tmpfs" => mount.kind = "tmpfs",
        _ => mount.source(m, of(&["source", "src"]).unwrap_or_default(), at),
    }
    for (key, value) in pairs {
        match (key, value) {
            ("type" | "target" | "destination" | "dst" | "source" | "src", _) => {}
            ("readonly" | "ro", "") => mount.read_only = true,
            ("readonly" | "ro", word) => mount.read_only = yes(word),
            ("rw", word) => mount.read_only = !(word.is_empty() || yes(word)),
            ("relabel", "shared") => mount.option(m, "z", at),
            ("relabel", "private") => mount.option(m, "Z", at),
            ("chown" | "U", word) if word.is_empty() || yes(word) => mount.option(m, "U", at),
            ("bind-propagation", word) => mount.option(m, word, at),
            ("bind-nonrecursive", _) => mount.option(m, "bind", at),
            ("tmpfs-size", size) => mount.option(m, &format!("size={size}"), at),
            ("tmpfs-mode", mode) => mount.option(m, &format!("mode={mode}"), at),
            ("subpath" | "volume-subpath", _) => {
                return m.warn(at, "no part of a volume is mounted here: left out; use a volume of its own");
            }
            (key, "") => mount.option(m, key, at),
            (key, value) => mount.option(m, &format!("{key}={value}"), at),
        }
    }
    mount.add(m, at);
}

/// `Tmpfs=TARGET[:OPTIONS]`.
pub(super) fn tmpfs(m: &mut Making<'_>, value: &str, at: &At) {
    let (target, options) = value.split_once(':').unwrap_or((value, ""));
    let mut mount = Mount::new(target);
    mount.kind = "tmpfs";
    options.split(',').for_each(|option| mount.option(m, option, at));
    mount.add(m, at);
}

/// The deprecated `VolatileTmp=`.
pub(super) fn volatile_tmp(m: &mut Making<'_>, value: &str, at: &At) {
    if yes(value) {
        tmpfs(m, "/tmp:size=512M,mode=1777", at);
    }
}

struct Mount {
    kind: &'static str,
    source: Option<String>,
    target: String,
    read_only: bool,
    options: Vec<String>,
    /// It is mounted otherwise than a manifest can say.
    lost: bool,
}

impl Mount {
    fn new(target: &str) -> Self {
        let target = target.to_owned();
        Self { kind: "volume", source: None, target, read_only: false, options: Vec::new(), lost: false }
    }

    /// A path, a unit, the name of a volume, or nothing.
    fn source(&mut self, m: &mut Making<'_>, source: &str, at: &At) {
        if source.is_empty() {
            let name = format!("{}-{}", m.draft.name(), crate::name::part(&self.target));
            m.warn(
                at,
                format!("the volume without a name becomes {name}, which is kept when the container goes"),
            );
            self.source = Some(name);
        } else if source.starts_with(['/', '.']) {
            (self.kind, self.source) = ("bind", Some(m.absolute(source)));
        } else if source.ends_with(".volume") {
            self.source = Some(unit(m, source, at));
        } else {
            self.source = Some(source.to_owned());
        }
    }

    fn option(&mut self, m: &mut Making<'_>, option: &str, at: &At) {
        match option {
            "" | "rw" => {}
            "ro" => self.read_only = true,
            "O" => {
                m.warn(
                    at,
                    "there are no overlay mounts here: left out; mount it readOnly, or copy it to a volume",
                );
                self.lost = true;
            }
            option => self.options.push(option.to_owned()),
        }
    }

    fn add(self, m: &mut Making<'_>, at: &At) {
        if self.lost {
            return;
        }
        let item = map([
            ("type", Some(text(self.kind))),
            ("source", self.source.map(text)),
            ("target", Some(text(self.target))),
            ("readOnly", self.read_only.then_some(Value::Bool(true))),
            ("options", (!self.options.is_empty()).then(|| list(self.options))),
        ]);
        m.draft.item("spec.mounts", item, at);
    }
}

/// The name of the volume of a unit.
fn unit(m: &mut Making<'_>, file: &str, at: &At) -> String {
    if let Some(unit) = m.units.file(file).filter(|unit| unit.kind == Kind::Volume) {
        return unit.resource.clone();
    }
    let name = format!("systemd-{}", file.trim_end_matches(".volume"));
    m.warn(at, format!("{file} is not part of this import: the volume {name} is used and not declared"));
    name
}
