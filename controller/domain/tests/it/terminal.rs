//! Permanent errors: told, tried again slowly, never hammered.

use expect_test::expect;

use crate::story::story;

#[test]
fn what_cannot_be_made_is_tried_again_each_five_minutes() {
    expect![[r#"
        +0.0s -- look
        +0.0s MISSING missing
        +0.0s apply because missing
        +0.0s   create container web from app:1: refused
        +0.0s closed: failure
        +0.0s MISSING missing terminal
        +0.0s    apply held by backoff: refused
        +300.0s apply because missing
        +300.0s   create container web from app:1: refused
        +300.0s closed: failure
        +300.0s    apply held by backoff: refused
        +600.0s apply because missing
        +600.0s   create container web from app:1: refused
        +600.0s closed: failure
        +600.0s    apply held by backoff: refused
        +900.0s apply because missing
        +900.0s   create container web from app:1
        +900.0s   start container web
        +900.0s MATCH
        +910.0s passed
        +910.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}\n live absent\n---\n refuses create-container 3\n look\n wait 16m",
    ));
}

#[test]
fn a_taken_port_at_the_first_start_is_reported_and_the_start_tried_again() {
    expect![[r#"
        +0.0s -- look
        +0.0s MISSING missing
        +0.0s apply because missing
        +0.0s   create container web from app:1
        +0.0s   start container web: refused
        +0.0s closed: failure
        +0.0s DRIFT edited not_running terminal
        +0.0s apply because edited
        +0.0s DRIFT not_running terminal
        +0.0s passed
        +0.0s closed: success
        +0.0s    start held by backoff: refused
        +300.0s start because not_running
        +300.0s   start container web: refused
        +300.0s closed: failure
        +300.0s    start held by backoff: refused
        +600.0s start because not_running
        +600.0s   start container web: refused
        +600.0s closed: failure
        +600.0s    start held by backoff: refused
        +900.0s start because not_running
        +900.0s   start container web
        +900.0s MATCH
        +910.0s passed
        +910.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}\n live absent\n---\n refuses start-container 3\n look\n wait 16m",
    ));
}

#[test]
fn a_new_document_is_tried_at_once() {
    expect![[r#"
        +0.0s -- look
        +0.0s MISSING missing
        +0.0s apply because missing
        +0.0s   create container web from app:1: refused
        +0.0s closed: failure
        +0.0s MISSING missing terminal
        +0.0s    apply held by backoff: refused
        +60.0s -- edit {image: app:2}
        +60.0s MISSING missing
        +60.0s apply because missing
        +60.0s   create container web from app:2
        +60.0s   start container web
        +60.0s MATCH
        +70.0s passed
        +70.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live absent
         ---
         refuses create-container 1
         look
         wait 1m
         edit {image: app:2}
         wait 10s",
    ));
}

#[test]
fn an_edit_whose_image_cannot_be_fetched_touches_nothing_and_is_tried_again_slowly() {
    expect![[r#"
        +0.0s -- edit {image: app:2}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   pull image app:2: refused
        +0.0s closed: failure
        +0.0s DRIFT edited terminal
        +0.0s    apply held by backoff: refused
        +300.0s apply because edited
        +300.0s   pull image app:2: refused
        +300.0s closed: failure
        +300.0s    apply held by backoff: refused
        +600.0s apply because edited
        +600.0s   pull image app:2
        +600.0s   stop container web (grace 10 s)
        +600.0s   rename container web to web-podsteward-previous-c1
        +600.0s   create container web from app:2
        +600.0s   start container web
        +600.0s MATCH edited
        +610.0s passed
        +610.0s   remove container web-podsteward-previous-c1
        +610.0s closed: success
        +610.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         image absent
         ---
         refuses pull-image 2
         edit {image: app:2}
         wait 11m",
    ));
}

#[test]
fn meanwhile_the_old_container_is_started_when_it_dies() {
    let told = story(
        "Container web {image: app:2}
         live running
         made-of {image: app:1}
         applied {image: app:1}
         image absent
         terminal make same 1m no such image
         ---
         dies 1",
    );
    assert!(told.contains("start container web"), "{told}");
}

#[test]
fn a_change_that_is_refused_rests_and_does_not_keep_it_from_being_started() {
    expect![[r#"
        +0.0s -- edit {image: app:1, resources: {limits: {memory: 64Mi}}}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   update limits of container web: refused
        +0.0s closed: failure
        +0.0s DRIFT edited terminal
        +0.0s    apply held by backoff: refused
        +60.0s -- dies 1
        +60.0s DRIFT edited not_running terminal
        +60.0s start because not_running
        +60.0s   start container web
        +60.0s DRIFT edited terminal
        +70.0s passed
        +70.0s closed: success
        +70.0s    apply held by backoff: refused
        +300.0s apply because edited
        +300.0s   update limits of container web: refused
        +300.0s closed: failure
        +300.0s    apply held by backoff: refused
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         ---
         refuses update-container 2
         edit {image: app:1, resources: {limits: {memory: 64Mi}}}
         wait 1m
         dies 1
         wait 5m",
    ));
}

#[test]
fn a_removal_that_is_refused_rests() {
    expect![[r#"
        +0.0s -- delete
        +0.0s DRIFT deleted
        +0.0s    apply held by hold: the deletion is not certain yet
        +10.0s apply because deleted
        +10.0s   stop container web (grace 10 s)
        +10.0s   remove container web: refused
        +10.0s closed: failure
        +10.0s DRIFT deleted terminal
        +10.0s    apply held by backoff: refused
        +310.0s apply because deleted
        +310.0s   remove container web: refused
        +310.0s closed: failure
        +310.0s    apply held by backoff: refused
        +610.0s apply because deleted
        +610.0s   remove container web
        +610.0s MISSING deleted
        +610.0s passed
        +610.0s closed: success
        +610.0s MISSING
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         ---
         refuses remove-container 2
         delete
         wait 30m",
    ));
}

#[test]
fn it_is_over_when_nothing_is_called_for_any_more() {
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT not_running terminal
        +0.0s    start held by backoff: the port is taken
        +0.0s -- started by hand
        +0.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live exited
         applied
         terminal start same 1m the port is taken
         ---
         look
         started by hand",
    ));
}

#[test]
fn it_is_not_over_while_nobody_knows() {
    let told = crate::told::finds(
        "Container web {image: app:1}\n live unknown\n image unknown\n applied\n terminal start same 1m the port is taken",
    );
    expect![[r#"
        critical source_unknown: podman does not answer; the last known state holds
        critical terminal: the port is taken
    "#]]
    .assert_eq(&told);
}
