//! The `podsteward` binary: reads the command line, carries out one command, ends with its code.
//!
//! Owns the order of these three. Never decides anything about the host: that is `podsteward-domain`'s work.

mod args;
mod commands;
mod exit;
mod look;
mod output;
mod paths;
mod state;
mod view;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    exit::finish(commands::dispatch(cli))
}
