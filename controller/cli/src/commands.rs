//! The commands, one a file.
//!
//! Owns the way from the command line to the file that carries it out. Called by `main` only.

mod act;
pub(crate) mod approvals;
pub(crate) mod approve;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod decisions;
pub(crate) mod describe;
pub(crate) mod drill;
pub(crate) mod execute;
pub(crate) mod forecast;
pub(crate) mod get;
pub(crate) mod import;
pub(crate) mod notify;
pub(crate) mod pause;
pub(crate) mod plan;
pub(crate) mod reject;
pub(crate) mod report;
pub(crate) mod resume;
pub(crate) mod retry;
pub(crate) mod run;
pub(crate) mod schema;
pub(crate) mod snapshots;
pub(crate) mod status;
pub(crate) mod stop;
pub(crate) mod validate;
pub(crate) mod why;

use podsteward_domain::time::Moment;
use podsteward_host::clock::HostClock;

use crate::args::{Cli, Command, Global};
use crate::exit::{Error, Exit};
use crate::state::State;

/// What every command gets.
pub(crate) struct Context {
    /// The global options.
    pub(crate) global: Global,
    /// The kernel's clock.
    pub(crate) clock: HostClock,
}

impl Context {
    /// Now.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The state directory.
    pub(crate) fn state(&self) -> Result<State, Error> {
        Ok(State { dir: self.global.state()? })
    }
}

/// Carries out the command.
pub(crate) fn dispatch(cli: Cli) -> anyhow::Result<Exit> {
    let context = Context { global: cli.global, clock: HostClock::new()? };
    match cli.command {
        Command::Run(args) => run::run(&args, &context),
        Command::Plan(args) => plan::run(&args, &context),
        Command::Validate(args) => validate::run(&args, &context),
        Command::Check(args) => check::run(&args, &context),
        Command::Decisions(args) => decisions::run(&args, &context),
        Command::Why(args) => why::run(&args, &context),
        Command::Approvals(args) => approvals::run(&args, &context),
        Command::Approve(args) => approve::run(&args, &context),
        Command::Reject(args) => reject::run(&args, &context),
        Command::Execute(args) => execute::run(&args, &context),
        Command::Forecast(args) => forecast::run(&args, &context),
        Command::Snapshots(args) => snapshots::run(&args, &context),
        Command::Report(args) => report::run(&args, &context),
        Command::Drill(args) => drill::run(&args, &context),
        Command::Get(args) => get::run(&args, &context),
        Command::Describe(args) => describe::run(&args, &context),
        Command::Status(args) => status::run(&args, &context),
        Command::Pause(args) => pause::run(&args, &context),
        Command::Resume(args) => resume::run(&args, &context),
        Command::Stop(args) => stop::run(&args, &context),
        Command::Notify(args) => notify::run(&args, &context),
        Command::Retry(args) => retry::run(&args, &context),
        Command::Schema(args) => schema::run(&args, &context),
        Command::Import(args) => import::run(&args, &context),
        Command::Completions(args) => completions::run(&args),
    }
}
