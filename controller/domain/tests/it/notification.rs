//! What somebody hears of: sentences that a tired person understands.

use std::time::Duration;

use expect_test::expect;
use podsteward_domain::admit::Admission;
use podsteward_domain::approval::ApprovalId;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::Outcome;
use podsteward_domain::notification::{self, Notification};

use crate::approval::admission;
use crate::confidence::{DRIFTED, ORPHANED, SICK};
use crate::fixture::world;
use crate::lesson::begun;

fn told(notification: &Notification) -> String {
    let Notification { event, severity, object, title, body, about } = notification;
    let about = about.map_or("nothing", FindingKind::as_str);
    format!("{event:?} {} {object} about {about}\n{title}\n{body}\n", severity.as_str())
}

/// What somebody hears when a World is acted on, asked about or withheld.
fn heard(text: &str) -> String {
    let notification = match admission(&world(text)).0 {
        Admission::Admit(_, _, told) | Admission::Withhold(_, told) => told,
        Admission::Ask(question, _) => Some(notification::asked(ApprovalId(7), &question)),
    };
    notification.as_ref().map_or_else(String::new, told)
}

#[test]
fn an_action_that_is_told_of_says_why_what_and_how_sure() {
    expect![[r#"
        Acting info container/web about unhealthy
        container/web: service-restart begins
        its healthcheck failed 3 times in a row: refused. container web is stopped and started again; it is down meanwhile; rung restart of the ladder; next, if it does not help: recreate; previous-image is left out: no document was applied before the last one. Confidence 0.90, risk low.
    "#]].assert_eq(&heard(SICK));
    expect![[r#"
        Acting info container/web about drift
        container/web: drift-reconciliation begins
        spec.args: declared one, live two. container web is replaced by a new one made as declared; it is down meanwhile. Confidence 0.88, risk medium.
    "#]].assert_eq(&heard(DRIFTED));
}

#[test]
fn a_question_says_what_to_answer() {
    expect![[r#"
        ApprovalNeeded warning container/web about orphan
        container/web: orphan-removal needs approval 7
        it carries podsteward's labels, and no manifest declares it. Why it is asked: confidence 0.79, risk high. Expected: container web is removed. Way back: not by itself: it can be made again from the image sha256:one, which stays; what it wrote outside of its volumes is lost. Say `podsteward approve 7` or `podsteward reject 7`.
    "#]].assert_eq(&heard(ORPHANED));
}

#[test]
fn what_is_left_to_people_says_why() {
    let unsure = "overall service-restart failures 3\n track service-restart adjustment -1000";
    expect![[r#"
        Alert warning container/web about unhealthy
        container/web: service-restart is left to you
        its healthcheck failed 3 times in a row: refused. It is only told: confidence 0.695, risk low.
    "#]]
    .assert_eq(&heard(&format!("{SICK}\n {unsure}")));
    expect![[r#"
        Alert warning container/web about unhealthy
        container/web: service-restart is left to you
        its healthcheck failed 3 times in a row: refused. It is only told: the policy's mode is observe; confidence 0.90, risk low.
    "#]].assert_eq(&heard(&format!("{SICK}\n policy {{mode: observe}}")));
}

#[test]
fn nobody_hears_of_silent_and_declared_work_or_of_what_is_held() {
    let silent = [
        format!("{SICK}\n track service-restart successes 12"),
        "Container web {image: app:1}\n live absent".to_owned(),
        format!("{SICK}\n storm 1s"),
        format!("{SICK}\n track service-restart ended 1m"),
        format!("{SICK}\n policy {{mode: observe}}\n storm 1s"),
        format!("{SICK}\n overall service-restart failures 3\n approval service-restart rejected 1m"),
    ];
    for text in silent {
        assert_eq!(heard(&text), "", "{text}");
    }
}

#[test]
fn an_end_is_told_where_its_beginning_was_and_a_failure_always() {
    let ended = |text: &str, outcome: Outcome| {
        let intent = begun(&world(text), None);
        notification::ended(&intent, Some(FindingKind::Unhealthy), outcome, "because")
            .map_or_else(String::new, |it| it.title)
    };
    let quiet = format!("{SICK}\n track service-restart successes 12");
    let declared = "Container web {image: app:1}\n live absent";
    let start = "Container web {image: app:1}\n live exited\n applied\n exit death 1 1m";
    let rows = [
        (SICK, Outcome::Success, "container/web: service-restart worked"),
        (SICK, Outcome::Warning, "container/web: service-restart worked, with a warning"),
        (SICK, Outcome::Failure, "container/web: service-restart failed"),
        (SICK, Outcome::Inconclusive, ""),
        (DRIFTED, Outcome::RolledBack, "container/web: drift-reconciliation failed and was taken back"),
        (&quiet, Outcome::Success, ""),
        (&quiet, Outcome::Failure, "container/web: service-restart failed"),
        (declared, Outcome::Success, ""),
        (declared, Outcome::RolledBack, "container/web: apply failed and was taken back"),
        (start, Outcome::Failure, ""),
    ];
    for (text, outcome, title) in rows {
        assert_eq!(ended(text, outcome), title, "{outcome:?} {text}");
    }
}

#[test]
fn an_end_that_needs_no_reason_has_words_all_the_same() {
    let intent = begun(&world(SICK), None);
    let told = notification::ended(&intent, Some(FindingKind::Unhealthy), Outcome::Success, "").unwrap();
    assert_eq!(told.body, "unhealthy called for it, and what was expected of it holds.");
}

#[test]
fn a_breaker_a_stop_by_hand_and_a_finding_are_told_with_what_to_do() {
    let intent = begun(&world(SICK), None);
    expect![[r#"
        BreakerOpened warning container/web about unhealthy
        service-restart rests on container/web: it failed too often
        Tried in vain: restart (just now); previous-image is left out: no document was applied before the last one. One trial is allowed after a while; `podsteward resume container/web` closes the breaker by hand.
    "#]]
    .assert_eq(&told(&notification::breaker_opened(&intent, Some(FindingKind::Unhealthy), false)));
    expect![[r#"
        BreakerOpened warning container/web about nothing
        service-restart rests on any target: it failed too often
        One trial is allowed after a while; `podsteward resume` closes the breaker by hand.
    "#]]
    .assert_eq(&told(&notification::breaker_opened(&intent, Some(FindingKind::Unhealthy), true)));
    let stopped = notification::hand_stop(&intent.key, Duration::from_mins(15));
    expect![[r#"
        HandStop warning container/web about hand_stopped
        container/web: stopped by hand
        It is left alone for 15m, then started again. `podsteward pause container/web` leaves it alone for longer.
    "#]].assert_eq(&told(&stopped));
    let found = evaluate(world(SICK)).findings;
    let Finding { target, kind, message, .. } = &found[0];
    let over = notification::over(target, *kind, message, Duration::from_mins(12));
    let told = [notification::finding(&found[0]), over].each_ref().map(told).concat();
    expect![[r#"
        Alert warning container/web about unhealthy
        container/web: unhealthy
        its healthcheck failed 3 times in a row: refused
        Recovered info container/web about unhealthy
        container/web: unhealthy is over
        It lasted 12m. It was: its healthcheck failed 3 times in a row: refused
    "#]]
    .assert_eq(&told);
}

#[test]
fn what_was_taken_back_is_over_when_its_document_is_not_held_any_more() {
    let about = |text: &str, outcome| {
        let ended = notification::ended(&begun(&world(text), None), Some(FindingKind::Edited), outcome, "");
        ended.and_then(|ended| ended.about)
    };
    let declared = "Container web {image: app:1}\n live absent";
    assert_eq!(about(declared, Outcome::RolledBack), Some(FindingKind::Quarantined));
    assert_eq!(about(DRIFTED, Outcome::RolledBack), Some(FindingKind::Edited));
}
