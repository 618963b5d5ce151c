//! Probes: what fails is restarted as declared, what is not ready holds back whoever needs it, and what cannot run harms
//! nobody.

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};

const WEB: &str = "container/web";
const RESTART: &str = "liveness-restart";

#[test]
fn a_liveness_probe_that_begins_to_fail_is_a_declared_restart_and_backed_off_from() -> Result<()> {
    let lab = Lab::start()?;
    // No permission to restart is needed for what is declared.
    let spec = r#"command: [sh, -c, "test -e /tmp/ill || touch /tmp/well; exec sleep inf"]
probes:
  readiness: {exec: {command: ["true"]}, periodSeconds: 1, timeoutSeconds: 5}
  liveness: {exec: {command: [test, -e, /tmp/well]}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 2}
remediation: {autoRestart: false}"#;
    lab.write_container("web", spec)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    let before = lab.container("web")?;
    lab.fall_ill("web")?;
    let decision = controller.wait_executed(RESTART, WEB, 1)?;
    ensure!(decision["decision"] == "declared" && decision["trigger"] == "liveness_failed", "{decision:#}");
    ensure!(decision["outcome"] == "success", "{decision:#}");
    let after = lab.container("web")?;
    ensure!(after.id == before.id && after.pid != before.pid, "the same container, started anew");
    ensure!(controller.object(WEB)?.is_some_and(|web| web.restarts == 1), "{:?}", controller.object(WEB)?);

    // From now on a restart does not help.
    lab.exec("web", &["touch", "/tmp/ill"])?;
    lab.fall_ill("web")?;
    controller.wait_withheld(RESTART, WEB, "backoff")?;
    controller.wait_finding("liveness_failed", WEB)?;
    ensure!(controller.metric(r#"podsteward_probe_results_total{probe="liveness",result="ill"}"#)? >= 4.0);
    Ok(())
}

#[test]
fn readiness_holds_back_who_needs_it_and_its_loss_is_told_and_no_more() -> Result<()> {
    let lab = Lab::start()?;
    // Without root there is no way to the container's own address: then the published port serves.
    let db = r#"command: [httpd, -f, -p, "8080", -h, /www]
ports: [{containerPort: 8080, hostPort: 18480, hostIP: 127.0.0.1}]
probes: {readiness: {httpGet: {port: 8080, path: /ready}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 2}}"#;
    lab.write_container("db", db)?;
    lab.write_container("app", "dependsOn: [{name: db, condition: healthy}]")?;
    let controller = lab.controller().start()?;
    controller.wait_condition("container/db", "Ready", "False/NotReady")?;
    controller.wait_finding("never_healthy", "container/db")?;
    ensure!(lab.inspect("app")?.is_none(), "it waits for what is not ready");
    lab.exec("db", &["touch", "/www/ready"])?;
    controller.wait_condition("container/db", "Ready", "True/Ready")?;
    let app = lab.wait_running("app")?;

    lab.exec("db", &["rm", "/www/ready"])?;
    controller.wait_finding("not_ready", "container/db")?;
    controller.wait_condition("container/db", "Ready", "False/NotReady")?;
    lab.exec("db", &["touch", "/www/ready"])?;
    controller.wait_condition("container/db", "Ready", "True/Ready")?;
    ensure!(lab.container("app")?.pid == app.pid && lab.starts("db")? == 1, "nobody is restarted for it");
    Ok(())
}

#[test]
fn what_cannot_run_and_what_starts_slowly_is_not_restarted_and_what_was_never_well_is_told_apart()
-> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("mode: observe")?;
    let soon = "periodSeconds: 1, timeoutSeconds: 5";
    let up = format!("exec: {{command: [test, -e, /tmp/up]}}, {soon}");
    lab.write_container("tool", &format!("probes: {{liveness: {{exec: {{command: [/nope]}}, {soon}}}}}"))?;
    let listens = format!(
        "command: [httpd, -f, -p, \"9000\"]\nprobes: {{readiness: {{tcpSocket: {{port: 9000}}, {soon}}}}}"
    );
    lab.write_container("tcp", &listens)?;
    let slow = format!(
        "command: [sh, -c, \"sleep 5; touch /tmp/up; exec sleep inf\"]\n\
         probes: {{startup: {{{up}, failureThreshold: 60}}, liveness: {{{up}, failureThreshold: 1}}}}"
    );
    lab.write_container("slow", &slow)?;
    let check = "healthcheck: {command: [test, -e, /tmp/well], interval: 1s, timeout: 10s, retries: 1}";
    lab.write_container("never", check)?;
    lab.write_container("once", &format!("command: [sh, -c, \"touch /tmp/well; exec sleep inf\"]\n{check}"))?;
    let controller = lab.controller().start()?;

    controller.wait_condition("container/tcp", "Ready", "True/Ready")?;
    controller.wait_condition("container/slow", "Ready", "True/Ready")?;
    let finding = controller.wait_finding("probe_cannot_run", "container/tool")?;
    ensure!(finding["message"].as_str().is_some_and(|said| said.contains("/nope")), "{finding:#}");
    controller.wait_finding("never_healthy", "container/never")?;
    controller.wait_condition("container/once", "Healthy", "True/Healthy")?;
    lab.fall_ill("once")?;
    controller.wait_finding("unhealthy", "container/once")?;
    for name in ["tool", "tcp", "slow", "never", "once"] {
        ensure!(lab.starts(name)? == 1, "{name} was started {} times", lab.starts(name)?);
    }
    no_strays(&lab, &controller)
}

/// What outlives its time is ended, so that it does not pile up.
fn no_strays(lab: &Lab, controller: &Controller) -> Result<()> {
    let hangs = "probes: {readiness: {exec: {command: [sh, -c, 'echo >>/tmp/runs; sleep 600; true']}, periodSeconds: 1}}";
    lab.write_container("hangs", hangs)?;
    lab.wait_running("hangs")?;
    controller.wait_condition("container/hangs", "Ready", "False/NotReady")?;
    let sleeping = || -> Result<usize> {
        let processes = lab.exec("hangs", &["ps", "-o", "args"])?;
        Ok(processes.lines().filter(|line| line.contains("sleep 600")).count())
    };
    wait_until("some runs", PATIENCE, &true, || {
        let runs = lab.exec("hangs", &["sh", "-c", "cat /tmp/runs 2>/dev/null | wc -l"])?;
        Ok(runs.trim().parse::<u32>()? >= 4)
    })?;
    // One run may be under way: the shell and what it waits for.
    ensure!(sleeping()? <= 2, "{} are left", sleeping()?);
    Ok(())
}
