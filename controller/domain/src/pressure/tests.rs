//! Levels and their hysteresis.

use std::collections::BTreeSet;

use super::host::{Averages, Psi, Resource, Stall, pressed};
use super::*;
use crate::time::BootId;

const MIB: u64 = 1 << 20;

fn at(secs: u64) -> Moment {
    Moment { wall_ms: 0, boot_ms: secs * 1000, boot_id: BootId(1) }
}

/// A container with a limit of 100 MiB.
const fn using(mib: u64) -> MemoryUse {
    MemoryUse { used: mib * MIB, limit: Some(100 * MIB) }
}

/// Follows samples, each so many seconds after the beginning; answers since when there is a pressure, after each.
fn follow(samples: &[(u64, Option<MemoryUse>)]) -> Vec<Option<u64>> {
    let mut facts = MemoryFacts::default();
    let mut pressure = None;
    let mut after = |(secs, sample): &(u64, Option<MemoryUse>)| {
        facts = facts.after(*sample, at(*secs));
        pressure = facts.pressure(pressure, at(*secs));
        pressure.map(|since| since.boot_ms / 1000)
    };
    samples.iter().map(&mut after).collect()
}

#[test]
fn a_share_is_of_the_limit_and_there_is_none_without_one() {
    assert_eq!(using(50).share(), Some(5000));
    assert_eq!(using(150).share(), Some(10_000));
    assert_eq!(MemoryUse { used: MIB, limit: None }.share(), None);
    assert_eq!(MemoryUse { used: 0, limit: Some(0) }.share(), Some(10_000), "all of nothing is full");
}

#[test]
fn it_begins_after_a_minute_at_the_level_and_ends_well_below() {
    let samples = [(0, 95), (30, 90), (59, 99), (60, 90), (70, 85), (80, 80), (90, 79), (100, 89)];
    let samples = samples.map(|(secs, mib)| (secs, Some(using(mib))));
    let begun = Some(60);
    assert_eq!(follow(&samples), [None, None, None, begun, begun, begun, None, None]);
}

#[test]
fn one_sample_below_the_level_begins_the_minute_anew() {
    let samples = [(0, 95), (30, 89), (40, 95), (60, 95), (90, 95), (100, 95)];
    let samples = samples.map(|(secs, mib)| (secs, Some(using(mib))));
    assert_eq!(follow(&samples), [None, None, None, None, None, Some(100)]);
}

#[test]
fn what_was_not_seen_for_a_while_proves_nothing() {
    let gap = [0, 31, 60, 91].map(|secs| (secs, Some(using(95))));
    assert_eq!(follow(&gap), [None, None, None, None], "each gap begins the minute anew");
    let unknown = [0, 30, 40, 60, 90, 100].map(|secs| (secs, (secs != 30).then_some(using(95))));
    assert_eq!(follow(&unknown), [None, None, None, None, None, Some(100)]);
}

#[test]
fn what_is_unknown_or_stale_neither_begins_nor_ends_a_pressure() {
    let facts = MemoryFacts::default().after(None, at(0));
    for before in [None, Some(at(0))] {
        assert_eq!(MemoryFacts::default().pressure(before, at(9)), before, "not read yet");
        assert_eq!(facts.pressure(before, at(9)), before, "unknown");
        let calm = MemoryFacts::default().after(Some(using(1)), at(0));
        assert_eq!(calm.pressure(before, at(31)), before, "stale");
        assert_eq!(calm.pressure(before, at(30)), None);
    }
    assert_eq!(facts.after(None, at(5)).usage, Observation::Unknown { since: at(0) });
}

fn psi(memory: u16, io: u16, cpu: u16) -> Observation<Psi> {
    let minute = |avg60| Averages { avg10: 0, avg60 };
    let value = Psi {
        memory: Stall { some: Averages::default(), full: minute(memory) },
        io: Stall { some: Averages::default(), full: minute(io) },
        cpu: Stall { some: minute(cpu), full: Averages::default() },
    };
    Observation::Known { value, at: at(0) }
}

#[test]
fn the_host_is_under_pressure_at_the_level_of_each_resource_and_until_half_of_it() {
    let none = BTreeSet::new();
    let all: BTreeSet<Resource> = Resource::ALL.into();
    assert_eq!(pressed(&none, &psi(999, 3999, 7999), at(0)), none);
    assert_eq!(pressed(&none, &psi(1000, 4000, 8000), at(0)), all);
    assert_eq!(pressed(&all, &psi(500, 2000, 4000), at(0)), all);
    assert_eq!(pressed(&all, &psi(499, 1999, 4000), at(0)), [Resource::Cpu].into());
    assert_eq!(pressed(&none, &psi(0, 4000, 0), at(0)), [Resource::Io].into());
}

#[test]
fn a_host_that_cannot_be_read_stays_as_it_was() {
    for before in [BTreeSet::new(), BTreeSet::from([Resource::Memory])] {
        for psi in [Observation::NotYet, Observation::Unknown { since: at(0) }] {
            assert_eq!(pressed(&before, &psi, at(0)), before);
        }
        assert_eq!(pressed(&before, &psi(0, 0, 0), at(31)), before, "stale");
    }
}
