//! Looking ahead against `predict_linear`, on generated series; and what one look costs. Run by `make bench`; needs no Podman.
//!
//! Owns only the table. What counts as a false alarm and as a missed fill is said in `contest`, which the test shares.

#[path = "../tests/it/forecast/contest.rs"]
mod contest;
#[path = "../tests/it/forecast/series.rs"]
mod series;

use std::hint::black_box;
use std::time::{Duration, Instant};

use podsteward_domain::forecast::{EVERY, Goal, History, Point, fit};
use podsteward_domain::time::{BootId, Moment};

/// Looks that are timed.
const LOOKS: u32 = 100;
const NOW: Moment = Moment { wall_ms: 1_795_360_000_000, boot_ms: 3_600_000, boot_id: BootId(1) };

#[expect(clippy::print_stdout, reason = "the table is what the bench is for")]
fn main() {
    println!("Looking ahead, ours | `predict_linear` as the node-mixin alarms by it\n");
    println!(
        "| series | how many | that fill | false alarms | | missed fills | |\n|---|---|---|---|---|---|---|"
    );
    let mut all = contest::Comparison::default();
    for (kind, score) in contest::run(EVERY) {
        all += score;
        print!("{}", contest::line(kind, &score));
    }
    print!("{}", contest::line("all", &all));
    println!("\nOne look at a week by the minute: {:.2} ms\n", cost().as_secs_f64() * 1e3);
}

/// The time that one look at a week by the minute takes.
#[expect(clippy::disallowed_methods, reason = "a bench measures the real passage of time")]
fn cost() -> Duration {
    let mut random = series::Random(1);
    let mut used = 400_000_000_000_u64;
    let mut point = |age: i64| {
        used += u64::from(random.below(40_000_000).unsigned_abs());
        Point { wall_ms: NOW.wall_ms - age * 60_000, used }
    };
    let history = History { points: (0..7 * 24 * 60).rev().map(&mut point).collect(), ..History::default() };
    let lookback = Duration::from_hours(7 * 24);
    let goal = Goal { act: 850_000_000_000, total: 1_000_000_000_000, lookback };
    let begin = Instant::now();
    for _ in 0..LOOKS {
        black_box(fit(black_box(&history), &goal, NOW));
    }
    begin.elapsed() / LOOKS
}
