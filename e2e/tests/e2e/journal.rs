//! A controller killed before and after every step of a recreate, in one that succeeds and in one that is taken back.

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};

/// The steps of a recreate, in order.
const STEPS: [&str; 5] =
    ["stop-container", "rename-container", "create-container", "start-container", "remove-container"];

#[test]
fn a_recreate_is_finished_when_the_controller_dies_before_any_step() -> Result<()> {
    finishes("before")
}

#[test]
fn a_recreate_is_finished_when_the_controller_dies_after_any_step() -> Result<()> {
    finishes("after")
}

#[test]
fn a_bad_edit_is_taken_back_when_the_controller_dies_before_any_step() -> Result<()> {
    takes_back("before")
}

#[test]
fn a_bad_edit_is_taken_back_when_the_controller_dies_after_any_step() -> Result<()> {
    takes_back("after")
}

fn finishes(side: &str) -> Result<()> {
    let (lab, controller) = with_a_container()?;
    controller.stop()?;
    for step in STEPS {
        let at = format!("{side}:{step}");
        let edit = format!("env: [{{name: EDIT, value: \"{step}\"}}]");
        let controller = dies_at(&lab, &at, &edit)?;
        let settled = || {
            let edited = lab
                .inspect("web")?
                .is_some_and(|live| live.runs() && live.env("EDIT").as_deref() == Some(step));
            Ok(edited && alone(&lab)? && state(&controller)? == "MATCH")
        };
        wait_until("the edit to be finished", PATIENCE, &true, settled).context(at)?;
        controller.stop()?;
    }
    Ok(())
}

fn takes_back(side: &str) -> Result<()> {
    let (lab, controller) = with_a_container()?;
    let old = lab.container("web")?;
    controller.stop()?;
    for step in STEPS {
        let at = format!("{side}:{step}");
        let bad = format!("command: [\"/does/not/exist/{step}\"]");
        let controller = dies_at(&lab, &at, &bad)?;
        let applied =
            || Ok(controller.object("container/web")?.and_then(|object| object.condition("Applied")));
        wait_until("the return", PATIENCE, &Some("False/RolledBack".to_owned()), applied)
            .context(at.clone())?;
        wait_until("nothing else", PATIENCE, &true, || alone(&lab)).context(at.clone())?;
        ensure!(lab.wait_running("web")?.id == old.id, "{at}: the old container is back");
        controller.stop()?;
    }
    Ok(())
}

/// Edits the manifest with a controller that dies there, and starts another one.
fn dies_at(lab: &Lab, at: &str, spec: &str) -> Result<Controller> {
    let mut doomed = lab.controller().env("PODSTEWARD_CRASH_AT", at).start()?;
    lab.write_container("web", spec)?;
    let code = doomed.wait_end().with_context(|| format!("it was to die {at}"))?;
    ensure!(code.is_none(), "{at}: it ended with {code:?} instead of dying");
    lab.controller().start()
}

fn with_a_container() -> Result<(Lab, Controller)> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    Ok((lab, controller))
}

/// No trace of another container is left.
fn alone(lab: &Lab) -> Result<bool> {
    Ok(lab.containers()? == ["web"])
}

fn state(controller: &Controller) -> Result<String> {
    Ok(controller.object("container/web")?.map(|object| object.state).unwrap_or_default())
}
