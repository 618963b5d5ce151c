//! The listing from fixed data, in all three formats.

use expect_test::{Expect, expect};
use podsteward_domain::status::{Condition, ConditionStatus, ConditionType, ObjectState, ObjectStatus};
use podsteward_domain::time::{BootId, Moment};

use super::*;
use crate::output::{json, yaml};

fn at(secs: u64) -> Moment {
    let wall = 1_795_360_000_000 + i64::try_from(secs * 1000).unwrap();
    Moment { wall_ms: wall, boot_ms: secs * 1000, boot_id: BootId(1) }
}

fn status(key: &str, state: ObjectState, message: &str) -> ObjectStatus {
    ObjectStatus {
        key: key.parse().unwrap(),
        state,
        message: message.to_owned(),
        conditions: Vec::new(),
        restarts: 0,
        container_id: None,
        image: None,
        created_ms: Some(at(0).wall_ms),
        observed: at(100),
    }
}

fn condition(kind: ConditionType, status: ConditionStatus, reason: &str) -> Condition {
    let message = "A sentence.".to_owned();
    Condition { kind, status, reason: reason.to_owned(), message, last_transition_time: at(60) }
}

fn web() -> ObjectStatus {
    ObjectStatus {
        conditions: vec![condition(ConditionType::Running, ConditionStatus::True, "Running")],
        restarts: 3,
        container_id: Some("c0ffee".to_owned()),
        image: Some("localhost/web:1".to_owned()),
        ..status("container/web", ObjectState::Match, "running")
    }
}

fn host() -> Vec<ObjectStatus> {
    let db = ObjectStatus {
        conditions: vec![
            condition(ConditionType::Healthy, ConditionStatus::False, "Unhealthy"),
            condition(ConditionType::Running, ConditionStatus::True, "Running"),
        ],
        ..status("container/db", ObjectState::Drift, "memory: 64Mi declared,\n128Mi live – 書き換え")
    };
    let gone =
        ObjectStatus { created_ms: None, ..status("volume/data", ObjectState::Missing, "is not there") };
    vec![web(), db, gone, status("network/front", ObjectState::Match, "")]
}

fn check(actual: &str, expected: &Expect) {
    expected.assert_eq(actual);
}

#[test]
fn the_table_lines_up_and_lists_in_the_order_of_building() {
    let text = Objects::new(host(), at(300)).text(Screen::default());
    check(
        &text,
        &expect![[r"
        KIND       NAME   STATE    HEALTH     RESTARTS  AGE  MESSAGE
        Network    front  MATCH    -          -         5m
        Volume     data   MISSING  -          -         -    is not there
        Container  db     DRIFT    unhealthy  0         5m   memory: 64Mi declared, 128Mi live – 書き換え
        Container  web    MATCH    running    3         5m   running
    "]],
    );
}

#[test]
fn on_a_narrow_terminal_the_message_is_cut() {
    let screen = Screen { width: Some(74), ..Screen::default() };
    let text = Objects::new(host(), at(300)).text(screen);
    check(
        &text,
        &expect![[r"
        KIND       NAME   STATE    HEALTH     RESTARTS  AGE  MESSAGE
        Network    front  MATCH    -          -         5m
        Volume     data   MISSING  -          -         -    is not there
        Container  db     DRIFT    unhealthy  0         5m   memory: 64Mi…
        Container  web    MATCH    running    3         5m   running
    "]],
    );
}

#[test]
fn on_a_terminal_the_state_has_a_colour_and_columns_still_line_up() {
    let screen = Screen { colour: true, ..Screen::default() };
    let text = Objects::new([web()], at(300)).text(screen).replace('\u{1b}', "ESC");
    check(
        &text,
        &expect![[r"
        ESC[1mKINDESC[0m       ESC[1mNAMEESC[0m  ESC[1mSTATEESC[0m  ESC[1mHEALTHESC[0m   ESC[1mRESTARTSESC[0m  ESC[1mAGEESC[0m  ESC[1mMESSAGEESC[0m
        Container  web   ESC[32mMATCHESC[0m  running  3         5m   running
    "]],
    );
}

#[test]
fn nothing_gives_an_empty_table_and_an_empty_list() {
    let listing = Objects::new([], at(0));
    assert_eq!(listing.text(Screen::default()), "");
    assert_eq!(json::text(&listing).unwrap(), "{\n  \"objects\": []\n}\n");
}

#[test]
fn json_has_the_promised_keys() {
    check(
        &json::text(&Objects::new([web()], at(300))).unwrap(),
        &expect![[r#"
        {
          "objects": [
            {
              "key": "container/web",
              "kind": "Container",
              "name": "web",
              "state": "MATCH",
              "message": "running",
              "conditions": [
                {
                  "type": "Running",
                  "status": "True",
                  "reason": "Running",
                  "message": "A sentence.",
                  "lastTransitionTime": "2026-11-22T15:07:40Z"
                }
              ],
              "restarts": 3,
              "containerId": "c0ffee",
              "image": "localhost/web:1",
              "age_seconds": 300,
              "observed": "2026-11-22T15:08:20Z"
            }
          ]
        }
    "#]],
    );
}

#[test]
fn yaml_has_the_same_keys_as_json() {
    check(
        &yaml::text(&Objects::new([web()], at(300))).unwrap(),
        &expect![[r"
            objects:
            - key: container/web
              kind: Container
              name: web
              state: MATCH
              message: running
              conditions:
              - type: Running
                status: 'True'
                reason: Running
                message: A sentence.
                lastTransitionTime: 2026-11-22T15:07:40Z
              restarts: 3
              containerId: c0ffee
              image: localhost/web:1
              age_seconds: 300
              observed: 2026-11-22T15:08:20Z
        "]],
    );
}
