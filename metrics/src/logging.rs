//! How log lines are written.
//!
//! Owns the process's log output: standard error, as text or JSON. Never what is logged. Called once, by the binary.

use std::io::{self, IsTerminal as _};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry, fmt};

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
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = io::stderr().is_terminal() && !no_color;
    let lines = lines(format, colour, io::stderr).with_filter(filter(verbosity));
    tracing_subscriber::registry().with(lines).try_init().map_err(Error::Already)
}

fn lines<W>(format: LogFormat, colour: bool, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // A log that nobody reads any more is no reason to complain, least of all on the same stream.
    let lines = fmt::layer().with_writer(writer).with_ansi(colour).log_internal_errors(false);
    match format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.with_target(false).json().flatten_event(true).boxed(),
    }
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

#[cfg(test)]
mod tests;
