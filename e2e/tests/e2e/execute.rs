//! Acting now by a person's word, with a controller and without one.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::SICKLY;
use podsteward_e2e::remediation::{id, list};
use serde_json::Value;

const WEB: &str = "container/web";
const ACTION: &str = "service-restart";
const ACTION_ID: &str = "service-restart:container/web";

#[test]
fn force_skips_the_cooldown_and_nothing_else() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", SICKLY)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    lab.fall_ill("web")?;
    controller.wait_executed(ACTION, WEB, 1)?;
    lab.fall_ill("web")?;
    let withheld = controller.wait_withheld(ACTION, WEB, "cooldown")?;
    ensure!(withheld["decision"] == "notify-execute", "{withheld:#}");
    lab.requests().forget();

    let dry = controller.json(&["execute", "--dry-run"])?;
    let actions = list(&dry, "actions")?;
    let held = |it: &Value| it["type"] == ACTION && it["would_execute"] == false;
    ensure!(actions.iter().any(held), "{dry:#}");
    let refused = controller.cli(&["execute", "--action-id", ACTION_ID])?;
    ensure!(refused.code == Some(3) && refused.stderr.contains("cooldown"), "{refused:?}");
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());

    controller.cli(&["pause", WEB, "--reason", "mine"])?.ok()?;
    let paused = controller.cli(&["execute", "--action-id", ACTION_ID, "--force"])?;
    ensure!(paused.code == Some(3) && paused.stderr.contains("pause"), "{paused:?}");
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    controller.cli(&["resume", WEB])?.ok()?;

    let forced = controller.cli(&["execute", "--action-id", ACTION_ID, "--force"])?;
    ensure!(forced.code == Some(0), "{forced:?}");
    let decision = controller.wait_executed(ACTION, WEB, 2)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    ensure!(lab.starts("web")? == 3);
    Ok(())
}

#[test]
fn without_a_controller_the_command_acts_itself_on_nothing_else() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", &format!("{SICKLY}\nremediation: {{requiresConfirmation: true}}"))?;
    lab.write_container("app", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    lab.fall_ill("web")?;
    let approval = controller.wait_asked(ACTION, WEB)?;
    controller.stop()?;
    lab.container("app")?.kill()?;

    let approved = lab.cli(&["approve", &id(&approval)])?;
    ensure!(approved.code == Some(0), "{approved:?}");
    ensure!(lab.starts("web")? == 2 && lab.container("web")?.runs());
    ensure!(lab.starts("app")? == 1, "it was not asked about");
    let log = lab.cli(&["decisions", "--outcome", "success", "--type", ACTION, "-o", "json"])?.ok()?;
    let log: Value = serde_json::from_str(&log)?;
    ensure!(list(&log, "decisions")?.len() == 1, "{log:#}");
    Ok(())
}
