//! The rule of the house: what is created from a document and inspected again compares equal in every declared field.

use std::collections::BTreeMap;

use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::fields::{self, ContainerComparison, Declared};
use podsteward_domain::live::LiveContainer;
use podsteward_specs::document::Document;

use super::bench::{Bench, START, contracts};

contracts!(
    every_declared_field_is_told_as_declared_before_and_after_the_start,
    a_locked_down_container_is_told_as_declared,
    a_container_that_shares_the_hosts_network_is_told_as_declared,
    a_privileged_container_without_a_network_is_told_as_declared,
    every_way_to_declare_capabilities_is_told_as_declared,
    every_shape_of_a_command_is_told_as_declared,
    an_exec_healthcheck_and_lifted_limits_are_told_as_declared,
    a_container_that_declares_nothing_has_no_difference,
    a_secret_never_shows_its_value,
);

/// Every field that an engine can keep, but for those that exclude each other; `N` is the test's own prefix.
const FULL: &str = r#"
  command: [sh, -c, "sleep  1000"]
  args: ["two words", "-v"]
  workingDir: /tmp
  hostname: host-1
  user: "0:0"
  groupAdd: ["10", "20"]
  env:
    - {name: MODE, value: "fast = yes"}
    - {name: EMPTY, value: ""}
    - {name: TOKEN, secretRef: {name: N-token}}
  ports:
    - {containerPort: 80, hostPort: 18290, hostIP: 127.0.0.1}
    - {containerPort: 81, hostPort: 18291, hostIP: 0.0.0.0}
    - {containerPort: 53, hostPort: 18292, protocol: udp}
    - {containerPort: 9000}
  mounts:
    - {type: volume, source: N-data, target: /data}
    - {type: volume, source: N-more, target: /more, readOnly: true, options: [noexec]}
    - {type: bind, source: /etc, target: /host/etc, readOnly: true, options: [z, nosuid]}
    - {type: bind, source: /tmp, target: /host/tmp, options: [rslave]}
    - {type: tmpfs, target: /scratch, options: [size=64m, noexec]}
    - {type: tmpfs, target: /plain, options: [nosuid]}
  networks:
    - {name: N-b, ip: 10.213.1.50, aliases: [www, host-1]}
    - N-a
  resources:
    limits: {memory: 64Mi, memorySwap: 128Mi, cpu: "0.25", pids: 100}
    requests: {memory: 32Mi}
  cpuShares: 512
  cgroupParent: /podsteward-contract
  cgroupNamespace: private
  healthcheck: {command: "true && echo ok", interval: 10s, timeout: 5s, retries: 2, startPeriod: 1m}
  securityContext:
    privileged: false
    noNewPrivileges: true
    capabilities: {add: [NET_ADMIN], drop: [CAP_CHOWN, mknod]}
    userNamespace: host
    selinuxLabel: [disable]
  devices:
    - {hostPath: /dev/null, containerPath: /dev/nothing, permissions: rw}
    - /dev/zero
  sysctls: {net.ipv4.ip_forward: "1"}
  ulimits: [{name: nofile, soft: 1000, hard: 2000}]
  shmSize: 32Mi
  dns: [10.213.9.9, 10.213.9.8]
  dnsSearch: [example.org]
  extraHosts: [{ip: 10.0.0.9, hostnames: [nas, backup]}, {ip: "fd00::1", hostnames: [six]}]
  stopSignal: SIGQUIT
  stopTimeoutSeconds: 3
  logDriver: k8s-file
  init: true
  secrets:
    - {name: N-token, type: mount, target: token, uid: 10, gid: 20, mode: "0440"}
    - {name: N-token, type: mount, target: /run/deep/token}
    - {name: N-token, type: env, target: PASSWORD}
"#;

/// What cannot be declared together with [`FULL`]: a read-only root cannot get secrets in files.
const LOCKED: &str = r"
  env: [{name: TOKEN, secretRef: N-token}]
  mounts: [{type: tmpfs, target: /tmp}]
  securityContext:
    readOnlyRootFilesystem: true
    noNewPrivileges: true
    capabilities: {drop: [ALL]}
  logDriver: none
  init: false
";

/// The prefix of a test in place of `N`.
fn own(bench: &Bench, spec: &str) -> String {
    spec.replace("N-", &bench.name(""))
}

/// Makes a container of a `spec`, with what it needs.
async fn make(bench: &Bench, short: &str, spec: &str) -> (Document, ContainerCreate) {
    if spec.contains("N-token") {
        bench.secret(&bench.name("token"), "s3cret").await;
    }
    let spec = own(bench, spec);
    let request = bench.request(short, &spec);
    bench.engine.create_container(&request).await.unwrap();
    (bench.document(&spec), request)
}

/// Asserts that no declared field differs.
async fn assert_told(bench: &Bench, document: &Document, live: &LiveContainer) {
    let engine = bench.engine.info().await.unwrap();
    let image = bench.engine.inspect_image(&bench.image).await.unwrap();
    let declared = Declared::container(document).unwrap();
    let image = image.as_ref();
    let found = fields::container(&ContainerComparison {
        declared,
        applied: None,
        applied_image_id: None,
        image,
        live,
        engine: &engine,
    });
    assert!(found.is_empty(), "{found:#?}\n{:#?}", live.config);
}

/// Makes, starts and compares.
async fn told(bench: &Bench, short: &str, spec: &str) -> LiveContainer {
    let (document, request) = make(bench, short, spec).await;
    assert_told(bench, &document, &bench.look(&request.name).await).await;
    bench.engine.start_container(&request.name, START).await.unwrap();
    let live = bench.look(&request.name).await;
    assert_told(bench, &document, &live).await;
    live
}

async fn every_declared_field_is_told_as_declared_before_and_after_the_start(bench: &Bench) {
    bench.network("a", "").await;
    bench.network("b", "  subnet: 10.213.1.0/24\n").await;
    let live = told(bench, "full", FULL).await;
    assert_eq!(live.config.command, ["sh", "-c", "sleep  1000"]);
    assert_eq!(live.config.args, ["two words", "-v"]);
    let secrets = live.config.secret_env.unwrap();
    assert_eq!(secrets.keys().collect::<Vec<_>>(), ["PASSWORD", "TOKEN"]);
}

async fn a_locked_down_container_is_told_as_declared(bench: &Bench) {
    let live = told(bench, "locked", LOCKED).await;
    assert!(live.config.security.capabilities.held.is_empty(), "{:?}", live.config.security);
}

async fn a_container_that_shares_the_hosts_network_is_told_as_declared(bench: &Bench) {
    told(bench, "host", "  networks: [host]\n  cgroupNamespace: host\n").await;
}

async fn a_privileged_container_without_a_network_is_told_as_declared(bench: &Bench) {
    told(bench, "none", "  networks: [none]\n  securityContext: {privileged: true}\n").await;
}

async fn every_way_to_declare_capabilities_is_told_as_declared(bench: &Bench) {
    let ways = [
        "{add: [NET_RAW]}",
        "{drop: [NET_RAW, CHOWN]}",
        "{add: [SYS_PTRACE], drop: [ALL]}",
        "{add: [ALL], drop: [SYS_ADMIN]}",
        "{add: [KILL]}",
    ];
    for (place, way) in ways.into_iter().enumerate() {
        let spec = format!("  securityContext: {{capabilities: {way}}}\n");
        let (document, request) = make(bench, &format!("caps{place}"), &spec).await;
        assert_told(bench, &document, &bench.look(&request.name).await).await;
    }
}

async fn every_shape_of_a_command_is_told_as_declared(bench: &Bench) {
    let shapes = [
        ("  command: [sleep]\n", "sleep", ""),
        ("  args: [\"true\"]\n", "", "true"),
        ("  command: [sleep]\n  args: [sleep]\n", "sleep", "sleep"),
        ("  command: [sh, sh]\n", "sh sh", ""),
        ("  command: [sleep]\n  init: true\n", "sleep", ""),
        ("  command: [sleep, inf]\n  args: [inf]\n", "sleep inf", "inf"),
    ];
    for (place, (shape, command, args)) in shapes.into_iter().enumerate() {
        let (document, request) = make(bench, &format!("words{place}"), shape).await;
        let live = bench.look(&request.name).await;
        assert_told(bench, &document, &live).await;
        assert_eq!(
            (live.config.command.join(" "), live.config.args.join(" ")),
            (command.into(), args.into())
        );
    }
}

async fn an_exec_healthcheck_and_lifted_limits_are_told_as_declared(bench: &Bench) {
    let spec = "  healthcheck: {command: [test, -e, /etc/passwd]}
  resources: {limits: {memory: 64Mi, memorySwap: -1, pids: -1}}
  ulimits: [{name: core, soft: 0, hard: unlimited}, {name: nproc, soft: 100}]
  user: \"1000\"
";
    told(bench, "exec", spec).await;
}

async fn a_container_that_declares_nothing_has_no_difference(bench: &Bench) {
    let live = told(bench, "bare", "").await;
    assert_eq!(live.config.args, ["sleep", "inf"], "the image's own");
    assert_eq!((live.config.restart_policy.as_str(), live.config.init), ("no", false));
    assert_eq!(live.config.env.get("PATH").map(String::as_str), Some("/bin"));
    assert_eq!(live.anonymous_volumes, BTreeMap::new());
}

async fn a_secret_never_shows_its_value(bench: &Bench) {
    let live = told(bench, "secret", LOCKED).await;
    assert!(!format!("{live:?}").contains("s3cret"));
    assert!(!live.config.env.contains_key("TOKEN"));
}
