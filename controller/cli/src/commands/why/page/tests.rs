//! The page of `why` from fixed data.

use std::time::Duration;

use expect_test::expect;
use podsteward_domain::breaker::BreakerState;
use podsteward_domain::decision::Decision as Decided;
use podsteward_domain::finding::Finding;
use podsteward_domain::score::Points;
use podsteward_store::{LoggedDecision, LoggedOutcome};

use super::*;
use crate::commands::why::answer::{Situation, sentence};
use crate::view::samples::{self, at, background};

/// The page of an object about which this is decided.
pub(in crate::commands::why) fn page(decided: &[Decided]) -> Page {
    let background = background();
    let finding =
        |it: &Decided| Finding::new(it.trigger, &it.target, format!("{}.", it.reason.trim_end_matches('.')));
    let mut page = Page {
        key: samples::key("container/web"),
        state: Some(ObjectState::Match),
        message: "running".to_owned(),
        answer: String::new(),
        unknown: Vec::new(),
        observations: decided.iter().map(|it| Observation::new(&finding(it), &background, at(100))).collect(),
        recommended_actions: decided.iter().map(|it| Recommendation::new(it, &background, at(100))).collect(),
        records: Vec::new(),
        approvals: Vec::new(),
        gates: Vec::new(),
        decisions: Vec::new(),
        values: Values {
            backups: vec![
                "backupcheck/nightly is fresh: at 2026-11-22T01:00:00Z (/srv/backup/db.sql, 3 MiB)"
                    .to_owned(),
            ],
            tried: [(Action::ServiceRestart, "last tried 100s ago".to_owned())].into(),
            restarts: Some((1, 5)),
            mode: "full".to_owned(),
        },
    };
    page.answer = sentence(&Situation {
        known: true,
        running: true,
        unread: false,
        last: None,
        page: &page,
        intent: None,
    });
    page
}

fn record() -> Record {
    Record {
        action: Action::ServiceRestart,
        successes: 3,
        attempts: 6,
        failures_in_a_row: 3,
        adjustment: Points(-2500),
        history: Score::new(6000),
        breaker: BreakerState::Open,
        breaker_until: Some(at(86_400).to_rfc3339()),
        last_tried: Some(at(0).to_rfc3339()),
        restarts_within_hour: 1,
        age: Some(Duration::from_secs(100)),
        left: Some(Duration::from_secs(86_300)),
    }
}

#[test]
fn the_page_answers_first_and_then_shows_the_whole_chain() {
    let mut page = page(&[samples::restart()]);
    page.records = vec![record()];
    let withheld =
        LoggedDecision { count: 3, ..samples::logged(samples::restart(), Some(LoggedOutcome::Withheld)) };
    page.decisions = vec![Decision::new(withheld, at(100))];
    expect![[r"
        container/web MATCH
        It should be restarted (its healthcheck says unhealthy: connection refused), but not now: service-restart rests for 5m after it was tried (until 2026-11-22T15:11:40Z, 3m20s left). It goes on by itself then. `podsteward execute --action-id service-restart:container/web --force` does not wait for it.

        Wrong
        SEVERITY  FINDING    OBJECT         AGE  MESSAGE
        warning   unhealthy  container/web  90s  its healthcheck says unhealthy: connection refused.

        service-restart: confidence 0.90, risk low: done, and told of (notify-execute)
        CONFIDENCE  VALUE  WEIGHT  MEANS
        prediction  1.00   30 %    how sure it is that something is wrong
        history     0.70   30 %    how often service-restart worked, on this object or anywhere
        impact      0.95   20 %    how harmless the action is
        rollback    1.00   20 %    how well it could be taken back
        adjustment  +0.00  added   what its last outcomes taught

           GATE                ANSWER  WHY
           mode                pass    the policy's mode is full
           switch              pass    podsteward may act
           pause               pass    it is not paused
           hold                pass    nobody stopped it by hand
           quarantine          pass    nothing was given up
           backoff             pass    it does not wait after a failure
           dependencies        pass    what it needs is there
           override            pass    nothing forbids it or wants it confirmed
           suppression         pass    the finding is not suppressed
           breaker             pass    all closed
        >  cooldown            hold    service-restart rests for 5m after it was tried (until 2026-11-22T15:11:40Z, 3m20s left)
           budget              pass    1 of 5 restarts within the hour are spent
           limit               pass    no route of an alert limits it
           one-in-flight       pass    nothing else is under way
           consequence         pass    what it depends on is well
           storm               pass    no storm
           freshness           pass    what is known is fresh
           maintenance-window  pass    it may run at this time
           backup              pass    it loses no data, or that is backed up: backupcheck/nightly is fresh: at 2026-11-22T01:00:00Z (/srv/backup/db.sql, 3 MiB)
           approval            pass    no approval is needed, or it was given
           verdict             pass    it may go by itself, or was approved

        Learned
        ACTION           WORKED                     LEARNED  LAST TRIED  BREAKER
        service-restart  3 of 6, the last 3 failed  -0.25    100s ago    open until 2026-11-23T15:06:40Z, 23h left

        Last decisions
        ID  AGE  TARGET         ACTION           CONFIDENCE  RISK  DECISION        OUTCOME                        DETAILS
        3   20s  container/web  service-restart  0.90        low   notify-execute  withheld by cooldown, 3 times  its healthcheck says unhealthy: connection refused; service-restart rests for 5m after it was tried
    "]].assert_eq(&page.text(Screen::default()));
}

#[test]
fn declared_work_has_no_confidence_to_show() {
    let start =
        Decided { action: Action::Start, judgement: None, verdict: Verdict::Declared, ..samples::restart() };
    let text = page(&[start]).text(Screen::default());
    assert!(text.contains("\nstart: follows from the manifest and needs no confidence\n"), "{text}");
    assert!(text.contains("not asked: declared work"), "{text}");
    assert!(!text.contains("CONFIDENCE  VALUE"), "{text}");
}
