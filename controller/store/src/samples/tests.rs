//! Samples: what comes back, what is thinned out with age, and that a clock that jumps takes nothing of the latest.

use std::time::Duration;

use podsteward_domain::disk::{DiskSample, Gauge};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;

use super::{HISTORY, StoredSample, maintain, thin};
use crate::fixtures::{Home, at, key};
use crate::history::{self, History};
use crate::{Access, Durability, Store};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn root() -> Key {
    key("disk/root")
}

/// A filesystem that uses so much.
fn sample(used: u64) -> DiskSample {
    DiskSample { space: Gauge { used, total: 1_000 }, inodes: None, metadata: None }
}

/// What the clock says so many seconds later.
fn later(seconds: i64) -> Moment {
    Moment { wall_ms: at(0).wall_ms + seconds * 1_000, ..at(0) }
}

fn put(home: &Home, seconds: i64) {
    home.store.put_sample(&root(), &sample(0), later(seconds)).unwrap();
}

/// When the samples of the filesystem were taken, in seconds.
fn kept(store: &Store) -> Vec<i64> {
    let samples = store.samples(&root(), i64::MIN).unwrap();
    samples.into_iter().map(|kept| (kept.wall_ms - at(0).wall_ms) / 1_000).collect()
}

fn maintained(home: &Home, seconds: i64) -> Vec<i64> {
    home.store.write("test", Durability::Normal, |sqlite| maintain(sqlite, later(seconds))).unwrap();
    kept(&home.store)
}

/// Writes a sample for each of these seconds, in one transaction.
fn fill(home: &Home, key: &Key, seconds: &(impl IntoIterator<Item = i64> + Clone)) {
    let sql = "INSERT INTO samples (key, wall_ms, space_used, space_total) VALUES (?1, ?2, 1, 2)";
    home.store
        .write("test", Durability::Normal, |sqlite| {
            seconds.clone().into_iter().try_for_each(|second| {
                crate::row::run(sqlite, sql, (key.to_string(), later(second).wall_ms)).map(|_| ())
            })
        })
        .unwrap();
}

#[test]
fn a_sample_comes_back_as_it_was_measured() {
    let home = Home::new();
    let gauge = |used, total| Some(Gauge { used, total });
    let btrfs = DiskSample { inodes: None, metadata: gauge(7, 9), ..sample(3) };
    let ext4 = DiskSample { inodes: gauge(1, 2), metadata: None, ..sample(4) };
    home.store.put_sample(&root(), &btrfs, at(1)).unwrap();
    home.store.put_sample(&key("disk/data"), &sample(9), at(2)).unwrap();
    home.store.put_sample(&root(), &ext4, at(3)).unwrap();
    let stored = |second, sample| StoredSample { wall_ms: at(second).wall_ms, sample };
    let expected = [stored(1, btrfs), stored(3, ext4)];
    assert_eq!(home.store.samples(&root(), 0).unwrap(), expected);
    assert_eq!(home.store.samples(&root(), at(3).wall_ms).unwrap(), expected[1..]);
    assert_eq!(home.store.last_sample(&root()).unwrap(), Some(expected[1]));
    assert_eq!(home.store.last_sample(&key("disk/none")).unwrap(), None);
}

#[test]
fn a_filesystem_without_an_end_is_kept_as_the_largest_there_is() {
    let home = Home::new();
    let endless = DiskSample { space: Gauge { used: 1, total: u64::MAX }, ..sample(0) };
    home.store.put_sample(&root(), &endless, at(1)).unwrap();
    let total = home.store.last_sample(&root()).unwrap().unwrap().sample.space.total;
    assert_eq!(total, u64::try_from(i64::MAX).unwrap());
}

#[test]
fn the_last_of_each_minute_stays() {
    let home = Home::new();
    // The clock of these tests begins at the twentieth second of a minute.
    for second in [0, 39, 40, 41, 99, 100] {
        put(&home, second);
    }
    assert_eq!(maintained(&home, 120), [39, 99, 100]);
}

#[test]
fn after_a_day_and_a_week_the_steps_grow_and_after_ninety_days_it_is_forgotten() {
    let home = Home::new();
    fill(&home, &root(), &(0..100 * 24 * 60).map(|minute| minute * MINUTE));
    let now = 100 * DAY;
    let kept = maintained(&home, now);
    let between =
        |from: i64, to: i64| kept.iter().filter(|second| (now - to..now - from).contains(second)).count();
    let steps =
        [between(0, DAY), between(DAY, 8 * DAY), between(8 * DAY, 90 * DAY), between(90 * DAY, 100 * DAY)];
    assert_eq!(steps, [1_440, 672, 1_968, 0]);
    assert_eq!(maintained(&home, now), kept, "and once more changes nothing");
}

#[test]
fn a_clock_that_jumps_takes_nothing_of_the_latest() {
    let home = Home::new();
    fill(&home, &root(), &(0..60).map(|minute| minute * MINUTE));
    for seconds in [4_000 * DAY, -4_000 * DAY] {
        assert_eq!(maintained(&home, seconds).len(), 60);
    }
}

#[test]
fn the_last_sample_is_the_one_that_was_kept_last_whatever_the_clock_said() {
    let home = Home::new();
    put(&home, 4_000 * DAY);
    put(&home, MINUTE);
    assert_eq!(home.store.last_sample(&root()).unwrap().unwrap().wall_ms, later(MINUTE).wall_ms);
    assert_eq!(kept(&home.store), [MINUTE, 4_000 * DAY]);
}

#[test]
fn one_filesystem_does_not_thin_out_another() {
    let home = Home::new();
    fill(&home, &root(), &[0, 40]);
    fill(&home, &key("disk/data"), &[39, 41]);
    assert_eq!(maintained(&home, HOUR), [0, 40]);
}

#[test]
fn there_is_an_end_to_what_a_clock_that_stands_still_leaves() {
    let home = Home::new();
    fill(&home, &root(), &(0..10).map(|number| number * MINUTE));
    let bound = History { most: 4, ..HISTORY };
    home.store
        .write("test", Durability::Normal, |sqlite| history::forget_old(sqlite, &bound, later(-DAY)))
        .unwrap();
    assert_eq!(kept(&home.store), [6, 7, 8, 9].map(|number| number * MINUTE));
}

#[test]
fn a_step_behind_a_count_leaves_the_latest_alone() {
    let home = Home::new();
    fill(&home, &root(), &[0, 1, 2, 3]);
    let tier = super::Tier { older_than: Duration::ZERO, behind: 2, step: Duration::from_hours(1) };
    home.store
        .write("test", Durability::Normal, |sqlite| thin(sqlite, "disk/root", &tier, later(DAY)))
        .unwrap();
    assert_eq!(kept(&home.store), [2, 3]);
}

#[test]
fn forgetting_an_object_takes_its_history_with_it() {
    let home = Home::new();
    put(&home, 0);
    home.store.put_sample(&key("disk/data"), &sample(1), at(0)).unwrap();
    home.store.forget(&root()).unwrap();
    assert!(kept(&home.store).is_empty());
    assert!(home.store.last_sample(&key("disk/data")).unwrap().is_some());
}

#[test]
fn samples_are_read_without_a_controller() {
    let home = Home::new();
    put(&home, 0);
    let Home { dir, lock, store } = home;
    let reader = Store::open(dir.path(), Access::ReadOnly).unwrap();
    assert_eq!(kept(&reader), [0]);
    drop((store, lock, reader));
    assert_eq!(kept(&Store::open(dir.path(), Access::ReadOnly).unwrap()), [0]);
}
