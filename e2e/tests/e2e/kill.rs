//! A process that dies is started again, also when Podman never learns of its death.

use std::time::Duration;

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};

/// The first start is at once; the rest is Podman's own time on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(3);

#[test]
fn a_killed_process_runs_again_in_the_same_container() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;
    old.kill()?;
    let new = lab.wait_restarted("web", &old, AT_ONCE)?;
    ensure!(new.id == old.id, "a death needs no new container");
    let restarts = || Ok(controller.object("container/web")?.map(|object| object.restarts));
    wait_until("the restart to be counted", PATIENCE, &Some(1), restarts)
}

#[test]
fn a_process_killed_together_with_its_monitor_runs_again() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;
    old.kill_with_monitor()?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}

#[test]
fn a_death_while_the_controller_was_away_is_healed_when_it_returns() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.kill()?;
    let old = lab.container("web")?;
    old.kill()?;
    wait_until("Podman to notice", PATIENCE, &false, || Ok(lab.container("web")?.runs()))?;
    let _controller = lab.controller().start()?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    Ok(())
}
