//! `.container` units: which key goes where.
//!
//! Owns the table of the keys of `[Container]`. What a key becomes stands in the file of its topic; a key that is in no
//! table is told.

use std::collections::BTreeSet;

use podsteward_specs::key;

use super::build::Making;
use super::take::{Take, values};
use super::unit::{self, Unit, Units};
use super::{args, connect, health, mount, process, service};
use crate::draft::Draft;
use crate::warning::{At, Warnings};
use crate::{Surroundings, name, value};

/// What a value of a key does to a container in the making.
pub(super) type Apply = fn(&mut Making<'_>, &str, &At);

/// The keys, how each is read, and what its values do.
pub(super) const KEYS: [(&str, Take, Apply); 74] = [
    ("AddCapability", Take::Words, process::add_capability),
    ("AddDevice", Take::Words, process::device),
    ("AddHost", Take::Every, connect::host),
    ("Annotation", Take::Pairs, process::annotation),
    ("AutoUpdate", Take::Last, |m, _, at| {
        m.warn(at, "images are updated by nobody here: image-update is alert-only; write the new image into the manifest");
    }),
    ("CgroupsMode", Take::Last, process::cgroups),
    ("ContainerName", Take::Last, |_, _, _| {}),
    ("DNS", Take::Every, |m, dns, at| m.draft.item("spec.dns", dns, at)),
    ("DNSSearch", Take::Every, |m, domain, at| m.draft.item("spec.dnsSearch", domain, at)),
    ("DropCapability", Take::Words, process::drop_capability),
    ("Entrypoint", Take::Last, process::entrypoint),
    ("Environment", Take::Pairs, process::env),
    ("EnvironmentFile", Take::Args, process::env_file),
    ("Exec", Take::Last, |_, _, _| {}),
    ("Group", Take::Last, |m, group, at| m.group = Some((group.to_owned(), at.clone()))),
    ("GroupAdd", Take::Every, process::group_add),
    ("HealthCmd", Take::Last, health::command),
    ("HealthInterval", Take::Last, health::interval),
    ("HealthOnFailure", Take::Last, health::on_failure),
    ("HealthRetries", Take::Last, |m, tries, at| {
        m.draft.field("spec.healthcheck.retries", value::number(tries), at);
    }),
    ("HealthStartPeriod", Take::Last, |m, time, at| m.draft.field("spec.healthcheck.startPeriod", time, at)),
    ("HealthStartupCmd", Take::Last, health::startup_command),
    ("HealthStartupInterval", Take::Last, |m, time, at| {
        health::startup_seconds(m, "periodSeconds", time, at);
    }),
    ("HealthStartupRetries", Take::Last, health::startup_retries),
    ("HealthStartupSuccess", Take::Last, health::startup_success),
    ("HealthStartupTimeout", Take::Last, |m, time, at| {
        health::startup_seconds(m, "timeoutSeconds", time, at);
    }),
    ("HealthTimeout", Take::Last, |m, time, at| m.draft.field("spec.healthcheck.timeout", time, at)),
    ("HostName", Take::Last, |m, host, at| m.draft.field("spec.hostname", host, at)),
    ("IP", Take::Last, connect::ip),
    ("IP6", Take::Last, connect::ip),
    ("Image", Take::Last, |_, _, _| {}),
    ("Label", Take::Pairs, process::label),
    ("LogDriver", Take::Last, |m, driver, at| m.draft.field("spec.logDriver", driver, at)),
    ("Mount", Take::Args, mount::mount),
    ("Network", Take::Every, connect::network),
    ("NetworkAlias", Take::Every, |m, alias, at| m.aliases.push((alias.to_owned(), at.clone()))),
    ("NoNewPrivileges", Take::Last, |m, yes, at| {
        process::flag(m, "spec.securityContext.noNewPrivileges", yes, at);
    }),
    ("Notify", Take::Last, service::notify),
    ("PidsLimit", Take::Last, process::pids),
    ("Pod", Take::Last, |m, _, at| {
        m.warn(
            at,
            "there are no pods: the container stands by itself and shares no localhost with the others; \
            let them meet on a network by name, and publish its ports here",
        );
    }),
    ("PodmanArgs", Take::Last, |_, _, _| {}),
    ("PublishPort", Take::Every, connect::publish),
    ("Pull", Take::Last, process::pull),
    ("ReadOnly", Take::Last, |m, yes, at| {
        process::flag(m, "spec.securityContext.readOnlyRootFilesystem", yes, at);
    }),
    ("RemapGid", Take::Words, |m, map, at| m.remap.push((map.to_owned(), at.clone()))),
    ("RemapUid", Take::Words, |m, map, at| m.remap.push((map.to_owned(), at.clone()))),
    ("RemapUidSize", Take::Last, |m, size, at| m.remap.push((size.to_owned(), at.clone()))),
    ("RemapUsers", Take::Last, |m, kind, at| m.remap.push((kind.to_owned(), at.clone()))),
    ("RunInit", Take::Last, |m, yes, at| process::flag(m, "spec.init", yes, at)),
    ("Secret", Take::Args, process::secret),
    ("SecurityLabelDisable", Take::Last, |m, yes, at| process::label_flag(m, "disable", yes, at)),
    ("SecurityLabelFileType", Take::Last, |m, label, at| {
        process::label_option(m, &format!("filetype:{label}"), at);
    }),
    ("SecurityLabelLevel", Take::Last, |m, label, at| {
        process::label_option(m, &format!("level:{label}"), at);
    }),
    ("SecurityLabelNested", Take::Last, |m, yes, at| process::label_flag(m, "nested", yes, at)),
    ("SecurityLabelType", Take::Last, |m, label, at| process::label_option(m, &format!("type:{label}"), at)),
    ("ServiceName", Take::Last, |_, _, _| {}),
    ("ShmSize", Take::Last, |m, size, at| m.draft.field("spec.shmSize", value::bytes(size), at)),
    ("StartWithPod", Take::Last, |_, _, _| {}),
    ("StopSignal", Take::Last, |m, signal, at| m.draft.field("spec.stopSignal", signal, at)),
    ("StopTimeout", Take::Last, |m, time, at| {
        m.draft.field("spec.stopTimeoutSeconds", value::number(time), at);
    }),
    ("Sysctl", Take::Words, process::sysctl),
    ("Tmpfs", Take::Every, mount::tmpfs),
    ("Ulimit", Take::Every, process::ulimit),
    ("User", Take::Last, |m, user, at| m.user = Some((user.to_owned(), at.clone()))),
    ("UserNS", Take::Last, |m, space, at| m.draft.field("spec.securityContext.userNamespace", space, at)),
    ("VolatileTmp", Take::Last, mount::volatile_tmp),
    ("Volume", Take::Every, mount::volume),
    ("WorkingDir", Take::Last, |m, dir, at| m.draft.field("spec.workingDir", dir, at)),
    // The flags of `podman run` that have a field and no key of their own.
    ("--cgroup-parent", Take::Last, |m, parent, at| m.draft.field("spec.cgroupParent", parent, at)),
    ("--cgroupns", Take::Last, |m, space, at| m.draft.field("spec.cgroupNamespace", space, at)),
    ("--cpu-shares", Take::Last, |m, shares, at| m.draft.field("spec.cpuShares", value::number(shares), at)),
    ("--cpus", Take::Last, |m, cpus, at| m.draft.field("spec.resources.limits.cpu", cpus, at)),
    ("--memory", Take::Last, |m, size, at| {
        m.draft.field("spec.resources.limits.memory", value::bytes(size), at);
    }),
    ("--privileged", Take::Last, |m, yes, at| process::flag(m, "spec.securityContext.privileged", yes, at)),
];

/// What to do about keys that become nothing.
const LOST: [(&str, &str); 18] = [
    ("ContainersConfModule", "podsteward talks to Podman's service: configure that"),
    ("DNSOption", "there is no field for it: mount a resolv.conf of your own"),
    ("EnvironmentHost", "the environment of the host is not passed on: write the variables out"),
    ("ExposeHostPort", "a port is published or it is not: use ports"),
    ("GIDMap", "there are no single mappings: use userNamespace"),
    ("GlobalArgs", "podsteward talks to Podman's service: configure that"),
    ("HealthLogDestination", "Podman's own default holds"),
    ("HealthMaxLogCount", "Podman's own default holds"),
    ("HealthMaxLogSize", "Podman's own default holds"),
    ("LogOpt", "there is no field for options of the log driver: set them in containers.conf"),
    ("Mask", "there is no field for it: Podman's default masks hold"),
    ("ReadOnlyTmpfs", "Podman's default holds: declare tmpfs mounts where they are needed"),
    ("SeccompProfile", "there is no field for it: the default profile holds, or set one in containers.conf"),
    ("SubGIDMap", "there are no single mappings: use userNamespace"),
    ("SubUIDMap", "there are no single mappings: use userNamespace"),
    ("Timezone", "there is no field for it: mount /etc/localtime, or set the variable TZ"),
    ("Unmask", "there is no field for it: Podman's default masks hold"),
    ("UIDMap", "there are no single mappings: use userNamespace"),
];

/// Reads a `.container` unit.
pub(super) fn container(
    unit: &Unit,
    units: &Units,
    surroundings: &Surroundings<'_>,
    warnings: &mut Warnings,
) -> Option<Draft> {
    let mut draft = named(key::Kind::Container, unit, warnings)?;
    let (image, at) = image(unit, units, warnings)?;
    draft.field("spec.image", image, &at);
    let mut making = Making::new(draft, unit, units, surroundings, warnings);
    for (key, take, apply) in KEYS {
        for (value, at) in values(&unit.assignments, "Container", key, take) {
            apply(&mut making, &value, &at);
        }
    }
    process::exec(&mut making);
    args::podman_args(&mut making);
    process::finish(&mut making);
    connect::finish(&mut making);
    health::finish(&mut making);
    service::service(&mut making);
    let draft = making.draft;
    unknown(unit, "Container", &KEYS.map(|(key, ..)| key), &LOST, warnings);
    Some(draft)
}

/// An empty manifest with the name under which Podman knows what the unit makes, made sound.
pub(super) fn named(kind: key::Kind, unit: &Unit, warnings: &mut Warnings) -> Option<Draft> {
    let at = At::file(&unit.source);
    let Some(name) = name::sound(&unit.resource) else {
        warnings.add(&at, format!("no name can be made of '{}': skipped", unit.resource));
        return None;
    };
    if name.as_str() != unit.resource {
        let message = format!("is named {} here: '{}' is no name of a manifest", name, unit.resource);
        warnings.add(&at, message);
    }
    Some(Draft::new(kind, name, at))
}

/// Tells of every key of a section that is not among the known ones, once each.
pub(super) fn unknown(
    unit: &Unit,
    section: &str,
    known: &[&str],
    lost: &[(&str, &str)],
    warnings: &mut Warnings,
) {
    let mut told = BTreeSet::new();
    for assignment in unit.assignments.iter().filter(|it| it.section == section) {
        let key = assignment.at.key.as_str();
        if known.contains(&key) || assignment.value.is_empty() || !told.insert(key) {
            continue;
        }
        let why = lost.iter().find(|(name, _)| *name == key).map(|(_, why)| *why);
        let why = why.unwrap_or("podsteward has nothing like it");
        warnings.add(&assignment.at, format!("is not carried over: {why}"));
    }
}

fn image(unit: &Unit, units: &Units, warnings: &mut Warnings) -> Option<(String, At)> {
    let Some((image, at)) = super::take::last(&unit.assignments, "Container", "Image") else {
        let rootfs = super::take::last(&unit.assignments, "Container", "Rootfs");
        let at = rootfs.as_ref().map_or_else(|| At::file(&unit.source), |(_, at)| at.clone());
        let why = if rootfs.is_some() { "a container is made of an image here" } else { "has no Image=" };
        warnings.add(&at, format!("{why}: the container is left out"));
        return None;
    };
    if !matches!(unit::Kind::of(image.as_ref()), Some(unit::Kind::Image | unit::Kind::Build)) {
        return Some((image, at));
    }
    match units.file(&image) {
        Some(unit) if !unit.resource.starts_with("systemd-") => Some((unit.resource.clone(), at)),
        _ => {
            warnings.add(
                &at,
                format!("{image} is not part of this import, or names no image: the container is left out"),
            );
            None
        }
    }
}
