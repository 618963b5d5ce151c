//! Tests of the comparison by field.
//!
//! Owns a container that declares every field, and what an engine shows of it. The files below change one thing at a
//! time.

mod edits;
mod fixed;
mod in_place;
mod live;
mod properties;
mod rows;
mod subtle;

use std::collections::{BTreeMap, BTreeSet};

use podsteward_specs::container::{Container, EnvValue, Networks, SecretTarget, SecretUse, Security};
use podsteward_specs::document::Document;
use podsteward_specs::load::{SourceFile, load};
use podsteward_specs::quantity::Bytes;

use super::{ContainerComparison, Declared, container};
use crate::engine::EngineInfo;
use crate::finding::FieldDiff;
use crate::live::{
    EngineState, INSTANCE_LABEL, LiveCapabilities, LiveConfig, LiveContainer, LiveSecurity, OBJECT_LABEL,
};

/// A container that declares every field there is.
pub(super) const FULL: &str = "
apiVersion: podsteward.dev/v1alpha1
kind: Container
metadata:
  name: web
  labels: {tier: front}
  annotations: {owner: ada}
spec:
  image: docker.io/library/web:1
  imagePullPolicy: Never
  command: [/bin/web, --listen]
  args: ['80', two words]
  workingDir: /srv
  hostname: web
  user: '1000:1000'
  groupAdd: [audio, video]
  env:
    - {name: LEVEL, value: info}
    - {name: TOKEN, secretRef: token}
  ports:
    - {containerPort: 80, hostPort: 8080}
    - {containerPort: 53, protocol: UDP}
  mounts:
    - {type: volume, source: data, target: /data}
    - {type: bind, source: /etc/web, target: /etc/web, readOnly: true, options: [z, noexec]}
    - {type: tmpfs, target: /tmp, options: [size=64m]}
  networks:
    - {name: front, ip: 10.89.1.5}
    - {name: back, aliases: [api]}
  resources:
    limits: {memory: 256Mi, memorySwap: 512Mi, cpu: 500m, pids: 100}
    requests: {memory: 128Mi}
  cpuShares: 512
  cgroupParent: /services
  cgroupNamespace: private
  restartPolicy: OnFailure
  desiredState: Running
  probes:
    startup: {exec: {command: ['true']}}
    readiness: {httpGet: {port: 80, path: /ready}}
    liveness: {tcpSocket: {port: 80}}
  healthcheck: {command: curl localhost, interval: 10s, timeout: 2s, retries: 5, startPeriod: 3s}
  securityContext:
    privileged: false
    readOnlyRootFilesystem: true
    noNewPrivileges: true
    capabilities: {add: [NET_ADMIN], drop: [CHOWN]}
    userNamespace: keep-id
    selinuxLabel: [disable]
  devices:
    - {hostPath: /dev/kvm, containerPath: /dev/kvm, permissions: rw}
  sysctls: {net.core.somaxconn: '1024'}
  ulimits:
    - {name: nofile, soft: 1024, hard: 2048}
  shmSize: 128Mi
  dns: [10.0.0.1, 10.0.0.2]
  dnsSearch: [a.lan, b.lan]
  extraHosts: ['db:10.0.0.9']
  stopSignal: SIGINT
  stopTimeoutSeconds: 30
  startTimeoutSeconds: 60
  logDriver: k8s-file
  init: true
  dependsOn:
    - {name: db, condition: healthy, restart: true}
  configFiles:
    - {path: /etc/web/web.conf, onChange: signal, signal: HUP}
  secrets:
    - {name: key, type: mount, target: key.pem, uid: 1000, gid: 1000, mode: '0400'}
    - {name: password, type: env, target: PASSWORD}
  dataTier: snapshot
  criticality: critical
  remediation:
    autoRestart: true
    requiresConfirmation: false
    restartTimeoutSeconds: 20
    maxRestartsPerHour: 3
    manualHold: 30m
    deny: [service-restart]
  adopt: true
";

/// Reads one document.
pub(super) fn document(yaml: &str) -> Document {
    let mut loaded = load(&[SourceFile { path: "test.yaml".into(), bytes: yaml.as_bytes().to_vec() }]);
    let mut file = loaded.files.remove(0);
    assert_eq!(file.problems, [], "the manifest of a test is sound");
    file.documents.remove(0)
}

/// [`FULL`] with one text in it replaced by another.
pub(super) fn full_with(from: &str, to: &str) -> Document {
    assert!(FULL.contains(from), "nothing to replace: {from}");
    document(&FULL.replacen(from, to, 1))
}

/// An engine that updates limits in place.
pub(super) fn engine() -> EngineInfo {
    EngineInfo { version: "5.4.2".into(), updates_in_place: true, ..EngineInfo::default() }
}

/// What an engine shows of a container made from this document.
pub(super) fn live_from(document: &Document) -> LiveContainer {
    let spec = document.container().expect("a container");
    let mut labels = document.labels.clone();
    labels.insert(INSTANCE_LABEL.into(), "default".into());
    labels.insert(OBJECT_LABEL.into(), document.key.to_string());
    LiveContainer {
        id: "c0ffee".into(),
        name: document.key.name.to_string(),
        created_ms: 0,
        labels,
        state: EngineState::Running,
        pid: Some(1),
        started_ms: Some(1),
        image_id: IMAGE.into(),
        image_name: spec.image.clone(),
        anonymous_volumes: BTreeMap::from([("/var/cache".into(), "ab".repeat(32))]),
        config: config_from(spec),
        ..LiveContainer::default()
    }
}

/// The image of every live container here.
pub(super) const IMAGE: &str = "sha256:1111111111112222";

/// The configuration as an engine shows it: defaults filled in, options added, addresses given out.
fn config_from(spec: &Container) -> LiveConfig {
    let env = spec.env.iter().filter_map(|(name, value)| match value {
        EnvValue::Value(text) => Some((name.clone(), text.clone())),
        EnvValue::SecretRef(_) => None,
    });
    let path = ("PATH".to_owned(), "/bin".to_owned());
    let or = |value: &Option<String>, default: &str| value.clone().unwrap_or_else(|| default.to_owned());
    LiveConfig {
        command: spec.command.clone().unwrap_or_default(),
        args: spec.args.clone().unwrap_or_default(),
        working_dir: or(&spec.working_dir, "/"),
        hostname: or(&spec.hostname, "c0ffee"),
        user: or(&spec.user, ""),
        group_add: spec.group_add.clone(),
        env: env.chain([path]).collect(),
        ports: spec
            .ports
            .iter()
            .cloned()
            .map(|mut port| {
                port.host_port = port.host_port.or(Some(40_000 + port.container_port % 1000));
                port
            })
            .collect(),
        mounts: spec.mounts.iter().map(|(target, mount)| (target.clone(), mount.canonical())).collect(),
        networks: Some(networks_from(spec.networks.as_ref())),
        resources: spec.resources.clone(),
        cgroup_parent: or(&spec.cgroup_parent, "machine.slice"),
        cgroup_namespace: spec.cgroup_namespace,
        healthcheck: spec.healthcheck.clone(),
        security: security_from(&spec.security),
        devices: spec.devices.clone(),
        sysctls: Some(spec.sysctls.clone()),
        ulimits: spec.ulimits.clone(),
        shm_size: spec.shm_size.or(Some(Bytes(65_536_000))),
        dns: spec.dns.clone().unwrap_or_default(),
        dns_search: spec.dns_search.clone().unwrap_or_default(),
        extra_hosts: spec.extra_hosts.clone(),
        stop_signal: spec.stop_signal.or(Some(15)),
        stop_timeout: spec.stop_timeout,
        log_driver: or(&spec.log_driver, "journald"),
        init: spec.init.unwrap_or_default(),
        secret_mounts: Some(mounted(&spec.secrets)),
        secret_env: Some(secret_env(spec)),
        restart_policy: "no".into(),
    }
}

fn mounted(secrets: &[SecretUse]) -> Vec<SecretUse> {
    secrets.iter().filter(|secret| matches!(secret.target, SecretTarget::Mount { .. })).cloned().collect()
}

fn secret_env(spec: &Container) -> BTreeMap<String, String> {
    let in_env = spec.env.iter().filter_map(|(name, value)| match value {
        EnvValue::SecretRef(secret) => Some((name.clone(), secret.clone())),
        EnvValue::Value(_) => None,
    });
    let in_secrets = spec.secrets.iter().filter_map(|secret| match &secret.target {
        SecretTarget::Env(name) => Some((name.clone(), secret.name.clone())),
        SecretTarget::Mount { .. } => None,
    });
    in_env.chain(in_secrets).collect()
}

fn networks_from(networks: Option<&Networks>) -> Networks {
    let Some(Networks::Attached(declared)) = networks else {
        return networks.cloned().unwrap_or(Networks::Attached(Vec::new()));
    };
    let mut live = declared.clone();
    live.sort();
    for attachment in &mut live {
        attachment.ip = attachment.ip.or("10.88.0.77".parse().ok());
        attachment.aliases.insert("given-by-the-engine".into());
    }
    Networks::Attached(live)
}

fn security_from(declared: &Security) -> LiveSecurity {
    let default: BTreeSet<String> = ["CHOWN", "KILL", "SETUID"].map(str::to_owned).into();
    let mut capabilities = LiveCapabilities { held: BTreeSet::new(), default };
    capabilities.held = capabilities.expected(declared);
    if capabilities.held.remove("ALL") {
        capabilities.held.insert("SYS_ADMIN".into());
    }
    LiveSecurity {
        privileged: declared.privileged.unwrap_or_default(),
        read_only_root_filesystem: declared.read_only_root_filesystem.unwrap_or_default(),
        no_new_privileges: declared.no_new_privileges.unwrap_or_default(),
        capabilities,
        user_namespace: declared.user_namespace.clone(),
        selinux_label: Some(declared.selinux_label.clone()),
    }
}

/// The differences of a document, perhaps after another one, from a live container.
pub(super) fn compared(now: &Document, before: Option<&Document>, live: &LiveContainer) -> Vec<FieldDiff> {
    compared_on(&engine(), now, before, live)
}

/// The same on a certain engine.
pub(super) fn compared_on(
    engine: &EngineInfo,
    now: &Document,
    before: Option<&Document>,
    live: &LiveContainer,
) -> Vec<FieldDiff> {
    container(&ContainerComparison {
        declared: Declared::container(now).expect("a container"),
        applied: before.map(|before| Declared::container(before).expect("a container")),
        applied_image_id: before.map(|_| IMAGE),
        image: None,
        live,
        engine,
    })
}

/// The differences as people read them.
pub(super) fn lines(diffs: &[FieldDiff]) -> Vec<String> {
    let line =
        |diff: &FieldDiff| format!("{}: {} <- {} ({:?})", diff.field, diff.desired, diff.live, diff.remedy);
    diffs.iter().map(line).collect()
}
