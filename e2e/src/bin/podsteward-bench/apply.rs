//! From a manifest's arrival until the container has run its first line.

use anyhow::Result;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::container;
use podsteward_e2e::wait::Stopwatch;

use crate::started::{Started, median, network};
use crate::table::Table;

const SAMPLES: usize = 9;

/// Adds the rows.
pub(crate) fn measure(lab: &Lab, table: &mut Table) -> Result<()> {
    network(lab)?;
    let mut started = Started::new(lab.dir())?;
    let (mut command, mut lines) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES {
        let name = format!("podman{number}");
        let image = started.arguments();
        let mut arguments = vec!["run", "--detach", "--name", &name];
        arguments.extend(image.iter().map(String::as_str));
        let (ended, line) = started.beside(|| lab.podman(&arguments)?.ok().map(drop))?;
        command.push(ended);
        lines.push(line);
    }
    let controller = lab.controller().start()?;
    let mut ours = Vec::new();
    for number in 0..SAMPLES {
        let text = container(&format!("web{number}"), &started.spec());
        let watch = Stopwatch::start();
        lab.write(&format!("web{number}.yaml"), &text)?;
        ours.push(started.wait(1, watch)?);
        controller.wait_converged(number + 1)?;
    }
    controller.stop()?;
    let ours = median(ours)?;
    table.compare("apply → running", ours, "`podman run -d` until it ends", median(command)?);
    table.compare("apply → running", ours, "`podman run -d` until the first line", median(lines)?);
    Ok(())
}
