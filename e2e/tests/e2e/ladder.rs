//! What is done about a container that no restart cures: it is made anew, and then as it was before its last edit.

use std::fs;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::incurable;
use podsteward_e2e::remediation::id;
use podsteward_e2e::wait::{PATIENCE, wait_until};
use serde_json::Value;

const WEB: &str = "container/web";
const ACTION: &str = "service-restart";
const NEWER: &str = "localhost/newer:2";

/// Bounds so low that every rung is at least asked for.
const BOLD: &str = "cooldowns: {service-restart: 0s}
thresholds: {autoExecute: 0.4, notifyExecute: 0.3, queue: 0.2}";

#[test]
fn each_rung_is_asked_for_and_the_image_before_the_last_edit_cures_it() -> Result<()> {
    let lab = Lab::start()?;
    let flags = lab.dir().join("flags");
    fs::create_dir_all(&flags)?;
    lab.write_policy(BOLD)?;
    let spec = incurable(&flags, " && [ -e /bad ]") + "\nremediation: {requiresConfirmation: true}";
    lab.write_container("web", &spec)?;
    let controller = lab.controller().start()?;
    controller.wait_condition(WEB, "Applied", "True/Applied")?;
    let before = lab.container("web")?;

    bring_a_newer_image(&lab, before.image())?;
    lab.write_container("web", &format!("image: {NEWER}\n{spec}"))?;
    // Between the two there is none of that name.
    let is_newer = || Ok(lab.inspect("web")?.is_some_and(|live| live.image() != before.image()));
    wait_until("the newer image", PATIENCE, &true, is_newer)?;
    controller.wait_condition(WEB, "Applied", "True/Applied")?;
    controller.wait_condition(WEB, "Healthy", "True/Healthy")?;
    fs::write(flags.join("bad"), "")?;
    lab.fall_ill("web")?;

    let newer = lab.container("web")?;
    climb(&controller, "restart", "recreate", 1)?;
    ensure!(lab.container("web")?.id == newer.id, "a restart keeps the container");
    climb(&controller, "recreate", "previous-image", 1)?;
    ensure!(lab.wait_running("web")?.id == newer.id, "the container that was there is back");
    climb(&controller, "previous-image", "nothing is left to try", 0)?;

    controller.wait_condition(WEB, "Applied", "False/RolledBack")?;
    controller.wait_condition(WEB, "Healthy", "True/Healthy")?;
    ensure!(lab.container("web")?.image() == before.image(), "it is of the image before");
    let rungs: Vec<(Value, Value)> = outcomes(&controller)?;
    let told: Vec<String> = rungs.iter().map(|(rung, outcome)| format!("{rung} {outcome}")).collect();
    let wanted = [r#""restart" "failure""#, r#""recreate" "rolled-back""#, r#""previous-image" "success""#];
    ensure!(told == wanted, "{told:?}");
    wait_until("nothing else", PATIENCE, &vec!["web".to_owned()], || lab.containers())?;
    lab.stays_untouched()?;

    // An edit is a new fact.
    lab.write_container("web", &spec)?;
    controller.wait_condition(WEB, "Applied", "True/Applied").map(drop)
}

/// An image like the one given, with a file more.
fn bring_a_newer_image(lab: &Lab, from: &str) -> Result<()> {
    lab.podman(&["run", "--name", "maker", "--network", "none", from, "touch", "/bad"])?.ok()?;
    lab.podman(&["commit", "--quiet", "maker", NEWER])?.ok()?;
    lab.podman(&["rm", "maker"])?.ok().map(drop)
}

/// Says yes to a rung, which is told with the one that comes next, and waits until it is over.
fn climb(controller: &Controller, rung: &str, next: &str, code: i32) -> Result<()> {
    let approval = controller.wait_asked(ACTION, WEB)?;
    let effect = approval["expected_effect"].to_string();
    ensure!(effect.contains(&format!("rung {rung} of the ladder")) && effect.contains(next), "{approval:#}");
    let why = controller.cli(&["why", WEB])?.ok()?;
    ensure!(why.contains(&format!("rung {rung} of the ladder")), "{why}");
    let done = controller.cli(&["approve", &id(&approval)])?;
    ensure!(done.code == Some(code), "{done:?}");
    Ok(())
}

/// Each rung that was taken with what came of it.
fn outcomes(controller: &Controller) -> Result<Vec<(Value, Value)>> {
    let decisions = controller.executed(ACTION, WEB)?;
    Ok(decisions.iter().map(|decision| (decision["rung"].clone(), decision["outcome"].clone())).collect())
}
