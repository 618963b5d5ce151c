//! How log lines are written.
//!
//! Owns the process's log output: standard error, as text or JSON. Never what is logged. Called once, by the binary.

use std::io::{self, IsTerminal as _};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::telemetry::TARGET;

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// Why logging cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was set up before.
    #[error("logging is set up already")]
    Already(#[source] tracing_subscriber::util::TryInitError),
}

/// Begins to log to standard error; colour only on a terminal, and not where `NO_COLOR` is set.
///
/// `verbosity` is how often `-v` was given: state changes; then what led to them; then every call.
pub fn init(format: LogFormat, verbosity: u8) -> Result<(), Error> {
    let colour =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines =
        fmt::layer().with_writer(io::stderr).with_ansi(colour).log_internal_errors(false).with_target(false);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter(verbosity)))
        .try_init()
        .map_err(Error::Already)
}

/// Our own lines by verbosity; those of libraries only when something is wrong.
fn filter(verbosity: u8) -> Targets {
    let own = match verbosity {
        0 => LevelFilter::INFO,
        1 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    Targets::new().with_default(LevelFilter::WARN).with_target(TARGET, own)
}
