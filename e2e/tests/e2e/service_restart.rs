//! A container that runs and is not well: restarted and told, then in silence; and one that no restart cures.

use std::fs;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, incurable};
use podsteward_e2e::remediation::id;
use podsteward_e2e::wait::{PATIENCE, wait_until};
use serde_json::{Value, json};

const WEB: &str = "container/web";
const ACTION: &str = "service-restart";

#[test]
fn the_first_restarts_are_told_and_after_three_verified_ones_they_are_silent() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("cooldowns: {service-restart: 0s}")?;
    lab.write_container("web", SICKLY)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    controller.wait_condition(WEB, "Healthy", "True/Healthy")?;
    let id = lab.container("web")?.id;
    for count in 1..=4 {
        lab.fall_ill("web")?;
        let decision = controller.wait_executed(ACTION, WEB, count)?;
        ensure!(decision["outcome"] == "success", "restart {count}: {decision:#}");
        ensure!(decision["verification"]["status"] == "verified", "restart {count}: {decision:#}");
        wait_until("it to be well", PATIENCE, &0, || unhealthy(&controller))?;
    }
    ensure!(lab.container("web")?.id == id, "a restart needs no new container");
    ensure!(lab.starts("web")? == 5, "{} starts", lab.starts("web")?);

    let decisions = controller.executed(ACTION, WEB)?;
    let verdicts: Vec<&Value> = decisions.iter().map(|decision| &decision["decision"]).collect();
    ensure!(
        verdicts == ["notify-execute", "notify-execute", "notify-execute", "auto-execute"],
        "{verdicts:?}"
    );
    let first = &decisions[0];
    ensure!(first["confidence"] == json!(0.9) && first["risk"] == "low", "{first:#}");
    ensure!(first["trigger"] == "unhealthy" && first["rolled_back"] == false, "{first:#}");
    ensure!(first["new_confidence"].as_f64() > first["confidence"].as_f64(), "{first:#}");
    ensure!(first["verification"]["checks_failed"] == 0, "{first:#}");
    counts(&controller)
}

fn counts(controller: &Controller) -> Result<()> {
    let told = r#"podsteward_decisions_total{action="service-restart",decision="notify-execute"}"#;
    let silent = r#"podsteward_decisions_total{action="service-restart",decision="auto-execute"}"#;
    let done = r#"podsteward_actions_total{action="service-restart",outcome="success"}"#;
    for (series, wanted) in [(told, 3), (silent, 1), (done, 4)] {
        let counted = controller.metric(series)?;
        ensure!((counted - f64::from(wanted)).abs() < 0.5, "{series} is {counted}");
    }
    Ok(())
}

#[test]
fn one_that_stays_unhealthy_is_asked_about_then_given_up_and_does_not_loop() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("cooldowns: {service-restart: 0s}")?;
    let flags = lab.dir().join("flags");
    fs::create_dir_all(&flags)?;
    lab.write_container("web", &incurable(&flags, ""))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    controller.wait_condition(WEB, "Healthy", "True/Healthy")?;
    fs::write(flags.join("bad"), "")?;
    lab.fall_ill("web")?;

    let first = controller.wait_executed(ACTION, WEB, 1)?;
    ensure!(first["decision"] == "notify-execute" && first["outcome"] == "failure", "{first:#}");
    ensure!(first["verification"]["status"] == "failed", "{first:#}");
    let approval = controller.wait_asked(ACTION, WEB)?;
    ensure!(controller.executed(ACTION, WEB)?.len() == 1, "it asks before the second");
    ensure!(unhealthy(&controller)? == 1, "one incident, however often it is tried");
    let approved = controller.cli(&["approve", &id(&approval)])?;
    ensure!(approved.code == Some(1), "it was done and failed: {approved:?}");

    let second = controller.wait_executed(ACTION, WEB, 2)?;
    ensure!(second["decision"] == "queue" && second["outcome"] == "rolled-back", "{second:#}");
    let given_up = controller.wait_withheld(ACTION, WEB, "breaker")?;
    ensure!(given_up["outcome"] == "withheld", "{given_up:#}");
    lab.stays_untouched()?;
    ensure!(unhealthy(&controller)? == 1, "{:#?}", controller.findings()?);
    Ok(())
}

/// How many open findings say that something is unhealthy.
fn unhealthy(controller: &Controller) -> Result<usize> {
    Ok(controller.findings()?.iter().filter(|finding| finding["finding"] == "unhealthy").count())
}
