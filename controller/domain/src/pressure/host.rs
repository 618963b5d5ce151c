//! How much the host stalls: the kernel's own account of the time lost to waiting (PSI).
//!
//! Owns the levels. Never reads them.

use std::collections::BTreeSet;
use std::fmt;

use super::GAP;
use crate::disk::percent;
use crate::observation::Observation;
use crate::time::Moment;

/// How much of the latest time was lost to waiting, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Averages {
    /// Over the last 10 seconds.
    pub avg10: u16,
    /// Over the last minute.
    pub avg60: u16,
}

/// How much waiting there was for one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stall {
    /// At least one process waited.
    pub some: Averages,
    /// All that had something to do waited, so that nothing got done.
    pub full: Averages,
}

/// How much the host stalls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Psi {
    /// For want of CPU.
    pub cpu: Stall,
    /// For want of memory.
    pub memory: Stall,
    /// For want of I/O.
    pub io: Stall,
}

/// What there can be too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    /// Memory.
    Memory,
    /// I/O.
    Io,
    /// CPU.
    Cpu,
}

impl Resource {
    /// All of them, the worst to be short of first.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Io, Self::Cpu];

    /// The name in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Io => "I/O",
            Self::Cpu => "CPU",
        }
    }

    /// The number that tells of it, in basis points: a minute's average, so that a burst is none. Of the CPU there is no time in which
    /// everything waits for it, since something runs on it then.
    pub fn stalled(self, psi: &Psi) -> u16 {
        match self {
            Self::Memory => psi.memory.full.avg60,
            Self::Io => psi.io.full.avg60,
            Self::Cpu => psi.cpu.some.avg60,
        }
    }

    /// From this number on it is a pressure. A host that gets nothing done for six seconds of a minute for want of memory
    /// is thrashing; I/O may keep everything waiting for much longer while a backup runs; and a busy CPU is meant to be
    /// used, until hardly anything runs without waiting first.
    fn level(self) -> u16 {
        match self {
            Self::Memory => 1000,
            Self::Io => 4000,
            Self::Cpu => 8000,
        }
    }

    /// What the number says, for people.
    fn sentence(self, psi: &Psi) -> String {
        let stalled = percent(self.stalled(psi));
        match self {
            Self::Memory | Self::Io => format!("nothing got done for want of {self} in {stalled}"),
            Self::Cpu => format!("something waited for {self} in {stalled}"),
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the host is under pressure for after a look. One begins at its level and ends below half of it. What is not
/// known, or was seen too long ago, neither begins nor ends one.
pub fn pressed(before: &BTreeSet<Resource>, psi: &Observation<Psi>, now: Moment) -> BTreeSet<Resource> {
    let Observation::Known { value, at } = psi else { return before.clone() };
    if now.since(*at) > GAP {
        return before.clone();
    }
    let level = |resource: &Resource| {
        let begins = resource.level();
        if before.contains(resource) { begins / 2 } else { begins }
    };
    Resource::ALL.into_iter().filter(|resource| resource.stalled(value) >= level(resource)).collect()
}

/// What is wrong, for people.
pub fn sentence(pressed: &BTreeSet<Resource>, psi: &Observation<Psi>) -> String {
    if let Some(psi) = psi.value() {
        let parts: Vec<String> = pressed.iter().map(|resource| resource.sentence(psi)).collect();
        return format!("{} of the last minute", parts.join(", "));
    }
    let names: Vec<&str> = pressed.iter().map(|resource| resource.as_str()).collect();
    format!("it was short of {} when that could last be read", names.join(", "))
}
