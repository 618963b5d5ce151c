//! The escalation ladder of `service-restart`: restart, recreate, previous image, then stop acting and tell somebody.
//!
//! Owns which rung is next, which is left out and why. Never carries one out: [`crate::planning`] makes its plan, it
//! passes every gate, and what came of it is kept in [`crate::track`]. Its last failure opens the breaker.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::live::HealthStatus;
use crate::observation::Observation;
use crate::orient;
use crate::planning;
use crate::time::{self, Moment};
use crate::track::Track;
use crate::verify;
use crate::view::{ContainerView, View};

/// One rung, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// Stop and start the container.
    Restart,
    /// Make it anew from the document that was applied.
    Recreate,
    /// Make it anew from the document before that, with the image that it had then.
    PreviousImage,
}

impl Rung {
    /// All rungs, the mildest first.
    pub const ALL: [Self; 3] = [Self::Restart, Self::Recreate, Self::PreviousImage];

    /// The name in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Recreate => "recreate",
            Self::PreviousImage => "previous-image",
        }
    }

    /// Whether the container's own layer is lost by it.
    pub fn makes_anew(self) -> bool {
        self != Self::Restart
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A rung that was tried and did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Which.
    pub rung: Rung,
    /// When it ended.
    pub at: Moment,
}

/// A rung that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which.
    pub rung: Rung,
    /// Why, for people.
    pub why: String,
}

/// Where a container stands on the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ladder {
    /// The rung that is to be taken; `None`: every one was tried.
    pub rung: Option<Rung>,
    /// The one after it, should it fail; `None`: nothing is left to try then.
    pub next: Option<Rung>,
    /// What was tried before and failed, since the container was last well.
    pub tried: Vec<Tried>,
    /// What is left out.
    pub left_out: Vec<LeftOut>,
}

impl Ladder {
    /// What was tried once the rung failed at `at`.
    #[must_use]
    pub fn after_failure(&self, at: Moment) -> Vec<Tried> {
        let now = self.rung.map(|rung| Tried { rung, at });
        self.tried.iter().copied().chain(now).collect()
    }

    /// What people hear when the rung failed and the breaker opened.
    pub fn given_up(&self) -> String {
        let before = (!self.tried.is_empty()).then(|| format!("{}, ", in_words(&self.tried)));
        let last = self.rung.map(|rung| format!("{rung} (just now)"));
        let left_out =
            self.left_out.iter().map(|LeftOut { rung, why }| format!("; {rung} is left out: {why}"));
        let left_out: String = left_out.collect();
        format!("Tried in vain: {}{}{left_out}.", before.unwrap_or_default(), last.unwrap_or_default())
    }

    /// Whether nothing is left to try once the rung failed.
    pub fn ends(&self) -> bool {
        self.next.is_none()
    }
}

/// What people read: the rung, what was tried before it, what comes next.
impl fmt::Display for Ladder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rung {
            Some(rung) => write!(f, "rung {rung} of the ladder")?,
            None => f.write_str("every rung of the ladder was tried")?,
        }
        if !self.tried.is_empty() {
            write!(f, ", tried and failed: {}", in_words(&self.tried))?;
        }
        match self.next {
            Some(next) => write!(f, "; next, if it does not help: {next}")?,
            None if self.rung.is_some() => f.write_str("; nothing is left to try after it")?,
            None => {}
        }
        for LeftOut { rung, why } in &self.left_out {
            write!(f, "; {rung} is left out: {why}")?;
        }
        Ok(())
    }
}

/// `restart (2026-09-21T12:00:30Z), recreate (2026-09-21T12:06:00Z)`.
pub fn in_words(tried: &[Tried]) -> String {
    let one = |tried: &Tried| format!("{} ({})", tried.rung, time::rfc3339(tried.at.wall_ms));
    tried.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Where the viewed container stands. A trial of an open breaker begins anew: a day later the mildest may help.
pub fn stand(view: &View<'_>) -> Ladder {
    let track = orient::track(&view.world.standing, Action::ServiceRestart, &orient::basis(view));
    let tried = if track.opened.is_some() { Vec::new() } else { since_well(view, &track) };
    let is_ahead = |rung: &Rung| tried.iter().all(|tried| tried.rung < *rung);
    let mut left_out = Vec::new();
    let mut ahead = Vec::new();
    for rung in Rung::ALL.into_iter().filter(is_ahead) {
        match obstacle(view, rung) {
            Some(why) => left_out.push(LeftOut { rung, why }),
            None => ahead.push(rung),
        }
    }
    Ladder { rung: ahead.first().copied(), next: ahead.get(1).copied(), tried, left_out }
}

/// What was tried since the container was last well: what failed before says nothing about what is wrong now.
fn since_well(view: &View<'_>, track: &Track) -> Vec<Tried> {
    let Some(unwell) = view.world.memory.unwell else { return Vec::new() };
    let now = view.world.now;
    let since = |tried: &&Tried| now.since(tried.at) <= now.since(unwell);
    track.tried.iter().filter(since).copied().collect()
}

fn obstacle(view: &View<'_>, rung: Rung) -> Option<String> {
    match rung {
        Rung::Restart => None,
        Rung::Recreate => planning::applied(view).err().map(str::to_owned),
        Rung::PreviousImage => planning::previous(view).err().map(str::to_owned),
    }
}

/// Whether it was looked whether the earlier image is there, where that decides about a rung: one that is well climbs none.
pub fn is_read(view: &View<'_>) -> bool {
    let memory = &view.world.memory;
    let asked = memory.previous.as_ref().is_some_and(|previous| previous.image_id.is_some());
    let container = view.container.as_ref().filter(|_| asked && memory.unwell.is_some());
    container.is_none_or(|container| !matches!(container.facts.previous_image, Observation::NotYet))
}

/// Since when the container is not well. One that is only starting may yet turn out either way.
pub fn unwell(view: &View<'_>, container: &ContainerView<'_>, is_unhealthy: bool) -> Option<Moment> {
    let before = view.world.memory.unwell;
    if is_unhealthy {
        return before.or(Some(view.world.now));
    }
    let health = container.live.map(verify::health_since_start);
    let well = container.is_up() && matches!(health, Some(None | Some(HealthStatus::Healthy)));
    before.filter(|_| !well)
}
