//! So much goes wrong at once that the containers are not the cause.

use std::time::Duration;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, container, file};
use podsteward_e2e::remediation::{LONG_PATIENCE, list};
use podsteward_e2e::wait::{stays, wait_for};

const CONTAINERS: usize = 20;
const ILL: usize = 10;
/// One tenth of the containers.
const AT_ONCE: usize = 2;

#[test]
fn ten_of_twenty_at_once_are_held_first_and_healed_within_the_budget_afterwards() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("cooldowns: {service-restart: 0s}\nstorm: {grace: 0s, within: 20s, hold: 20s}")?;
    // Twenty checks a second would be a load of their own.
    let sickly = SICKLY.replace("interval: 1s", "interval: 4s");
    let all: Vec<String> = (1..=CONTAINERS).map(|number| container(&name(number), &sickly)).collect();
    lab.write("all.yaml", &file(&all))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(CONTAINERS + 1)?;
    lab.requests().forget();
    fall_ill_together(&lab)?;

    controller.wait_finding("storm", "host/local")?;
    // What was begun before it was seen ends; nothing else begins.
    wait_for("what was begun to end", LONG_PATIENCE, || Ok((under_way(&controller)? == 0).then_some(())))?;
    let before = restarts(&lab);
    ensure!(before <= 2 * AT_ONCE, "{before} restarts before the storm was seen");
    stays("restarts during the storm", Duration::from_secs(8), &before, || Ok(restarts(&lab)))?;

    let mut most = 0;
    wait_for("all to be well", LONG_PATIENCE * 2, || {
        most = most.max(under_way(&controller)?);
        let ill = controller.findings()?.iter().any(|finding| finding["finding"] == "unhealthy");
        Ok((!ill && restarts(&lab) >= ILL).then_some(()))
    })?;
    ensure!(most <= AT_ONCE, "{most} restarts at once");
    ensure!(restarts(&lab) == ILL, "{} restarts of {ILL}", restarts(&lab));
    Ok(())
}

fn name(number: usize) -> String {
    format!("web{number}")
}

/// Ten at once, by one command each.
fn fall_ill_together(lab: &Lab) -> Result<()> {
    let spawn = |number| lab.podman_command(&["exec", &name(number), "rm", "-f", "/tmp/well"]).spawn();
    let mut running = (1..=ILL).map(spawn).collect::<Result<Vec<_>, _>>()?;
    for child in &mut running {
        ensure!(child.wait()?.success());
    }
    Ok(())
}

/// How many restarts are under way.
fn under_way(controller: &Controller) -> Result<usize> {
    let intents = list(&controller.json(&["status"])?, "intents")?;
    Ok(intents.iter().filter(|intent| intent["action"] == "service-restart").count())
}

/// How many containers were started.
fn restarts(lab: &Lab) -> usize {
    lab.requests().writes().iter().filter(|request| request.ends_with("/start")).count()
}
