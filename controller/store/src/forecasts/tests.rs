//! Forecasts: what comes back, what is scored, and for how long.

use podsteward_domain::forecast::{Forecast, Growth, Outlook};
use podsteward_domain::score::Score;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;

use super::{ForecastId, HISTORY};
use crate::fixtures::{Home, at, key};
use crate::history::{self, History};
use crate::{Access, Durability, Store};

fn root() -> Key {
    key("disk/root")
}

fn forecast(second: u32, outlook: Outlook) -> Forecast {
    Forecast { at: at(second), used: 70, lasting: 65, total: 100, act: 85, outlook }
}

fn growing(second: u32) -> Forecast {
    let growth = Growth {
        slope: 5,
        slope_low: 4,
        slope_high: 6,
        seconds: 259_200,
        seconds_early: 216_000,
        seconds_late: 324_000,
        confidence: Score::new(8_000),
    };
    forecast(second, Outlook::Growing(growth))
}

fn numbers(store: &Store) -> Vec<ForecastId> {
    store.unscored_forecasts(&root()).unwrap().into_iter().map(|(id, _)| id).collect()
}

#[test]
fn the_latest_forecast_comes_back() {
    let home = Home::new();
    assert_eq!(home.store.latest_forecast(&root()).unwrap(), None);
    let unknown = forecast(3, Outlook::Unknown { why: "it is watched for too short a time".to_owned() });
    let steady = forecast(2, Outlook::Steady { slope: -1 });
    for forecast in [growing(1), steady, unknown] {
        home.store.put_forecast(&root(), &forecast).unwrap();
        home.store.put_forecast(&key("disk/data"), &growing(9)).unwrap();
        assert_eq!(home.store.latest_forecast(&root()).unwrap(), Some(forecast));
    }
}

#[test]
fn a_forecast_is_scored_once() {
    let home = Home::new();
    let first = home.store.put_forecast(&root(), &growing(1)).unwrap();
    let second = home.store.put_forecast(&root(), &forecast(2, Outlook::Steady { slope: 0 })).unwrap();
    let unknown = forecast(3, Outlook::Unknown { why: "a gap".to_owned() });
    home.store.put_forecast(&root(), &unknown).unwrap();
    home.store.put_forecast(&key("disk/data"), &growing(4)).unwrap();
    assert_eq!(home.store.unscored_forecasts(&root()).unwrap()[0], (first, growing(1)));
    assert_eq!(numbers(&home.store), [first, second], "what nobody could tell has nothing to score");
    home.store.score_forecast(second, 300, at(60)).unwrap();
    home.store.score_forecast(second, 9_000, at(61)).unwrap();
    home.store.score_forecast(ForecastId(77), 9_000, at(61)).unwrap();
    assert_eq!(numbers(&home.store), [first]);
    assert_eq!(home.store.forecast_errors(&root(), 10).unwrap(), [300]);
    assert!(home.store.forecast_errors(&key("disk/data"), 10).unwrap().is_empty());
}

#[test]
fn the_errors_are_those_of_the_latest_forecasts_the_oldest_first() {
    let home = Home::new();
    let ids: Vec<_> =
        (0..4).map(|second| home.store.put_forecast(&root(), &growing(second)).unwrap()).collect();
    for (id, error) in ids.iter().zip([10, 20, 30]).rev() {
        home.store.score_forecast(*id, error, at(60)).unwrap();
    }
    assert_eq!(home.store.forecast_errors(&root(), 2).unwrap(), [20, 30]);
    assert_eq!(home.store.forecast_errors(&root(), 10).unwrap(), [10, 20, 30]);
}

#[test]
fn forecasts_are_forgotten_after_ninety_days_and_their_numbers_are_never_used_again() {
    let home = Home::new();
    let ids: Vec<_> =
        (0..3).map(|second| home.store.put_forecast(&root(), &growing(second)).unwrap()).collect();
    let now = Moment { wall_ms: at(0).wall_ms + 90 * 86_400_000 + 1_500, ..at(0) };
    let history = History { kept: 0, ..HISTORY };
    home.store
        .write("test", Durability::Normal, |sqlite| history::forget_old(sqlite, &history, now))
        .unwrap();
    assert_eq!(numbers(&home.store), ids[2..]);
    home.store.forget(&root()).unwrap();
    assert_eq!(home.store.latest_forecast(&root()).unwrap(), None);
    let next = home.store.put_forecast(&root(), &growing(4)).unwrap();
    assert!(next > ids[2]);
}

#[test]
fn forecasts_are_read_without_a_controller() {
    let home = Home::new();
    let id = home.store.put_forecast(&root(), &growing(1)).unwrap();
    home.store.score_forecast(id, 300, at(60)).unwrap();
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let reader = Store::open(dir.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.latest_forecast(&root()).unwrap(), Some(growing(1)));
    assert_eq!(reader.forecast_errors(&root(), 5).unwrap(), [300]);
}
