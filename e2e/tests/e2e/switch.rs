//! Pause, stop and resume, with and without a daemon.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::PATIENCE;

#[test]
fn pause_works_without_a_daemon_and_holds_until_resume() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.stop()?;

    lab.cli(&["pause", "--reason", "moving house"])?.ok()?;
    ensure!(lab.cli(&["status"])?.ok()?.contains("moving house"));
    let controller = lab.controller().start()?;
    let old = lab.container("web")?;
    lab.write_container("web", "env: [{name: A, value: new}]")?;
    old.kill()?;
    lab.stays_untouched()?;
    ensure!(controller.http("/healthz")?.status == 200, "observing never stops");

    lab.cli(&["resume"])?.ok()?;
    lab.wait_env("web", "A", "new")?;
    Ok(())
}

#[test]
fn stop_holds_like_pause_and_is_shown() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.cli(&["stop"])?.ok()?;
    lab.container("web")?.kill()?;
    lab.stays_untouched()?;
    controller.cli(&["resume"])?.ok()?;
    lab.wait_running("web")?;
    Ok(())
}

#[test]
fn one_object_is_paused_by_key_and_another_by_annotation() -> Result<()> {
    let lab = Lab::start()?;
    for name in ["one", "two", "three"] {
        lab.write_container(name, "")?;
    }
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    controller.cli(&["pause", "container/one", "--reason", "look"])?.ok()?;
    let annotated = podsteward_e2e::manifest::container("two", "")
        .replace("  name: two\n", "  name: two\n  annotations: {podsteward.dev/paused: \"look\"}\n");
    lab.write("two.yaml", &annotated)?;
    lab.stays_untouched()?;
    let three = lab.container("three")?;
    for name in ["one", "two", "three"] {
        lab.container(name)?.kill()?;
    }
    lab.wait_restarted("three", &three, PATIENCE)?;
    lab.stays_untouched()?;
    ensure!(!lab.container("one")?.runs() && !lab.container("two")?.runs());
    controller.cli(&["resume", "container/one"])?.ok()?;
    lab.wait_running("one")?;
    lab.write_container("two", "")?;
    lab.wait_running("two")?;
    Ok(())
}
