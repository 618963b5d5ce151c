//! `PodmanArgs=`: flags of `podman run`.
//!
//! Owns which flag is which key. A flag without a key or a field is told.

use super::build::Making;
use super::connect;
use super::container::KEYS;
use super::process;
use super::take::{Take, values};
use crate::value::bytes;
use crate::warning::At;

/// The flags that say the same as a key.
const FLAGS: [(&str, &str); 46] = [
    ("--add-host", "AddHost"),
    ("--cap-add", "AddCapability"),
    ("--cap-drop", "DropCapability"),
    ("--cgroup-parent", "--cgroup-parent"),
    ("--cgroupns", "--cgroupns"),
    ("--cgroups", "CgroupsMode"),
    ("--cpu-shares", "--cpu-shares"),
    ("-c", "--cpu-shares"),
    ("--cpus", "--cpus"),
    ("--device", "AddDevice"),
    ("--dns", "DNS"),
    ("--dns-search", "DNSSearch"),
    ("--entrypoint", "Entrypoint"),
    ("--env", "Environment"),
    ("-e", "Environment"),
    ("--env-file", "EnvironmentFile"),
    ("--group-add", "GroupAdd"),
    ("--hostname", "HostName"),
    ("-h", "HostName"),
    ("--label", "Label"),
    ("-l", "Label"),
    ("--log-driver", "LogDriver"),
    ("--memory", "--memory"),
    ("-m", "--memory"),
    ("--mount", "Mount"),
    ("--network", "Network"),
    ("--net", "Network"),
    ("--network-alias", "NetworkAlias"),
    ("--pids-limit", "PidsLimit"),
    ("--publish", "PublishPort"),
    ("-p", "PublishPort"),
    ("--pull", "Pull"),
    ("--secret", "Secret"),
    ("--shm-size", "ShmSize"),
    ("--stop-signal", "StopSignal"),
    ("--stop-timeout", "StopTimeout"),
    ("--sysctl", "Sysctl"),
    ("--tmpfs", "Tmpfs"),
    ("--ulimit", "Ulimit"),
    ("--user", "User"),
    ("-u", "User"),
    ("--userns", "UserNS"),
    ("--volume", "Volume"),
    ("-v", "Volume"),
    ("--workdir", "WorkingDir"),
    ("-w", "WorkingDir"),
];

/// The flags that need no value.
const SWITCHES: [(&str, &str); 3] =
    [("--init", "RunInit"), ("--privileged", "--privileged"), ("--read-only", "ReadOnly")];

/// The flags that say how Podman's client behaves: a manifest says it by being one.
const SILENT: [&str; 6] = ["--rm", "--replace", "-d", "--detach", "--interactive", "-i"];

/// Reads the flags, each as the key that says the same.
pub(super) fn podman_args(m: &mut Making<'_>) {
    let mut words = values(&m.unit.assignments, "Container", "PodmanArgs", Take::Args).into_iter().peekable();
    while let Some((word, at)) = words.next() {
        let (flag, inline) = match word.split_once('=') {
            Some((flag, value)) if flag.starts_with('-') => (flag.to_owned(), Some(value.to_owned())),
            _ => (word, None),
        };
        let at = at.key(&format!("PodmanArgs {flag}"));
        if SILENT.contains(&flag.as_str()) {
            continue;
        }
        if let Some((_, key)) = SWITCHES.iter().find(|(name, _)| *name == flag) {
            apply(m, key, inline.as_deref().unwrap_or("true"), &at);
            continue;
        }
        let mut value = inline;
        if value.is_none() {
            value = words.next_if(|(word, _)| !word.starts_with("--")).map(|(word, _)| word);
        }
        say(m, &flag, value.as_deref(), &at);
    }
}

fn say(m: &mut Making<'_>, flag: &str, value: Option<&str>, at: &At) {
    let key = FLAGS.iter().find(|(name, _)| *name == flag).map(|(_, key)| *key);
    match (flag, key, value) {
        (_, Some(key), Some(value)) => apply(m, key, value, at),
        ("--memory-swap", _, Some("-1")) => m.draft.field("spec.resources.limits.memorySwap", "-1", at),
        ("--memory-swap", _, Some(size)) => {
            m.draft.field("spec.resources.limits.memorySwap", bytes(size), at);
        }
        ("--memory-reservation", _, Some(size)) => {
            m.draft.field("spec.resources.requests.memory", bytes(size), at);
        }
        ("--ip" | "--ip6", _, Some(ip)) => connect::ip(m, ip, at),
        ("--security-opt", _, Some(option)) => security(m, option, at),
        ("--restart", ..) => m.warn(at, "podsteward owns restarts: see restartPolicy"),
        _ => m.warn(at, "there is no field for this flag: left out"),
    }
}

fn apply(m: &mut Making<'_>, key: &str, value: &str, at: &At) {
    if let Some((.., apply)) = KEYS.iter().find(|(name, ..)| *name == key) {
        apply(m, value, at);
    }
}

fn security(m: &mut Making<'_>, option: &str, at: &At) {
    let (name, value) = option.split_once([':', '=']).unwrap_or((option, ""));
    match (name, value) {
        ("no-new-privileges", "" | "true") => {
            process::flag(m, "spec.securityContext.noNewPrivileges", "true", at);
        }
        ("no-new-privileges", _) => {}
        ("label", label) => process::label_option(m, label, at),
        _ => m.warn(at, format!("there is no field for {name}: left out")),
    }
}
