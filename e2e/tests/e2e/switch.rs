//! Pause, stop and resume, with and without a daemon.

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, container, file, network};
use podsteward_e2e::process;
use podsteward_e2e::wait::{PATIENCE, wait_until};
use rustix::process::Signal;

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

#[test]
fn a_paused_controller_sees_everything_and_begins_no_write() -> Result<()> {
    observes_without_a_write("pause", "paused")
}

#[test]
fn a_stopped_controller_sees_everything_and_begins_no_write() -> Result<()> {
    observes_without_a_write("stop", "stopped")
}

/// Breaks a thing of every kind while the switch is off, and counts the writes.
fn observes_without_a_write(command: &str, state: &str) -> Result<()> {
    let lab = Lab::start()?;
    let drifting = container("drifting", "networks: [{name: front}, {name: back}]");
    lab.write("nets.yaml", &file(&[network("front", ""), network("back", ""), drifting]))?;
    lab.write_container("ill", SICKLY)?;
    for name in ["dead", "removed", "edited", "deleted"] {
        lab.write_container(name, "")?;
    }
    let controller = lab.controller().start()?;
    controller.wait_converged(8)?;
    controller.wait_condition("container/ill", "Healthy", "True/Healthy")?;
    controller.cli(&[command])?.ok()?;
    lab.requests().forget();

    lab.fall_ill("ill")?;
    lab.container("dead")?.kill()?;
    lab.podman(&["rm", "--force", "--time", "0", "removed"])?.ok()?;
    lab.podman(&["network", "disconnect", "back", "drifting"])?.ok()?;
    lab.write_container("edited", "env: [{name: A, value: new}]")?;
    lab.delete("deleted.yaml")?;
    let broken = [
        ("unhealthy", "ill"),
        ("not_running", "dead"),
        ("missing", "removed"),
        ("drift", "drifting"),
        ("edited", "edited"),
        ("deleted", "deleted"),
    ];
    for (finding, name) in broken {
        controller.wait_finding(finding, &format!("container/{name}"))?;
    }
    for name in ["dead", "ill"] {
        let why = controller.cli(&["why", &format!("container/{name}")])?.ok()?;
        ensure!(why.contains(state), "{why}");
    }
    let forced = controller.cli(&["execute", "--force"])?;
    ensure!(forced.code == Some(3), "{forced:?}");
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    lab.stays_untouched()?;

    controller.cli(&["resume"])?.ok()?;
    lab.wait_env("edited", "A", "new")?;
    lab.wait_gone("deleted")?;
    controller.wait_converged(7)
}

#[test]
fn a_pause_that_was_given_while_the_controller_hung_holds_when_it_goes_on() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let pid = i32::try_from(controller.pid())?;
    process::signal(pid, Signal::STOP)?;
    lab.container("web")?.kill()?;
    controller.cli(&["pause"])?.ok()?;
    ensure!(controller.cli(&["status"])?.ok()?.contains("paused"));
    process::signal(pid, Signal::CONT)?;
    lab.stays_untouched()?;
    controller.cli(&["resume"])?.ok()?;
    lab.wait_running("web")?;
    Ok(())
}

#[test]
fn a_pause_during_a_plan_lets_its_section_finish_and_nothing_more() -> Result<()> {
    let lab = Lab::start()?;
    // It ends by SIGKILL only, so that the stop takes as long as it is given.
    lab.write_container("slow", "stopSignal: SIGTERM\nstopTimeoutSeconds: 4")?;
    lab.write_container("other", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    let old = lab.container("slow")?;
    lab.requests().forget();
    lab.write_container("slow", "stopSignal: SIGTERM\nstopTimeoutSeconds: 4\nenv: [{name: A, value: new}]")?;
    let stopping = || Ok(lab.requests().writes().iter().any(|request| request.contains("/stop")));
    wait_until("the stop to begin", PATIENCE, &true, stopping)?;
    controller.cli(&["pause", "--reason", "wait"])?.ok()?;
    ensure!(lab.container("slow")?.pid == old.pid, "the pause came in time");

    // Its service is not left half-way: the new one runs, or the old one does.
    let settled = |controller: &Controller| {
        Ok(controller.json(&["status"])?["intents"].as_array().is_some_and(Vec::is_empty))
    };
    wait_until("the plan to end", PATIENCE, &true, || settled(&controller))?;
    lab.wait_running("slow")?;
    wait_until("nothing else", PATIENCE, &true, || Ok(lab.containers()? == ["other", "slow"]))?;
    lab.requests().forget();
    lab.container("slow")?.kill()?;
    lab.container("other")?.kill()?;
    lab.stays_untouched()?;

    controller.cli(&["resume"])?.ok()?;
    lab.wait_running("other")?;
    lab.wait_env("slow", "A", "new")?;
    Ok(())
}
