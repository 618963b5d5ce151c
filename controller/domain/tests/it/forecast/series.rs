//! How filesystems fill and do not fill: the fixed set of generated series.
//!
//! Owns the kinds, their parameters and their seeds. Every series is the same at every run. Never judges a forecast. Used
//! by the test and by the bench that compare ours with the rule of the node-mixin.

/// All of a filesystem, in the parts in which a series counts.
pub(crate) const FULL: i32 = 1_000_000_000;
/// A hundredth of it.
const PERCENT: i32 = FULL / 100;
/// Samples a day: one in ten minutes.
pub(crate) const STEPS_A_DAY: usize = 144;
/// Samples an hour.
pub(crate) const STEPS_AN_HOUR: usize = STEPS_A_DAY / 24;
/// How long a series is: two weeks of past, four that are judged, and four to see what becomes of them.
const DAYS: i32 = 70;
/// What is measured trembles by so much.
const TREMBLE: i32 = PERCENT / 20;

/// What was cleaned by podsteward itself, as a step and a size.
pub(crate) type Cleaned = (usize, i32);

/// One series.
pub(crate) struct Series {
    /// Its kind.
    pub(crate) kind: &'static str,
    /// Used, sample by sample; it ends when the filesystem is full.
    pub(crate) used: Vec<i32>,
    /// What podsteward cleaned.
    pub(crate) cleaned: Vec<Cleaned>,
}

/// A small generator of numbers that look random (splitmix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: i32) -> i32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let number = u64::try_from(bound.max(1)).unwrap_or(1);
        i32::try_from((mixed ^ (mixed >> 31)) % number).unwrap_or(0)
    }

    /// Whether something that happens so many times in ten days happens in this sample.
    fn happens(&mut self, in_ten_days: i32) -> bool {
        self.below(10 * steps(1)) < in_ten_days
    }
}

/// The whole set.
pub(crate) fn all() -> Vec<Series> {
    let kinds = [linear, bursty, sawtooth, nightly, pulls, cleanup, leak];
    kinds.into_iter().flat_map(|kind| (1..=3).flat_map(move |seed| kind(&mut Random(seed)))).collect()
}

/// Samples of so many days.
fn steps(days: i32) -> i32 {
    days * i32::try_from(STEPS_A_DAY).unwrap_or(0)
}

/// The day of a sample, and which sample of that day it is.
fn clock(step: i32) -> (i32, i32) {
    (step / steps(1), step % steps(1))
}

/// Used at each sample, from a rule for what it is without the trembling.
fn series(kind: &'static str, random: &mut Random, mut rule: impl FnMut(&mut Random, i32) -> i32) -> Series {
    let mut used = Vec::new();
    for step in 0..steps(DAYS) {
        let level = rule(random, step) + random.below(TREMBLE);
        used.push(level.clamp(0, FULL));
        if level >= FULL {
            break;
        }
    }
    Series { kind, used, cleaned: Vec::new() }
}

/// A level from which it grows by so many thousandths a day, from a day on.
fn grown(percent: i32, permille_a_day: i32, from_day: i32, step: i32) -> i32 {
    let (day, rest) = clock((step - steps(from_day)).max(0));
    percent * PERCENT + permille_a_day * (PERCENT / 10 * day + PERCENT / 10 * rest / steps(1))
}

/// Grows evenly: all the time, from a day on, or hardly.
fn linear(random: &mut Random) -> Vec<Series> {
    let cases = [(25, 25, 0), (40, 40, 7), (45, 90, 16), (50, 240, 20), (62, 2, 0), (78, 0, 0)];
    let one = |(from, rate, day)| {
        let more = random.below(20);
        series("linear", random, move |_, step| grown(from, rate * (90 + more) / 100, day, step))
    };
    cases.into_iter().map(one).collect()
}

/// Grows in bursts at any time; and bursts of files that are deleted some hours later.
fn bursty(random: &mut Random) -> Vec<Series> {
    let mut all = Vec::new();
    for (from, in_ten_days, largest) in [(30, 30, 10), (40, 20, 12), (45, 60, 4)] {
        let mut level = from * PERCENT;
        all.push(series("bursty", random, move |random, _| {
            if random.happens(in_ten_days) {
                level += random.below(largest * PERCENT / 5) + PERCENT / 10;
            }
            level
        }));
    }
    for (base, in_ten_days, largest) in [(64, 8, 16), (70, 15, 10), (62, 30, 8)] {
        let (mut extra, mut until) = (0, 0);
        all.push(series("bursty", random, move |random, step| {
            if step >= until {
                extra = 0;
                if random.happens(in_ten_days) {
                    extra = random.below(largest * PERCENT);
                    until = step + 6 + random.below(steps(1) / 2);
                }
            }
            base * PERCENT + extra
        }));
    }
    all
}

/// Grows until it is rotated, after hours, a day, or up to a week; one of them keeps a little each time.
fn sawtooth(random: &mut Random) -> Vec<Series> {
    let cases = [
        (64, 8, 30, 0),
        (62, 20, 144, 0),
        (63, 12, 222, 0),
        (62, 18, 720, 0),
        (60, 20, 1008, 0),
        (38, 6, 50, 15),
    ];
    let one = |(base, height, period, kept)| {
        let offset = random.below(period);
        series("sawtooth", random, move |_, step| {
            let tooth = (step + offset) % period * (height * PERCENT / period);
            grown(base, kept, 0, step) + tooth
        })
    };
    cases.into_iter().map(one).collect()
}

/// Temporary files every night, up by one and gone by five; over a level that stays, and over one that grows.
fn nightly(random: &mut Random) -> Vec<Series> {
    let cases = [(62, 12, 0), (66, 18, 0), (61, 22, 0), (40, 15, 12)];
    let one = |(base, height, kept)| {
        series("nightly temp files", random, move |random, step| {
            let height = height * PERCENT - random.below(PERCENT / 5);
            let night = match clock(step).1 {
                rest @ 6..18 => height / 12 * (rest - 6),
                18..30 => height,
                _ => 0,
            };
            grown(base, kept, 0, step) + night
        })
    };
    cases.into_iter().map(one).collect()
}

/// Images are pulled by day: pruned once a week or above a level, pulled all at once by a new host, or never pruned.
fn pulls(random: &mut Random) -> Vec<Series> {
    let mut all = Vec::new();
    for (base, prune_at, prune_day) in [(60, 200, 6), (62, 77, -1), (35, 200, -1)] {
        let mut images = 0;
        all.push(series("image pulls", random, move |random, step| {
            let (day, rest) = clock(step);
            let pruned = rest == 0 && day % 7 == prune_day || base * PERCENT + images > prune_at * PERCENT;
            if pruned {
                images = 0;
            } else if (48..108).contains(&rest) && random.happens(40) {
                images += PERCENT / 4 + random.below(PERCENT * 3 / 2);
            }
            base * PERCENT + images
        }));
    }
    let begin = steps(15) + random.below(steps(3));
    all.push(series("image pulls", random, move |_, step| {
        let pulled = ((step - begin) / 3).clamp(0, 8);
        60 * PERCENT + pulled * 2 * PERCENT
    }));
    all
}

/// A person, or podsteward, cleans up; then it grows on, or does not.
fn cleanup(random: &mut Random) -> Vec<Series> {
    let mut all = Vec::new();
    for (from, rate, freed, ours) in
        [(40, 25, 25, false), (35, 30, 30, true), (82, 0, 20, false), (50, 15, 12, true)]
    {
        let at = steps(15) + random.below(steps(3));
        let mut one = series("step after cleanup", random, move |_, step| {
            grown(from, rate, 0, step) - if step > at { freed * PERCENT } else { 0 }
        });
        if ours && let Ok(step) = usize::try_from(at) {
            one.cleaned.push((step, freed * PERCENT));
        }
        all.push(one);
    }
    all
}

/// A little more every day, under noise of every kind.
fn leak(random: &mut Random) -> Vec<Series> {
    let cases = [(60, 10, 6), (68, 8, 3), (52, 12, 10)];
    let one = |(from, rate, noise)| {
        let (mut extra, mut until) = (0, 0);
        series("slow leak", random, move |random, step| {
            if step >= until {
                extra = if random.happens(40) { random.below(noise * PERCENT) } else { 0 };
                until = step + if extra > 0 { random.below(60) } else { 0 };
            }
            let day = if (60..90).contains(&clock(step).1) { noise * PERCENT / 4 } else { 0 };
            grown(from, rate, 0, step) + extra + day
        })
    };
    cases.into_iter().map(one).collect()
}
