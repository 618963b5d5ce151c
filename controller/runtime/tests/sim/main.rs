//! The simulation: the whole controller against a fake Podman under virtual time, driven by a seed.
//!
//! Owns the tests; each file beside this one owns one noun. A seed that fails replays exactly: the failure tells how.
//! `SIM_SEED=N` runs one seed and prints what happens, `SIM_SEEDS=N` says how many seeds are run.

#[cfg(test)]
mod backups;
#[cfg(test)]
mod converged;
#[cfg(test)]
mod declared;
mod disks;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod host;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod judged;
#[cfg(test)]
mod life;
#[cfg(test)]
mod person;
#[cfg(test)]
mod pieces;
#[cfg(test)]
mod pressure;
mod probers;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod run;
#[cfg(test)]
mod seeds;
mod snapshots;
#[cfg(test)]
mod trace;

use std::time::Duration;

use run::Run;
use seeds::{run_seed, run_seeds};

/// How many seeds are run unless `SIM_SEEDS` says otherwise.
const SEEDS: u64 = 40;

#[test]
fn every_invariant_holds_whatever_goes_wrong() {
    let failures = match number("SIM_SEED") {
        Some(seed) => run_seeds(seed..seed + 1, true),
        None => run_seeds(0..number("SIM_SEEDS").unwrap_or(SEEDS), false),
    };
    assert!(failures.is_empty(), "{} seeds failed\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 14, 15] {
        let fingerprint = || run_seed(seed, false).unwrap();
        assert_eq!(fingerprint(), fingerprint(), "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_as_declared_sees_no_write_for_hours() {
    let mut run = Run::new(1, false);
    run.start();
    run.converge(true).await.unwrap();
    run.stays_quiet(Duration::from_hours(4)).await.unwrap();
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}
