//! What goes wrong, set while the fake runs.
//!
//! Owns the plan of faults and how each shows to the caller. Never touches containers: a fault is between the
//! caller and the engine.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::{Fake, Verb};
use crate::error::Error;

/// One thing that goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Podman fails with this text; nothing was done.
    Fail(String),
    /// Podman refuses with this text; nothing was done.
    Refuse(String),
    /// The socket cannot be reached; nothing was done.
    Unreachable,
    /// No answer within the deadline; nothing was done.
    Hang,
    /// The work is done, but the connection breaks before the answer.
    AnswerLost,
    /// The work is done, but the answer does not come within the deadline.
    AnswerLate,
}

/// The plan of faults.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// What happens to the next calls of a verb, in order.
    next: BTreeMap<Verb, VecDeque<Fault>>,
    /// Verbs that hang until they are released.
    pub(super) hanging: BTreeSet<Verb>,
    /// Nothing answers, no event comes, until it thaws.
    pub(super) frozen: bool,
    /// The socket is gone.
    pub(super) unreachable: bool,
    /// How long a call takes, from and to, in milliseconds.
    latency_ms: Option<(u64, u64)>,
    /// How many of a thousand calls go wrong in some way.
    calls_per_mille: u32,
    /// How many of a thousand events are lost, come twice, or come in the wrong order.
    pub(super) lost_per_mille: u32,
    /// See above.
    pub(super) doubled_per_mille: u32,
    /// See above.
    pub(super) swapped_per_mille: u32,
}

impl Plan {
    /// What happens to this call, if anything.
    pub(super) fn draw(&mut self, verb: Verb, random: &mut fastrand::Rng) -> Option<Fault> {
        if let Some(fault) = self.next.get_mut(&verb).and_then(VecDeque::pop_front) {
            return Some(fault);
        }
        if self.unreachable {
            return Some(Fault::Unreachable);
        }
        if random.u32(0..1000) >= self.calls_per_mille {
            return None;
        }
        Some(match random.u8(0..10) {
            0..=3 => Fault::Fail("the fake was told to fail".to_owned()),
            4..=6 => Fault::Unreachable,
            7 => Fault::Hang,
            8 => Fault::AnswerLate,
            _ => Fault::AnswerLost,
        })
    }

    /// How long this call takes.
    pub(super) fn latency(&self, random: &mut fastrand::Rng) -> Duration {
        let millis = self.latency_ms.map_or(0, |(from, to)| random.u64(from..=to.max(from)));
        Duration::from_millis(millis)
    }
}

impl Fault {
    /// The error of a fault that strikes before the work; `None`: it strikes after, or by silence.
    pub(super) fn before(&self, call: &str) -> Option<Error> {
        let call = call.to_owned();
        match self {
            Self::Fail(message) => Some(Error::Failed { call, message: message.clone() }),
            Self::Refuse(message) => Some(Error::Refused { call, message: message.clone() }),
            Self::Unreachable => Some(Error::Unreachable { call, message: "connection refused".to_owned() }),
            Self::Hang | Self::AnswerLost | Self::AnswerLate => None,
        }
    }
}

/// Sets faults. Everything holds until it is changed, but for [`Faults::next`].
#[derive(Debug)]
pub struct Faults<'a> {
    fake: &'a Fake,
}

impl<'a> Faults<'a> {
    /// The faults of a fake.
    pub(super) fn new(fake: &'a Fake) -> Self {
        Self { fake }
    }

    /// The next call of a verb goes wrong so; several are taken in order.
    pub fn next(&self, verb: Verb, fault: Fault) {
        self.set(|plan| plan.next.entry(verb).or_default().push_back(fault));
    }

    /// Whether calls of a verb hang. Released calls go on; those past their deadline have timed out.
    pub fn hang(&self, verb: Verb, hangs: bool) {
        self.set(|plan| if hangs { plan.hanging.insert(verb) } else { plan.hanging.remove(&verb) });
    }

    /// Whether Podman's service is frozen: every call hangs and no event comes. Containers go on.
    pub fn freeze(&self, frozen: bool) {
        self.set(|plan| plan.frozen = frozen);
    }

    /// Whether the socket is gone. Event streams end when it goes; containers go on.
    pub fn unreachable(&self, unreachable: bool) {
        self.fake.change(|world| {
            world.faults.unreachable = unreachable;
            if unreachable {
                world.events.cut();
            }
        });
    }

    /// How long each call takes, drawn between the two.
    pub fn latency(&self, from: Duration, to: Duration) {
        let millis = |length: Duration| u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        self.set(|plan| plan.latency_ms = Some((millis(from), millis(to))));
    }

    /// How many of a thousand calls go wrong in some way.
    pub fn calls(&self, per_mille: u32) {
        self.set(|plan| plan.calls_per_mille = per_mille);
    }

    /// How many of a thousand events are lost, come twice, come after the one behind them.
    pub fn events(&self, lost: u32, doubled: u32, swapped: u32) {
        self.set(|plan| {
            plan.lost_per_mille = lost;
            plan.doubled_per_mille = doubled;
            plan.swapped_per_mille = swapped;
        });
    }

    /// Breaks all event streams that are open now.
    pub fn cut_streams(&self) {
        self.fake.change(|world| world.events.cut());
    }

    /// Everything works again.
    pub fn stop(&self) {
        self.set(|plan| *plan = Plan::default());
    }

    /// Changes the plan.
    fn set<T>(&self, work: impl FnOnce(&mut Plan) -> T) {
        self.fake.change(|world| {
            work(&mut world.faults);
        });
    }
}
