//! An action that fails again and again is given up, whatever it achieved before.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::incurable;
use podsteward_e2e::wait::{PATIENCE, stays, wait_until};
use serde_json::Value;

const WEB: &str = "container/web";
const ACTION: &str = "service-restart";

/// Bounds so low and budgets so wide that nothing but the breaker can stop it.
const BOLD: &str = "cooldowns: {service-restart: 0s}
thresholds: {autoExecute: 0.4, notifyExecute: 0.3, queue: 0.2}
budgets: {restartsPerHour: 100}";

#[test]
fn a_mature_pair_whose_ladder_ends_opens_its_breaker_until_resume() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy(BOLD)?;
    let flags = lab.dir().join("flags");
    fs::create_dir_all(&flags)?;
    lab.write_container("web", &incurable(&flags, ""))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    controller.wait_condition(WEB, "Healthy", "True/Healthy")?;
    for count in 1..=3 {
        lab.fall_ill("web")?;
        let decision = controller.wait_executed(ACTION, WEB, count)?;
        ensure!(decision["outcome"] == "success", "{decision:#}");
    }

    fs::write(flags.join("bad"), "")?;
    lab.fall_ill("web")?;
    let open = vec![format!("open {ACTION} {WEB}")];
    wait_until("its breaker to open", PATIENCE * 3, &open, || controller.breakers())?;
    let decisions = controller.executed(ACTION, WEB)?;
    let outcomes: Vec<&Value> = decisions.iter().skip(3).map(|decision| &decision["outcome"]).collect();
    ensure!(outcomes == ["failure", "rolled-back"], "a restart, and made anew: {decisions:#?}");
    let finding = controller.wait_finding("breaker_open", WEB)?.to_string();
    ensure!(finding.contains("tried in vain: restart (") && finding.contains("recreate ("), "{finding}");
    rests(&lab, &controller)?;

    controller.stop()?;
    let controller = lab.controller().start()?;
    wait_until("its breaker to be open still", PATIENCE, &open, || controller.breakers())?;
    rests(&lab, &controller)?;

    fs::remove_file(flags.join("bad"))?;
    controller.cli(&["resume", WEB])?.ok()?;
    let cured = controller.wait_executed(ACTION, WEB, 6)?;
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
