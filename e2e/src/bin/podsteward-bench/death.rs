//! From the death of a process until its successor has run its first line.

use std::time::Duration;

use anyhow::Result;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::container;
use podsteward_e2e::wait::{PATIENCE, Stopwatch, pass, wait_for, wait_until};

use crate::started::{Started, median, network};
use crate::table::{Table, millis};

/// Each container dies once: a second death soon after would meet a back-off.
const SAMPLES: usize = 15;

/// Lets Podman finish what a start leaves behind before the next death.
const BETWEEN: Duration = Duration::from_millis(300);

/// Adds the rows.
pub(crate) fn measure(lab: &Lab, table: &mut Table) -> Result<()> {
    network(lab)?;
    let mut started = Started::new(lab.dir())?;
    let podman = by_podman(lab, &mut started)?;
    let (answer, line) = by_start_call(lab, &mut started)?;
    lab.clear()?;
    network(lab)?;
    let (ours, calls) = by_podsteward(lab, &mut started)?;
    table.compare("death → running", ours, "raw start call until its answer", answer);
    table.compare("death → running", ours, "raw start call until the first line", line);
    table.compare("death → running", ours, "`podman run --restart=always`", podman);
    let slowest = calls.iter().max().copied().unwrap_or_default();
    let text = format!("{} (slowest of {SAMPLES}: {})", millis(median(calls)?), millis(slowest));
    table.value("death → start call issued", text);
    Ok(())
}

fn by_podman(lab: &Lab, started: &mut Started) -> Result<Duration> {
    let mut samples = Vec::new();
    for number in 0..SAMPLES {
        let name = format!("podman{number}");
        run(lab, started, &["--restart=always", "--name", &name])?;
        let live = lab.wait_running(&name)?;
        pass(BETWEEN);
        let watch = Stopwatch::start();
        live.kill()?;
        samples.push(started.wait(1, watch)?);
        lab.podman(&["rm", "--force", "--time", "0", &name])?.ok()?;
    }
    median(samples)
}

/// The start call on a container that has exited: until it is answered, and until the first line.
fn by_start_call(lab: &Lab, started: &mut Started) -> Result<(Duration, Duration)> {
    let (mut answers, mut lines) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES {
        let name = format!("raw{number}");
        run(lab, started, &["--name", &name])?;
        lab.wait_running(&name)?.kill()?;
        let exited = || Ok(lab.container(&name)?.status);
        wait_until("it to be exited", PATIENCE, &"exited".to_owned(), exited)?;
        pass(BETWEEN);
        let start = || lab.api("POST", &format!("/libpod/containers/{name}/start")).map(drop);
        let (answer, line) = started.beside(start)?;
        answers.push(answer);
        lines.push(line);
        lab.podman(&["rm", "--force", "--time", "0", &name])?.ok()?;
    }
    Ok((median(answers)?, median(lines)?))
}

/// The time until the first line, and until the start call, of each death.
fn by_podsteward(lab: &Lab, started: &mut Started) -> Result<(Duration, Vec<Duration>)> {
    for number in 0..SAMPLES {
        lab.write(&format!("web{number}.yaml"), &container(&format!("web{number}"), &started.spec()))?;
    }
    let controller = lab.controller().start()?;
    started.wait(SAMPLES, Stopwatch::start())?;
    controller.wait_converged(SAMPLES)?;
    let (mut samples, mut calls) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES {
        let live = lab.container(&format!("web{number}"))?;
        pass(BETWEEN);
        lab.requests().forget();
        let watch = Stopwatch::start();
        live.kill()?;
        samples.push(started.wait(1, watch)?);
        let start = || Ok(lab.requests().first_after(watch, "/start"));
        calls.push(wait_for("the start call", PATIENCE, start)?);
    }
    controller.stop()?;
    Ok((median(samples)?, calls))
}

fn run(lab: &Lab, started: &mut Started, options: &[&str]) -> Result<()> {
    let image = started.arguments();
    let mut arguments = vec!["run", "--detach"];
    arguments.extend(options);
    arguments.extend(image.iter().map(String::as_str));
    lab.podman(&arguments)?.ok()?;
    started.wait(1, Stopwatch::start()).map(drop)
}
