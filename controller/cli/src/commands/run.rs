//! `run`: the controller itself.
//!
//! Owns the wiring of the command line to the runtime: options, signals, log lines, exit code. Never reconciles.

pub(crate) mod files;
mod once;
pub(super) mod signals;

use std::path::PathBuf;
use std::time::Duration;

use podsteward_domain::playbook::Allowed;
use podsteward_metrics::logging;
use podsteward_runtime::http::{Address, TokenFile};
use podsteward_runtime::progress::Progress;
use podsteward_runtime::real::allowed;
use podsteward_runtime::service::{self, Options};

use super::Context;
use crate::args::{LogFormat, surroundings};
use crate::exit::{Error, Exit};
use crate::output;

/// Keeps the host the way the manifests say, until Ctrl-C
///
/// Watches the manifests, the containers and their processes, and acts on every difference as far as its rules
/// allow. Stopping it stops no container. One controller runs for one state directory.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward run
  podsteward run --once --timeout 2m
  podsteward run --listen 127.0.0.1:9921 --listen unix:/run/podsteward/http.sock

--once prints the objects on stdout and ends with 0 when everything is as declared, 1 when it is not, 3 when a
pause or stop keeps it from acting, and 4 when Podman cannot be reached.
JSON of --once: {converged, objects: [as `get`], problems: [as `validate`]}

HTTP: /metrics, /healthz, /readyz, and /api/v1/ with objects, status, decisions, approvals, forecast and
      assessment; with --token-file, POST /api/v1/alerts for Alertmanager's webhook")]
pub(crate) struct Args {
    /// Serve HTTP here: HOST:PORT or unix:PATH; may be repeated [default: 127.0.0.1:9920; with --once nowhere]
    #[arg(long, value_name = "ADDR")]
    listen: Vec<Address>,
    /// File of mode 0600 with the token that alerts must carry: POST /api/v1/alerts is served [default: it is not]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// File of mode 0600 with the programs that playbooks and proofs of backups may run: an absolute path a line
    #[arg(long, value_name = "FILE")]
    allow_commands: Option<PathBuf>,
    /// End when everything is as declared, and print a summary
    #[arg(long)]
    once: bool,
    /// How long --once may take, for example 2m
    #[arg(long, value_name = "D", requires = "once", default_value = "5m", value_parser = crate::args::duration)]
    timeout: Duration,
}

/// Runs the controller.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let options = Options {
        listen: listen(args)?,
        once: args.once.then_some(args.timeout),
        alerts: token_file(args),
        ..options(context)?
    };
    check_files(args, &options)?;
    let allowed = args.allow_commands.as_deref().map_or(Allowed::NoFile, allowed::read);
    let options = Options { allowed, allow_commands: args.allow_commands.clone(), ..options };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    if args.once {
        return runtime.block_on(once::run(options, context));
    }
    logging::init(log_format(context), context.global.verbose)?;
    runtime.block_on(async {
        let podman = options.podman.clone();
        let state = context.state()?;
        let run = service::run(options, Progress::default(), signals::shutdown()?);
        run.await.map_err(|error| told(error, &state.dir, &podman))?;
        Ok(Exit::Done)
    })
}

/// A controller of everything, for ever, that serves nobody.
pub(super) fn options(context: &Context) -> anyhow::Result<Options> {
    let around = surroundings();
    Ok(Options {
        manifests: manifests(context)?,
        state: context.global.state()?,
        podman: context.global.podman()?,
        instance: context.global.instance.clone(),
        listen: Vec::new(),
        once: None,
        runs_healthchecks: !podsteward_host::systemd::runs_healthchecks(around.user_runtime_dir().as_deref()),
        alerts: None,
        allowed: Allowed::NoFile,
        allow_commands: None,
        only: None,
    })
}

/// Where the token stands that alerts must carry.
fn token_file(args: &Args) -> Option<TokenFile> {
    let uid = surroundings().uid;
    args.token_file.clone().map(|path| TokenFile { path, uid })
}

fn listen(args: &Args) -> anyhow::Result<Vec<Address>> {
    match args.listen.as_slice() {
        [] if !args.once => Ok(vec!["127.0.0.1:9920".parse()?]),
        listen => Ok(listen.to_vec()),
    }
}

/// The manifests directory. One that vanished after it was read once removes nothing, and what it held stays in
/// force, so that only a first run needs it.
fn manifests(context: &Context) -> anyhow::Result<PathBuf> {
    let dir = context.global.manifests()?;
    if !dir.is_dir() {
        if context.state()?.read().is_ok_and(|store| store.is_none()) {
            return Err(Error::NoManifests(dir).into());
        }
        output::note(&format!(
            "note: there is no manifests directory {}; what it held last stays in force",
            dir.display()
        ));
    }
    Ok(dir)
}

fn check_files(args: &Args, options: &Options) -> Result<(), Error> {
    let uid = surroundings().uid;
    if let Some(path) = &args.token_file {
        files::check_private(path, "--token-file", uid)?;
    }
    if let Some(path) = &args.allow_commands {
        files::check_private(path, "--allow-commands", uid)?;
        files::check_outside(path, "--allow-commands", &options.manifests)?;
    }
    Ok(())
}

/// How log lines are printed.
pub(super) fn log_format(context: &Context) -> logging::LogFormat {
    match context.global.log_format {
        LogFormat::Text => logging::LogFormat::Text,
        LogFormat::Json => logging::LogFormat::Json,
    }
}

/// The runtime's error with what to do next.
pub(super) fn told(error: service::Error, state: &std::path::Path, podman: &str) -> anyhow::Error {
    match error {
        service::Error::Store(source) => Error::store(state, source).into(),
        service::Error::Podman(source) => Error::podman(podman, source).into(),
        other => other.into(),
    }
}
