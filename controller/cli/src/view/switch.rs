//! The switch in words.
//!
//! Owns its sentences. Used by `status`, `pause`, `resume` and `stop`.

use podsteward_runtime::listing::{Pause, Switch};

use crate::output::{Screen, View, age, lines};

impl View for Switch {
    fn text(&self, _screen: Screen) -> String {
        lines(std::iter::once(sentence(self)).chain(pauses(self)))
    }
}

/// `running`, or `paused until 2026-11-22T15:00:00Z (30m left) by ada: backup`.
pub(crate) fn sentence(switch: &Switch) -> String {
    let state = switch.state.as_str();
    switch.pause.as_ref().map_or_else(|| state.to_owned(), |pause| format!("{state} {}", why(pause)))
}

/// One sentence for each paused object.
pub(crate) fn pauses(switch: &Switch) -> impl Iterator<Item = String> {
    switch.objects.iter().map(|object| format!("{} paused {}", object.key, why(&object.pause)))
}

fn why(pause: &Pause) -> String {
    let until = match (&pause.until, pause.left) {
        (Some(until), Some(left)) => format!("until {until} ({} left)", age::short(left)),
        _ => format!("since {} until `podsteward resume`", pause.since),
    };
    let reason = if pause.reason.is_empty() { String::new() } else { format!(": {}", pause.reason) };
    format!("{until} by {}{reason}", pause.by)
}
