//! An edit that cannot run returns to the old container, and is not tried again.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};

#[test]
fn a_command_that_does_not_exist_returns_to_the_old_container() -> Result<()> {
    returns(r#"command: ["/does/not/exist"]"#)
}

#[test]
fn a_process_that_exits_within_the_stabilise_time_returns_to_the_old_container() -> Result<()> {
    returns(r#"command: ["sh", "-c", "sleep 1; exit 3"]"#)
}

fn returns(bad: &str) -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;

    lab.write_container("web", bad)?;
    controller.wait_condition("container/web", "Applied", "False/RolledBack")?;
    ensure!(lab.wait_running("web")?.id == old.id, "the old container is back");
    wait_until("nothing else", PATIENCE, &vec!["web".to_owned()], || lab.containers())?;
    lab.stays_untouched()?;

    // The quarantine outlives the controller.
    controller.stop()?;
    let controller = lab.controller().start()?;
    lab.stays_untouched()?;
    ensure!(lab.container("web")?.id == old.id);

    // Another edit is a new fact.
    lab.write_container("web", "env: [{name: A, value: good}]")?;
    lab.wait_env("web", "A", "good")?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}
