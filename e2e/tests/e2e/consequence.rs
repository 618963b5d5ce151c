//! What is ill because of what it depends on is not restarted: that cannot help.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::SICKLY;
use podsteward_e2e::remediation::id;

const ACTION: &str = "service-restart";

#[test]
fn a_consequence_is_left_until_its_cause_is_well() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("db", &format!("{SICKLY}\nremediation: {{requiresConfirmation: true}}"))?;
    lab.write_container("app", &format!("{SICKLY}\ndependsOn: [{{name: db, condition: healthy}}]"))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    lab.fall_ill("db")?;
    let approval = controller.wait_asked(ACTION, "container/db")?;
    lab.fall_ill("app")?;
    let withheld = controller.wait_withheld(ACTION, "container/app", "consequence")?;
    ensure!(withheld.to_string().contains("db is not healthy"), "{withheld:#}");
    let why = controller.cli(&["why", "container/app"])?.ok()?;
    ensure!(why.contains("a consequence: db is not healthy"), "{why}");
    lab.stays_untouched()?;

    let approved = controller.cli(&["approve", &id(&approval)])?;
    ensure!(approved.code == Some(0), "{approved:?}");
    let healed = controller.wait_executed(ACTION, "container/app", 1)?;
    ensure!(healed["outcome"] == "success", "{healed:#}");
    Ok(())
}
