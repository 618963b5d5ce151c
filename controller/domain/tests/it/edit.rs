//! An edited document: applied at once, verified, and taken back when it does not work.

use expect_test::expect;

use crate::story::story;

const WEB: &str = "Container web {image: app:1}\n live running\n applied\n---\n";

#[test]
fn it_is_applied_at_once_and_the_old_container_removed_after_ten_good_seconds() {
    expect![[r#"
        +0.0s -- edit {image: app:1, args: [--loud]}
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
    .assert_eq(&story(&format!("{WEB} edit {{image: app:1, args: [--loud]}}\n wait 1h")));
}

#[test]
fn limits_are_changed_on_the_live_container() {
    expect![[r#"
        +0.0s -- edit {image: app:1, resources: {limits: {memory: 64Mi}}}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   update limits of container web
        +0.0s MATCH
        +0.0s passed
        +0.0s closed: success
    "#]]
    .assert_eq(&story(&format!(
        "{WEB} edit {{image: app:1, resources: {{limits: {{memory: 64Mi}}}}}}\n wait 1h"
    )));
}

#[test]
fn a_container_that_cannot_be_made_or_started_returns_at_once() {
    for step in ["create-container", "start-container"] {
        let told =
            story(&format!("{WEB} refuses {step} 1\n edit {{image: app:1, args: [--loud]}}\n wait 1h"));
        assert!(told.contains("rename container web-podsteward-previous-c1 to web"), "{told}");
        assert!(told.contains("closed: rolled-back"), "{told}");
        assert!(told.ends_with("apply held by quarantine: the document was taken back: refused\n"), "{told}");
        assert_eq!(told.matches("apply because").count(), 1, "{told}");
    }
}

#[test]
fn an_edit_of_the_edit_takes_over() {
    expect![[r#"
        +0.0s -- edit {image: app:1, args: [--loud]}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +3.0s -- edit {image: app:1, args: [--quiet]}
        +3.0s DRIFT edited
        +3.0s superseded
        +3.0s   remove container web-podsteward-previous-c1
        +3.0s closed: inconclusive
        +3.0s apply because edited
        +3.0s   stop container web (grace 10 s)
        +3.0s   rename container web to web-podsteward-previous-made-1
        +3.0s   create container web from app:1
        +3.0s   start container web
        +3.0s MATCH edited
        +13.0s passed
        +13.0s   remove container web-podsteward-previous-made-1
        +13.0s closed: success
        +13.0s MATCH
    "#]].assert_eq(&story(&format!(
        "{WEB} edit {{image: app:1, args: [--loud]}}\n wait 3s\n edit {{image: app:1, args: [--quiet]}}\n wait 1h"
    )));
}

#[test]
fn a_stop_by_hand_while_it_is_verified_is_respected() {
    expect![[r#"
        +0.0s -- edit {image: app:1, args: [--loud]}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +3.0s -- stopped by hand
        +3.0s DRIFT edited hand_stopped
        +3.0s inconclusive: somebody stopped it meanwhile
        +3.0s   remove container web-podsteward-previous-c1
        +3.0s closed: inconclusive
        +3.0s DRIFT hand_stopped
        +3.0s    drift-reconciliation held by hold: it was stopped by hand
    "#]]
    .assert_eq(&story(&format!(
        "{WEB} edit {{image: app:1, args: [--loud]}}\n wait 3s\n stopped by hand\n wait 5m"
    )));
}

#[test]
fn a_removal_by_hand_while_it_is_verified_is_mended() {
    expect![[r#"
        +0.0s -- edit {image: app:1, args: [--loud]}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +3.0s -- removed by hand
        +3.0s MISSING missing
        +3.0s inconclusive: somebody removed it meanwhile
        +3.0s   remove container web-podsteward-previous-c1
        +3.0s closed: inconclusive
        +3.0s apply because missing
        +3.0s   create container web from app:1
        +3.0s   start container web
        +3.0s MATCH
        +13.0s passed
        +13.0s closed: success
    "#]]
    .assert_eq(&story(&format!(
        "{WEB} edit {{image: app:1, args: [--loud]}}\n wait 3s\n removed by hand\n wait 5m"
    )));
}

#[test]
fn an_edit_of_a_container_in_a_crash_loop_does_not_wait_for_its_back_off() {
    let told = story(&format!(
        "{WEB} lives 1s 1\n dies 1\n wait 1m\n lives for ever\n edit {{image: app:1, args: [--fixed]}}\n wait 11m"
    ));
    let edited = told.split("-- edit").nth(1).expect("it is edited");
    expect![[r#"
         {image: app:1, args: [--fixed]}
        +60.0s CrashLoopBackOff edited not_running crash_loop
        +60.0s apply because edited
        +60.0s   rename container web to web-podsteward-previous-c1
        +60.0s   create container web from app:1
        +60.0s   start container web
        +60.0s WARNING edited crash_loop
        +70.0s passed
        +70.0s   remove container web-podsteward-previous-c1
        +70.0s closed: success
        +70.0s MATCH
    "#]]
    .assert_eq(edited);
}

#[test]
fn an_error_that_passes_by_itself_is_no_reason_to_give_the_document_up() {
    let told = story(&format!(
        "{WEB} passing errors\n refuses create-container 1\n edit {{image: app:1, args: [--loud]}}\n wait 1m"
    ));
    assert!(told.contains("closed: rolled-back"), "{told}");
    assert!(told.ends_with("closed: success\n+10.0s MATCH\n"), "{told}");
}
