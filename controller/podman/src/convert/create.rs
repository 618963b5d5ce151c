//! From a validated container to libpod's create request.
//!
//! Owns the request's field names and the values that Podman must be told although nobody declared them: its API
//! fills in none of the defaults that its command line has. Never leaves a restart to Podman. Called before each create.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::engine::ContainerCreate;
use podsteward_specs::container::{
    CgroupNamespace, Container, EnvValue, Healthcheck, HealthcheckCommand, Mount, MountSource,
    NetworkAttachment, Networks, Resources, SecretTarget, Security,
};
use podsteward_specs::quantity::{Bytes, MilliCpu};
use serde_json::{Map, Value, json};

use super::untold::{self, Untold};

/// The period of CPU limits in microseconds: the kernel's and Podman's default.
const CPU_PERIOD: u64 = 100_000;

/// The highest limit that the kernel can hold, in whole pages: it stands for "no limit".
pub(crate) const UNLIMITED: u64 = i64::MAX.unsigned_abs() & !4095;

/// A request under construction.
type Spec = Map<String, Value>;

/// The highest limits that a process of this host may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnLimits {
    /// Open files.
    pub(crate) nofile: u64,
    /// Processes.
    pub(crate) nproc: u64,
}

/// The whole request. `own` fills in the limits that Podman 4 would otherwise set higher than it may: as soon as one is
/// declared, it asks for 1048576 of the others.
pub(crate) fn spec(create: &ContainerCreate, own: Option<OwnLimits>) -> Value {
    let container = &*create.container;
    let mut spec = Spec::new();
    identity(&mut spec, create);
    process(&mut spec, container);
    storage(&mut spec, create);
    networking(&mut spec, container);
    limits(&mut spec, container);
    process_limits(&mut spec, container, own);
    security(&mut spec, &container.security);
    lifecycle(&mut spec, container);
    Value::Object(spec)
}

/// Puts a field that is declared.
fn put(spec: &mut Spec, field: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        spec.insert(field.to_owned(), value.into());
    }
}

/// Puts a list or map that is not empty.
fn put_some<T>(spec: &mut Spec, field: &str, items: &T)
where
    T: serde::Serialize,
    for<'a> &'a T: IntoIterator,
{
    if items.into_iter().next().is_some() {
        spec.insert(field.to_owned(), json!(items));
    }
}

/// Name, image, labels, and what inspect will not tell.
fn identity(spec: &mut Spec, create: &ContainerCreate) {
    put(spec, "name", Some(create.name.clone()));
    put(spec, "image", Some(create.image.clone()));
    put(spec, "raw_image_name", Some(create.container.image.clone()));
    put_some(spec, "labels", &create.labels);
    // A struct of texts, numbers, lists and maps always becomes JSON.
    let untold = serde_json::to_string(&Untold::of(&create.container)).unwrap_or_default();
    put(spec, "annotations", Some(json!({ untold::ANNOTATION: untold })));
}

/// The process and its environment. As in Kubernetes a declared command voids the image's arguments, too; Podman
/// does the same by itself.
fn process(spec: &mut Spec, container: &Container) {
    put_some(spec, "entrypoint", container.command.as_ref().unwrap_or(&Vec::new()));
    put_some(spec, "command", container.args.as_ref().unwrap_or(&Vec::new()));
    put(spec, "work_dir", container.working_dir.clone());
    put(spec, "hostname", container.hostname.clone());
    put(spec, "user", container.user.clone());
    put_some(spec, "groups", &container.group_add);
    put_some(spec, "env", &plain_env(container));
    put_some(spec, "secret_env", &untold::secret_env(container));
    put(spec, "init", container.init);
}

/// The environment without what comes from secrets.
fn plain_env(container: &Container) -> BTreeMap<&str, &str> {
    let plain = container.env.iter().filter_map(|(name, value)| match value {
        EnvValue::Value(text) => Some((name.as_str(), text.as_str())),
        EnvValue::SecretRef(_) => None,
    });
    plain.collect()
}

/// Mounts, volumes and secrets in files.
fn storage(spec: &mut Spec, create: &ContainerCreate) {
    let (mut mounts, mut volumes) = (Vec::new(), Vec::new());
    for (target, mount) in &create.container.mounts {
        let (kind, source) = match &mount.source {
            MountSource::Volume(name) => {
                volumes.push(json!({"Name": name, "Dest": target, "Options": options(mount)}));
                continue;
            }
            MountSource::Bind(path) => ("bind", path.as_str()),
            MountSource::Tmpfs => ("tmpfs", "tmpfs"),
        };
        let options = options(mount);
        mounts.push(json!({"type": kind, "source": source, "destination": target, "options": options}));
    }
    let taken_over =
        create.anonymous_volumes.iter().filter(|(target, _)| !create.container.mounts.contains_key(*target));
    volumes.extend(taken_over.map(|(target, name)| json!({"Name": name, "Dest": target})));
    put_some(spec, "mounts", &mounts);
    put_some(spec, "volumes", &volumes);
    let files: Vec<Value> =
        create.container.secrets.iter().filter_map(|secret| file(&secret.name, &secret.target)).collect();
    put_some(spec, "secrets", &files);
    put(spec, "shm_size", create.container.shm_size.map(|size| size.0));
}

/// The options of a mount, "read only" among them.
fn options(mount: &Mount) -> Vec<&str> {
    let read_only = mount.read_only.then_some("ro").filter(|ro| !mount.options.contains(*ro));
    mount.options.iter().map(String::as_str).chain(read_only).collect()
}

/// A secret mounted as a file.
fn file(name: &str, target: &SecretTarget) -> Option<Value> {
    match target {
        SecretTarget::Env(_) => None,
        SecretTarget::Mount { target, uid, gid, mode } => {
            Some(json!({"Source": name, "Target": target, "UID": uid, "GID": gid, "Mode": mode}))
        }
    }
}

/// Ports, networks, names.
fn networking(spec: &mut Spec, container: &Container) {
    let ports: Vec<Value> = container
        .ports
        .iter()
        .map(|port| {
            json!({
                "container_port": port.container_port,
                "host_port": port.host_port.unwrap_or(0),
                "host_ip": port.host_ip.map(|ip| ip.to_string()).unwrap_or_default(),
                "protocol": port.protocol.as_str(),
            })
        })
        .collect();
    put_some(spec, "portmappings", &ports);
    match &container.networks {
        None => {}
        Some(Networks::Host) => put(spec, "netns", Some(json!({"nsmode": "host"}))),
        Some(Networks::None) => put(spec, "netns", Some(json!({"nsmode": "none"}))),
        Some(Networks::Attached(attached)) => {
            put(spec, "netns", Some(json!({"nsmode": "bridge"})));
            put(spec, "Networks", Some(attachments(attached)));
        }
    }
    put_some(spec, "dns_server", container.dns.as_ref().unwrap_or(&Vec::new()));
    put_some(spec, "dns_search", container.dns_search.as_ref().unwrap_or(&Vec::new()));
    let hosts: Vec<String> =
        container.extra_hosts.iter().map(|(name, address)| format!("{name}:{address}")).collect();
    put_some(spec, "hostadd", &hosts);
}

/// Attachments by network. The request is a map without an order, so the declared one is kept in the interfaces.
fn attachments(attached: &[NetworkAttachment]) -> Value {
    let each = attached.iter().enumerate().map(|(place, attachment)| {
        let mut options = attachment_options(attachment);
        put(&mut options, "interface_name", Some(format!("eth{place}")));
        (attachment.name.clone(), Value::Object(options))
    });
    Value::Object(each.collect())
}

/// One attachment's address and aliases, for create and connect alike.
pub(crate) fn attachment_options(attachment: &NetworkAttachment) -> Spec {
    let mut options = Spec::new();
    put(&mut options, "static_ips", attachment.ip.map(|ip| json!([ip.to_string()])));
    put_some(&mut options, "aliases", &attachment.aliases);
    options
}

/// Limits of the process.
fn process_limits(spec: &mut Spec, container: &Container, own: Option<OwnLimits>) {
    let mut limits: BTreeMap<&str, (u64, u64)> =
        container.ulimits.iter().map(|(name, limit)| (name.as_str(), (limit.soft, limit.hard))).collect();
    if let Some(own) = own.filter(|_| !limits.is_empty()) {
        limits.entry("nofile").or_insert((own.nofile, own.nofile));
        limits.entry("nproc").or_insert((own.nproc, own.nproc));
    }
    let limits: Vec<Value> =
        limits.iter().map(|(name, (soft, hard))| json!({"type": name, "soft": soft, "hard": hard})).collect();
    put_some(spec, "r_limits", &limits);
}

/// Limits of the container.
fn limits(spec: &mut Spec, container: &Container) {
    put_some(spec, "resource_limits", &resource_limits(&container.resources));
    put(spec, "cgroup_parent", container.cgroup_parent.clone());
    put(
        spec,
        "cgroupns",
        container.cgroup_namespace.map(|namespace| match namespace {
            CgroupNamespace::Private => json!({"nsmode": "private"}),
            CgroupNamespace::Host => json!({"nsmode": "host"}),
        }),
    );
    put_some(spec, "sysctl", &container.sysctls);
}

/// The limits that the kernel's control groups hold.
fn resource_limits(resources: &Resources) -> Spec {
    let mut memory = Spec::new();
    put(&mut memory, "limit", resources.memory.map(kernel_bytes));
    put(&mut memory, "swap", resources.memory_swap.map(kernel_bytes));
    put(&mut memory, "reservation", resources.memory_reservation.map(kernel_bytes));
    let mut cpu = Spec::new();
    if let Some(MilliCpu(millis)) = resources.cpu {
        put(&mut cpu, "period", Some(CPU_PERIOD));
        put(&mut cpu, "quota", Some(millis.saturating_mul(CPU_PERIOD / 1000)));
    }
    put(&mut cpu, "shares", resources.cpu_shares);
    let mut limits = Spec::new();
    put_some(&mut limits, "memory", &memory);
    put_some(&mut limits, "cpu", &cpu);
    put(&mut limits, "pids", resources.pids.map(|limit| json!({"limit": limit})));
    limits
}

/// The limits of an update. Podman works out the swap limit when it creates a container, but not when it updates one:
/// a memory limit above the old swap limit would be refused by the kernel.
pub(crate) fn updated_limits(resources: &Resources) -> Spec {
    let doubled = resources.memory.map(|bytes| Bytes(bytes.0.saturating_mul(2)));
    let memory_swap = resources.memory_swap.or(doubled);
    resource_limits(&Resources { memory_swap, ..resources.clone() })
}

/// A number of bytes as Podman takes it. "No limit" is the kernel's own highest number: Podman's API takes -1 for less
/// than the memory limit.
fn kernel_bytes(bytes: Bytes) -> u64 {
    bytes.0.min(UNLIMITED)
}

/// Privileges and confinement.
fn security(spec: &mut Spec, security: &Security) {
    put(spec, "privileged", security.privileged);
    put(spec, "read_only_filesystem", security.read_only_root_filesystem);
    put(spec, "no_new_privileges", security.no_new_privileges);
    put_some(spec, "cap_add", &security.capabilities_add);
    put_some(spec, "cap_drop", &security.capabilities_drop);
    put(
        spec,
        "userns",
        security.user_namespace.as_ref().map(|mode| {
            let (mode, value) = mode.split_once(':').unwrap_or((mode, ""));
            json!({"nsmode": mode, "value": value})
        }),
    );
    put_some(spec, "selinux_opts", &security.selinux_label);
}

/// Devices, health, ending, logs.
fn lifecycle(spec: &mut Spec, container: &Container) {
    let devices: Vec<Value> = container
        .devices
        .iter()
        .map(|(inside, device)| json!({"path": format!("{}:{inside}:{}", device.host_path, device.permissions)}))
        .collect();
    put_some(spec, "devices", &devices);
    put(spec, "healthconfig", container.healthcheck.as_ref().map(health));
    put(spec, "stop_signal", container.stop_signal);
    put(spec, "stop_timeout", Some(container.stop_timeout.as_secs()));
    put(spec, "log_configuration", container.log_driver.as_ref().map(|driver| json!({"driver": driver})));
    // podsteward owns restarts: two who restart would race each other.
    put(spec, "restart_policy", Some("no"));
}

/// The healthcheck with all its numbers: Podman's API has no defaults for them, and a check without a timeout
/// fails at once.
fn health(check: &Healthcheck) -> Value {
    let test: Vec<&str> = match &check.command {
        HealthcheckCommand::Shell(line) => vec!["CMD-SHELL", line],
        HealthcheckCommand::Exec(words) => {
            std::iter::once("CMD").chain(words.iter().map(String::as_str)).collect()
        }
    };
    json!({
        "Test": test,
        "Interval": nanos(check.interval),
        "Timeout": nanos(check.timeout),
        "Retries": check.retries,
        "StartPeriod": nanos(check.start_period),
    })
}

/// A duration in nanoseconds.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
