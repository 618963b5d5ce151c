//! Config files: their content is part of what a container was started with.

use expect_test::expect;

use crate::story::story;
use crate::told::{acts, finds};

fn changed(on_change: &str) -> String {
    acts(&format!(
        "Container web {{image: app:1, configFiles: [{{path: /etc/web, {on_change}}}]}}
         live running
         applied
         read-before /etc/web one
         config /etc/web two"
    ))
}

#[test]
fn a_changed_file_restarts_recreates_or_signals() {
    expect![[r#"
        apply because config_changed (declared)
          restart: stop container web (grace 10 s), start container web
          expects Running for 10s
    "#]]
    .assert_eq(&changed("onChange: restart"));
    expect![[r#"
        apply because config_changed (declared)
          replace: stop container web (grace 10 s), rename container web to web-podsteward-previous-c1, create container web from app:1, start container web
          then settle: remove container web-podsteward-previous-c1
          expects Running for 10s
    "#]].assert_eq(&changed("onChange: recreate"));
    expect![[r#"
        apply because config_changed (declared)
          act: send signal 10 to container web
          expects Running for 0s
    "#]]
    .assert_eq(&changed("onChange: signal, signal: USR1"));
}

#[test]
fn the_strongest_of_several_changes_counts() {
    let both = |a: &str, b: &str| {
        acts(&format!(
            "Container web {{image: app:1, configFiles: [{{path: /etc/a, onChange: {a}}}, {{path: /etc/b, onChange: {b}}}]}}
             live running
             applied
             read-before /etc/a one
             config /etc/a two
             read-before /etc/b one
             config /etc/b two"
        ))
    };
    for (weak, strong, does) in [
        ("signal", "restart", "  restart: "),
        ("restart", "recreate", "  replace: "),
        ("signal", "recreate", "  replace: "),
    ] {
        assert!(both(weak, strong).contains(does), "{weak}, {strong}");
        assert!(both(strong, weak).contains(does), "{strong}, {weak}");
    }
}

#[test]
fn the_first_content_that_is_seen_is_the_one_it_was_started_with() {
    let told = finds(
        "Container web {image: app:1, configFiles: [{path: /etc/web}]}\n live running\n applied\n config /etc/web one",
    );
    assert_eq!(told, "");
}

#[test]
fn a_file_that_is_gone_or_not_known_is_no_change() {
    for state in ["missing", "unknown", "not-yet"] {
        let told = finds(&format!(
            "Container web {{image: app:1, configFiles: [{{path: /etc/web}}]}}
             live running
             applied
             read-before /etc/web one
             config /etc/web {state}"
        ));
        assert_eq!(told, "", "{state}");
    }
}

const ONE: &str = "Container web {image: app:1, configFiles: [{path: /etc/web, onChange: restart}]}
     live running
     applied
     config /etc/web one";

#[test]
fn a_change_is_acted_on_once() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH
        +0.0s -- config /etc/web two
        +0.0s DRIFT config_changed
        +0.0s apply because config_changed
        +0.0s   stop container web (grace 10 s)
        +0.0s   start container web
        +0.0s MATCH
        +10.0s passed
        +10.0s closed: success
        +3600.0s -- look
    "#]]
    .assert_eq(&story(&format!("{ONE}\n---\n look\n config /etc/web two\n wait 1h\n look")));
}

#[test]
fn a_change_while_it_is_down_is_read_at_its_start() {
    expect![[r#"
        +0.0s -- stopped by hand
        +0.0s DRIFT hand_stopped
        +0.0s    drift-reconciliation held by hold: it was stopped by hand
        +0.0s -- config /etc/web two
        +0.0s    drift-reconciliation held by hold: it was stopped by hand
        +900.0s drift-reconciliation because hand_stopped (notify-execute, 0.88)
        +900.0s   Acting: container/web: drift-reconciliation begins
        +900.0s   start container web
        +900.0s MATCH
        +920.0s passed
        +920.0s closed: success
        +920.0s learned: +0.05 to 0.9525
        +920.0s   Recovered: container/web: drift-reconciliation worked
    "#]]
    .assert_eq(&story(&format!("{ONE}\n---\n stopped by hand\n config /etc/web two\n wait 1h")));
}

#[test]
fn whoever_starts_it_by_hand_after_a_change_sees_one_restart() {
    let told =
        story(&format!("{ONE}\n---\n stopped by hand\n config /etc/web two\n started by hand\n wait 1h"));
    assert_eq!(told.matches("stop container web").count(), 1, "{told}");
}

#[test]
fn a_change_while_a_replacement_is_verified_is_not_lost() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH
        +0.0s -- edit {image: app:1, args: [--loud], configFiles: [{path: /etc/web, onChange: restart}]}
        +0.0s DRIFT edited
        +0.0s apply because edited
        +0.0s   stop container web (grace 10 s)
        +0.0s   rename container web to web-podsteward-previous-c1
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH edited
        +5.0s -- config /etc/web two
        +5.0s DRIFT edited config_changed
        +10.0s passed
        +10.0s   remove container web-podsteward-previous-c1
        +10.0s closed: success
        +10.0s DRIFT config_changed
        +10.0s apply because config_changed
        +10.0s   stop container web (grace 10 s)
        +10.0s   start container web
        +10.0s MATCH
        +20.0s passed
        +20.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, configFiles: [{path: /etc/web, onChange: restart}]}
         live running
         applied
         config /etc/web one
         ---
         look
         edit {image: app:1, args: [--loud], configFiles: [{path: /etc/web, onChange: restart}]}
         wait 5s
         config /etc/web two
         wait 1h",
    ));
}
