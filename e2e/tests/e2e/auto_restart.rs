//! `autoRestart: false`: never restarted because of its health, by any path; a death is another matter.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, container, with_metadata};
use podsteward_e2e::wait::PATIENCE;

const ACTION: &str = "service-restart";

#[test]
fn what_must_not_be_restarted_is_not_by_any_path_and_a_death_is_still_healed() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy(
        "cooldowns: {service-restart: 0s}\noverrides: [{match: {labels: {tier: frozen}}, autoRestart: false}]",
    )?;
    lab.write_container("db", &format!("{SICKLY}\nremediation: {{autoRestart: false}}"))?;
    lab.write("app.yaml", &with_metadata(&container("app", SICKLY), "labels: {tier: frozen}"))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    lab.requests().forget();

    for name in ["db", "app"] {
        lab.fall_ill(name)?;
    }
    for name in ["db", "app"] {
        let target = format!("container/{name}");
        let withheld = controller.wait_withheld(ACTION, &target, "override")?;
        ensure!(withheld["outcome"] == "withheld", "{withheld:#}");
        let action = format!("{ACTION}:{target}");
        let forced = controller.cli(&["execute", "--action-id", &action, "--force"])?;
        ensure!(forced.code == Some(3), "{forced:?}");
        let why = controller.cli(&["why", &target])?.ok()?;
        ensure!(why.contains("autoRestart is false"), "{why}");
    }
    let forced = controller.cli(&["execute", "--force"])?;
    ensure!(forced.code == Some(0) || forced.code == Some(3), "{forced:?}");
    lab.stays_untouched()?;
    let starts = [lab.starts("db")?, lab.starts("app")?];
    ensure!(starts == [1, 1], "{starts:?}");

    for name in ["db", "app"] {
        let old = lab.container(name)?;
        old.kill()?;
        lab.wait_restarted(name, &old, PATIENCE)?;
        ensure!(controller.executed(ACTION, &format!("container/{name}"))?.is_empty());
    }
    Ok(())
}
