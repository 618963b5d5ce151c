//! What fifty containers cost when nothing happens, and how soon a controller is ready on such a host.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, Stopwatch, pass, wait_for};

use crate::many::{self, FIFTY};
use crate::started::{Started, median, network};
use crate::table::{Table, millis};

/// Three of the slowest periodic looks.
const IDLE: Duration = Duration::from_secs(30);

/// After convergence the stabilise time still runs.
const SETTLED: Duration = Duration::from_secs(15);

const STARTS: usize = 5;

/// Adds the rows.
pub(crate) fn measure(lab: &Lab, table: &mut Table) -> Result<()> {
    network(lab)?;
    let mut started = Started::new(lab.dir())?;
    many::write(lab, &started)?;
    let controller = lab.controller().start()?;
    started.wait(FIFTY, Stopwatch::start())?;
    controller.wait_converged(FIFTY)?;
    pass(SETTLED);
    at_rest(lab, &controller, table)?;
    controller.stop()?;
    let mut readies = Vec::new();
    for _ in 0..STARTS {
        let watch = Stopwatch::start();
        let mut controller = lab.controller().spawn()?;
        controller.wait_ready_closely()?;
        readies.push(watch.elapsed());
        unchanged(&controller, table, readies.len() == STARTS)?;
        controller.stop()?;
    }
    table.value("start → ready at 50", millis(median(readies)?));
    Ok(())
}

/// A controller that has just started looks at every object once: a whole pass in which nothing is to be done.
fn unchanged(controller: &Controller, table: &mut Table, tell: bool) -> Result<()> {
    let fifty = f64::from(u32::try_from(FIFTY)?);
    let looks = "podsteward_reconcile_duration_seconds";
    let count = || controller.metric(&format!("{looks}_count"));
    wait_for("a whole pass", PATIENCE, || Ok((count()? >= fifty).then_some(())))?;
    if tell {
        let list = |what| {
            controller
                .metric(&format!("podsteward_podman_api_duration_seconds_{what}{{verb=\"list_containers\"}}"))
        };
        let list = list("sum")? / list("count")?;
        let look = controller.metric(&format!("{looks}_sum"))? / count()?;
        let whole = (list + look * fifty) * 1e3;
        let text = format!("{whole:.1} ms (list {:.1} ms, looks {:.2} ms each)", list * 1e3, look * 1e3);
        table.value("unchanged pass over 50", text);
    }
    Ok(())
}

fn at_rest(lab: &Lab, controller: &Controller, table: &mut Table) -> Result<()> {
    let pid = controller.pid();
    lab.requests().forget();
    let before = cpu(pid)?;
    pass(IDLE);
    let used = cpu(pid)?.saturating_sub(before);
    let requests = lab.requests().all();
    let share = used.as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    let lists = requests.iter().filter(|request| request.contains("/containers/json")).count();
    table.value("idle CPU at 50, over 30 s", format!("{share:.2} % of a core"));
    table.value("idle memory at 50", format!("{:.1} MiB PSS", kibibytes(pid)? / 1024.0));
    table.value("API calls at 50, over 30 s", format!("{} ({lists} lists)", requests.len()));
    table.value("programs started", format!("{}", children(pid)?));
    Ok(())
}

/// The processor time of all threads, to the nanosecond.
fn cpu(pid: u32) -> Result<Duration> {
    let mut total = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        total += text.split(' ').next().context("schedstat has three numbers")?.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(total))
}

fn kibibytes(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find(|line| line.starts_with("Pss:")).context("smaps_rollup has Pss")?;
    Ok(line.split_whitespace().nth(1).context("Pss has a number")?.parse()?)
}

/// Living children, and page faults of children that were waited for: both are zero when nothing was ever forked.
fn children(pid: u32) -> Result<u64> {
    let mut living = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        living += fs::read_to_string(task?.path().join("children"))?.split_whitespace().count() as u64;
    }
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(')').context("stat names the program")?.1;
    let waited: u64 = fields.split_whitespace().nth(8).context("stat has cminflt")?.parse()?;
    Ok(living + waited.min(1))
}
