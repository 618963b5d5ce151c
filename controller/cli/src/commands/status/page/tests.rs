//! The page from fixed data.

use expect_test::expect;
use podsteward_domain::action::Action;
use podsteward_domain::breaker::BreakerState;
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::status::ObjectState;
use podsteward_domain::switch::SwitchState;
use podsteward_runtime::listing::{Breaker, Budget, Finding, ObjectPause, Pause, Switch};

use super::*;

fn pause(reason: &str, until: Option<&str>) -> Pause {
    Pause {
        reason: reason.to_owned(),
        by: "ada".to_owned(),
        since: "2026-11-22T15:00:00Z".to_owned(),
        until: until.map(str::to_owned),
        left: until.map(|_| Duration::from_mins(30)),
    }
}

fn status() -> Status {
    Status {
        switch: Switch {
            state: SwitchState::Paused,
            pause: Some(pause("backup", Some("2026-11-22T15:30:00Z"))),
            objects: vec![ObjectPause { key: "container/db".parse().unwrap(), pause: pause("", None) }],
        },
        controller: Controller {
            running: true,
            pid: Some(42),
            last_check: Some("2026-11-22T15:00:00Z".to_owned()),
            last_check_age_seconds: Some(3),
        },
        store: StoreState { path: "/var/lib/podsteward".to_owned(), problem: None },
        queue: None,
        health_score: Some(95),
        objects: Counts { total: 3, by_state: [(ObjectState::Match, 2), (ObjectState::Drift, 1)].into() },
        conditions: vec![
            podsteward_domain::alert::say::path_condition(None, podsteward_domain::time::Moment::default())
                .into(),
        ],
        findings: vec![Finding {
            finding: FindingKind::Drift,
            target: "container/web".parse().unwrap(),
            severity: Severity::Warning,
            message: "memory differs".to_owned(),
            opened: "2026-11-22T14:59:00Z".to_owned(),
            closed: None,
            age_seconds: 60,
        }],
        intents: Vec::new(),
        breakers: vec![Breaker {
            action: Some(Action::ServiceRestart),
            target: None,
            state: BreakerState::Open,
            since: "2026-11-22T15:00:00Z".to_owned(),
            until: Some("2026-11-23T15:00:00Z".to_owned()),
            left: Some(Duration::from_hours(24)),
        }],
        budgets: vec![Budget { target: "container/web".parse().unwrap(), restarts: 2, limit: 5 }],
        approvals_waiting: 1,
        notifications: Notifications {
            channels: 1,
            undelivered: 2,
            waiting: 1,
            last_error: Some("channel phone: no answer: connection refused".to_owned()),
            lacking: vec![ChannelDelivery {
                channel: "phone".to_owned(),
                undelivered: 2,
                waiting: 1,
                last_error: Some("channel phone: no answer: connection refused".to_owned()),
                next_try: Some("2026-11-22T16:05:00Z".to_owned()),
            }],
        },
        last_drill: None,
        statistics: Statistics {
            window_seconds: 86_400,
            restarts: 1,
            done: 0,
            withheld: 2,
            failed: 0,
            success_rate: None,
        },
    }
}

#[test]
fn the_page_tells_who_paused_what_runs_and_what_is_wrong() {
    expect![[r"
        Switch:     paused until 2026-11-22T15:30:00Z (30m left) by ada: backup
        Paused:     container/db since 2026-11-22T15:00:00Z until `podsteward resume container/db` by ada
        Controller: running, pid 42, last check 3s ago
        Store:      /var/lib/podsteward
        Health:     95 of 100
        Objects:    3: 2 MATCH, 1 DRIFT
        Last day:   0 done, 0 failed, 2 withheld, success rate no data; 1 restart in all
        Approvals:  1 waits for you: `podsteward approvals`
        Breaker:    service-restart anywhere: open until 2026-11-23T15:00:00Z, 24h left
        Budget:     container/web: 2 of 5 restarts within the hour are spent
        Notified:   2 did not arrive yet, 1 waits for quiet hours to end or to be told again
        Channel:    phone lacks 2: channel phone: no answer: connection refused; next try 2026-11-22T16:05:00Z
        Alerts:     the way is not proven: no test alert has come in yet
        Last drill: never: `podsteward drill --wait` tries one
        Findings:   1 open finding

        SEVERITY  FINDING  OBJECT         AGE  MESSAGE
        warning   drift    container/web  60s  memory differs
    "]]
    .assert_eq(&status().text(Screen::default()));
}

#[test]
fn a_store_that_cannot_be_used_is_told_on_the_page() {
    let mut status = status();
    status.store.problem = Some("store is damaged".to_owned());
    status.controller =
        Controller { running: false, pid: None, last_check: None, last_check_age_seconds: None };
    let text = status.text(Screen::default());
    assert!(text.contains("Store:      /var/lib/podsteward: store is damaged\n"), "{text}");
    assert!(text.contains("Controller: not running: start it with `podsteward run`\n"), "{text}");
}
