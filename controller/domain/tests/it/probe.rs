//! What follows from probes: one World for each word they may say.

use std::fmt::Write;

use expect_test::{Expect, expect};
use podsteward_domain::evaluate::evaluate;

use crate::fixture::world;
use crate::told::{acts, look, verified};

/// A container with all three probes.
fn web(more: &str) -> String {
    let exec = "exec: {command: [ready]}";
    format!(
        "Container web {{image: app:1, {more} probes: {{startup: {{{exec}, periodSeconds: 2, failureThreshold: 30}}, \
         readiness: {{{exec}}}, liveness: {{{exec}}}}}}}"
    )
}

#[expect(clippy::needless_pass_by_value, reason = "expectations are made where they are checked")]
fn check(more: &str, facts: &str, expected: Expect) {
    expected.assert_eq(&look(&format!("{}\n live running\n applied\n {facts}", web(more))));
}

#[test]
fn one_that_is_well_is_left_alone() {
    check(
        "",
        "probe startup w\n probe readiness w\n probe liveness w",
        expect![[r#"
        MATCH
        nothing to do
    "#]],
    );
}

#[test]
fn a_lost_readiness_is_told_and_nobody_is_restarted_for_it() {
    check(
        "",
        "probe startup w\n probe readiness wiii",
        expect![[r#"
            WARNING: its readiness probe failed at least 3 times in a row: no answer
            finding warning not_ready: its readiness probe failed at least 3 times in a row: no answer
            nothing to do
        "#]],
    );
}

#[test]
fn what_was_never_ready_is_another_finding_than_what_ceased_to_be() {
    check(
        "",
        "never-healthy\n probe startup w\n probe readiness iii",
        expect![[r#"
            WARNING: it was never well since it was made: its readiness probe failed at least 3 times in a row: no answer
            finding warning never_healthy: it was never well since it was made: its readiness probe failed at least 3 times in a row: no answer
            nothing to do
        "#]],
    );
    check(
        "",
        "never-healthy\n health unhealthy no route",
        expect![[r#"
        WARNING: it was never well since it was made: its healthcheck failed 3 times in a row: no route (freshness: its healthcheck is not known)
        finding warning never_healthy: it was never well since it was made: its healthcheck failed 3 times in a row: no route
        service-restart because never_healthy (notify-execute)
          denied by freshness: its healthcheck is not known
    "#]],
    );
    check(
        "",
        "health unhealthy no route",
        expect![[r#"
        WARNING: its healthcheck failed 3 times in a row: no route (freshness: its healthcheck is not known)
        finding warning unhealthy: its healthcheck failed 3 times in a row: no route
        service-restart because unhealthy (notify-execute)
          denied by freshness: its healthcheck is not known
    "#]],
    );
}

#[test]
fn a_failed_liveness_probe_is_a_declared_restart_whatever_remediation_may_do() {
    check(
        "remediation: {autoRestart: false},",
        "probe startup w\n probe liveness iii",
        expect![[r#"
            WARNING: its liveness probe failed at least 3 times in a row: no answer
            finding warning liveness_failed: its liveness probe failed at least 3 times in a row: no answer
            liveness-restart because liveness_failed (declared)
              restart: stop container web (grace 10 s), start container web
              expects Running for 1m
        "#]],
    );
}

#[test]
fn an_exhausted_startup_probe_is_a_declared_restart() {
    check(
        "",
        &format!("probe startup {}", "i".repeat(30)),
        expect![[r#"
            WARNING: it did not start within 1m: its startup probe failed at least 30 times in a row: no answer
            finding warning startup_failed: it did not start within 1m: its startup probe failed at least 30 times in a row: no answer
            liveness-restart because startup_failed (declared)
              restart: stop container web (grace 10 s), start container web
              expects Running for 1m
        "#]],
    );
    check(
        "",
        &format!("probe startup {}", "i".repeat(29)),
        expect![[r#"
        MATCH
        nothing to do
    "#]],
    );
}

#[test]
fn a_container_that_is_never_restarted_is_ended_and_left_so() {
    check(
        "restartPolicy: Never,",
        "probe startup w\n probe liveness iii",
        expect![[r#"
            WARNING: its liveness probe failed at least 3 times in a row: no answer
            finding warning liveness_failed: its liveness probe failed at least 3 times in a row: no answer
            liveness-restart because liveness_failed (declared)
              act: stop container web (grace 10 s)
              expects Stopped for 0s
        "#]],
    );
    let ended = format!(
        "{}\n live exited\n applied\n exit ours 137 1s\n ended-by-probe",
        web("restartPolicy: Never,")
    );
    expect![[r#"
        WARNING: its liveness probe failed; it was stopped for that, and its restartPolicy leaves it so (`podman start web` starts it again)
        finding warning liveness_failed: its liveness probe failed; it was stopped for that, and its restartPolicy leaves it so (`podman start web` starts it again)
        nothing to do
    "#]]
    .assert_eq(&look(&ended));
}

#[test]
fn restarts_for_a_probe_are_backed_off_from_as_after_an_end() {
    check(
        "",
        "probe startup w\n probe liveness iii\n restarts 4 4\n last-start 50s\n last-exit 50s",
        expect![[r#"
            WARNING: its liveness probe failed at least 3 times in a row: no answer (backoff: back-off after 4 restarts in a row)
            finding warning liveness_failed: its liveness probe failed at least 3 times in a row: no answer
            liveness-restart because liveness_failed (declared)
              held by backoff: back-off after 4 restarts in a row, for 30s
            look again in 30s
        "#]],
    );
}

#[test]
fn what_a_probe_restarts_is_not_restarted_sooner_for_its_healthcheck() {
    let facts = "health unhealthy no route\n probe startup w\n probe liveness iii\n restarts 4 4\n \
                 last-start 50s\n last-exit 50s";
    let told = look(&format!("{}\n live running\n applied\n {facts}", web("")));
    assert!(
        told.contains("liveness-restart because liveness_failed (declared)\n  held by backoff"),
        "{told}"
    );
    let held = "service-restart because unhealthy";
    assert!(!told.contains(held) || told.split(held).nth(1).unwrap().contains("held by backoff"), "{told}");
}

#[test]
fn a_probe_that_never_answered_is_unknown_once_it_was_asked_often_enough() {
    check(
        "",
        "probe startup n 1m",
        expect![[r#"
        MATCH
        nothing to do
    "#]],
    );
    check(
        "",
        "probe startup n 2m",
        expect![[r#"
        WARNING: its startup probe does not answer
        finding warning source_unknown: its startup probe does not answer
        nothing to do
    "#]],
    );
}

#[test]
fn a_probe_that_cannot_run_is_told_and_restarts_nothing() {
    check(
        "",
        "probe startup c",
        expect![[r#"
        WARNING: its startup probe cannot run: curl is not in the container
        finding warning probe_cannot_run: its startup probe cannot run: curl is not in the container
        nothing to do
    "#]],
    );
    check(
        "",
        "probe startup w\n probe readiness wc\n probe liveness iiic",
        expect![[r#"
        WARNING: its readiness probe cannot run: curl is not in the container; its liveness probe cannot run: curl is not in the container
        finding warning probe_cannot_run: its readiness probe cannot run: curl is not in the container; its liveness probe cannot run: curl is not in the container
        nothing to do
    "#]],
    );
}

#[test]
fn a_word_that_is_too_old_calls_for_nothing() {
    for probe in ["probe startup w\n probe liveness iii 17s", "probe startup iiii 1h"] {
        let told = acts(&format!("{}\n live running\n applied\n {probe}", web("")));
        assert_eq!(told, "nothing to do\n", "{probe}");
    }
}

#[test]
fn readiness_ends_the_wait_of_a_plan_and_its_lack_prolongs_it() {
    let words = [
        "probe startup w\n probe readiness w",
        "probe startup w\n probe readiness i",
        "probe startup w\n probe readiness iii",
        "probe startup w\n probe readiness wiii",
        "probe startup w\n probe readiness c",
        "probe startup w",
        "probe startup i",
    ];
    let mut told = String::new();
    for age in ["5s", "61s", "3m"] {
        for word in words {
            let text = format!(
                "{}\n live running\n applied\n {word}\n intent start stabilising {age}\n expects running 60s",
                web("")
            );
            let verification = verified(&evaluate(world(&text)).verification.expect("it stabilises"));
            let _ =
                writeln!(told, "{age} {}: {}", word.replace("\n ", ", "), verification.replace('\n', ";"));
        }
    }
    expect![[r#"
        5s probe startup w, probe readiness w: passed
        5s probe startup w, probe readiness i: wait 55s
        5s probe startup w, probe readiness iii: wait 55s
        5s probe startup w, probe readiness wiii: wait 55s
        5s probe startup w, probe readiness c: wait 55s
        5s probe startup w: wait 55s
        5s probe startup i: wait 55s
        61s probe startup w, probe readiness w: passed
        61s probe startup w, probe readiness i: wait 59s
        61s probe startup w, probe readiness iii: wait 59s
        61s probe startup w, probe readiness wiii: warned: it runs and is not ready
        61s probe startup w, probe readiness c: warned: it runs, and its readiness probe cannot run
        61s probe startup w: wait 59s
        61s probe startup i: wait 59s
        3m probe startup w, probe readiness w: passed
        3m probe startup w, probe readiness i: warned: it runs and is not ready
        3m probe startup w, probe readiness iii: warned: it runs and is not ready
        3m probe startup w, probe readiness wiii: warned: it runs and is not ready
        3m probe startup w, probe readiness c: warned: it runs, and its readiness probe cannot run
        3m probe startup w: warned: it runs, and it is not ready yet
        3m probe startup i: warned: it runs and is not ready
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_plan_is_not_good_while_the_liveness_probe_fails_and_one_for_its_sake_waits_for_its_word() {
    let ready = "probe startup w\n probe readiness w";
    let words = ["", "probe liveness w", "probe liveness i", "probe liveness iii", "probe liveness c"];
    let mut told = String::new();
    for action in ["liveness-restart", "apply", "service-restart"] {
        let expects = if action == "service-restart" { "well" } else { "running" };
        for (age, word) in ["5s", "20s", "2m"].iter().flat_map(|age| words.map(|word| (age, word))) {
            let text = format!(
                "{}\n live running\n applied\n {ready}\n {word}\n intent restart stabilising {age}\n \
                 intent-action {action}\n expects {expects} 10s",
                web("")
            );
            let verification = verified(&evaluate(world(&text)).verification.expect("it stabilises"));
            let _ = writeln!(told, "{action} {age} {word}: {}", verification.replace('\n', ";"));
        }
    }
    expect![[r#"
        liveness-restart 5s : wait 5s
        liveness-restart 5s probe liveness w: passed
        liveness-restart 5s probe liveness i: wait 5s
        liveness-restart 5s probe liveness iii: failed: it runs and is not alive by its liveness probe
        liveness-restart 5s probe liveness c: wait 5s
        liveness-restart 20s : wait 13s
        liveness-restart 20s probe liveness w: passed
        liveness-restart 20s probe liveness i: wait 13s
        liveness-restart 20s probe liveness iii: failed: it runs and is not alive by its liveness probe
        liveness-restart 20s probe liveness c: warned: it runs, and its liveness probe cannot run
        liveness-restart 2m : warned: it runs, and its liveness probe has not answered yet
        liveness-restart 2m probe liveness w: passed
        liveness-restart 2m probe liveness i: failed: it runs and is not alive by its liveness probe
        liveness-restart 2m probe liveness iii: failed: it runs and is not alive by its liveness probe
        liveness-restart 2m probe liveness c: warned: it runs, and its liveness probe cannot run
        apply 5s : passed
        apply 5s probe liveness w: passed
        apply 5s probe liveness i: wait 5s
        apply 5s probe liveness iii: warned: it runs and is not alive by its liveness probe
        apply 5s probe liveness c: passed
        apply 20s : passed
        apply 20s probe liveness w: passed
        apply 20s probe liveness i: wait 13s
        apply 20s probe liveness iii: warned: it runs and is not alive by its liveness probe
        apply 20s probe liveness c: passed
        apply 2m : passed
        apply 2m probe liveness w: passed
        apply 2m probe liveness i: warned: it runs and is not alive by its liveness probe
        apply 2m probe liveness iii: warned: it runs and is not alive by its liveness probe
        apply 2m probe liveness c: passed
        service-restart 5s : passed
        service-restart 5s probe liveness w: passed
        service-restart 5s probe liveness i: wait 5s
        service-restart 5s probe liveness iii: failed: it runs and is still not alive by its liveness probe
        service-restart 5s probe liveness c: passed
        service-restart 20s : passed
        service-restart 20s probe liveness w: passed
        service-restart 20s probe liveness i: wait 13s
        service-restart 20s probe liveness iii: failed: it runs and is still not alive by its liveness probe
        service-restart 20s probe liveness c: passed
        service-restart 2m : passed
        service-restart 2m probe liveness w: passed
        service-restart 2m probe liveness i: failed: it runs and is still not alive by its liveness probe
        service-restart 2m probe liveness iii: failed: it runs and is still not alive by its liveness probe
        service-restart 2m probe liveness c: passed
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_crash_loop_of_probes_waits_like_one_of_ends_and_says_what_it_is() {
    let mut told = String::new();
    for by_probe in ["", "1m 5m 9m", "1m"] {
        for word in ["iii", "w"] {
            let facts = format!(
                "live running\n applied\n probe startup w\n probe liveness {word}\n restarts 3 3\n looping\n \
                 last-start 1m\n last-exit 1m\n ends 1m 5m 9m\n ends-by-probe {by_probe}"
            );
            let shown = crate::told::shows(&format!("{}\n {facts}", web("")));
            let _ = writeln!(told, "{by_probe} {word}: {}", shown.lines().next().unwrap_or_default());
        }
    }
    expect![[r#"
         iii: CrashLoopBackOff: it keeps ending: 3 restarts in a row
         w: WARNING: it keeps ending: 3 restarts in a row
        1m 5m 9m iii: CrashLoopBackOff: its probe keeps failing: 3 restarts in a row
        1m 5m 9m w: WARNING: its probe keeps failing: 3 restarts in a row
        1m iii: CrashLoopBackOff: it keeps ending, or its probe keeps failing: 3 restarts in a row
        1m w: WARNING: it keeps ending, or its probe keeps failing: 3 restarts in a row
    "#]]
    .assert_eq(&told);
}

#[test]
fn what_is_not_ready_after_an_edit_is_taken_back_but_not_onto_data_that_a_new_image_may_have_rewritten() {
    let mut told = String::new();
    for (image, mounts) in [("sha256:one", false), ("sha256:two", false), ("sha256:two", true)] {
        let mounts = if mounts { "mounts: [{type: volume, source: data, target: /data}]," } else { "" };
        let text = format!(
            "{}\n live running\n applied\n applied-image {image}\n probe startup w\n probe readiness wiii\n \
             intent recreate stabilising 3m\n expects running 10s",
            web(mounts)
        );
        let verification = verified(&evaluate(world(&text)).verification.expect("it stabilises"));
        let _ = writeln!(told, "{image} {mounts}: {}", verification.replace('\n', ";"));
    }
    expect![[r#"
        sha256:one : failed: it runs and is not ready
        sha256:two : failed: it runs and is not ready
        sha256:two mounts: [{type: volume, source: data, target: /data}],: warned: it runs and is not ready
    "#]]
    .assert_eq(&told);
}
