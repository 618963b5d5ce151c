//! Containers that fall ill, over days: how trust is earned, and how it is lost.

use expect_test::expect;

use crate::story::story;

const WEB: &str = "Container web {image: app:1, healthcheck: {command: curl localhost}}
    live running
    applied
    health healthy";

/// A pair that restarts in silence.
const MATURE: &str = "track service-restart successes 30 adjustment 1000";

/// The lines of a story that tell what was decided, learned and told.
fn decided(lines: &str) -> String {
    decided_of("", lines)
}

/// The same where this is known already.
fn decided_of(known: &str, lines: &str) -> String {
    let told = story(&format!("{WEB}\n{known}\n---\n{lines}"));
    let wanted = |line: &&str| {
        let words = ["because", "learned", ": container/", "held by", "asks", "approval", "--"];
        words.iter().any(|word| line.contains(word))
    };
    told.lines().filter(wanted).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn its_first_restarts_are_told_and_after_three_verified_ones_it_is_restarted_in_silence() {
    let ill = "unhealthy\n wait 1h\n";
    expect![[r#"
        +0.0s -- unhealthy
        +0.0s service-restart because unhealthy (notify-execute, 0.90)
        +0.0s   Acting: container/web: service-restart begins
        +5.0s -- healthy
        +5.0s learned: +0.05 to 0.9725
        +5.0s   Recovered: container/web: service-restart worked
        +3600.0s -- unhealthy
        +3600.0s service-restart because unhealthy (notify-execute, 0.9724)
        +3600.0s   Acting: container/web: service-restart begins
        +3605.0s -- healthy
        +3605.0s learned: +0.05 to 1.00
        +3605.0s   Recovered: container/web: service-restart worked
        +7200.0s -- unhealthy
        +7200.0s service-restart because unhealthy (notify-execute, 1.00)
        +7200.0s   Acting: container/web: service-restart begins
        +7205.0s -- healthy
        +7205.0s learned: +0.0002 to 1.00
        +7205.0s   Recovered: container/web: service-restart worked
        +10800.0s -- unhealthy
        +10800.0s service-restart because unhealthy (auto-execute, 1.00)
        +10805.0s -- healthy
        +10805.0s learned: +0.0001 to 1.00
    "#]]
    .assert_eq(&decided(&format!("heals 5s\n {}", ill.repeat(4))));
}

#[test]
fn one_that_stays_unhealthy_walks_down_and_is_left_to_people() {
    expect![[r#"
        +0.0s -- unhealthy
        +0.0s service-restart because unhealthy (notify-execute, 0.90)
        +0.0s   Acting: container/web: service-restart begins
        +20.0s -- unhealthy
        +30.0s learned: -0.10 to 0.7475
        +30.0s   Failed: container/web: service-restart failed
        +30.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +330.0s   asks: confidence 0.7476, risk medium, because what it wrote outside of its volumes is lost
        +330.0s   ApprovalNeeded: container/web: service-restart needs approval 1
        +330.0s service-restart because unhealthy (queue, 0.7476)
        +350.0s -- unhealthy
        +360.0s learned: -0.10 to 0.6161
        +360.0s   Failed: container/web: service-restart failed and was taken back
        +380.0s -- unhealthy
        +380.0s    service-restart held by breaker: service-restart failed too often on this target
    "#]]
    .assert_eq(&decided(
        "sickens 20s
         approves all
         unhealthy
         wait 2h",
    ));
}

#[test]
fn one_that_stays_unhealthy_and_that_nobody_answers_for_is_asked_about_once() {
    let told = decided("sickens 20s\n unhealthy\n wait 6d");
    assert_eq!(told.matches("asks").count(), 1, "{told}");
    assert_eq!(told.matches("because unhealthy").count(), 1, "it does not loop: {told}");
    let week = decided("sickens 20s\n unhealthy\n wait 8d");
    assert_eq!(week.matches("asks").count(), 2, "nobody answered for a week: {week}");
    assert_eq!(week.matches("approval 1 is expired").count(), 1, "{week}");
}

#[test]
fn a_rejection_keeps_it_from_being_asked_again() {
    let told = decided("sickens 20s\n unhealthy\n wait 1h\n reject\n wait 30d");
    assert_eq!((told.matches("asks").count(), told.matches("because unhealthy").count()), (1, 1), "{told}");
}

#[test]
fn an_approval_whose_trigger_is_gone_is_closed() {
    let told = decided("sickens 20s\n unhealthy\n wait 1h\n healthy");
    assert!(told.ends_with("approval 1 is closed\n"), "{told}");
}

#[test]
fn a_mature_pair_whose_ladder_ends_opens_its_breaker_and_resume_begins_anew() {
    expect![[r#"
        +0.0s -- unhealthy
        +0.0s service-restart because unhealthy (auto-execute, 1.00)
        +20.0s -- unhealthy
        +30.0s learned: -0.10 to 0.9732
        +30.0s   Failed: container/web: service-restart failed
        +30.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +330.0s service-restart because unhealthy (notify-execute, 0.9732)
        +330.0s   Acting: container/web: service-restart begins
        +350.0s -- unhealthy
        +360.0s learned: -0.10 to 0.8651
        +360.0s   Failed: container/web: service-restart failed and was taken back
        +380.0s -- unhealthy
        +380.0s    service-restart held by breaker: service-restart failed too often on this target
        +1800.0s -- resume
        +1800.0s service-restart because unhealthy (notify-execute, 0.816)
        +1800.0s   Acting: container/web: service-restart begins
        +1820.0s -- unhealthy
        +1830.0s learned: -0.10 to 0.695
        +1830.0s   Failed: container/web: service-restart failed
        +1830.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +2130.0s    service-restart held by verdict: only told: confidence 0.6951, risk medium, because what it wrote outside of its volumes is lost
        +2130.0s   Alert: container/web: service-restart is left to you
    "#]]
    .assert_eq(&decided_of(
        MATURE,
        "sickens 20s
         unhealthy
         wait 30m
         resume
         wait 10m",
    ));
}

#[test]
fn after_a_day_an_open_breaker_lets_one_trial_pass_that_closes_it_if_it_works() {
    let told = decided_of(
        MATURE,
        "sickens 20s
         unhealthy
         wait 23h
         approves all
         heals 5s
         wait 2h",
    );
    assert_eq!(told.matches("because unhealthy").count(), 3, "two rungs and the trial: {told}");
    assert!(told.contains("held by breaker"), "{told}");
    assert!(told.contains("Recovered: container/web: service-restart worked"), "{told}");
}

#[test]
fn a_wall_clock_that_jumps_a_day_either_way_changes_nothing_of_it() {
    let calm = decided("sickens 20s\n unhealthy\n wait 4m\n look\n wait 1h");
    for way in ["forward", "back"] {
        let jumped = decided(&format!("sickens 20s\n unhealthy\n wait 4m\n clock {way} 1d\n wait 1h"));
        let same = |told: &str| -> Vec<String> {
            told.lines().filter(|line| !line.contains("--")).map(str::to_owned).collect()
        };
        assert_eq!(same(&jumped), same(&calm), "{way}");
    }
}

#[test]
fn one_whose_restart_is_forbidden_is_told_of_and_started_when_it_dies() {
    let told = story(
        "Container web {image: app:1, healthcheck: {command: curl localhost}, remediation: {autoRestart: false}}
         live running
         applied
         health healthy
         ---
         unhealthy
         wait 1h
         approves all
         dies 1
         wait 1m",
    );
    assert!(!told.contains("service-restart because"), "{told}");
    assert!(
        told.contains("service-restart held by override: autoRestart is false by its manifest"),
        "{told}"
    );
    assert!(told.contains("start because not_running"), "{told}");
}

#[test]
fn under_a_confirmation_it_is_asked_approved_and_done() {
    expect![[r#"
        +0.0s -- unhealthy
        +0.0s WARNING unhealthy
        +0.0s   asks: requiresConfirmation is true by its manifest; confidence 0.90, risk low
        +0.0s   ApprovalNeeded: container/web: service-restart needs approval 1
        +0.0s    service-restart held by verdict: requiresConfirmation is true by its manifest; confidence 0.90, risk low: approval 1 waits for somebody
        +60.0s -- approve
        +60.0s service-restart because unhealthy (queue, 0.90)
        +60.0s   stop container web (grace 10 s)
        +60.0s   start container web
        +60.0s MATCH
        +65.0s -- healthy
        +65.0s passed
        +65.0s closed: success
        +65.0s learned: +0.05 to 0.9725
        +65.0s   Recovered: container/web: service-restart worked
    "#]].assert_eq(&story(
        "Container web {image: app:1, healthcheck: {command: curl localhost}, remediation: {requiresConfirmation: true}}
         live running
         applied
         health healthy
         ---
         heals 5s
         unhealthy
         wait 1m
         approve
         wait 1m",
    ));
}
