//! What the place is like where a table goes.
//!
//! Owns the difference between a terminal and a file or pipe. Never prints.

use std::io;

use super::colour;

/// The place where a table goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Screen {
    /// Columns of the terminal. `None`: not a terminal, so nothing is cut.
    pub(crate) width: Option<u16>,
    /// Lines of the terminal.
    pub(crate) height: Option<u16>,
    /// Whether colours are wanted.
    pub(crate) colour: bool,
}

impl Screen {
    /// The screen behind stdout.
    pub(crate) fn of_stdout() -> Self {
        Self::of(&io::stdout(), colour::on_stdout())
    }

    /// The screen behind stderr.
    pub(crate) fn of_stderr() -> Self {
        Self::of(&io::stderr(), colour::on_stderr())
    }

    fn of(stream: &(impl std::os::fd::AsFd + io::IsTerminal), colour: bool) -> Self {
        if !stream.is_terminal() {
            return Self { colour, ..Self::default() };
        }
        // A terminal that does not tell its size says 0, and 80 by 24 is what all of them once had.
        let told = rustix::termios::tcgetwinsize(stream).ok();
        let of = |side: Option<u16>, usual| side.filter(|side| *side > 0).or(Some(usual));
        Self {
            width: of(told.map(|size| size.ws_col), 80),
            height: of(told.map(|size| size.ws_row), 24),
            colour,
        }
    }
}
