//! A live change is found, under the name of its field; what only looks different is not.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::container::{
    CgroupNamespace, HealthcheckCommand, MountSource, Networks, Port, Protocol, Ulimit,
};
use podsteward_specs::quantity::{Bytes, MilliCpu};

use super::{FULL, compared, document, lines, live_from};
use crate::live::{LiveConfig, LiveContainer};

/// A change of the live container, and the differences that it makes.
type Change = (fn(&mut LiveContainer), &'static [&'static str]);

/// The attachments of a live container.
fn attachments(config: &mut LiveConfig) -> &mut Vec<podsteward_specs::container::NetworkAttachment> {
    match &mut config.networks {
        Some(Networks::Attached(attached)) => attached,
        _ => panic!("the container is attached to networks"),
    }
}

/// The first mount at this path.
fn mount<'a>(live: &'a mut LiveContainer, target: &str) -> &'a mut podsteward_specs::container::Mount {
    live.config.mounts.get_mut(target).expect("a mount")
}

/// At least one change for each field that the engine tells.
pub(super) const CHANGES: &[Change] = &[
    (
        |l| l.image_id = "sha256:999999999999ffff".into(),
        &[
            "spec.image: docker.io/library/web:1 <- docker.io/library/web:1 (another image: 999999999999) (Recreate)",
        ],
    ),
    (
        |l| {
            l.labels.insert("tier".into(), "back".into());
        },
        &[r#"metadata.labels[tier]: "front" <- "back" (Recreate)"#],
    ),
    (
        |l| l.config.command = vec!["/bin/sh".into()],
        &["spec.command: /bin/web --listen <- /bin/sh (Recreate)"],
    ),
    (
        |l| l.config.args = vec!["80".into(), "two".into(), "words".into()],
        &[r#"spec.args: 80 "two words" <- 80 two words (Recreate)"#],
    ),
    (|l| l.config.working_dir = "/".into(), &["spec.workingDir: /srv <- / (Recreate)"]),
    (|l| l.config.hostname = "other".into(), &["spec.hostname: web <- other (Recreate)"]),
    (|l| l.config.user = "0".into(), &["spec.user: 1000:1000 <- 0 (Recreate)"]),
    (
        |l| {
            l.config.group_add.remove("audio");
        },
        &["spec.groupAdd: audio, video <- video (Recreate)"],
    ),
    (
        |l| {
            l.config.env.insert("LEVEL".into(), String::new());
        },
        &[r#"spec.env[LEVEL]: "info" <- "" (Recreate)"#],
    ),
    (
        |l| {
            l.config.env.remove("LEVEL");
        },
        &[r#"spec.env[LEVEL]: "info" <- (none) (Recreate)"#],
    ),
    (
        |l| {
            l.config.secret_env.as_mut().unwrap().insert("TOKEN".into(), "other".into());
        },
        &["spec.env[TOKEN]: secret token <- secret other (Recreate)"],
    ),
    (
        |l| {
            l.config.secret_env.as_mut().unwrap().remove("PASSWORD");
        },
        &["spec.secrets[PASSWORD]: secret password <- (none) (Recreate)"],
    ),
    (
        |l| l.config.secret_mounts = Some(Vec::new()),
        &[
            "spec.secrets[/run/secrets/key.pem]: secret key, uid 1000, gid 1000, mode 0400 <- (none) (Recreate)",
        ],
    ),
    (
        |l| {
            l.config.ports =
                l.config.ports.iter().map(|port| Port { host_port: Some(9999), ..port.clone() }).collect();
        },
        &["spec.ports: any:53/udp, 8080:80/tcp <- any:53/udp, 9999:80/tcp (Recreate)"],
    ),
    (
        |l| {
            l.config.ports.insert(Port {
                container_port: 22,
                host_port: Some(22),
                host_ip: None,
                protocol: Protocol::Tcp,
            });
        },
        &["spec.ports: any:53/udp, 8080:80/tcp <- 22:22/tcp, any:53/udp, 8080:80/tcp (Recreate)"],
    ),
    (
        |l| mount(l, "/data").source = MountSource::Volume("other".into()),
        &["spec.mounts[/data]: volume data <- volume other (Recreate)"],
    ),
    (
        |l| mount(l, "/etc/web").read_only = false,
        &["spec.mounts[/etc/web]: bind /etc/web (ro, noexec, z) <- bind /etc/web (noexec, z) (Recreate)"],
    ),
    (|l| mount(l, "/tmp").options.clear(), &["spec.mounts[/tmp]: tmpfs (size=64m) <- tmpfs (Recreate)"]),
    (
        |l| {
            l.config.mounts.remove("/tmp");
        },
        &["spec.mounts[/tmp]: tmpfs (size=64m) <- (none) (Recreate)"],
    ),
    (|l| l.config.networks = Some(Networks::Host), &["spec.networks: attached <- host (Recreate)"]),
    (|l| l.config.networks = None, &["spec.networks: attached <- another mode (Recreate)"]),
    (
        |l| {
            attachments(&mut l.config).remove(0);
        },
        &["spec.networks[back]: aliases api <- not attached (InPlace)"],
    ),
    (
        |l| attachments(&mut l.config)[0].aliases.clear(),
        &["spec.networks[back]: aliases api <- attached (InPlace)"],
    ),
    (
        |l| attachments(&mut l.config)[1].ip = "10.89.1.6".parse().ok(),
        &["spec.networks[front]: ip 10.89.1.5 <- ip 10.89.1.6 (InPlace)"],
    ),
    (
        |l| attachments(&mut l.config)[1].name = "guests".into(),
        &[
            "spec.networks[front]: ip 10.89.1.5 <- not attached (InPlace)",
            "spec.networks[guests]: not attached <- ip 10.89.1.5, aliases given-by-the-engine (InPlace)",
        ],
    ),
    (
        |l| l.config.resources.memory = Some(Bytes(128 << 20)),
        &["spec.resources.limits.memory: 256Mi <- 128Mi (InPlace)"],
    ),
    (
        |l| l.config.resources.memory_swap = None,
        &["spec.resources.limits.memorySwap: 512Mi <- (none) (InPlace)"],
    ),
    (|l| l.config.resources.cpu = Some(MilliCpu(1000)), &["spec.resources.limits.cpu: 500m <- 1 (InPlace)"]),
    (|l| l.config.resources.pids = Some(-1), &["spec.resources.limits.pids: 100 <- unlimited (InPlace)"]),
    (
        |l| l.config.resources.memory_reservation = None,
        &["spec.resources.requests.memory: 128Mi <- (none) (InPlace)"],
    ),
    (|l| l.config.resources.cpu_shares = Some(2), &["spec.cpuShares: 512 <- 2 (InPlace)"]),
    (|l| l.config.security.privileged = true, &["spec.securityContext.privileged: false <- true (Recreate)"]),
    (
        |l| l.config.security.read_only_root_filesystem = false,
        &["spec.securityContext.readOnlyRootFilesystem: true <- false (Recreate)"],
    ),
    (
        |l| l.config.security.no_new_privileges = false,
        &["spec.securityContext.noNewPrivileges: true <- false (Recreate)"],
    ),
    (
        |l| {
            l.config.security.capabilities.held.remove("NET_ADMIN");
        },
        &["spec.securityContext.capabilities.add: NET_ADMIN <- (none) (Recreate)"],
    ),
    (
        |l| {
            l.config.security.capabilities.held.insert("SYS_ADMIN".into());
        },
        &["spec.securityContext.capabilities.add: NET_ADMIN <- NET_ADMIN, SYS_ADMIN (Recreate)"],
    ),
    (
        |l| l.config.security.user_namespace = None,
        &["spec.securityContext.userNamespace: keep-id <- (none) (Recreate)"],
    ),
    (
        |l| l.config.security.selinux_label = Some(["type:x".to_owned()].into()),
        &["spec.securityContext.selinuxLabel: disable <- type:x (Recreate)"],
    ),
    (|l| l.config.cgroup_parent = "/other".into(), &["spec.cgroupParent: /services <- /other (Recreate)"]),
    (
        |l| l.config.cgroup_namespace = Some(CgroupNamespace::Host),
        &["spec.cgroupNamespace: private <- host (Recreate)"],
    ),
    (
        |l| l.config.devices.get_mut("/dev/kvm").unwrap().permissions = "r".into(),
        &["spec.devices[/dev/kvm]: /dev/kvm rw <- /dev/kvm r (Recreate)"],
    ),
    (|l| l.config.devices.clear(), &["spec.devices[/dev/kvm]: /dev/kvm rw <- (none) (Recreate)"]),
    (
        |l| l.config.sysctls = Some(BTreeMap::new()),
        &["spec.sysctls[net.core.somaxconn]: 1024 <- (none) (Recreate)"],
    ),
    (
        |l| {
            l.config.ulimits.insert("nofile".into(), Ulimit { soft: 9, hard: u64::MAX });
        },
        &["spec.ulimits[nofile]: 1024:2048 <- 9:unlimited (Recreate)"],
    ),
    (|l| l.config.shm_size = Some(Bytes(64 << 20)), &["spec.shmSize: 128Mi <- 64Mi (Recreate)"]),
    (|l| l.config.dns.reverse(), &["spec.dns: 10.0.0.1, 10.0.0.2 <- 10.0.0.2, 10.0.0.1 (Recreate)"]),
    (|l| l.config.dns_search.clear(), &["spec.dnsSearch: a.lan, b.lan <- (none) (Recreate)"]),
    (
        |l| {
            l.config.extra_hosts.insert("db".into(), "10.0.0.8".into());
        },
        &["spec.extraHosts[db]: 10.0.0.9 <- 10.0.0.8 (Recreate)"],
    ),
    (
        |l| {
            l.config.healthcheck.as_mut().unwrap().command =
                HealthcheckCommand::Exec(vec!["curl".into(), "localhost".into()]);
        },
        &["spec.healthcheck.command: shell: curl localhost <- curl localhost (Recreate)"],
    ),
    (
        |l| l.config.healthcheck.as_mut().unwrap().interval = Duration::from_secs(30),
        &["spec.healthcheck.interval: 10s <- 30s (Recreate)"],
    ),
    (
        |l| l.config.healthcheck.as_mut().unwrap().timeout = Duration::from_secs(30),
        &["spec.healthcheck.timeout: 2s <- 30s (Recreate)"],
    ),
    (
        |l| l.config.healthcheck.as_mut().unwrap().retries = 3,
        &["spec.healthcheck.retries: 5 <- 3 (Recreate)"],
    ),
    (
        |l| l.config.healthcheck.as_mut().unwrap().start_period = Duration::ZERO,
        &["spec.healthcheck.startPeriod: 3s <- 0s (Recreate)"],
    ),
    (|l| l.config.stop_signal = Some(15), &["spec.stopSignal: SIGINT <- SIGTERM (Recreate)"]),
    (
        |l| l.config.stop_timeout = Duration::from_secs(10),
        &["spec.stopTimeoutSeconds: 30s <- 10s (Recreate)"],
    ),
    (|l| l.config.log_driver = "none".into(), &["spec.logDriver: k8s-file <- none (Recreate)"]),
    (|l| l.config.init = false, &["spec.init: true <- false (Recreate)"]),
    (
        |l| l.config.restart_policy = "always".into(),
        &["spec.restartPolicy: OnFailure <- always, by Podman (Recreate)"],
    ),
];

#[test]
fn a_live_change_of_any_field_is_found_under_its_name() {
    let document = document(FULL);
    for (change, expected) in CHANGES {
        let mut live = live_from(&document);
        change(&mut live);
        assert_eq!(lines(&compared(&document, Some(&document), &live)), *expected);
    }
}

/// Changes that say the same in another way, or that nobody declared.
const HARMLESS: &[fn(&mut LiveContainer)] = &[
    |_| {},
    |l| l.config.working_dir = "/srv/".into(),
    |l| {
        l.labels.insert("maintainer".into(), "the image".into());
    },
    |l| {
        l.config.env.insert("HOME".into(), "/root".into());
    },
    |l| {
        l.config.ports = l
            .config
            .ports
            .iter()
            .map(|port| Port { host_port: port.host_port.filter(|port| *port == 8080), ..port.clone() })
            .collect();
    },
    |l| {
        l.config.ports = l
            .config
            .ports
            .iter()
            .map(|port| Port { host_ip: "0.0.0.0".parse().ok(), ..port.clone() })
            .collect();
    },
    |l| {
        mount(l, "/data").options.extend(["nosuid".into(), "nodev".into(), "rbind".into(), "rw".into()]);
    },
    |l| {
        mount(l, "/etc/web").options.extend(["nodev".into(), "rslave".into()]);
    },
    |l| {
        let mount = mount(l, "/data").clone();
        l.config.mounts.remove("/data");
        l.config.mounts.insert("/data/".into(), mount);
    },
    |l| {
        let mount = mount(l, "/data").clone();
        l.config.mounts.insert("/run/podman-init".into(), mount);
    },
    |l| attachments(&mut l.config).reverse(),
    |l| attachments(&mut l.config).iter_mut().for_each(|each| each.ip = None),
    |l| {
        attachments(&mut l.config)[0].aliases.insert("c0ffee".into());
    },
    |l| {
        l.config.ulimits.insert("nproc".into(), Ulimit { soft: 1, hard: 1 });
    },
    |l| {
        l.config.sysctls.as_mut().unwrap().insert("net.ipv4.ping_group_range".into(), "0 0".into());
    },
    |l| l.config.sysctls = None,
    |l| l.config.devices.get_mut("/dev/kvm").unwrap().permissions = "wr".into(),
    |l| {
        l.config.extra_hosts.insert("host.containers.internal".into(), "10.0.0.1".into());
    },
    |l| l.config.security.selinux_label = None,
    |l| l.config.cgroup_namespace = None,
    |l| l.config.secret_mounts = None,
    |l| l.config.secret_env = None,
    |l| l.config.restart_policy.clear(),
    |l| l.anonymous_volumes.clear(),
    |l| l.image_name = "web:1".into(),
];

#[test]
fn what_only_looks_different_is_no_difference() {
    let document = document(FULL);
    for (number, change) in HARMLESS.iter().enumerate() {
        let mut live = live_from(&document);
        change(&mut live);
        assert_eq!(lines(&compared(&document, Some(&document), &live)), [""; 0], "harmless change {number}");
        assert_eq!(lines(&compared(&document, None, &live)), [""; 0], "without memory: {number}");
    }
}

#[test]
fn a_dropped_capability_that_is_held_is_found() {
    let document = super::full_with("{add: [NET_ADMIN], drop: [CHOWN]}", "{drop: [CHOWN, SYS_TIME]}");
    let mut live = live_from(&document);
    live.config.security.capabilities.held.insert("CHOWN".into());
    let expected = ["spec.securityContext.capabilities.drop: CHOWN, SYS_TIME <- SYS_TIME (Recreate)"];
    assert_eq!(lines(&compared(&document, Some(&document), &live)), expected);
}
