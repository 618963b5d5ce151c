//! The switch in words.
//!
//! Owns its sentences. Used by `status`, `pause`, `resume` and `stop`.

use podsteward_runtime::listing::{Pause, Switch};
use podsteward_specs::key::Key;

use crate::output::{Screen, View, age, lines};

impl View for Switch {
    fn text(&self, _screen: Screen) -> String {
        let objects = pauses(self).map(|(key, why)| format!("{key} paused {why}"));
        lines(std::iter::once(sentence(self)).chain(objects))
    }
}

/// `running`, or `paused until 2026-11-22T15:00:00Z (30m left) by ada: backup`.
pub(crate) fn sentence(switch: &Switch) -> String {
    let state = switch.state.as_str();
    let why = switch.pause.as_ref().map(|pause| why(pause, "podsteward resume"));
    why.map_or_else(|| state.to_owned(), |why| format!("{state} {why}"))
}

/// Each paused object, and until when, by whom and why.
pub(crate) fn pauses(switch: &Switch) -> impl Iterator<Item = (&Key, String)> {
    let objects = switch.objects.iter();
    objects.map(|object| (&object.key, why(&object.pause, &format!("podsteward resume {}", object.key))))
}

fn why(pause: &Pause, end: &str) -> String {
    let until = match (&pause.until, pause.left) {
        (Some(until), Some(left)) => format!("until {until} ({} left)", age::short(left)),
        _ => format!("since {} until `{end}`", pause.since),
    };
    let reason = if pause.reason.is_empty() { String::new() } else { format!(": {}", pause.reason) };
    format!("{until} by {}{reason}", pause.by)
}
