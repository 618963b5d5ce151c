//! What only a real container can show: that a declaration has its effect inside. Each row is a bug of the client crate
//! or of Podman that answered Ok and did something else.

use super::bench::{Bench, START};

/// Runs a script inside a container with this `spec` and asserts that it ends with 0.
async fn holds(test: &str, spec: &str, script: &str) {
    let Some(bench) = Bench::podman(test).await else { return };
    bench.secret(&bench.name("secret"), "a \"b\"\\n\nc").await;
    let spec = spec.replace("N-", &bench.name(""));
    let name = bench.create("a", &format!("  command: [sh, -c, '{script}']\n{spec}")).await;
    bench.engine.start_container(&name, START).await.unwrap();
    let live = bench.until_exited(&name).await;
    assert_eq!(live.exit_code, Some(0), "{script}");
    bench.clear().await;
}

#[tokio::test]
async fn a_secret_arrives_byte_for_byte_in_a_file_and_in_the_environment() {
    let spec = "  env: [{name: S, secretRef: N-secret}, {name: WANT, value: \"a \\\"b\\\"\\\\n\\nc\"}]
  secrets: [{name: N-secret, type: mount, target: s, uid: 5, mode: \"0400\"}]
";
    let script = "[ \"$S\" = \"$WANT\" ] && [ \"$(cat /run/secrets/s)\" = \"$WANT\" ] \
                  && [ \"$(stat -c %u:%a /run/secrets/s)\" = 5:400 ]";
    holds("a_secret_arrives_byte_for_byte", spec, script).await;
}

#[tokio::test]
async fn no_new_privileges_holds_in_the_kernel() {
    let spec = "  securityContext: {noNewPrivileges: true}\n";
    holds("no_new_privileges_holds", spec, "grep -q \"NoNewPrivs:.1\" /proc/self/status").await;
}

#[tokio::test]
async fn ulimits_hold_in_the_kernel() {
    let spec = "  ulimits: [{name: nofile, soft: 500, hard: 600}]\n";
    holds("ulimits_hold", spec, "[ $(ulimit -Sn):$(ulimit -Hn) = 500:600 ]").await;
}

#[tokio::test]
async fn interfaces_stand_in_the_declared_order() {
    let Some(bench) = Bench::podman("interfaces_stand").await else { return };
    bench.network("a", "  subnet: 10.214.1.0/24\n").await;
    bench.network("b", "  subnet: 10.214.2.0/24\n").await;
    let script = "ip -4 addr show eth0 | grep -q 10.214.2. && ip -4 addr show eth1 | grep -q 10.214.1.";
    let spec =
        format!("  networks: [{}, {}]\n  command: [sh, -c, '{script}']\n", bench.name("b"), bench.name("a"));
    let name = bench.create("c", &spec).await;
    bench.engine.start_container(&name, START).await.unwrap();
    assert_eq!(bench.until_exited(&name).await.exit_code, Some(0));
    bench.clear().await;
}

#[tokio::test]
async fn devices_and_sysctls_hold_in_the_kernel() {
    let spec = "  devices: [{hostPath: /dev/null, containerPath: /dev/nothing, permissions: rw}]
  sysctls: {net.ipv4.ip_forward: \"1\"}
";
    holds("devices_and_sysctls", spec, "[ -c /dev/nothing ] && [ $(cat /proc/sys/net/ipv4/ip_forward) = 1 ]")
        .await;
}
