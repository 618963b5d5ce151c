//! From inspect to a live container in its canonical form.
//!
//! Owns which JSON field means what. Never fails: what is absent or odd becomes "not told". Called after each
//! inspect.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::live::{
    EngineState, ForeignManager, HealthStatus, LiveCapabilities, LiveConfig, LiveContainer, LiveHealth,
    LiveSecurity,
};
use podsteward_specs::container::{
    CgroupNamespace, Device, Healthcheck, HealthcheckCommand, Resources, Ulimit,
};
use podsteward_specs::quantity::{Bytes, MilliCpu};
use podsteward_specs::signal;

use super::create::UNLIMITED;
use super::untold::Untold;
use super::{mounts, networking, time};
use crate::wire::{Config, Entrypoint, Health, HealthConfig, HostConfig, Inspect, Signal};

/// How much of a healthcheck's output is kept: enough to read, too little to flood a store.
const OUTPUT_CHARS_MAX: usize = 500;

/// What this version calls the states that Podman names.
pub(crate) fn state(word: &str) -> EngineState {
    match word {
        "created" | "configured" => EngineState::Created,
        "initialized" => EngineState::Initialized,
        "running" => EngineState::Running,
        "paused" => EngineState::Paused,
        "stopping" => EngineState::Stopping,
        "stopped" => EngineState::Stopped,
        "exited" => EngineState::Exited,
        "removing" => EngineState::Removing,
        _ => EngineState::Unknown,
    }
}

/// What this version calls the words for health; others mean that there is no healthcheck.
pub(crate) fn health_status(word: &str) -> Option<HealthStatus> {
    match word {
        "starting" => Some(HealthStatus::Starting),
        "healthy" => Some(HealthStatus::Healthy),
        "unhealthy" => Some(HealthStatus::Unhealthy),
        _ => None,
    }
}

/// A process id; Podman writes 0 for none.
pub(crate) fn pid(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|pid| *pid != 0)
}

/// The whole container.
pub(crate) fn container(inspect: &Inspect) -> LiveContainer {
    let told = &inspect.state;
    let finished_ms = time::from_text(&told.finished_at);
    let labels = inspect.config.labels.clone().unwrap_or_default();
    LiveContainer {
        id: inspect.id.clone(),
        name: inspect.name.trim_start_matches('/').to_owned(),
        created_ms: time::from_text(&inspect.created).unwrap_or_default(),
        state: state(&told.status),
        pid: pid(told.pid),
        started_ms: time::from_text(&told.started_at),
        finished_ms,
        // Podman keeps the time of the last end when it starts anew, but not the code.
        exit_code: finished_ms.filter(|_| !state(&told.status).is_up()).map(|_| told.exit_code),
        stopped_by_user: told.stopped_by_user,
        oom_killed: told.oom_killed,
        error: Some(told.error.clone()).filter(|text| !text.is_empty()),
        health: told.health.as_ref().filter(|_| inspect.config.healthcheck.is_some()).map(health),
        image_id: inspect.image.clone(),
        image_name: inspect.image_name.clone(),
        anonymous_volumes: mounts::anonymous(inspect),
        mounts_on_host: mounts::on_host(inspect),
        log_path: log_path(&inspect.host_config),
        managed_by: manager(&labels, inspect.pod.clone(), inspect.host_config.auto_remove),
        labels,
        config: config(inspect),
    }
}

/// The state of the healthcheck. Before the first start Podman says nothing, which is "starting" to everybody else.
fn health(told: &Health) -> LiveHealth {
    let last = told.log.iter().flatten().next_back();
    LiveHealth {
        status: health_status(&told.status).unwrap_or(HealthStatus::Starting),
        failing_streak: u32::try_from(told.failing_streak).unwrap_or(0),
        last_check_ms: last.and_then(|run| time::from_text(&run.end)),
        last_output: last.map(|run| run.output.chars().take(OUTPUT_CHARS_MAX).collect()).unwrap_or_default(),
    }
}

/// Who else manages a container with these labels, in this pod.
pub(crate) fn manager(
    labels: &BTreeMap<String, String>,
    pod: String,
    auto_remove: bool,
) -> Option<ForeignManager> {
    if let Some(unit) = labels.get("PODMAN_SYSTEMD_UNIT") {
        return Some(ForeignManager::Systemd(unit.clone()));
    }
    if !pod.is_empty() {
        return Some(ForeignManager::Pod(pod));
    }
    auto_remove.then_some(ForeignManager::AutoRemove)
}

/// The file of the log. Podman names one for drivers that keep no file, too.
fn log_path(host: &HostConfig) -> Option<String> {
    let in_file = matches!(host.log_config.driver.as_str(), "k8s-file" | "json-file");
    Some(host.log_config.path.clone()).filter(|path| in_file && path.starts_with('/'))
}

/// The configuration.
fn config(inspect: &Inspect) -> LiveConfig {
    let (config, host) = (&inspect.config, &inspect.host_config);
    let untold = config.annotations.as_ref().and_then(Untold::read);
    let untold = untold.as_ref();
    LiveConfig {
        command: command(inspect),
        args: config.cmd.clone().unwrap_or_default(),
        working_dir: config.working_dir.clone(),
        hostname: config.hostname.clone(),
        user: config.user.clone(),
        group_add: host.group_add.iter().flatten().cloned().collect(),
        env: env(config.env.as_deref().unwrap_or_default(), untold),
        ports: networking::ports(host),
        mounts: mounts::mounts(inspect),
        networks: networking::networks(inspect, untold),
        resources: resources(host),
        cgroup_parent: host.cgroup_parent.clone(),
        cgroup_namespace: cgroup_namespace(&host.cgroup_mode),
        healthcheck: config.healthcheck.as_ref().and_then(healthcheck),
        security: security(inspect, untold),
        devices: devices(host, untold),
        sysctls: untold.map(|untold| untold.sysctls.clone()),
        ulimits: ulimits(host),
        shm_size: Some(Bytes(host.shm_size)).filter(|size| size.0 > 0),
        dns: host.dns.clone().unwrap_or_default(),
        dns_search: host.dns_search.clone().unwrap_or_default(),
        extra_hosts: networking::extra_hosts(host.extra_hosts.as_deref().unwrap_or_default()),
        stop_signal: stop_signal(config),
        stop_timeout: Duration::from_secs(config.stop_timeout),
        log_driver: host.log_config.driver.clone(),
        init: host.init,
        secret_mounts: untold.map(Untold::secret_mounts),
        secret_env: untold.map(|untold| untold.secret_env.clone()),
        restart_policy: restart_policy(host),
    }
}

/// The entry point: all words of the process before its arguments. Podman's own field joins them with spaces, which
/// cannot be undone. An init process and its `--` stand before them. A process of one word is written as its own
/// argument, too, which the joined field tells from a word that is really there twice.
fn command(inspect: &Inspect) -> Vec<String> {
    let words = std::iter::once(&inspect.path).chain(inspect.args.iter().flatten());
    let skipped = if inspect.host_config.init { 2 } else { 0 };
    let mut words: Vec<String> = words.skip(skipped).cloned().collect();
    let args = inspect.config.cmd.as_deref().unwrap_or_default();
    if let [word, again] = words.as_slice()
        && word == again
        && told_words(inspect) == *word
    {
        words.pop();
    }
    if words.ends_with(args) {
        words.truncate(words.len() - args.len());
    }
    words
}

/// Entry point and arguments as Podman tells them, joined with spaces.
fn told_words(inspect: &Inspect) -> String {
    let entrypoint = match &inspect.config.entrypoint {
        Some(Entrypoint::Line(line)) => line.clone(),
        Some(Entrypoint::Words(words)) => words.join(" "),
        None => String::new(),
    };
    let args = inspect.config.cmd.iter().flatten().cloned();
    let words: Vec<String> =
        Some(entrypoint).filter(|line| !line.is_empty()).into_iter().chain(args).collect();
    words.join(" ")
}

/// The environment without secrets: their variables hold the value on Podman 4.3 and asterisks on 5.
fn env(lines: &[String], untold: Option<&Untold>) -> BTreeMap<String, String> {
    let pairs = lines.iter().filter_map(|line| line.split_once('='));
    let is_secret = |name: &str, value: &str| {
        value == "*******" || untold.is_some_and(|untold| untold.secret_env.contains_key(name))
    };
    let plain = pairs.filter(|(name, value)| !is_secret(name, value));
    plain.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The limits. Zero and, but for swap, anything below is "no limit".
fn resources(host: &HostConfig) -> Resources {
    let bytes = |number: i64| u64::try_from(number).ok().filter(|bytes| *bytes > 0).map(Bytes);
    Resources {
        memory: bytes(host.memory),
        memory_swap: swap(host.memory_swap),
        cpu: cpu(host),
        pids: Some(host.pids_limit).filter(|limit| *limit != 0),
        memory_reservation: bytes(host.memory_reservation),
        cpu_shares: Some(host.cpu_shares).filter(|shares| *shares > 0),
    }
}

/// The limit of memory and swap together: what is -1 or beyond the kernel's pages is declared to be none.
fn swap(number: i64) -> Option<Bytes> {
    match u64::try_from(number) {
        Err(_) => (number == -1).then_some(Bytes(u64::MAX)),
        Ok(0) => None,
        Ok(bytes) if bytes >= UNLIMITED => Some(Bytes(u64::MAX)),
        Ok(bytes) => Some(Bytes(bytes)),
    }
}

/// CPU time, from quota and period, or from Podman's own figure.
fn cpu(host: &HostConfig) -> Option<MilliCpu> {
    let quota = u64::try_from(host.cpu_quota).ok().filter(|quota| *quota > 0 && host.cpu_period > 0);
    let by_quota = quota.map(|quota| quota.saturating_mul(1000) / host.cpu_period);
    let by_nanos =
        u64::try_from(host.nano_cpus).ok().filter(|nanos| *nanos > 0).map(|nanos| nanos / 1_000_000);
    by_quota.or(by_nanos).map(MilliCpu)
}

/// The control group namespace.
fn cgroup_namespace(mode: &str) -> Option<CgroupNamespace> {
    match mode {
        "private" => Some(CgroupNamespace::Private),
        "host" => Some(CgroupNamespace::Host),
        _ => None,
    }
}

/// The healthcheck; a test of `NONE` is none.
fn healthcheck(told: &HealthConfig) -> Option<Healthcheck> {
    let test = told.test.as_deref().unwrap_or_default();
    let command = match test.split_first()? {
        (kind, rest) if kind == "CMD-SHELL" => HealthcheckCommand::Shell(rest.join(" ")),
        (kind, rest) if kind == "CMD" => HealthcheckCommand::Exec(rest.to_vec()),
        (kind, _) if kind == "NONE" => return None,
        _ => HealthcheckCommand::Exec(test.to_vec()),
    };
    Some(Healthcheck {
        command,
        interval: Duration::from_nanos(told.interval),
        timeout: Duration::from_nanos(told.timeout),
        retries: told.retries,
        start_period: Duration::from_nanos(told.start_period),
    })
}

/// Privileges and confinement.
fn security(inspect: &Inspect, untold: Option<&Untold>) -> LiveSecurity {
    let host = &inspect.host_config;
    let options = host.security_opt.as_deref().unwrap_or_default();
    let labels: BTreeSet<String> =
        options.iter().filter_map(|option| option.strip_prefix("label=")).map(str::to_owned).collect();
    let told_mode = Some(host.userns_mode.clone()).filter(|mode| !mode.is_empty());
    LiveSecurity {
        privileged: host.privileged,
        read_only_root_filesystem: host.readonly_rootfs,
        no_new_privileges: options.iter().any(|option| option.starts_with("no-new-privileges")),
        capabilities: capabilities(inspect),
        user_namespace: untold.and_then(|untold| untold.user_namespace.clone()).or(told_mode),
        selinux_label: untold
            .map(|untold| untold.selinux_label.clone())
            .or(Some(labels).filter(|labels| !labels.is_empty())),
    }
}

/// The capabilities held and, worked out from what Podman says was added and dropped, its default set.
fn capabilities(inspect: &Inspect) -> LiveCapabilities {
    let held = names(inspect.bounding_caps.as_deref());
    let added = names(inspect.host_config.cap_add.as_deref());
    let default =
        held.difference(&added).cloned().chain(names(inspect.host_config.cap_drop.as_deref())).collect();
    LiveCapabilities { held, default }
}

/// Capability names without `CAP_`.
fn names(list: Option<&[String]>) -> BTreeSet<String> {
    let upper = list.unwrap_or_default().iter().map(|name| name.to_ascii_uppercase());
    upper.map(|name| name.strip_prefix("CAP_").map_or(name.clone(), str::to_owned)).collect()
}

/// Devices by path inside.
fn devices(host: &HostConfig, untold: Option<&Untold>) -> BTreeMap<String, Device> {
    let device = |told: &crate::wire::DevicePath| {
        let asked = untold.and_then(|untold| untold.device_permissions.get(&told.path_in_container));
        let told_permissions = Some(&told.cgroup_permissions).filter(|permissions| !permissions.is_empty());
        let permissions = told_permissions.or(asked).map_or("rwm", String::as_str).to_owned();
        (told.path_in_container.clone(), Device { host_path: told.path_on_host.clone(), permissions })
    };
    host.devices.iter().flatten().map(device).collect()
}

/// Limits of the process, by name as a manifest writes it.
fn ulimits(host: &HostConfig) -> BTreeMap<String, Ulimit> {
    let number = |limit: i64| u64::try_from(limit).unwrap_or(u64::MAX);
    let pair = |told: &crate::wire::UlimitPair| {
        let name = told.name.to_ascii_lowercase();
        let name = name.strip_prefix("rlimit_").map_or(name.clone(), str::to_owned);
        (name, Ulimit { soft: number(told.soft), hard: number(told.hard) })
    };
    host.ulimits.iter().flatten().map(pair).collect()
}

/// The stop signal as a number.
fn stop_signal(config: &Config) -> Option<u8> {
    match config.stop_signal.as_ref()? {
        Signal::Number(number) => Some(*number).filter(|number| *number > 0),
        Signal::Name(name) => signal::parse(name),
    }
}

/// Podman's restart policy; an empty word is `no`.
fn restart_policy(host: &HostConfig) -> String {
    let name = host.restart_policy.name.as_str();
    if name.is_empty() { "no".to_owned() } else { name.to_owned() }
}
