//! Quarantine: what was taken back, or does not converge, is not tried again until a fact changes.

use expect_test::expect;

use crate::story::story;

const DRIFTING: &str = "Container web {image: app:1, env: [{name: LEVEL, value: info}]}
     live running
     made-of {image: app:1, env: [{name: LEVEL, value: debug}]}
     applied";

#[test]
fn an_edit_that_ends_within_its_stabilise_time_is_taken_back_and_not_tried_again() {
    expect![[r#"
        +0.0s -- edit {image: app:1, args: [--bad]}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +3.0s -- it ends with 1
        +3.0s DRIFT edited not_running
        +3.0s failed: it ended with 1 within 10s of its start
        +3.0s   remove container web
        +3.0s   rename container web-podsteward-previous-c1 to web
        +3.0s   start container web
        +3.0s closed: rolled-back
        +3.0s DRIFT edited quarantined
        +3.0s    apply held by quarantine: the document was taken back: it ended with 1 within 10s of its start
        +3602.0s -- look
        +3602.0s    apply held by quarantine: the document was taken back: it ended with 1 within 10s of its start
    "#]].assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         ---
         lives 3s 1
         edit {image: app:1, args: [--bad]}
         wait 2s
         lives for ever
         wait 1h
         look",
    ));
}

#[test]
fn a_new_document_frees_it() {
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT edited quarantined
        +0.0s    apply held by quarantine: the document was taken back: it ended with 1
        +0.0s -- edit {image: app:1, args: [--good]}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +10.0s passed
        +10.0s   remove container web-podsteward-previous-c1
        +10.0s closed: success
        +10.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, args: [--bad]}
         live running
         made-of {image: app:1}
         applied {image: app:1}
         quarantined rolled-back same
         ---
         look
         edit {image: app:1, args: [--good]}
         wait 10s",
    ));
}

/// What happens when this fact is told after a document was taken back.
fn after_a_new(fact: &str) -> String {
    story(&format!(
        "Container web {{image: app:1, args: [--bad], configFiles: [{{path: /etc/web}}], dependsOn: [{{name: db}}]}}
         live running
         made-of {{image: app:1}}
         applied {{image: app:1}}
         config /etc/web one
         needs db running start-1
         quarantined rolled-back same
         ---
         look
         {fact}"
    ))
}

#[test]
fn a_config_file_the_image_and_a_dependency_free_it_once_they_are_known_to_be_new() {
    for fact in ["config /etc/web two", "image sha256:two", "needs db running start-2"] {
        let told = after_a_new(fact);
        assert!(told.contains("+0.0s    apply held by quarantine: the document was taken back"), "{told}");
        assert!(told.contains("apply because edited"), "{fact} is a new fact:\n{told}");
    }
}

#[test]
fn what_is_not_known_is_not_a_new_fact() {
    for fact in ["config /etc/web unknown", "config /etc/web not-yet", "needs db unknown", "needs db not-yet"]
    {
        let told = after_a_new(fact);
        assert!(!told.contains("apply because edited"), "{fact} is no new fact:\n{told}");
    }
}

#[test]
fn retry_frees_it() {
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT edited quarantined
        +0.0s    apply held by quarantine: the document was taken back: it ended with 1
        +0.0s -- retry
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +10.0s passed
        +10.0s   remove container web-podsteward-previous-c1
        +10.0s closed: success
        +10.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, args: [--bad]}
         live running
         made-of {image: app:1}
         applied {image: app:1}
         quarantined rolled-back same
         ---
         look
         retry
         wait 10s",
    ));
}

#[test]
fn an_image_that_the_plan_itself_fetched_is_no_new_fact() {
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   pull image app:2
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:2
        +0.0s   start container web
        +0.0s MATCH edited
        +0.0s -- image sha256:two
        +0.0s DRIFT edited
        +1.0s -- it ends with 1
        +1.0s DRIFT edited not_running
        +1.0s failed: it ended with 1 within 10s of its start
        +1.0s   remove container web
        +1.0s   rename container web-podsteward-previous-c1 to web
        +1.0s   start container web
        +1.0s closed: rolled-back
        +1.0s DRIFT edited quarantined
        +1.0s    apply held by quarantine: the document was taken back: it ended with 1 within 10s of its start
        +2.0s -- it ends with 1
        +2.0s DRIFT edited not_running quarantined
        +2.0s start because not_running
        +2.0s   start container web
        +2.0s DRIFT edited quarantined
        +12.0s passed
        +12.0s closed: success
        +12.0s    apply held by quarantine: the document was taken back: it ended with 1 within 10s of its start
    "#]].assert_eq(&story(
        "Container web {image: app:2}
         live running
         made-of {image: app:1}
         applied {image: app:1}
         image absent
         ---
         lives 1s 1
         look
         image sha256:two
         wait 1s
         lives for ever
         wait 1h",
    ));
}

#[test]
fn a_document_in_quarantine_does_not_keep_the_old_container_from_being_started() {
    expect![[r#"
        +0.0s -- dies 1
        +0.0s DRIFT edited not_running quarantined
        +0.0s start because not_running
        +0.0s   start container web
        +0.0s DRIFT edited quarantined
        +10.0s passed
        +10.0s closed: success
        +10.0s    apply held by quarantine: the document was taken back: it ended with 1
        +20.0s -- dies 1
        +20.0s DRIFT edited not_running quarantined
        +20.0s    apply held by quarantine: the document was taken back: it ended with 1
        +30.0s start because not_running
        +30.0s   start container web
        +30.0s DRIFT edited quarantined
        +40.0s passed
        +40.0s closed: success
        +40.0s    apply held by quarantine: the document was taken back: it ended with 1
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, args: [--bad]}
         live running
         made-of {image: app:1}
         applied {image: app:1}
         quarantined rolled-back same
         ---
         dies 1
         wait 20s
         dies 1
         wait 30s",
    ));
}

#[test]
fn a_config_file_whose_recreate_was_taken_back_is_not_tried_again() {
    expect![[r#"
        +0.0s -- config /etc/web two
        +0.0s DRIFT config_changed
        +0.0s apply because config_changed
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1: refused
        +0.0s   rename container web-podsteward-previous-c1 to web
        +0.0s   start container web
        +0.0s closed: rolled-back
        +0.0s DRIFT config_changed quarantined
        +0.0s    apply held by quarantine: the document was taken back: refused
        +3600.0s -- config /etc/web three
        +3600.0s DRIFT config_changed
        +3600.0s apply because config_changed
        +3600.0s   stop container web (grace 10 s)
        +3600.0s   rename container web to web-podsteward-previous-c1
        +3600.0s   create container web from app:1
        +3600.0s   start container web
        +3600.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, configFiles: [{path: /etc/web, onChange: recreate}]}
         live running
         applied
         read-before /etc/web one
         config /etc/web one
         ---
         refuses create-container 1
         config /etc/web two
         wait 1h
         config /etc/web three",
    ));
}

#[test]
fn the_same_drift_three_times_within_an_hour_is_given_up() {
    let spec = "{image: app:1, env: [{name: LEVEL, value: debug}]}";
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT drift
        +0.0s drift-reconciliation because drift (notify-execute, 0.88)
        +0.0s   Acting: container/web: drift-reconciliation begins
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH
        +20.0s passed
        +20.0s   remove container web-podsteward-previous-c1
        +20.0s closed: success
        +20.0s learned: +0.05 to 0.9525
        +20.0s   Recovered: container/web: drift-reconciliation worked
        +960.0s -- drifts {image: app:1, env: [{name: LEVEL, value: debug}]}
        +960.0s DRIFT drift
        +960.0s drift-reconciliation because drift (notify-execute, 0.9524)
        +960.0s   Acting: container/web: drift-reconciliation begins
        +960.0s   stop container web (grace 10 s)
        +960.0s   rename container web to web-podsteward-previous-made-1
        +960.0s   create container web from app:1
        +960.0s   start container web
        +960.0s MATCH
        +980.0s passed
        +980.0s   remove container web-podsteward-previous-made-1
        +980.0s closed: success
        +980.0s learned: +0.05 to 1.00
        +980.0s   Recovered: container/web: drift-reconciliation worked
        +1920.0s -- drifts {image: app:1, env: [{name: LEVEL, value: debug}]}
        +1920.0s DRIFT drift
        +1920.0s drift-reconciliation because drift (notify-execute, 1.00)
        +1920.0s   Acting: container/web: drift-reconciliation begins
        +1920.0s   stop container web (grace 10 s)
        +1920.0s   rename container web to web-podsteward-previous-made-2
        +1920.0s   create container web from app:1
        +1920.0s   start container web
        +1920.0s MATCH
        +1940.0s passed
        +1940.0s   remove container web-podsteward-previous-made-2
        +1940.0s closed: success
        +1940.0s learned: +0.0002 to 1.00
        +1940.0s   Recovered: container/web: drift-reconciliation worked
        +2880.0s -- drifts {image: app:1, env: [{name: LEVEL, value: debug}]}
        +2880.0s DRIFT drift quarantined
        +2880.0s    drift-reconciliation held by quarantine: the same drift came back right after it was mended, 3 times
    "#]].assert_eq(&story(&format!(
        "{DRIFTING}
         ---
         look
         wait 16m
         drifts {spec}
         wait 16m
         drifts {spec}
         wait 16m
         drifts {spec}
         wait 2h"
    )));
}

#[test]
fn the_same_drift_after_more_than_an_hour_is_mended_again() {
    let spec = "{image: app:1, env: [{name: LEVEL, value: debug}]}";
    let again = format!("drifts {spec}\n wait 61m\n");
    let told = story(&format!("{DRIFTING}\n---\nlook\n wait 61m\n {}", again.repeat(4)));
    assert_eq!(told.matches("closed: success").count(), 5, "{told}");
}

#[test]
fn drift_that_does_not_converge_is_no_finding_while_it_is_gone() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH
        +0.0s -- drifts {image: app:1, env: [{name: LEVEL, value: debug}]}
        +0.0s DRIFT drift quarantined
        +0.0s    drift-reconciliation held by quarantine: the same drift came back right after it was mended, 3 times
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, env: [{name: LEVEL, value: info}]}
         live running
         applied
         quarantined not-converging same
         ---
         look
         drifts {image: app:1, env: [{name: LEVEL, value: debug}]}",
    ));
}

#[test]
fn a_change_that_does_not_take_is_given_up_after_three_times() {
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT drift
        +0.0s drift-reconciliation because drift (notify-execute, 0.88)
        +0.0s   Acting: container/web: drift-reconciliation begins
        +0.0s   update limits of container web
        +20.0s failed: spec.resources.limits.memory: declared 64Mi, still 32Mi
        +20.0s closed: failure
        +20.0s learned: -0.10 to 0.7275
        +20.0s   Failed: container/web: drift-reconciliation failed
        +20.0s    drift-reconciliation held by cooldown: drift-reconciliation rests for 15m after it was tried
        +920.0s drift-reconciliation because drift (notify-execute, 0.7276)
        +920.0s   Acting: container/web: drift-reconciliation begins
        +920.0s   update limits of container web
        +940.0s failed: spec.resources.limits.memory: declared 64Mi, still 32Mi
        +940.0s closed: failure
        +940.0s learned: +0.00 to 0.6961
        +940.0s   Failed: container/web: drift-reconciliation failed
        +940.0s    drift-reconciliation held by cooldown: drift-reconciliation rests for 15m after it was tried
        +1840.0s   asks: confidence 0.6961, risk medium
        +1840.0s   ApprovalNeeded: container/web: drift-reconciliation needs approval 1
        +1840.0s drift-reconciliation because drift (queue, 0.6961)
        +1840.0s   update limits of container web
        +1860.0s failed: spec.resources.limits.memory: declared 64Mi, still 32Mi
        +1860.0s closed: failure
        +1860.0s learned: +0.00 to 0.6751
        +1860.0s   BreakerOpened: drift-reconciliation rests on container/web: it failed too often
        +1860.0s   Failed: container/web: drift-reconciliation failed
        +1860.0s DRIFT drift quarantined breaker_open
        +1860.0s    drift-reconciliation held by quarantine: the same drift came back right after it was mended, 3 times
    "#]].assert_eq(&story(
        "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}
         live running
         made-of {image: app:1, resources: {limits: {memory: 32Mi}}}
         applied
         policy {riskTolerance: high}
         ---
         forgets updates
         approves all
         look
         wait 1h",
    ));
}
