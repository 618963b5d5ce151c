//! An action that fails again and again is given up, whatever it achieved before.

use std::time::Duration;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, stays, wait_until};

const WEB: &str = "container/web";
const ACTION: &str = "service-restart";

/// Bounds so low and budgets so wide that nothing but the breaker can stop it.
const BOLD: &str = "cooldowns: {service-restart: 0s}
thresholds: {autoExecute: 0.4, notifyExecute: 0.3, queue: 0.2}
budgets: {restartsPerHour: 100}";

/// Once it is bad, it falls ill when it is started, and every restart of it ends at once.
const SCRIPT: &str = "if [ -e /tmp/odd ]; then rm /tmp/odd; exit 3; fi; \
    if [ -e /tmp/bad ]; then touch /tmp/odd; else touch /tmp/well; fi; exec sleep inf";

#[test]
fn a_mature_pair_that_begins_to_fail_opens_its_breaker_until_resume() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy(BOLD)?;
    let check = "healthcheck: {command: [test, -e, /tmp/well], interval: 1s, timeout: 10s, retries: 1}";
    lab.write_container("web", &format!("command: [sh, -c, \"{SCRIPT}\"]\n{check}"))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    for count in 1..=3 {
        lab.fall_ill("web")?;
        let decision = controller.wait_executed(ACTION, WEB, count)?;
        ensure!(decision["outcome"] == "success", "{decision:#}");
    }

    lab.exec("web", &["touch", "/tmp/bad", "/tmp/odd"])?;
    lab.fall_ill("web")?;
    let open = vec![format!("open {ACTION} {WEB}")];
    wait_until("its breaker to open", PATIENCE * 3, &open, || controller.breakers())?;
    let decisions = controller.executed(ACTION, WEB)?;
    let failed = decisions.iter().filter(|decision| decision["outcome"] == "failure").count();
    ensure!(failed == 3 && decisions.len() == 6, "{decisions:#?}");
    controller.wait_finding("breaker_open", WEB)?;
    rests(&lab, &controller)?;

    controller.stop()?;
    let controller = lab.controller().start()?;
    wait_until("its breaker to be open still", PATIENCE, &open, || controller.breakers())?;
    rests(&lab, &controller)?;

    lab.exec("web", &["rm", "-f", "/tmp/bad", "/tmp/odd"])?;
    controller.cli(&["resume", WEB])?.ok()?;
    let cured = controller.wait_executed(ACTION, WEB, 7)?;
    ensure!(cured["outcome"] == "success", "{cured:#}");
    wait_until("no breaker to be open", PATIENCE, &Vec::new(), || controller.breakers())
}

/// It runs, is ill, and is left alone, and `why` says so.
fn rests(lab: &Lab, controller: &Controller) -> Result<()> {
    // The last failure was an end, and its restart policy still holds.
    lab.wait_running("web")?;
    controller.wait_finding("unhealthy", WEB)?;
    controller.wait_withheld(ACTION, WEB, "breaker")?;
    let why = controller.cli(&["why", WEB])?.ok()?;
    ensure!(why.contains("breaker") && why.contains("failed too often"), "{why}");
    // Nothing but the breaker is in its way, so it would be restarted at the next look.
    let starts = lab.starts("web")?;
    stays("starts", Duration::from_secs(5), &starts, || lab.starts("web"))
}
