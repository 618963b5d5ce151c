//! Every field has its row, and every row its tests.

use std::collections::BTreeSet;

use podsteward_specs::container::{Container, Probes, Remediation, Resources, Security};

use super::super::table::{Mend, TABLE};
use super::live::CHANGES;
use super::{FULL, document};
use crate::live::{LiveConfig, LiveSecurity};

/// The rows that each declared field has. A new field does not compile here until it stands in this list.
fn rows_of(container: &Container) -> BTreeSet<&'static str> {
    let mut rows = BTreeSet::new();
    macro_rules! rows {
        ($kind:ident { $($field:ident => [$($row:literal),*]),* $(,)? } = $value:expr) => {
            let $kind { $($field: _),* } = $value;
            $($(rows.insert($row);)*)*
        };
    }
    rows!(Container {
        image => ["spec.image"], image_pull_policy => ["spec.imagePullPolicy"], command => ["spec.command"],
        args => ["spec.args"], working_dir => ["spec.workingDir"], hostname => ["spec.hostname"],
        user => ["spec.user"], group_add => ["spec.groupAdd"], env => ["spec.env"], ports => ["spec.ports"],
        mounts => ["spec.mounts"], networks => ["spec.networks"], resources => [],
        cgroup_parent => ["spec.cgroupParent"], cgroup_namespace => ["spec.cgroupNamespace"],
        restart_policy => ["spec.restartPolicy"], desired_state => ["spec.desiredState"], probes => [],
        healthcheck => ["spec.healthcheck.command", "spec.healthcheck.interval", "spec.healthcheck.timeout",
            "spec.healthcheck.retries", "spec.healthcheck.startPeriod"],
        security => [], devices => ["spec.devices"], sysctls => ["spec.sysctls"], ulimits => ["spec.ulimits"],
        shm_size => ["spec.shmSize"], dns => ["spec.dns"], dns_search => ["spec.dnsSearch"],
        extra_hosts => ["spec.extraHosts"], stop_signal => ["spec.stopSignal"],
        stop_timeout => ["spec.stopTimeoutSeconds"], start_timeout => ["spec.startTimeoutSeconds"],
        log_driver => ["spec.logDriver"], init => ["spec.init"], depends_on => ["spec.dependsOn"],
        config_files => ["spec.configFiles"], secrets => ["spec.secrets"], data_tier => ["spec.dataTier"],
        criticality => ["spec.criticality"], remediation => [], adopt => ["spec.adopt"],
    } = container);
    rows!(Probes {
        startup => ["spec.probes.startup"], readiness => ["spec.probes.readiness"],
        liveness => ["spec.probes.liveness"],
    } = &container.probes);
    rows!(Resources {
        memory => ["spec.resources.limits.memory"], memory_swap => ["spec.resources.limits.memorySwap"],
        cpu => ["spec.resources.limits.cpu"], pids => ["spec.resources.limits.pids"],
        memory_reservation => ["spec.resources.requests.memory"], cpu_shares => ["spec.cpuShares"],
    } = &container.resources);
    rows!(Security {
        privileged => ["spec.securityContext.privileged"],
        read_only_root_filesystem => ["spec.securityContext.readOnlyRootFilesystem"],
        no_new_privileges => ["spec.securityContext.noNewPrivileges"],
        capabilities_add => ["spec.securityContext.capabilities.add"],
        capabilities_drop => ["spec.securityContext.capabilities.drop"],
        user_namespace => ["spec.securityContext.userNamespace"],
        selinux_label => ["spec.securityContext.selinuxLabel"],
    } = &container.security);
    rows!(Remediation {
        auto_restart => ["spec.remediation.autoRestart"],
        requires_confirmation => ["spec.remediation.requiresConfirmation"],
        restart_timeout => ["spec.remediation.restartTimeoutSeconds"],
        max_restarts_per_hour => ["spec.remediation.maxRestartsPerHour"],
        manual_hold => ["spec.remediation.manualHold"], deny => ["spec.remediation.deny"],
    } = &container.remediation);
    rows.extend(["metadata.labels", "metadata.annotations"]);
    rows
}

/// Fields that the live container tells. A new one does not compile here until somebody has seen to its row.
fn all_of_the_live_container(config: &LiveConfig) {
    let LiveConfig {
        command: _,
        args: _,
        working_dir: _,
        hostname: _,
        user: _,
        group_add: _,
        env: _,
        ports: _,
        mounts: _,
        networks: _,
        resources: _,
        cgroup_parent: _,
        cgroup_namespace: _,
        healthcheck: _,
        security,
        devices: _,
        sysctls: _,
        ulimits: _,
        shm_size: _,
        dns: _,
        dns_search: _,
        extra_hosts: _,
        stop_signal: _,
        stop_timeout: _,
        log_driver: _,
        init: _,
        secret_mounts: _,
        secret_env: _,
        restart_policy: _,
    } = config;
    let LiveSecurity {
        privileged: _,
        read_only_root_filesystem: _,
        no_new_privileges: _,
        capabilities: _,
        user_namespace: _,
        selinux_label: _,
    } = security;
}

fn table() -> BTreeSet<&'static str> {
    TABLE.iter().flat_map(|rows| rows.iter()).map(|row| row.field).collect()
}

#[test]
fn every_declared_field_has_its_row_and_every_row_its_field() {
    let document = document(FULL);
    assert_eq!(table(), rows_of(document.container().unwrap()));
    all_of_the_live_container(&super::live_from(&document).config);
}

#[test]
fn every_row_that_the_engine_tells_has_a_live_change_in_the_tests() {
    let field = |line: &'static &'static str| line.split([':', '[']).next().unwrap();
    let mut changed: BTreeSet<&str> = CHANGES.iter().flat_map(|(_, lines)| lines.iter()).map(field).collect();
    changed.insert("spec.securityContext.capabilities.drop");
    let own = TABLE.iter().flat_map(|rows| rows.iter()).filter(|row| row.mend == Mend::Own);
    changed.extend(own.map(|row| row.field));
    assert_eq!(changed, table());
}

#[test]
fn the_full_container_declares_something_in_every_row() {
    let (full, bare) = (document(FULL), document(&format!("{}spec: {{image: other}}", head())));
    let live = super::live_from(&full);
    let removed = super::compared(&bare, Some(&full), &live);
    let differing: BTreeSet<&str> =
        removed.iter().map(|diff| diff.field.split('[').next().unwrap()).collect();
    // Podman's own default is in force after these two as before.
    let silent = ["spec.securityContext.privileged", "spec.desiredState"];
    let expected = table().into_iter().filter(|row| !silent.contains(row)).collect::<BTreeSet<_>>();
    assert_eq!(differing, expected);
}

fn head() -> &'static str {
    FULL.split("spec:").next().unwrap().split("  labels").next().unwrap()
}
