//! Podman's API service killed, frozen and returned.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};
use rustix::process::Signal;

#[test]
fn a_death_while_the_service_was_dead_is_healed_when_it_returns() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;

    lab.signal_service(Signal::KILL)?;
    old.kill()?;
    let up = || Ok(controller.metric("podsteward_podman_api_up")? > 0.5);
    wait_until("the service to be noticed gone", PATIENCE, &false, up)?;
    ensure!(controller.http("/healthz")?.status == 200, "observing never stops");
    controller.objects()?;

    lab.serve()?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    wait_until("the service to be noticed back", PATIENCE, &true, up)?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}

#[test]
fn a_frozen_service_delays_an_edit_and_loses_nothing() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;

    lab.signal_service(Signal::STOP)?;
    lab.requests().forget();
    lab.write_container("web", "env: [{name: A, value: new}]")?;
    let called = || Ok(!lab.requests().all().is_empty());
    wait_until("a call into the frozen service", PATIENCE, &true, called)?;
    ensure!(controller.http("/healthz")?.status == 200, "observing never stops");
    controller.objects()?;

    lab.signal_service(Signal::CONT)?;
    lab.wait_env("web", "A", "new")?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}

#[test]
fn a_controller_that_starts_before_podman_waits_for_it() -> Result<()> {
    let lab = Lab::start()?;
    lab.signal_service(Signal::KILL)?;
    lab.write_container("web", "")?;
    let mut controller = lab.controller().spawn()?;
    wait_until("it to be alive", PATIENCE, &true, || {
        Ok(controller.http("/healthz").is_ok_and(|answer| answer.status == 200))
    })?;
    ensure!(controller.http("/readyz")?.status != 200, "not ready before the first complete read");
    lab.serve()?;
    controller.wait_ready()?;
    lab.wait_running("web")?;
    Ok(())
}
