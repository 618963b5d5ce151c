//! The real binary: started as a daemon, asked by its command line and by HTTP, killed when a scenario says so.
//!
//! Owns the process. Never writes manifests and never talks to Podman.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use crate::http;
use crate::object::{self, Object};
use crate::process::{self, Output};
use crate::remediation::LONG_PATIENCE;
use crate::wait::{PATIENCE, wait_closely, wait_for};

/// How a controller is started.
#[derive(Debug, Clone)]
#[must_use]
pub struct Options {
    dir: PathBuf,
    manifests: PathBuf,
    instance: String,
    port: u16,
    arguments: Vec<String>,
    later: Option<u32>,
    env: Vec<(String, String)>,
}

/// A running controller. It is killed when it goes out of scope.
#[derive(Debug)]
pub struct Controller {
    options: Options,
    child: Child,
}

impl Options {
    /// The first controller of the lab at `dir`.
    pub fn new(dir: &Path) -> Self {
        let manifests = dir.join("manifests");
        Self {
            dir: dir.to_owned(),
            manifests,
            instance: "default".to_owned(),
            port: 9920,
            arguments: Vec::new(),
            later: None,
            env: Vec::new(),
        }
    }

    /// Another instance, with manifests, state and port of its own.
    pub fn instance(mut self, name: &str, port: u16) -> Self {
        self.manifests = self.dir.join(format!("manifests-{name}"));
        name.clone_into(&mut self.instance);
        self.port = port;
        self
    }

    /// Another manifests directory.
    pub fn manifests(mut self, dir: PathBuf) -> Self {
        self.manifests = dir;
        self
    }

    /// An argument of `run`.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// As if the host had been up for so many seconds longer.
    pub fn later(mut self, seconds: u32) -> Self {
        self.later = Some(seconds);
        self
    }

    /// A variable of the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the daemon without waiting for anything.
    pub fn spawn(self) -> Result<Controller> {
        let mut command = match self.later {
            Some(seconds) => later(&self.command()?, &seconds.to_string()),
            None => self.command()?,
        };
        command.args(["--log-format", "json", "run", "--listen", &self.address()]).args(&self.arguments);
        let child = process::spawn_into(&mut command, &self.dir.join("controller.log"))?;
        Ok(Controller { options: self, child })
    }

    /// Starts the daemon and waits until it is ready.
    pub fn start(self) -> Result<Controller> {
        let mut controller = self.spawn()?;
        controller.wait_ready()?;
        Ok(controller)
    }

    /// Runs the command line to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Output> {
        process::run(self.command()?.args(arguments))
    }

    /// The same, as if the host had been up for so many seconds longer.
    pub fn run_after(&self, seconds: &str, arguments: &[&str]) -> Result<Output> {
        process::run(later(&self.command()?, seconds).args(arguments))
    }

    fn command(&self) -> Result<Command> {
        let binary = env::var("PODSTEWARD_BIN").context("PODSTEWARD_BIN names the binary under test")?;
        let mut command = process::command(binary);
        command.arg("--manifests").arg(&self.manifests);
        command.arg("--state").arg(self.dir.join(format!("state/{}", self.instance)));
        command.arg("--podman").arg(format!("unix://{}", self.dir.join("proxy.sock").display()));
        command.args(["--instance", &self.instance]);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Controller {
    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `/readyz` says yes.
    pub fn wait_ready(&mut self) -> Result<()> {
        wait_for("the controller to be ready", PATIENCE, || self.ready())
    }

    /// The same, looking each millisecond, for a bench.
    pub fn wait_ready_closely(&mut self) -> Result<()> {
        wait_closely("the controller to be ready", PATIENCE, || self.ready())
    }

    fn ready(&mut self) -> Result<Option<()>> {
        if let Some(status) = process::ended(&mut self.child)? {
            bail!("the controller ended with {status}");
        }
        let answer = self.http("/readyz");
        Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
    }

    /// Waits for the daemon's own end and answers with its exit code; `None` when a signal ended it.
    pub fn wait_end(&mut self) -> Result<Option<i32>> {
        let ended = || Ok(process::ended(&mut self.child)?.map(|status| status.code()));
        wait_for("the controller to end", PATIENCE, ended)
    }

    /// Whether the daemon has ended.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(process::ended(&mut self.child)?.is_some())
    }

    /// Asks it to end in order, and checks that it does.
    pub fn stop(mut self) -> Result<()> {
        process::signal(i32::try_from(self.pid())?, Signal::TERM)?;
        let code = self.wait_end()?;
        ensure!(code == Some(0), "SIGTERM ended the controller with {code:?}");
        Ok(())
    }

    /// Kills it.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks one of its HTTP endpoints.
    pub fn http(&self, path: &str) -> Result<http::Answer> {
        http::over_tcp(&self.options.address(), "GET", path)
    }

    /// Posts JSON, with further headers as pairs of name and value.
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Result<http::Answer> {
        http::post(&self.options.address(), path, headers, body)
    }

    /// The text of `/metrics`.
    pub fn metrics(&self) -> Result<String> {
        Ok(self.http("/metrics")?.body)
    }

    /// The sum of a metric over all series whose line begins with `series`, for example `podsteward_objects{`.
    pub fn metric(&self, series: &str) -> Result<f64> {
        let metrics = self.metrics()?;
        let lines = metrics.lines().filter(|line| line.starts_with(series));
        lines.map(|line| Ok(line.rsplit(' ').next().unwrap_or_default().parse::<f64>()?)).sum()
    }

    /// Runs the command line beside it.
    pub fn cli(&self, arguments: &[&str]) -> Result<Output> {
        self.options.run(arguments)
    }

    /// Every object that it knows.
    pub fn objects(&self) -> Result<Vec<Object>> {
        object::read(&self.cli(&["get", "-o", "json"])?.ok()?)
    }

    /// One object, if it knows it.
    pub fn object(&self, key: &str) -> Result<Option<Object>> {
        Ok(self.objects()?.into_iter().find(|object| object.key == key))
    }

    /// Waits until an object is in a state.
    pub fn wait_state(&self, key: &str, state: &str) -> Result<Object> {
        self.wait_object(key, &format!("to be {state}"), |object| object.state == state)
    }

    /// Waits until a condition of an object reads `status/reason`.
    pub fn wait_condition(&self, key: &str, kind: &str, wanted: &str) -> Result<Object> {
        let reached = |object: &Object| object.condition(kind).as_deref() == Some(wanted);
        self.wait_object(key, &format!("to have {kind}={wanted}"), reached)
    }

    fn wait_object(&self, key: &str, what: &str, reached: impl Fn(&Object) -> bool) -> Result<Object> {
        let mut last = None;
        let waited = wait_for(&format!("{key} {what}"), PATIENCE, || {
            last = self.object(key)?;
            Ok(last.clone().filter(|object| reached(object)))
        });
        waited.map_err(|error| error.context(format!("last seen {last:?}")))
    }

    /// Waits until every declared object matches, and has been well where it is asked for that.
    pub fn wait_converged(&self, objects: usize) -> Result<()> {
        let mut last = Vec::new();
        let waited = wait_for(&format!("{objects} objects to match"), LONG_PATIENCE, || {
            last = self.objects()?;
            let matching = last.iter().filter(|object| object.is_converged()).count();
            Ok((matching == objects && last.len() == objects).then_some(()))
        });
        waited.map_err(|error| error.context(format!("last seen {last:#?}")))
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A command as if the host had been up for so many seconds longer.
fn later(command: &Command, seconds: &str) -> Command {
    let mut later = process::command("unshare");
    later.args(["--time", "--boottime", seconds, "--"]).arg(command.get_program()).args(command.get_args());
    later
}
