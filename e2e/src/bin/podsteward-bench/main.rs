//! Measures podsteward against Podman itself on the same machine in the same minute, and prints a table.
//!
//! Owns the order of the measurements. Run by `make bench` inside a throw-away world, once for each Podman.

mod apply;
mod death;
mod idle;
mod many;
mod started;
mod table;

use std::env;

use anyhow::Result;
use podsteward_e2e::lab::Lab;
use table::Table;

/// One measurement: its name, and what adds its rows.
type Measurement = (&'static str, fn(&Lab, &mut Table) -> Result<()>);

const MEASUREMENTS: [Measurement; 4] =
    [("death", death::measure), ("apply", apply::measure), ("many", many::measure), ("idle", idle::measure)];

fn main() -> Result<()> {
    let filter = env::args().nth(1).unwrap_or_default();
    let lab = Lab::start()?;
    let mut table = Table::default();
    for (name, measure) in MEASUREMENTS {
        if name.contains(&filter) {
            measure(&lab, &mut table)?;
            lab.clear()?;
        }
    }
    table.print(&lab)
}
