//! The keys of a container's process: command, environment, user, privileges, limits.
//!
//! Owns their syntax. Never checks a value that the manifest language checks.

use serde_yaml::Value;

use super::build::Making;
use super::take::{Take, last, values, yes};
use super::words::split;
use crate::env_file::{Line, parse};
use crate::secret;
use crate::value::{list, map, number, text};
use crate::warning::At;

/// A key that says yes or no.
pub(super) fn flag(m: &mut Making<'_>, field: &str, value: &str, at: &At) {
    m.draft.field(field, yes(value), at);
}

/// `AddCapability=`, in which `all` stands for every one.
pub(super) fn add_capability(m: &mut Making<'_>, name: &str, at: &At) {
    m.draft.identified("spec.securityContext.capabilities.add", name, text(name.to_ascii_uppercase()), at);
}

/// `DropCapability=`.
pub(super) fn drop_capability(m: &mut Making<'_>, name: &str, at: &At) {
    m.draft.identified("spec.securityContext.capabilities.drop", name, text(name.to_ascii_uppercase()), at);
}

/// `AddDevice=`: a device with `-` before it may be missing.
pub(super) fn device(m: &mut Making<'_>, device: &str, at: &At) {
    let sure = device.strip_prefix('-').unwrap_or(device);
    if sure != device {
        m.warn(at, format!("{sure} is needed from now on: leave it out where the host has no such device"));
    }
    m.draft.item("spec.devices", sure, at);
}

/// `Annotation=`: only podsteward reads those of a manifest.
pub(super) fn annotation(m: &mut Making<'_>, pair: &str, at: &At) {
    let Some((name, value)) = pair.split_once('=') else { return };
    m.warn(at, format!("{name} stays in the manifest and is not set on the container: use a label"));
    m.draft.entry("metadata.annotations", name, value, at);
}

/// `Label=`.
pub(super) fn label(m: &mut Making<'_>, pair: &str, at: &At) {
    if let Some((name, value)) = pair.split_once('=') {
        m.draft.entry("metadata.labels", name, value, at);
    }
}

/// `CgroupsMode=`.
pub(super) fn cgroups(m: &mut Making<'_>, mode: &str, at: &At) {
    if !matches!(mode, "split" | "enabled") {
        m.warn(at, "there is no field for it: the container gets control groups of its own");
    }
}

/// `Entrypoint=`: a program, or a list as JSON.
pub(super) fn entrypoint(m: &mut Making<'_>, value: &str, at: &At) {
    let words: Vec<String> = serde_json::from_str(value).unwrap_or_else(|_| vec![value.to_owned()]);
    m.draft.field("spec.command", list(words), at);
}

/// `Exec=`: the arguments, of which the last assignment says all.
pub(super) fn exec(m: &mut Making<'_>) {
    let assigned = m.unit.assignments.iter().rfind(|it| it.section == "Container" && it.at.key == "Exec");
    if let Some(assignment) = assigned.filter(|assignment| !assignment.value.is_empty()) {
        m.draft.field("spec.args", list(split(&assignment.value, true)), &assignment.at);
    }
}

/// `Environment=`.
pub(super) fn env(m: &mut Making<'_>, pair: &str, at: &At) {
    let Some((name, value)) = pair.split_once('=') else { return };
    if secret::is_telling(name) && !value.is_empty() {
        let better = format!("{}-{}", m.draft.name(), crate::name::part(name));
        let how = secret::how_to(&better);
        m.warn(at, format!("{name} stands in the manifest as readable as it did in the unit: {how}, and write secretRef: {better} for its value"));
    }
    m.draft.identified("spec.env", name, map([("name", Some(text(name))), ("value", Some(text(value)))]), at);
}

/// `EnvironmentFile=`: its variables, in the manifest. What looks like a secret becomes one.
pub(super) fn env_file(m: &mut Making<'_>, path: &str, at: &At) {
    let path = m.absolute(path.strip_prefix('-').unwrap_or(path));
    let read = (m.surroundings.read)(path.as_ref()).map_err(|error| format!("cannot be read: {error}"));
    let lines = match read.and_then(|bytes| parse(&bytes)) {
        Ok(lines) => lines,
        Err(why) => {
            return m.warn(at, format!("{path} {why}; its variables are missing: write them under env"));
        }
    };
    m.warn(at, format!("{path} was copied: from now on its variables are changed in the manifest"));
    for line in lines {
        match line {
            Line::Variable(name, _) if secret::is_telling(&name) => {
                let named = secret::named(m.draft.name(), &name);
                let file =
                    format!("sed -n 's/^{name}=//p' {path} | tr -d '\\n' | podman secret create {named} -");
                m.warn(at, format!("{name} looks like a secret and becomes one: make it with `{file}`"));
                m.draft.identified("spec.env", &name, secret::env(&name, &named), at);
            }
            Line::Variable(name, value) => {
                let item = map([("name", Some(text(&name))), ("value", Some(text(value)))]);
                m.draft.identified("spec.env", &name, item, at);
            }
            Line::Inherited(name) => m.warn(at, format!("{name} has no value in {path}: write it under env")),
        }
    }
}

/// `GroupAdd=`.
pub(super) fn group_add(m: &mut Making<'_>, group: &str, at: &At) {
    if group == "keep-groups" {
        m.warn(at, "there is no keep-groups here: name the groups");
    } else {
        m.draft.item("spec.groupAdd", group, at);
    }
}

/// `PidsLimit=`, where 0 is none.
pub(super) fn pids(m: &mut Making<'_>, limit: &str, at: &At) {
    let limit = if limit == "0" { Value::from(-1) } else { number(limit) };
    m.draft.field("spec.resources.limits.pids", limit, at);
}

/// `Pull=`.
pub(super) fn pull(m: &mut Making<'_>, policy: &str, at: &At) {
    let policy = match policy {
        "always" => "Always",
        "never" => "Never",
        "missing" => return,
        "newer" => {
            m.warn(at, "newer becomes Always: the image is pulled each time the container is made");
            "Always"
        }
        other => return m.warn(at, format!("'{other}' is no policy: IfNotPresent holds")),
    };
    m.draft.field("spec.imagePullPolicy", policy, at);
}

/// `Secret=NAME[,type=..][,target=..][,uid=..][,gid=..][,mode=..]`.
pub(super) fn secret(m: &mut Making<'_>, value: &str, at: &At) {
    // The first part is the name by itself, or says `source=`.
    let named = |part| ("source", part);
    let options: Vec<(&str, &str)> =
        value.split(',').map(|part| part.split_once('=').unwrap_or(named(part))).collect();
    let option = |key: &str| options.iter().rfind(|(name, _)| *name == key).map(|(_, value)| *value);
    let name = option("source").unwrap_or_default();
    let item = map([
        ("name", Some(text(name))),
        ("type", option("type").filter(|kind| *kind != "mount").map(text)),
        ("target", option("target").map(text)),
        ("uid", option("uid").map(number)),
        ("gid", option("gid").map(number)),
        ("mode", option("mode").map(text)),
    ]);
    m.draft.item("spec.secrets", item, at);
    m.warn(
        at,
        format!(
            "Podman's secret {name} is used: where there is none, make it with `podman secret create {name} FILE`"
        ),
    );
}

/// `SecurityLabel..=` with a word.
pub(super) fn label_option(m: &mut Making<'_>, option: &str, at: &At) {
    m.draft.identified("spec.securityContext.selinuxLabel", option, text(option), at);
}

/// `SecurityLabel..=` with yes or no.
pub(super) fn label_flag(m: &mut Making<'_>, option: &str, value: &str, at: &At) {
    if yes(value) {
        label_option(m, option, at);
    }
}

/// `Sysctl=NAME=VALUE`.
pub(super) fn sysctl(m: &mut Making<'_>, pair: &str, at: &At) {
    match pair.split_once('=') {
        Some((name, value)) => m.draft.entry("spec.sysctls", name, value, at),
        None => m.warn(at, format!("'{pair}' has no value: left out")),
    }
}

/// `Ulimit=NAME=SOFT[:HARD]`.
pub(super) fn ulimit(m: &mut Making<'_>, limit: &str, at: &At) {
    let Some((name, bounds)) = limit.split_once('=') else {
        return m.warn(at, format!("'{limit}' has no number: left out; write the limits out"));
    };
    let (soft, hard) = bounds.split_once(':').map_or((bounds, None), |(soft, hard)| (soft, Some(hard)));
    let bound = |text: &str| if text == "-1" { Value::from("unlimited") } else { number(text) };
    let item = map([("name", Some(text(name))), ("soft", Some(bound(soft))), ("hard", hard.map(bound))]);
    m.draft.identified("spec.ulimits", name, item, at);
}

/// What several keys say together: the user, and the deprecated mappings.
pub(super) fn finish(m: &mut Making<'_>) {
    match (m.user.take(), m.group.take()) {
        (Some((user, at)), group) => {
            let user = group.map_or(user.clone(), |(group, _)| format!("{user}:{group}"));
            m.draft.field("spec.user", user, &at);
        }
        (None, Some((_, at))) => m.warn(&at, "says nothing without User=: left out"),
        (None, None) => {}
    }
    let remap = std::mem::take(&mut m.remap);
    if let Some((_, at)) = remap.first() {
        match remapped(m) {
            Some(namespace) if !m.draft.has("spec.securityContext.userNamespace") => {
                m.draft.field("spec.securityContext.userNamespace", namespace, at);
            }
            _ => m.warn(at, "there are no single mappings: use userNamespace"),
        }
    }
}

/// The deprecated `RemapUsers=` as `UserNS=`.
fn remapped(m: &Making<'_>) -> Option<String> {
    let all = |key: &str| values(&m.unit.assignments, "Container", key, Take::Words);
    let (kind, _) = last(&m.unit.assignments, "Container", "RemapUsers")?;
    let (uid, gid, size) = match kind.as_str() {
        "auto" => ("uidmapping", "gidmapping", Some("size")),
        "keep-id" => ("uid", "gid", None),
        _ => return None,
    };
    let uids = all("RemapUid").into_iter().map(|(map, _)| format!("{uid}={map}"));
    let gids = all("RemapGid").into_iter().map(|(map, _)| format!("{gid}={map}"));
    let sizes =
        all("RemapUidSize").into_iter().filter_map(|(size_of, _)| Some(format!("{}={size_of}", size?)));
    let options: Vec<String> = uids.chain(gids).chain(sizes).collect();
    Some(if options.is_empty() { kind } else { format!("{kind}:{}", options.join(",")) })
}
