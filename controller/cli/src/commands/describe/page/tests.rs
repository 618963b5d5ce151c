//! The page of one object from fixed data, for people and programs.

use expect_test::{expect, expect_file};
use podsteward_domain::action::Action;
use podsteward_domain::breaker::BreakerState;
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::memory::{
    Applied, Exit, ExitCause, Memory, Quarantine, QuarantineCause, Restarts, Terminal,
};
use podsteward_domain::score::{Points, Score};
use podsteward_domain::status::{self, ConditionType, ObjectState, ObjectStatus};
use podsteward_domain::time::BootId;

use super::*;
use crate::output::json;

fn at(secs: u64) -> Moment {
    let wall = 1_795_360_000_000 + i64::try_from(secs * 1000).unwrap();
    Moment { wall_ms: wall, boot_ms: secs * 1000, boot_id: BootId(1) }
}

fn object() -> Object {
    let status = ObjectStatus {
        key: "container/web".parse().unwrap(),
        state: ObjectState::Warning,
        message: "port 8080 is taken\nby nginx".to_owned(),
        conditions: vec![status::Condition {
            kind: ConditionType::Applied,
            status: ConditionStatus::False,
            reason: "RolledBack".to_owned(),
            message: "the new container ended".to_owned(),
            last_transition_time: at(60),
        }],
        restarts: 4,
        container_id: Some("c0ffee".to_owned()),
        image: Some("localhost/web:1".to_owned()),
        created_ms: Some(at(0).wall_ms),
        observed: at(90),
    };
    Object::new(status, at(100))
}

/// As the store keeps it: what a newer version adds has a default.
fn terminal() -> Terminal {
    let kept = serde_json::json!({ "facts": "digest", "message": "port is taken", "at": at(80) });
    serde_json::from_value(kept).unwrap()
}

fn memory() -> Memory {
    Memory {
        applied: Some(Applied {
            canonical: String::new(),
            generation: 2,
            image_id: Some("sha256:1234".to_owned()),
            config_digests: std::collections::BTreeMap::new(),
            adopted: true,
            at: at(10),
        }),
        restarts: Restarts { total: 4, streak: 2, last_start: Some(at(70)), ..Restarts::default() },
        last_exit: Some(Exit {
            container: "c0ffee".to_owned(),
            started_ms: None,
            cause: ExitCause::Death,
            code: Some(1),
            at: at(69),
        }),
        quarantine: Some(Quarantine {
            facts: "digest".to_owned(),
            reason: "the new container ended".to_owned(),
            cause: QuarantineCause::RolledBack,
            since: at(60),
        }),
        terminal: Some(terminal()),
        ..Memory::default()
    }
}

fn record() -> Record {
    Record {
        action: Action::ServiceRestart,
        successes: 3,
        attempts: 4,
        failures_in_a_row: 1,
        adjustment: Points(500),
        history: Score::new(7500),
        breaker: BreakerState::Closed,
        breaker_until: None,
        last_tried: Some(at(40).to_rfc3339()),
        restarts_within_hour: 1,
        age: Some(std::time::Duration::from_mins(1)),
        left: None,
    }
}

fn page() -> Page {
    let event = Event {
        kind: EventType::Warning,
        reason: "RolledBack".to_owned(),
        message: "the old container is back".to_owned(),
        count: 2,
        first: at(30),
        last: at(60),
    };
    let key: podsteward_specs::key::Key = "container/web".parse().unwrap();
    Page {
        object: object(),
        declared: Some("web.yaml:3".to_owned()),
        steps: Vec::new(),
        memory: MemoryView::new(memory()),
        records: vec![record()],
        intent: Some(Intent {
            id: 7,
            key: key.clone(),
            action: Action::Start,
            state: "stabilising",
            begun: at(95).to_rfc3339(),
            age_seconds: 5,
        }),
        findings: vec![Finding {
            finding: FindingKind::Terminal,
            target: key,
            severity: Severity::Critical,
            message: "port is taken".to_owned(),
            opened: at(80).to_rfc3339(),
            closed: None,
            age_seconds: 20,
        }],
        events: vec![event.into()],
        now: at(100),
    }
}

#[test]
fn the_page_tells_everything_in_one_column_and_three_tables() {
    expect![[r"
        Object:      container/web
        State:       WARNING
        Message:     port 8080 is taken by nginx
        Declared in: web.yaml:3
        Image:       localhost/web:1
        Container:   c0ffee
        Applied:     generation 2, 90s ago, adopted
        Restarts:    4, 2 in a row, last start 30s ago
        Last exit:   died with code 1, 31s ago
        Quarantine:  the new container ended (40s ago); `podsteward retry container/web` tries again
        Error:       port is taken (20s ago)
        Learned:     service-restart: worked 3 of 4, the last one failed, confidence +0.05
        In progress: start is stabilising for 5s (intent 7)

        Conditions
        TYPE     STATUS  SINCE  REASON      MESSAGE
        Applied  False   40s    RolledBack  the new container ended

        Findings
        SEVERITY  FINDING   OBJECT         AGE  MESSAGE
        critical  terminal  container/web  20s  port is taken

        Events
        AGE  TYPE     REASON      COUNT  MESSAGE
        40s  Warning  RolledBack  2      the old container is back
    "]]
    .assert_eq(&page().text(Screen::default()));
}

#[test]
fn json_has_the_promised_keys_and_no_moment_in_another_shape() {
    expect_file!["tests/page.json"].assert_eq(&json::text(&page()).unwrap());
}
