//! Reclaims: what comes back, and for how long.

use podsteward_domain::forecast::Reclaim;
use podsteward_domain::time::Moment;

use super::HISTORY;
use crate::fixtures::{Home, at, key};
use crate::history::{self, History};
use crate::{Durability, Store};

const DAY: i64 = 86_400_000;

fn reclaim(day: i64, freed: u64) -> Reclaim {
    Reclaim { from_ms: day * DAY, to_ms: day * DAY + 5_000, freed }
}

fn freed(store: &Store, since_ms: i64) -> Vec<u64> {
    let reclaims = store.reclaims(&key("disk/root"), since_ms).unwrap();
    reclaims.into_iter().map(|reclaim| reclaim.freed).collect()
}

#[test]
fn what_was_freed_comes_back_the_oldest_first() {
    let home = Home::new();
    for (day, amount) in [(2, 20), (1, 10), (3, 30)] {
        home.store.put_reclaim(&key("disk/root"), reclaim(day, amount)).unwrap();
    }
    home.store.put_reclaim(&key("disk/data"), reclaim(1, 99)).unwrap();
    assert_eq!(home.store.reclaims(&key("disk/root"), 0).unwrap()[0], reclaim(1, 10));
    assert_eq!(freed(&home.store, 0), [10, 20, 30]);
    assert_eq!(freed(&home.store, 2 * DAY + 5_000), [20, 30], "it ended just then");
    assert_eq!(freed(&home.store, 2 * DAY + 5_001), [30]);
}

#[test]
fn what_was_freed_is_forgotten_after_ninety_days() {
    let home = Home::new();
    for day in 0..4 {
        home.store.put_reclaim(&key("disk/root"), reclaim(day, day.unsigned_abs())).unwrap();
    }
    let keep = |day: i64| {
        let history = History { kept: 1, ..HISTORY };
        let now = Moment { wall_ms: day * DAY, ..at(0) };
        home.store
            .write("test", Durability::Normal, |sqlite| history::forget_old(sqlite, &history, now))
            .unwrap();
        freed(&home.store, 0)
    };
    assert_eq!(keep(90), [0, 1, 2, 3]);
    assert_eq!(keep(92), [2, 3]);
    assert_eq!(keep(4_000), [3], "a clock that jumps takes nothing of the latest");
}

#[test]
fn maintenance_and_forgetting_take_what_was_freed_along() {
    let home = Home::new();
    for _ in 0..101 {
        home.store.put_reclaim(&key("disk/root"), reclaim(0, 1)).unwrap();
    }
    home.store.maintain(at(0)).unwrap();
    assert_eq!(freed(&home.store, 0).len(), 100);
    home.store.forget(&key("disk/root")).unwrap();
    assert!(freed(&home.store, 0).is_empty());
}
