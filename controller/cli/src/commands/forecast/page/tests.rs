//! What `forecast` prints.

use expect_test::expect;
use podsteward_domain::score::Score;
use podsteward_runtime::listing::{DiskForecast, Forecasts};
use podsteward_specs::key::{Key, Name};

use crate::output::{Screen, View as _};

const GIB: u64 = 1 << 30;

fn disk(name: &str) -> DiskForecast {
    DiskForecast {
        object: Key::disk(Name::new(name).unwrap()),
        path: format!("/{name}"),
        used_bytes: Some(80 * GIB),
        total_bytes: Some(100 * GIB),
        used_ratio: Some(Score::new(8000)),
        inodes_used_ratio: None,
        metadata_used_ratio: None,
        measured: Some("2026-11-22T14:30:00Z".to_owned()),
        age_seconds: Some(20),
        act_ratio: Score::new(8500),
        outlook: "growing",
        reason: None,
        made: Some("2026-11-22T14:00:00Z".to_owned()),
        slope_bytes_per_day: Some(GIB.cast_signed()),
        slope_bytes_per_day_interval: Some([0, 2]),
        days_left: Some(5.0),
        days_left_interval: Some([4.2, 8.0]),
        confidence: Some(Score::new(8200)),
        past_error_ratio: Some(Score::new(120)),
        past_forecasts: 12,
        history: vec![None, Some(Score::ZERO), Some(Score::new(5000)), Some(Score::ONE)],
    }
}

fn listing() -> Forecasts {
    let unknown = DiskForecast {
        outlook: "unknown",
        reason: Some("less than a day of history".to_owned()),
        slope_bytes_per_day: None,
        days_left: None,
        days_left_interval: None,
        confidence: None,
        past_error_ratio: None,
        history: vec![None; 4],
        ..disk("data")
    };
    Forecasts { forecasts: vec![disk("root"), unknown] }
}

#[test]
fn a_pipe_gets_the_reason_why_nobody_knows() {
    expect![[r"
        NAME  PATH   USED  OF       GROWTH    DAYS LEFT         SURE  PAST ERROR  NOTE
        root  /root  80 %  100 GiB  +1 GiB/d  5.0 (4.2 to 8.0)  0.82  1.2 %
        data  /data  80 %  100 GiB  -         unknown           -     -           less than a day of history
    "]]
    .assert_eq(&listing().text(Screen::default()));
}

#[test]
fn a_terminal_gets_a_line_of_bars() {
    let screen = Screen { width: Some(120), ..Screen::default() };
    expect![[r"
        NAME  PATH   USED  OF       GROWTH    DAYS LEFT         SURE  PAST ERROR  LAST 7 DAYS
        root  /root  80 %  100 GiB  +1 GiB/d  5.0 (4.2 to 8.0)  0.82  1.2 %        ▁▄█
        data  /data  80 %  100 GiB  -         unknown           -     -           less than a day of history
    "]]
    .assert_eq(&listing().text(screen));
}
