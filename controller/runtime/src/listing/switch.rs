//! The switch and the pauses of single objects.
//!
//! Owns their shape.

use std::time::Duration;

use podsteward_domain::switch::{self, SwitchState};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::Serialize;

/// The switch. `reason`, `by`, `since` and `until` are null while it is running.
#[derive(Debug, Serialize)]
pub struct Switch {
    /// Whether podsteward may begin anything.
    pub state: SwitchState,
    /// Why it may not.
    #[serde(flatten)]
    pub pause: Option<Pause>,
    /// Pauses of single objects.
    pub objects: Vec<ObjectPause>,
}

/// The pause of one object.
#[derive(Debug, Serialize)]
pub struct ObjectPause {
    /// The object.
    pub key: Key,
    /// Why.
    #[serde(flatten)]
    pub pause: Pause,
}

/// Why, by whom and until when.
#[derive(Debug, Serialize)]
pub struct Pause {
    /// The reason given.
    pub reason: String,
    /// Who gave it.
    pub by: String,
    /// Since when.
    pub since: String,
    /// Until when, unless it waits for `resume`.
    pub until: Option<String>,
    /// How much of it is left.
    #[serde(skip)]
    pub left: Option<Duration>,
}

impl Switch {
    /// The switch at a time, without pauses that are over.
    pub fn new(switch: &switch::Switch, now: Moment) -> Self {
        let state = switch.state(now);
        let pause = switch.pause.as_ref().filter(|_| state != SwitchState::Running);
        let objects = switch.objects.iter().filter(|(_, pause)| pause.holds(now));
        let objects =
            objects.map(|(key, pause)| ObjectPause { key: key.clone(), pause: Pause::new(pause, now) });
        Self { state, pause: pause.map(|pause| Pause::new(pause, now)), objects: objects.collect() }
    }
}

impl Pause {
    fn new(pause: &switch::Pause, now: Moment) -> Self {
        Self {
            reason: pause.reason.clone(),
            by: pause.by.clone(),
            since: pause.since.to_rfc3339(),
            until: pause.until(now).map(Moment::to_rfc3339),
            left: pause.length.map(|length| now.left_of(pause.since, length)),
        }
    }
}
