//! The checks of what holds a container's process: limits, privileges, devices, kernel parameters.
//!
//! Owns the checks within one container. Never knows what the host grants.

use std::collections::{BTreeMap, BTreeSet};

use super::container::scalar;
use super::field::Field;
use super::text;
use crate::container::{Device, Resources, Security, Ulimit};
use crate::defaults;
use crate::quantity::{self, Bytes, MilliCpu};
use crate::wire::process::{SWAP_RULE, ULIMIT_RULE};
use crate::wire::{OneOrMany, Scalar, process as wire};

/// The limits that Linux knows.
const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

/// The capabilities that Linux knows, and all of them.
const CAPABILITIES: [&str; 42] = [
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

/// Checks limits and requests, and that they fit each other as Podman wants it.
pub(super) fn resources(
    wire: Option<wire::Resources>,
    cpu_shares: Option<u64>,
    field: &Field<'_>,
) -> Resources {
    let (limits, requests) = wire.map_or((None, None), |wire| (wire.limits, wire.requests));
    let reservation_field = field.key("requests").key("memory");
    let reservation =
        requests.and_then(|requests| scalar(requests.memory.as_ref(), &reservation_field, some_bytes));
    let field = field.key("limits");
    let mut resources = Resources { memory_reservation: reservation, cpu_shares, ..Resources::default() };
    if let Some(limits) = limits {
        resources.memory = scalar(limits.memory.as_ref(), &field.key("memory"), some_bytes);
        resources.memory_swap = scalar(limits.memory_swap.as_ref(), &field.key("memorySwap"), swap);
        resources.cpu = scalar(limits.cpu.as_ref(), &field.key("cpu"), cpu);
        resources.pids = limits.pids;
    }
    if resources.pids == Some(0) {
        field.key("pids").problem("is 0 (at least 1, or -1 for no limit)");
    }
    check_swap(&resources, &field);
    if let (Some(memory), Some(reserved)) = (resources.memory, resources.memory_reservation)
        && reserved > memory
    {
        reservation_field.problem(format!("{reserved} is more than limits.memory {memory} (at most that)"));
    }
    resources
}

fn check_swap(resources: &Resources, field: &Field<'_>) {
    let swap_field = field.key("memorySwap");
    match (resources.memory, resources.memory_swap) {
        (None, Some(swap)) if swap.0 != u64::MAX && field.key("memory").node().is_none() => {
            swap_field.problem(format!("{swap} needs limits.memory beside it ({SWAP_RULE})"));
        }
        (Some(memory), Some(swap)) if swap < memory => {
            swap_field.problem(format!("{swap} is less than limits.memory {memory} ({SWAP_RULE})"));
        }
        _ => {}
    }
}

pub(super) fn some_bytes(text: &str) -> Result<Bytes, String> {
    match text.parse::<Bytes>() {
        Ok(Bytes(0)) => Err(format!("'{text}' is nothing ({})", quantity::BYTES_RULE)),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

fn swap(text: &str) -> Result<Bytes, String> {
    if text == "-1" { Ok(Bytes(u64::MAX)) } else { some_bytes(text) }
}

fn cpu(text: &str) -> Result<MilliCpu, String> {
    match text.parse::<MilliCpu>() {
        Ok(cpu) if cpu.0 < defaults::CPU_MILLIS_MIN => {
            Err(format!("'{text}' is less than Linux hands out (at least {}m)", defaults::CPU_MILLIS_MIN))
        }
        Ok(cpu) => Ok(cpu),
        Err(error) => Err(error.to_string()),
    }
}

/// Checks privileges and confinement.
pub(super) fn security(wire: Option<wire::SecurityContext>, field: &Field<'_>) -> Security {
    let Some(wire) = wire else { return Security::default() };
    let (add, drop) = wire.capabilities.map_or((None, None), |wire| (wire.add, wire.drop));
    let capability_field = field.key("capabilities");
    let capabilities_add = capabilities(add, &capability_field.key("add"));
    let capabilities_drop = capabilities(drop, &capability_field.key("drop"));
    for both in capabilities_add.intersection(&capabilities_drop) {
        capability_field.problem(format!("adds and drops {both} (one of them)"));
    }
    Security {
        privileged: wire.privileged,
        read_only_root_filesystem: wire.read_only_root_filesystem,
        no_new_privileges: wire.no_new_privileges,
        capabilities_add,
        capabilities_drop,
        user_namespace: field.key("userNamespace").read(wire.user_namespace.as_deref(), user_namespace),
        selinux_label: selinux(wire.selinux_label, &field.key("selinuxLabel")),
    }
}

fn capabilities(wire: Option<Vec<String>>, field: &Field<'_>) -> BTreeSet<String> {
    let names = wire.into_iter().flatten().enumerate();
    names.filter_map(|(position, name)| field.item(position).take(capability(&name))).collect()
}

fn capability(text: &str) -> Result<String, String> {
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("CAP_").unwrap_or(&name);
    if CAPABILITIES.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(format!("'{text}' is not a capability of Linux (such as NET_ADMIN, CAP_CHOWN or ALL)"))
}

fn user_namespace(text: &str) -> Result<String, String> {
    let (mode, options) = text.split_once(':').map_or((text, None), |(mode, options)| (mode, Some(options)));
    let sound = match (mode, options) {
        ("host" | "private" | "nomap" | "keep-id" | "auto", None) => true,
        ("keep-id" | "auto", Some(options)) => options
            .split(',')
            .all(|option| option.split_once('=').is_some_and(|(k, v)| !k.is_empty() && !v.is_empty())),
        _ => false,
    };
    let allowed = "(host, private, keep-id, auto or nomap, with options such as keep-id:uid=1000)";
    if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a user namespace {allowed}")) }
}

fn selinux(wire: Option<OneOrMany>, field: &Field<'_>) -> BTreeSet<String> {
    let labels = wire.map(OneOrMany::into_vec).into_iter().flatten().enumerate();
    let option = |text: &str| {
        let known = ["user:", "role:", "type:", "level:", "filetype:"];
        let sound = matches!(text, "disable" | "nested")
            || known.iter().any(|prefix| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()));
        let allowed = "(disable, nested, or user:, role:, type:, level:, filetype: with a value)";
        if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a label option {allowed}")) }
    };
    labels.filter_map(|(position, label)| field.item(position).take(option(&label))).collect()
}

/// Checks the devices: no path inside twice.
pub(super) fn devices(wire: Option<Vec<wire::Device>>, field: &Field<'_>) -> BTreeMap<String, Device> {
    let mut devices = BTreeMap::new();
    for (position, device) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let (host, container, permissions) = match device {
            wire::Device::Line(line) => device_line(&line),
            wire::Device::Full(full) => (full.host_path, full.container_path, full.permissions),
        };
        let host = field.key_or_self("hostPath").read(host.as_deref(), text::path);
        let container = match container {
            Some(container) => field.key_or_self("containerPath").take(text::path(&container)),
            None => host.clone(),
        };
        let permissions = permissions.unwrap_or_else(|| defaults::DEVICE_PERMISSIONS.to_owned());
        let permissions = field.key_or_self("permissions").take(device_permissions(&permissions));
        if let (Some(host_path), Some(container), Some(permissions)) = (host, container, permissions) {
            field.insert(&mut devices, container, Device { host_path, permissions }, "device");
        }
    }
    devices
}

/// `HOST`, `HOST:CONTAINER`, `HOST:PERMISSIONS` or `HOST:CONTAINER:PERMISSIONS`.
fn device_line(line: &str) -> (Option<String>, Option<String>, Option<String>) {
    let parts: Vec<&str> = line.splitn(3, ':').collect();
    let own = |part: &str| Some(part.to_owned());
    match parts.as_slice() {
        [host, second] if !second.starts_with('/') => (own(host), None, own(second)),
        [host, container] => (own(host), own(container), None),
        [host, container, permissions] => (own(host), own(container), own(permissions)),
        _ => (own(line), None, None),
    }
}

/// The permissions in the order in which Podman tells them.
fn device_permissions(text: &str) -> Result<String, String> {
    let ordered: String = ['r', 'w', 'm'].into_iter().filter(|right| text.contains(*right)).collect();
    let sound = !text.is_empty() && ordered.len() == text.len();
    if sound {
        Ok(ordered)
    } else {
        Err(format!("'{text}' are not permissions (some of r, w and m, each once)"))
    }
}

/// Checks the kernel parameters.
pub(super) fn sysctls(wire: Option<BTreeMap<String, String>>, field: &Field<'_>) -> BTreeMap<String, String> {
    let sysctls = wire.unwrap_or_default();
    for (name, value) in &sysctls {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
        if !name.contains('.') || !name.bytes().all(inner) {
            field.key(name).problem("is not a kernel parameter (such as net.ipv4.ip_forward)");
        }
        if value.trim().is_empty() {
            field.key(name).problem("is empty (the parameter's value)");
        }
    }
    sysctls
}

/// Checks the resource limits of the process: no limit twice.
pub(super) fn ulimits(wire: Option<Vec<wire::Ulimit>>, field: &Field<'_>) -> BTreeMap<String, Ulimit> {
    let mut ulimits = BTreeMap::new();
    for (position, ulimit) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let name = field.key("name").read(ulimit.name.as_deref(), ulimit_name);
        let soft = ulimit_bound(ulimit.soft.as_ref(), &field.key("soft"));
        let hard =
            if ulimit.hard.is_some() { ulimit_bound(ulimit.hard.as_ref(), &field.key("hard")) } else { soft };
        let (Some(name), Some(soft), Some(hard)) = (name, soft, hard) else { continue };
        if soft > hard {
            field.key("soft").problem(format!("is more than hard ({soft} > {hard}; at most hard)"));
        }
        field.insert(&mut ulimits, name, Ulimit { soft, hard }, "limit");
    }
    ulimits
}

fn ulimit_name(text: &str) -> Result<String, String> {
    let name = text.to_ascii_lowercase();
    let name = name.strip_prefix("rlimit_").unwrap_or(&name);
    if ULIMITS.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(format!("'{text}' is not a limit ({})", ULIMITS.join(", ")))
}

fn ulimit_bound(wire: Option<&Scalar>, field: &Field<'_>) -> Option<u64> {
    scalar(wire, field, |text| match text {
        "unlimited" | "-1" => Ok(u64::MAX),
        number => number.parse::<u64>().map_err(|_| format!("'{text}' is not a limit ({ULIMIT_RULE})")),
    })
}
