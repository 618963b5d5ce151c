//! The numbers of a log, for people and programs.

use expect_test::expect;
use podsteward_runtime::listing::counted;
use podsteward_store::{DecisionCount, LoggedDecision, LoggedOutcome};

use super::*;
use crate::output::json;
use crate::view::samples;

fn counts() -> Vec<DecisionCount> {
    let logged = |outcome, count| {
        let mut logged = samples::logged(samples::restart(), Some(outcome));
        logged.count = count;
        logged
    };
    let declared = LoggedDecision {
        decision: podsteward_domain::decision::Decision {
            action: Action::Start,
            judgement: None,
            verdict: Verdict::Declared,
            ..samples::restart()
        },
        ..samples::logged(samples::restart(), Some(LoggedOutcome::Success))
    };
    [
        logged(LoggedOutcome::Withheld, 14),
        logged(LoggedOutcome::Success, 1),
        logged(LoggedOutcome::RolledBack, 1),
        logged(LoggedOutcome::Inconclusive, 1),
        samples::logged(samples::drift(), Some(LoggedOutcome::Queued)),
        samples::logged(samples::restart(), None),
        declared,
    ]
    .iter()
    .map(counted)
    .collect()
}

fn week(counts: &[DecisionCount]) -> Statistics {
    Statistics::new(Duration::from_hours(168), Numbers::of(counts))
}

#[test]
fn the_page_tells_rates_and_counts() {
    expect![[r"
        Decisions:          7 within 7d, made 20 times
        Success rate:       67 % (2 of 3)
        Average confidence: 0.8967

        ACTION                DECISIONS
        service-restart       5
        start                 1
        drift-reconciliation  1

        OUTCOME       DECISIONS
        success       2
        inconclusive  1
        queued        1
        rolled-back   1
        withheld      1

        DECISION        DECISIONS
        notify-execute  5
        declared        1
        queue           1

        WITHHELD BY  DECISIONS
        cooldown     1
    "]]
    .assert_eq(&week(&counts()).text(Screen::default()));
}

#[test]
fn nothing_attempted_is_no_data_and_not_a_rate_of_zero() {
    expect![[r"
        Decisions:          0 within 7d
        Success rate:       no data: nothing was attempted
        Average confidence: no data: nothing was judged
    "]]
    .assert_eq(&week(&[]).text(Screen::default()));
    let json = serde_json::to_value(week(&[])).unwrap();
    assert_eq!(json["statistics"]["success_rate"], serde_json::Value::Null);
    assert_eq!(json["statistics"]["average_confidence"], serde_json::Value::Null);
}

#[test]
fn json_has_the_promised_keys() {
    expect![[r#"
        {
          "statistics": {
            "window_seconds": 604800,
            "decisions": 7,
            "times": 20,
            "by_action": {
              "start": 1,
              "service-restart": 5,
              "drift-reconciliation": 1
            },
            "by_outcome": {
              "inconclusive": 1,
              "queued": 1,
              "rolled-back": 1,
              "success": 2,
              "withheld": 1
            },
            "by_decision": {
              "declared": 1,
              "notify-execute": 5,
              "queue": 1
            },
            "withheld_by": {
              "cooldown": 1
            },
            "attempted": 3,
            "succeeded": 2,
            "success_rate": 0.6667,
            "average_confidence": 0.8967
          }
        }
    "#]]
    .assert_eq(&json::text(&week(&counts())).unwrap());
}
