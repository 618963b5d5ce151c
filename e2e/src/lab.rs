//! One scenario's world: an isolated Podman behind a noting proxy, a manifests directory, a state directory.
//!
//! Owns everything below one scratch directory that `e2e/lab/e2e.sh` gives to each scenario and clears away. Never
//! starts the controller by itself.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;
use serde_json::Value;

use crate::controller::Options;
use crate::disk::{Disk, Filesystem};
use crate::process::{self, Output};
use crate::proxy::{self, Requests};
use crate::wait::{PATIENCE, stays, wait_for, wait_until};
use crate::{http, manifest};

/// Longer than the periodic relist and than a deletion has to hold, so whatever was to be done would have begun.
const QUIET: Duration = Duration::from_secs(13);

/// The world of one scenario.
#[derive(Debug)]
pub struct Lab {
    dir: PathBuf,
    requests: Requests,
}

/// What Podman says of one container.
#[derive(Debug, Clone)]
pub struct Live {
    /// Podman's whole answer.
    pub json: Value,
    /// Its id.
    pub id: String,
    /// The main process; 0 when there is none.
    pub pid: i32,
    /// `running`, `exited` and so on.
    pub status: String,
}

impl Lab {
    /// Starts Podman in the directory that the lab's scripts prepared.
    pub fn start() -> Result<Self> {
        Self::start_in(&directory()?)
    }

    /// Starts Podman with everything that it keeps on a filesystem of its own, of so many MiB.
    pub fn start_on(filesystem: Filesystem, mib: usize) -> Result<(Self, Disk)> {
        let dir = directory()?;
        let disk = Disk::mount(&dir.join("podman"), filesystem, mib)?;
        Ok((Self::start_in(&dir)?, disk))
    }

    /// Starts Podman below `dir`.
    pub fn start_in(dir: &Path) -> Result<Self> {
        for sub in ["manifests", "state"] {
            fs::create_dir_all(dir.join(sub))?;
        }
        let mut lab = Self { dir: dir.to_owned(), requests: Requests::default() };
        lab.script("start")?;
        lab.requests = proxy::serve(&lab.dir.join("proxy.sock"), lab.podman_dir().join("podman.sock"))?;
        Ok(lab)
    }

    /// The scratch directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The manifests directory.
    pub fn manifests(&self) -> PathBuf {
        self.dir.join("manifests")
    }

    /// The requests that the controller and the command line sent to Podman.
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// Whether this is Podman 5.
    pub fn is_podman_5(&self) -> bool {
        env::var("PODSTEWARD_E2E_PODMAN").is_ok_and(|flavour| flavour.starts_with('5'))
    }

    /// Writes a manifest the way an editor does: beside it first, then renamed over it.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.manifests().join(file);
        fs::create_dir_all(path.parent().context("a file stands in a directory")?)?;
        let beside = path.with_extension("tmp");
        fs::write(&beside, text)?;
        Ok(fs::rename(beside, path)?)
    }

    /// Writes a manifest with one container that runs for ever.
    pub fn write_container(&self, name: &str, spec: &str) -> Result<()> {
        self.write(&format!("{name}.yaml"), &manifest::container(name, spec))
    }

    /// Writes the policy.
    pub fn write_policy(&self, spec: &str) -> Result<()> {
        self.write("policy.yaml", &manifest::policy(spec))
    }

    /// Deletes a manifest.
    pub fn delete(&self, file: &str) -> Result<()> {
        Ok(fs::remove_file(self.manifests().join(file))?)
    }

    /// Mounts a filesystem of so many MiB below the scratch directory.
    pub fn mount(&self, name: &str, filesystem: Filesystem, mib: usize) -> Result<Disk> {
        Disk::mount(&self.dir.join(name), filesystem, mib)
    }

    /// How a controller of this lab is started; see [`Options::start`].
    pub fn controller(&self) -> Options {
        Options::new(&self.dir)
    }

    /// Runs podsteward's command line to its end.
    pub fn cli(&self, arguments: &[&str]) -> Result<Output> {
        self.controller().run(arguments)
    }

    /// Runs Podman's command line inside the isolation.
    pub fn podman(&self, arguments: &[&str]) -> Result<Output> {
        process::run(&mut self.podman_command(arguments))
    }

    /// Podman's command line inside the isolation, not yet run.
    pub fn podman_command(&self, arguments: &[&str]) -> Command {
        let mut command = process::command(self.podman_dir().join("cli"));
        command.args(arguments);
        command
    }

    /// Runs a command inside a container.
    pub fn exec(&self, container: &str, command: &[&str]) -> Result<String> {
        self.podman(&[&["exec", container], command].concat())?.ok()
    }

    /// Takes away what keeps a container of [`manifest::SICKLY`] well.
    pub fn fall_ill(&self, container: &str) -> Result<()> {
        self.exec(container, &["rm", "-f", "/tmp/well"]).map(drop)
    }

    /// How often a container of that name was started, by Podman's own count.
    pub fn starts(&self, name: &str) -> Result<usize> {
        // Podman's own filter also means containers whose id begins like the name.
        let events = ["events", "--stream=false", "--filter", "event=start", "--format", "{{.Name}}"];
        Ok(self.podman(&events)?.ok()?.lines().filter(|started| *started == name).count())
    }

    /// Removes every container, manifest and state, as if nothing had ever been declared.
    pub fn clear(&self) -> Result<()> {
        self.podman(&["rm", "--all", "--force", "--time", "0"])?.ok()?;
        for sub in ["manifests", "state"] {
            fs::remove_dir_all(self.dir.join(sub))?;
            fs::create_dir_all(self.dir.join(sub))?;
        }
        Ok(())
    }

    /// What Podman says of a container; `None` when there is none.
    pub fn inspect(&self, name: &str) -> Result<Option<Live>> {
        // While a process ends, Podman may look for it where it is no more.
        let answer = wait_for(&format!("Podman to tell of {name}"), PATIENCE, || {
            let answer = self.api("GET", &format!("/libpod/containers/{name}/json"))?;
            Ok((!answer.body.contains("no such process")).then_some(answer))
        })?;
        // A container that goes away during the call is answered with 500.
        if answer.status == 404 || answer.body.contains("no such container") {
            return Ok(None);
        }
        ensure!(answer.status == 200, "inspect {name}: {} {}", answer.status, answer.body);
        let json: Value = serde_json::from_str(&answer.body)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (id, state) = (text(&json["Id"]), &json["State"]);
        let (status, pid) = (text(&state["Status"]), state["Pid"].as_i64().unwrap_or_default());
        Ok(Some(Live { id, status, pid: i32::try_from(pid)?, json }))
    }

    /// What Podman says of a container that must be there.
    pub fn container(&self, name: &str) -> Result<Live> {
        self.inspect(name)?.with_context(|| format!("there is no container {name}"))
    }

    /// The names of all containers.
    pub fn containers(&self) -> Result<Vec<String>> {
        let listed = self.podman(&["ps", "--all", "--format", "{{.Names}}"])?.ok()?;
        let mut names: Vec<String> = listed.lines().map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// Asks Podman's API past the proxy.
    pub fn api(&self, method: &str, path: &str) -> Result<http::Answer> {
        http::over_unix(&self.podman_dir().join("podman.sock"), method, &format!("/v4.0.0{path}"))
    }

    /// Waits until a container runs, and answers with what Podman says of it.
    pub fn wait_running(&self, name: &str) -> Result<Live> {
        let runs = || Ok(self.inspect(name)?.filter(Live::runs));
        wait_for(&format!("{name} to run"), PATIENCE, runs)
    }

    /// Waits until a container runs with another main process than `old`.
    pub fn wait_restarted(&self, name: &str, old: &Live, deadline: Duration) -> Result<Live> {
        let runs = || Ok(self.inspect(name)?.filter(|live| live.runs() && live.pid != old.pid));
        wait_for(&format!("{name} to run again"), deadline, runs)
    }

    /// Waits until a container runs whose environment has `name` set to `value`: how scenarios tell an edit.
    pub fn wait_env(&self, container: &str, name: &str, value: &str) -> Result<Live> {
        let edited = |live: &Live| live.runs() && live.env(name).as_deref() == Some(value);
        let look = || Ok(self.inspect(container)?.filter(edited));
        wait_for(&format!("{container} to run with {name}={value}"), PATIENCE, look)
    }

    /// Waits until there is no container of that name.
    pub fn wait_gone(&self, name: &str) -> Result<()> {
        wait_until(&format!("{name} to be gone"), PATIENCE, &false, || Ok(self.inspect(name)?.is_some()))
    }

    /// Checks that nothing is written to Podman for a while that is longer than the controller's slowest look.
    pub fn stays_untouched(&self) -> Result<()> {
        self.requests.forget();
        stays("requests that write", QUIET, &Vec::new(), || Ok(self.requests.writes()))
    }

    /// Checks that a container does not run for as long.
    pub fn stays_without(&self, name: &str) -> Result<()> {
        stays("running", QUIET, &false, || Ok(self.inspect(name)?.is_some_and(|live| live.runs())))
    }

    /// Sends a signal to Podman's API service.
    pub fn signal_service(&self, signal: Signal) -> Result<()> {
        let pid = fs::read_to_string(self.podman_dir().join("pid"))?;
        process::signal(pid.trim().parse()?, signal)
    }

    /// Starts Podman's API service again.
    pub fn serve(&self) -> Result<()> {
        self.script("serve")
    }

    fn podman_dir(&self) -> PathBuf {
        self.dir.join("podman")
    }

    fn script(&self, verb: &str) -> Result<()> {
        let mut command = process::command(script());
        process::run_into(command.arg(verb).arg(self.podman_dir()), &self.dir.join("lab.log"))
    }
}

impl Live {
    /// Whether it runs, by Podman's word and with a process.
    pub fn runs(&self) -> bool {
        self.status == "running" && self.pid > 0
    }

    /// The value of one environment variable.
    pub fn env(&self, name: &str) -> Option<String> {
        let variables = self.json["Config"]["Env"].as_array()?;
        let pairs = variables.iter().filter_map(|variable| variable.as_str()?.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).next()
    }

    /// The id of the image it was made from.
    pub fn image(&self) -> &str {
        self.json["Image"].as_str().unwrap_or_default()
    }

    /// The names of the networks it is attached to, sorted.
    pub fn networks(&self) -> Vec<String> {
        let attached = self.json["NetworkSettings"]["Networks"].as_object();
        attached.map(|networks| networks.keys().cloned().collect()).unwrap_or_default()
    }

    /// Kills its main process, behind Podman's back.
    pub fn kill(&self) -> Result<()> {
        process::signal(self.pid, Signal::KILL)
    }

    /// Kills its monitor first, so that Podman never learns that the process is dead, then the process.
    pub fn kill_with_monitor(&self) -> Result<()> {
        let monitor = self.json["State"]["ConmonPid"].as_i64().context("it has a monitor")?;
        process::signal(i32::try_from(monitor)?, Signal::KILL)?;
        self.kill()
    }
}

fn directory() -> Result<PathBuf> {
    let dir = env::var_os("PODSTEWARD_E2E_DIR").context("no lab here: run the scenarios by `make e2e`")?;
    Ok(dir.into())
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lab/podman.sh")
}
