//! A change of a config file's content reaches the container; a new date alone does not.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::{Lab, Live};
use podsteward_e2e::wait::{PATIENCE, wait_for, wait_until};

#[test]
fn changed_content_restarts_the_container_and_a_new_date_does_not() -> Result<()> {
    let (lab, _controller, path) = with_config_file("restart", r#"["sleep", "inf"]"#)?;
    let old = lab.container("web")?;
    fs::write(&path, "one")?;
    lab.stays_untouched()?;
    fs::write(&path, "two")?;
    let new = lab.wait_restarted("web", &old, PATIENCE)?;
    ensure!(new.id == old.id, "a restart needs no new container");
    Ok(())
}

#[test]
fn on_change_recreate_makes_a_new_container() -> Result<()> {
    let (lab, _controller, path) = with_config_file("recreate", r#"["sleep", "inf"]"#)?;
    let old = lab.container("web")?;
    fs::write(path, "two")?;
    let other = |live: &Live| live.runs() && live.id != old.id;
    wait_for("another container", PATIENCE, || Ok(lab.inspect("web")?.filter(other)))?;
    Ok(())
}

#[test]
fn on_change_signal_sends_the_signal_and_keeps_the_process() -> Result<()> {
    let script = r#"["sh", "-c", "trap 'echo reloaded' HUP; while :; do sleep 1 & wait; done"]"#;
    let (lab, _controller, path) = with_config_file("signal", script)?;
    let old = lab.container("web")?;
    fs::write(path, "two")?;
    let reloaded = || Ok(lab.podman(&["logs", "web"])?.stdout.contains("reloaded"));
    wait_until("the signal", PATIENCE, &true, reloaded)?;
    ensure!(lab.container("web")?.pid == old.pid);
    Ok(())
}

#[test]
fn a_change_while_the_controller_was_away_is_found_when_it_returns() -> Result<()> {
    let (lab, controller, path) = with_config_file("restart", r#"["sleep", "inf"]"#)?;
    let old = lab.container("web")?;
    controller.stop()?;
    fs::write(path, "two")?;
    let _controller = lab.controller().start()?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    Ok(())
}

fn with_config_file(on_change: &str, command: &str) -> Result<(Lab, Controller, PathBuf)> {
    let lab = Lab::start()?;
    let path = lab.dir().join("web.conf");
    fs::write(&path, "one")?;
    let files = format!("configFiles: [{{path: {}, onChange: \"{on_change}\"}}]", path.display());
    lab.write_container("web", &format!("command: {command}\n{files}"))?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    Ok((lab, controller, path))
}
