//! What a hand removed comes back.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;

#[test]
fn a_removed_container_is_made_again() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;
    lab.podman(&["rm", "--force", "--time", "0", "web"])?.ok()?;
    let new = lab.wait_restarted("web", &old, podsteward_e2e::wait::PATIENCE)?;
    ensure!(new.id != old.id);
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}
