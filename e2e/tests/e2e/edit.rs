//! The host follows an edited manifest.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};

#[test]
fn a_changed_environment_makes_a_new_container_and_removes_the_old_one() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "env: [{name: GREETING, value: hello}]")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;

    lab.write_container("web", "env: [{name: GREETING, value: goodbye}]")?;
    let new = lab.wait_env("web", "GREETING", "goodbye")?;
    ensure!(new.id != old.id);
    wait_until("only the new container", PATIENCE, &vec!["web".to_owned()], || lab.containers())?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}

#[test]
fn a_comment_and_another_order_of_fields_change_nothing() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "hostname: web\nuser: root")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    lab.write_container("web", "# A comment.\nuser: root\nhostname: web")?;
    lab.stays_untouched()
}

#[test]
fn desired_state_stopped_stops_it_and_running_starts_it() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;

    lab.write_container("web", "desiredState: Stopped")?;
    wait_until("the container to be stopped", PATIENCE, &false, || Ok(lab.container("web")?.runs()))?;
    controller.wait_state("container/web", "MATCH")?;
    lab.write_container("web", "desiredState: Running")?;
    ensure!(lab.wait_running("web")?.id == old.id, "a start needs no new container");
    Ok(())
}
