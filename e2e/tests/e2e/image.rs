//! Images that moved and images that are not there.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::IMAGE;

#[test]
fn a_moved_tag_is_a_warning_and_nothing_is_done() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    lab.requests().forget();
    lab.podman(&["commit", "--quiet", "web", "localhost/other:1"])?.ok()?;
    lab.podman(&["tag", "localhost/other:1", IMAGE])?.ok()?;
    controller.wait_state("container/web", "WARNING")?;
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    lab.stays_untouched()
}

#[test]
fn a_missing_image_is_reported_not_hammered_and_healed_by_an_edit() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "image: localhost/nowhere:1\nimagePullPolicy: Never")?;
    let controller = lab.controller().start()?;
    controller.wait_condition("container/web", "Applied", "False/Terminal")?;
    lab.stays_untouched()?;
    lab.write_container("web", "")?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}
