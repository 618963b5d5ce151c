//! A controller killed at every step of a recreate.

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_for, wait_until};

/// More steps than a recreate will ever have.
const STEPS_MAX: usize = 40;

#[test]
fn a_recreate_is_finished_or_taken_back_wherever_the_controller_dies() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "env: [{name: EDIT, value: \"0\"}]")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.stop()?;
    for step in 1..STEPS_MAX {
        let died = dies_at(&lab, step).with_context(|| format!("killed at step {step}"))?;
        if !died {
            ensure!(step > 5, "a recreate has more than {step} steps");
            return Ok(());
        }
    }
    anyhow::bail!("a recreate has no end")
}

/// Edits the manifest with a controller that dies at the journal's `step`; whether it died.
fn dies_at(lab: &Lab, step: usize) -> Result<bool> {
    let mut doomed = lab.controller().env("PODSTEWARD_CRASH_AT", &format!("any:{step}")).start()?;
    edit(lab, step)?;
    let died = wait_for("the crash or the end of the edit", PATIENCE, || {
        Ok(if doomed.ended()? { Some(true) } else { settled(lab, &doomed, step)?.then_some(false) })
    })?;
    let controller = if died { lab.controller().start()? } else { doomed };
    wait_until("the edit to be finished", PATIENCE, &true, || settled(lab, &controller, step))?;
    controller.stop()?;
    Ok(died)
}

fn edit(lab: &Lab, step: usize) -> Result<()> {
    lab.write_container("web", &format!("env: [{{name: EDIT, value: \"{step}\"}}]"))
}

/// The edited container runs, matches, and no trace of the old one is left.
fn settled(lab: &Lab, controller: &Controller, step: usize) -> Result<bool> {
    let edited =
        lab.inspect("web")?.is_some_and(|live| live.runs() && live.env("EDIT") == Some(step.to_string()));
    Ok(edited
        && lab.containers()? == ["web"]
        && controller.object("container/web")?.is_some_and(|object| object.state == "MATCH"))
}
