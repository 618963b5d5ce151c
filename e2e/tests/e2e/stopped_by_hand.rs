//! A stop by hand is respected for a while; a stop, copy and start is nobody's business.

use std::time::Duration;

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{Stopwatch, stays};

#[test]
fn a_hand_stop_is_held_and_brought_back_after_manual_hold() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "remediation: {manualHold: 8s}")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;

    let watch = Stopwatch::start();
    lab.podman(&["stop", "--time", "0", "web"])?.ok()?;
    stays("running", Duration::from_secs(5), &false, || Ok(lab.container("web")?.runs()))?;
    let new = lab.wait_running("web")?;
    ensure!(new.id == old.id, "a start needs no new container");
    ensure!(watch.elapsed() >= Duration::from_secs(7), "brought back after {:?}", watch.elapsed());
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}

#[test]
fn a_backup_that_stops_copies_and_starts_is_left_alone() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("db", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/db", "MATCH")?;
    lab.requests().forget();

    lab.podman(&["stop", "--time", "0", "db"])?.ok()?;
    stays("running", Duration::from_secs(2), &false, || Ok(lab.container("db")?.runs()))?;
    lab.podman(&["cp", "db:/etc/passwd", &lab.dir().join("copy").display().to_string()])?.ok()?;
    lab.podman(&["start", "db"])?.ok()?;
    controller.wait_state("container/db", "MATCH")?;
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());

    // The hand has given it back: a death is healed at once again.
    let old = lab.container("db")?;
    old.kill()?;
    lab.wait_restarted("db", &old, Duration::from_secs(3))?;
    Ok(())
}
