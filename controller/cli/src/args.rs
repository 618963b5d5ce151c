//! The command line.
//!
//! Owns the global options, their environment variables and the list of commands. Never carries anything out.
//! What a single command takes stands in its own file under `commands/`.

mod parse;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    approvals, approve, check, completions, decisions, describe, drill, execute, forecast, get, import,
    notify, pause, plan, reject, report, resume, retry, run, schema, snapshots, status, stop, validate, why,
};
use crate::exit::Error;
use crate::paths::{Surroundings, checked};

pub(crate) use parse::{approval, duration, key, kind, name, some_time};

/// Keeps a Podman host the way its manifests say.
///
/// podsteward watches a directory of YAML manifests, the containers, networks and volumes of one Podman, and
/// makes the second follow the first. It starts again what dies, mends what was changed by hand, and can always
/// say what it would do and why.
#[derive(Debug, Parser)]
#[command(name = "podsteward", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  podsteward validate                check all manifests
  podsteward plan                    what would be done, and why not; touches nothing
  podsteward run                     keep the host that way until Ctrl-C
  podsteward run --once              the same until everything is as declared, then end
  podsteward get                     all objects with their state
  podsteward describe container/web  everything known about one object
  podsteward why container/web       why something is not done to it, or what will be done next
  podsteward decisions --last 12h    what was decided and done last night
  podsteward approvals               what waits for you
  podsteward pause --for 30m         leave everything alone for half an hour

Every global option is also read from the environment: PODSTEWARD_MANIFESTS, PODSTEWARD_STATE,
PODSTEWARD_PODMAN, PODSTEWARD_INSTANCE, PODSTEWARD_OUTPUT, PODSTEWARD_LOG_FORMAT, PODSTEWARD_VERBOSE.

Exit codes: 0 done, 1 failed, 2 the command line is wrong (plan --exit-code: something would be done),
3 refused by a gate, 4 not reachable.";

const MANIFESTS: &str = "Directory of the manifests [default: /etc/podsteward/manifests; \
for a user $XDG_CONFIG_HOME/podsteward/manifests]";
const STATE: &str = "Directory of podsteward's own state [default: /var/lib/podsteward; \
for a user $XDG_STATE_HOME/podsteward]";
const PODMAN: &str = "Podman's socket, as unix:///PATH [default: $CONTAINER_HOST, else \
/run/podman/podman.sock; for a user $XDG_RUNTIME_DIR/podman/podman.sock]";

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    #[arg(long, global = true, env = "PODSTEWARD_MANIFESTS", value_name = "DIR", hide_env = true, help = MANIFESTS)]
    manifests: Option<PathBuf>,
    #[arg(long, global = true, env = "PODSTEWARD_STATE", value_name = "DIR", hide_env = true, help = STATE)]
    state: Option<PathBuf>,
    #[arg(long, global = true, env = "PODSTEWARD_PODMAN", value_name = "URL", hide_env = true, help = PODMAN)]
    podman: Option<String>,
    /// Name of this podsteward: only what carries it is touched
    #[arg(
        long,
        global = true,
        env = "PODSTEWARD_INSTANCE",
        value_name = "NAME",
        default_value = "default",
        value_parser = parse::instance,
        hide_env = true
    )]
    pub(crate) instance: String,
    /// How data is printed
    #[arg(
        short,
        long,
        global = true,
        env = "PODSTEWARD_OUTPUT",
        value_name = "FORMAT",
        default_value = "table",
        hide_env = true
    )]
    pub(crate) output: Format,
    /// How log lines are printed (on stderr)
    #[arg(
        long,
        global = true,
        env = "PODSTEWARD_LOG_FORMAT",
        value_name = "FORMAT",
        default_value = "text",
        hide_env = true
    )]
    pub(crate) log_format: LogFormat,
    /// More log lines; twice: even more
    #[arg(short, long, global = true, env = "PODSTEWARD_VERBOSE", action = clap::ArgAction::Count, hide_env = true)]
    pub(crate) verbose: u8,
}

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// For people with editors.
    Yaml,
    /// The table, which is markdown where the command says so.
    Markdown,
}

/// How log lines are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Run(run::Args),
    Validate(validate::Args),
    Plan(plan::Args),
    Check(check::Args),
    Get(get::Args),
    Describe(describe::Args),
    Status(status::Args),
    Decisions(decisions::Args),
    Why(why::Args),
    Approvals(approvals::Args),
    Approve(approve::Args),
    Reject(reject::Args),
    Execute(execute::Args),
    Forecast(forecast::Args),
    Snapshots(snapshots::Args),
    Report(report::Args),
    Drill(drill::Args),
    Pause(pause::Args),
    Resume(resume::Args),
    Stop(stop::Args),
    Notify(notify::Args),
    Retry(retry::Args),
    Schema(schema::Args),
    Import(import::Args),
    Completions(completions::Args),
}

impl Global {
    /// The directory of the manifests.
    pub(crate) fn manifests(&self) -> Result<PathBuf, Error> {
        self.manifests.clone().map_or_else(|| surroundings().manifests(), Ok)
    }

    /// The directory of the state.
    pub(crate) fn state(&self) -> Result<PathBuf, Error> {
        self.state.clone().map_or_else(|| surroundings().state(), Ok)
    }

    /// Podman's socket.
    pub(crate) fn podman(&self) -> Result<String, Error> {
        match &self.podman {
            Some(url) => checked(url.clone(), "--podman"),
            None => surroundings().podman(),
        }
    }
}

/// What this process knows about who runs it.
pub(crate) fn surroundings() -> Surroundings {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Surroundings { uid: rustix::process::geteuid().as_raw(), var: Box::new(var) }
}
