//! Backups: what is found about one, what is shown of it, and what waits for it.

use expect_test::expect;
use podsteward_domain::decision::{Gate, GateAnswer, Verdict};
use podsteward_domain::evaluate::evaluate;

use crate::fixture::world;
use crate::told::{finds, shows};

fn check(facts: &str) -> String {
    let restore = "restore: {path: /b/restored, maxAge: 35d}";
    format!("BackupCheck nightly {{path: /b/*, maxAge: 1d, {restore}}}\n applied\n {facts}")
}

#[test]
fn a_backup_that_is_fresh_and_was_restored_is_well_and_says_when() {
    let well = check("asked backup done 3h\n asked restore done 20d");
    assert_eq!(finds(&well), "");
    expect![[r"
        MATCH: fresh: at 2026-11-22T09:00:00Z (/b/x)
        ManifestValid=True Valid
        Applied=True Applied
        Fresh=True Proven: at 2026-11-22T09:00:00Z (/b/x)
        Restorable=True Proven: at 2026-11-02T12:00:00Z (/b/x)
    "]]
    .assert_eq(&shows(&well));
}

#[test]
fn each_way_to_have_no_backup_is_a_finding_of_its_own() {
    let found = |said: &str| finds(&check(&format!("asked backup {said}\n asked restore done 1d")));
    expect![[r"
        warning backup_missing: there is no backup: no file is there for /b/*
    "]]
    .assert_eq(&found("nothing no file is there for /b/*"));
    expect![[r"
        warning backup_stale: the last backup was made at 2026-11-21T11:00:00Z, which is longer than 1d ago (/b/x)
    "]].assert_eq(&found("done 25h"));
    expect![[r"
        warning backup_failed: the backup failed: /bin/check ended with 1; it last went well at 2026-11-22T10:00:00Z
    "]]
    .assert_eq(&found("failed /bin/check ended with 1 after 2h"));
    expect![[r"
        warning source_unknown: the backup is not known: /b cannot be read
    "]]
    .assert_eq(&found("unknown /b cannot be read"));
}

#[test]
fn a_restore_that_was_never_or_long_ago_or_badly_proven_is_told() {
    let found = |said: &str| finds(&check(&format!("asked backup done 1h\n asked restore {said}")));
    expect![[r"
        warning backup_unproven: no restore was ever proven: no file is there for /b/restored
    "]]
    .assert_eq(&found("nothing no file is there for /b/restored"));
    expect![[r"
        warning backup_unproven: a restore was last proven at 2026-10-17T12:00:00Z, which is longer than 35d ago (/b/x)
    "]].assert_eq(&found("done 36d"));
    expect![[r"
        warning backup_unproven: the proof of a restore failed: /bin/check ended with 1
    "]]
    .assert_eq(&found("failed /bin/check ended with 1"));
    expect![[r"
        warning source_unknown: whether the backup can be restored is not known: no answer
    "]]
    .assert_eq(&found("unknown no answer"));
}

#[test]
fn what_is_not_expected_now_is_worth_knowing_and_no_more() {
    let check = |facts: &str| {
        format!("BackupCheck nightly {{path: /b/*, maxAge: 1d, expected: false}}\n applied\n {facts}")
    };
    let missing = check("asked backup nothing no file is there for /b/*");
    expect![[r"
        info backup_missing: there is no backup: no file is there for /b/*; none is expected now
    "]]
    .assert_eq(&finds(&missing));
    assert!(shows(&missing).starts_with("MATCH"), "{}", shows(&missing));
    expect![[r"
        info source_unknown: the backup is not known: /b cannot be read; none is expected now
    "]]
    .assert_eq(&finds(&check("asked backup unknown /b cannot be read")));
}

#[test]
fn nothing_is_found_before_it_was_asked_and_nothing_but_that_while_podman_is_silent() {
    let unasked = check("");
    assert_eq!(finds(&unasked), "");
    assert!(shows(&unasked).starts_with("UNKNOWN"), "{}", shows(&unasked));
    let silent = check("asked backup done 1h\n asked restore done 1d\n engine unknown");
    assert_eq!(finds(&silent), "");
}

#[test]
fn it_is_looked_at_again_when_it_grows_stale() {
    let evaluation = evaluate(world(&check("asked backup done 23h59m\n asked restore done 1d")));
    assert_eq!(evaluation.again.unwrap().as_millis(), 60_001);
}

/// The answer of the gate about a cleanup that would throw the volume `scratch` away.
fn cleanup(guard: &str) -> GateAnswer {
    let steps = "cleanup: [{pruneVolumes: {names: [scratch]}}]";
    answer(&format!(
        "DiskPolicy data {{path: /srv, {steps}}}\n applied\n used 86\n over space 10s\n inventory\n kept-volume scratch\n {guard}"
    ))
}

fn answer(text: &str) -> GateAnswer {
    let decision = evaluate(world(text)).choice.expect("something could be done").decision;
    decision.gates.into_iter().find(|result| result.gate == Gate::Backup).expect("it is asked").answer
}

#[test]
fn a_declared_change_waits_for_no_backup_whatever_it_may_write() {
    let mounts = "mounts: [{type: volume, source: data, target: /data}]";
    let made = format!("{{image: app:1, {mounts}}}");
    let edited = format!(
        "Container db {{image: app:2, {mounts}}}\n live running\n made-of {made}\n applied {made}\n image sha256:two\n uses volume data exists"
    );
    for said in ["done 25h", "nothing no file is there", "failed it ended with 1", "unknown no answer", ""] {
        let text = format!("{edited}\n guard {{maxAge: 1d}} {said}");
        let decision = evaluate(world(&text)).choice.expect("it is edited").decision;
        assert_eq!(decision.verdict, Verdict::Declared);
        assert_eq!(decision.withheld_by(), None, "{said}");
    }
}

#[test]
fn a_cleanup_that_throws_volumes_away_waits_for_their_backup() {
    expect![[r#"
        Hold {
            detail: "it could lose data, and backupcheck/nightly is stale: at 2026-11-21T11:00:00Z, which is longer than 1d ago (/b/x)",
            until: None,
        }
    "#]].assert_debug_eq(&cleanup("guard {maxAge: 1d} done 25h"));
    assert!(cleanup("guard {maxAge: 1d} nothing no file is there").stops());
    assert!(cleanup("guard {maxAge: 1d} failed it ended with 1").stops());
    assert!(cleanup("guard {maxAge: 1d} unknown no answer").stops());
    assert!(cleanup("guard {maxAge: 1d}").stops(), "what was not asked yet is not known");
    assert_eq!(cleanup("guard {maxAge: 1d} done 1h"), GateAnswer::Pass);
}

#[test]
fn only_a_check_that_covers_what_is_touched_and_is_expected_holds_anything() {
    assert_eq!(cleanup(""), GateAnswer::Pass, "nobody said that there should be a backup");
    assert!(cleanup("guard {maxAge: 1d, objects: [volume/scratch]} done 2d").stops());
    assert_eq!(cleanup("guard {maxAge: 1d, objects: [volume/scratch]} done 2h"), GateAnswer::Pass);
    assert_eq!(
        cleanup("guard {maxAge: 1d, objects: [volume/data, container/web]} done 2d"),
        GateAnswer::Pass
    );
    assert_eq!(cleanup("guard {maxAge: 1d, expected: false} done 2d"), GateAnswer::Pass);
}

#[test]
fn what_loses_no_data_does_not_wait_for_a_backup() {
    let restart = format!("{}\n guard {{maxAge: 1d}} done 2d", crate::confidence::SICK);
    assert_eq!(answer(&restart), GateAnswer::Pass);
}
