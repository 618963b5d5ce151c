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
    /// Whether colours are wanted.
    pub(crate) colour: bool,
}

impl Screen {
    /// The screen behind stdout.
    pub(crate) fn of_stdout() -> Self {
        Self { width: width(&io::stdout()), colour: colour::on_stdout() }
    }

    /// The screen behind stderr.
    pub(crate) fn of_stderr() -> Self {
        Self { width: width(&io::stderr()), colour: colour::on_stderr() }
    }
}

fn width(stream: &(impl std::os::fd::AsFd + io::IsTerminal)) -> Option<u16> {
    if !stream.is_terminal() {
        return None;
    }
    // A terminal that does not tell its width says 0, and 80 is what all of them once had.
    let told = rustix::termios::tcgetwinsize(stream).ok().map(|size| size.ws_col).filter(|width| *width > 0);
    told.or(Some(80))
}
