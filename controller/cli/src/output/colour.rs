//! Colours, on a terminal only.
//!
//! Owns the palette and when it is used: never in a file or pipe, never under `NO_COLOR` or `TERM=dumb`.

use std::io::{self, IsTerminal as _};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use podsteward_domain::status::ObjectState;

/// As it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Worth a look.
pub(crate) const LOOK: Style = AnsiColor::Yellow.on_default();
/// Not as it should be.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Not ours.
pub(crate) const OTHER: Style = AnsiColor::Magenta.on_default();
/// Of second importance.
pub(crate) const DIM: Style = Style::new().dimmed();
/// A heading.
pub(crate) const HEAD: Style = Style::new().bold();

/// Whether stdout wants colours.
pub(crate) fn on_stdout() -> bool {
    io::stdout().is_terminal() && AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Whether stderr wants colours.
pub(crate) fn on_stderr() -> bool {
    io::stderr().is_terminal() && AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

/// Text in a style, if colours are wanted.
pub(crate) fn paint(text: &str, style: Style, colour: bool) -> String {
    if colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// The colour of a state.
pub(crate) fn of_state(state: ObjectState) -> Style {
    match state {
        ObjectState::Match | ObjectState::Completed => GOOD,
        ObjectState::Drift | ObjectState::Warning => LOOK,
        ObjectState::Missing | ObjectState::CrashLoop | ObjectState::Unknown => BAD,
        ObjectState::Orphan | ObjectState::Foreign => OTHER,
    }
}
