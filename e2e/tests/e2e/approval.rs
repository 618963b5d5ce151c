//! What waits for a person: asked with everything it takes to answer, done at once after a yes, left after a no.

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, container, file, network};
use podsteward_e2e::remediation::id;
use podsteward_e2e::wait::{PATIENCE, wait_until};
use serde_json::Value;

const WEB: &str = "container/web";
const RESTART: &str = "service-restart";
const DRIFT: &str = "drift-reconciliation";

#[test]
fn a_confirmed_restart_is_asked_for_then_done_at_once_and_verified() -> Result<()> {
    let lab = Lab::start()?;
    let controller = with_confirmation(&lab)?;
    let approval = ill_and_asked(&lab, &controller)?;
    for what in ["reason", "why_asked", "expected_effect", "rollback", "plan_digest", "until"] {
        ensure!(approval[what].as_str().is_some_and(|text| !text.is_empty()), "{what}: {approval:#}");
    }
    ensure!(approval["steps"].as_array().is_some_and(|steps| steps.len() == 2), "{approval:#}");
    let page = controller.cli(&["approvals"])?.ok()?;
    ensure!(page.contains(WEB) && page.contains(RESTART), "{page}");
    ensure!(controller.metric("podsteward_approvals_pending")? > 0.5);
    lab.stays_untouched()?;

    controller.cli(&["approve", &id(&approval)])?.ok()?;
    let decision = controller.wait_executed(RESTART, WEB, 1)?;
    ensure!(decision["approval"] == approval["id"] && decision["outcome"] == "success", "{decision:#}");
    ensure!(decision["verification"]["status"] == "verified", "{decision:#}");
    ensure!(controller.approvals()?.iter().all(|it| it["state"] != "pending"));
    ensure!(controller.cli(&["approve", &id(&approval)])?.code == Some(3), "a used one is over");
    ensure!(controller.cli(&["approve", "4711"])?.code != Some(0), "there is no such approval");
    Ok(())
}

#[test]
fn a_no_holds_until_the_plan_changes_and_a_stop_refuses_a_yes() -> Result<()> {
    let lab = Lab::start()?;
    let controller = with_confirmation(&lab)?;
    let approval = ill_and_asked(&lab, &controller)?;
    controller.cli(&["reject", &id(&approval), "--reason", "not on a Sunday"])?.ok()?;
    lab.stays_untouched()?;
    let why = controller.cli(&["why", WEB])?.ok()?;
    ensure!(why.contains("not on a Sunday"), "{why}");

    // Another document makes another plan, although nothing of the container differs.
    lab.write_container("web", &format!("{SICKLY}\n{CONFIRMED}, maxRestartsPerHour: 4}}"))?;
    let again = controller.wait_asked(RESTART, WEB)?;
    ensure!(again["id"] != approval["id"], "{again:#}");

    controller.cli(&["stop"])?.ok()?;
    let refused = controller.cli(&["approve", &id(&again)])?;
    ensure!(refused.code == Some(3), "{refused:?}");
    lab.stays_untouched()?;
    controller.cli(&["resume"])?.ok()?;
    controller.cli(&["approve", &id(&again)])?.ok()?;
    let decision = controller.wait_executed(RESTART, WEB, 1)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    Ok(())
}

#[test]
fn drift_of_a_critical_container_is_asked_for_with_its_difference() -> Result<()> {
    let lab = Lab::start()?;
    let web = container("web", "networks: [{name: front}, {name: back}]\ncriticality: critical");
    lab.write("all.yaml", &file(&[network("front", ""), network("back", ""), web]))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    lab.podman(&["network", "disconnect", "back", "web"])?.ok()?;
    let approval = controller.wait_asked(DRIFT, WEB)?;
    ensure!(approval["risk"] == "high", "{approval:#}");
    let diffs = approval["diffs"].to_string();
    ensure!(diffs.contains("spec.networks") && diffs.contains("back"), "{approval:#}");
    lab.stays_untouched()?;

    controller.cli(&["approve", &id(&approval)])?.ok()?;
    let both = vec!["back".to_owned(), "front".to_owned()];
    wait_until("both networks", PATIENCE, &both, || Ok(lab.container("web")?.networks()))?;
    let decision = controller.wait_executed(DRIFT, WEB, 1)?;
    ensure!(decision["decision"] == "queue" && decision["outcome"] == "success", "{decision:#}");
    Ok(())
}

const CONFIRMED: &str = "remediation: {requiresConfirmation: true";

fn with_confirmation(lab: &Lab) -> Result<Controller> {
    lab.write_container("web", &format!("{SICKLY}\n{CONFIRMED}}}"))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    Ok(controller)
}

fn ill_and_asked(lab: &Lab, controller: &Controller) -> Result<Value> {
    lab.fall_ill("web")?;
    controller.wait_asked(RESTART, WEB)
}
