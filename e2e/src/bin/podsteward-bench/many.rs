//! Fifty containers from nothing.

use std::time::Duration;

use anyhow::Result;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{container, file};
use podsteward_e2e::process;
use podsteward_e2e::wait::Stopwatch;

use crate::started::{Started, network};
use crate::table::Table;

/// How many containers a large host of our users has.
pub(crate) const FIFTY: usize = 50;

/// Adds the rows.
pub(crate) fn measure(lab: &Lab, table: &mut Table) -> Result<()> {
    network(lab)?;
    let mut started = Started::new(lab.dir())?;
    let xargs = by_xargs(lab, &mut started)?;
    lab.clear()?;
    network(lab)?;
    let controller = lab.controller().start()?;
    let watch = Stopwatch::start();
    write(lab, &started)?;
    let ours = started.wait(FIFTY, watch)?;
    controller.wait_converged(FIFTY)?;
    controller.stop()?;
    table.compare("50 containers from nothing", ours, "`xargs -P2 podman run -d`", xargs);
    Ok(())
}

/// Writes the fifty into one file.
pub(crate) fn write(lab: &Lab, started: &Started) -> Result<()> {
    let one = |number| container(&format!("web{number}"), &started.spec());
    lab.write("fifty.yaml", &file(&(0..FIFTY).map(one).collect::<Vec<_>>()))
}

fn by_xargs(lab: &Lab, started: &mut Started) -> Result<Duration> {
    let environment = lab.podman_command(&["run", "--detach"]);
    let mut line = vec![environment.get_program().to_owned()];
    line.extend(environment.get_args().map(ToOwned::to_owned));
    let mut command = process::command("sh");
    command.arg("-c").arg(format!("seq {FIFTY} | xargs -P2 -I% \"$@\"")).arg("sh").args(line);
    command.args(started.arguments());
    let watch = Stopwatch::start();
    process::run(&mut command)?.ok()?;
    started.wait(FIFTY, watch)
}
