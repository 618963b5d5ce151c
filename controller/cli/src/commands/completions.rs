//! `completions`: the completion script of a shell.
//!
//! Owns nothing but the printing: clap generates it from the command line's own definition.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Exit;
use crate::output;

/// Prints the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward completions bash > ~/.local/share/bash-completion/completions/podsteward
  podsteward completions zsh > ~/.zfunc/_podsteward
  podsteward completions fish > ~/.config/fish/completions/podsteward.fish")]
pub(crate) struct Args {
    /// Which shell
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "podsteward", &mut script);
    output::put(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
