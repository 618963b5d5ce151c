//! What a cleanup throws away of what lies there, and what it never does.

use expect_test::expect;
use podsteward_domain::disk::inventory::Part;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::finding::FindingKind;
use podsteward_domain::observation::Observation;
use podsteward_domain::plan::Plan;
use podsteward_domain::world::Subject;

use crate::fixture::world;
use crate::told::decided;

/// The steps of a cleanup by one step of a policy, with this lying there, a line each.
fn steps(cleanup: &str, lies: &str) -> String {
    let text = format!(
        "DiskPolicy data {{path: /, cleanup: [{cleanup}]}}\n applied\n used 90\n pressure space 1m\n inventory\n {lies}"
    );
    let plan = evaluate(world(&text)).choice.map(|choice| choice.plan);
    let steps = plan.iter().flat_map(Plan::steps);
    steps.fold(String::new(), |told, step| format!("{told}{step}\n"))
}

const UNUSED: &str = "{pruneUnusedImages: {unusedFor: 7d, keepLast: 1, protect: [keep, '*/tool:*']}}";

#[test]
fn images_go_that_nothing_used_for_long_enough_the_longest_unused_first() {
    let lies = "stored docker.io/a/app:1 3 30d\n stored docker.io/a/app:2 2 8d\n stored docker.io/a/app:3 1 6d\n \
                stored - 4 40d";
    expect![[r#"
        remove image - (4 GiB, unused for 40d)
        remove image docker.io/a/app:1 (3 GiB, unused for 30d)
        remove image docker.io/a/app:2 (2 GiB, unused for 8d)
    "#]]
    .assert_eq(&steps(UNUSED, lies));
}

#[test]
fn an_image_that_something_needs_stays() {
    let rows = [
        ("it is the newest of its repository", "stored docker.io/a/app:1 3 30d"),
        ("it is as old as the newest", "stored a/app:1 3 30d\n stored a/app:2 1 30d"),
        ("a container was made from it", "stored a/app:1 3 30d containers 1\n stored a/app:2 1 1d"),
        ("another is built on it", "stored a/app:1 3 30d children\n stored a/app:2 1 1d"),
        (
            "a manifest names it",
            "stored docker.io/library/app:1 3 30d\n stored docker.io/library/app:2 1 1d\n needs-image app:1",
        ),
        (
            "a manifest names its repository by digest",
            "stored x/app:1 3 30d\n stored x/app:2 1 1d\n needs-image x/app@sha256:12",
        ),
        (
            "a plan holds it, or it was applied",
            "stored a/app:1 3 30d\n stored a/app:2 1 1d\n needs-id sha256:aapp1",
        ),
        ("a manifest cannot be read", "stored a/app:1 3 30d\n stored a/app:2 1 1d\n needs-unknown"),
        ("it is protected", "stored a/keep:1 3 30d\n stored a/keep:2 1 1d"),
        ("a pattern protects it", "stored my/tool:1 3 30d\n stored my/tool:2 1 1d"),
        ("it was used a week ago, almost", "stored a/app:1 3 167h\n stored a/app:2 1 1d"),
    ];
    for (why, lies) in rows {
        assert_eq!(steps(UNUSED, lies), "", "{why}");
    }
}

#[test]
fn an_image_of_which_nobody_knows_when_it_was_used_stays() {
    let mut world = world(&format!(
        "DiskPolicy data {{path: /, cleanup: [{UNUSED}]}}\n applied\n used 90\n pressure space 1m\n inventory\n stored - 3 30d"
    ));
    assert_eq!(evaluate(world.clone()).choice.unwrap().plan.steps().count(), 1);
    let Subject::Disk(facts) = &mut world.subject else { unreachable!() };
    let Observation::Known { value, .. } = &mut facts.inventory else { unreachable!() };
    let Part::Found(engine) = &mut std::sync::Arc::make_mut(value).engine else { unreachable!() };
    engine.images[0].last_used = None;
    assert!(evaluate(world).choice.is_none());
}

#[test]
fn containers_go_by_their_labels_only_and_never_those_of_somebody_else() {
    let prune = "{pruneContainers: {exitedFor: 1d, labels: {job: nightly}}}";
    let go = "ended old 2d {job=nightly}\n ended young 23h {job=nightly}\n ended other 2d {job=weekly}\n \
              ended none 2d {}";
    assert_eq!(steps(prune, go), "remove container old\n");
    let stay = [
        "{job=nightly, dev.podsteward/instance=other}",
        "{job=nightly, com.github.containers.toolbox=true}",
        "{job=nightly, manager=distrobox}",
        "{job=nightly, io.podman.compose.project=a}",
        "{job=nightly, com.docker.compose.project=a}",
        "{job=nightly, PODMAN_SYSTEMD_UNIT=a.service}",
        "{job=nightly} by the pod a",
    ];
    for who in stay {
        assert_eq!(steps(prune, &format!("ended old 2d {who}")), "", "{who}");
    }
    assert_eq!(steps(prune, "ended old 2d {job=nightly}\n needs-container old"), "");
    assert_eq!(steps(prune, "ended old 2d {job=nightly, manager=me}"), "remove container old\n");
}

#[test]
fn volumes_go_by_name_where_nothing_uses_or_declares_them() {
    let prune = "{pruneVolumes: {names: [scratch, used, declared]}}";
    let lies = "kept-volume scratch\n kept-volume used web\n kept-volume declared\n kept-volume other\n \
                needs-volume declared";
    assert_eq!(steps(prune, lies), "remove volume scratch with its data\n");
}

#[test]
fn no_volume_goes_without_a_persons_word_however_sure_podsteward_is() {
    let world = "DiskPolicy data {path: /, cleanup: [{pruneVolumes: {names: [scratch]}}]}\n applied\n used 97\n \
                pressure space 1m\n inventory\n kept-volume scratch\n policy {riskTolerance: high}";
    for successes in [0, 3, 30, 300] {
        let decision = decided(
            &format!("{world}\n track disk-cleanup successes {successes} adjustment 1500"),
            "disk-cleanup",
        );
        assert!(!decision.verdict.executes(), "{successes}: {}", decision.verdict);
        assert_eq!(decision.withheld_by().map(|it| it.gate.as_str()), Some("verdict"), "{successes}");
    }
}

#[test]
fn a_plan_that_removes_a_volume_cannot_be_taken_back_and_is_only_told_of() {
    let text = "DiskPolicy data {path: /, cleanup: [{pruneVolumes: {names: [scratch]}}]}\n applied\n used 90\n \
                pressure space 1m\n inventory\n kept-volume scratch";
    let decision = decided(text, "disk-cleanup");
    let judgement = decision.judgement.unwrap();
    assert_eq!(judgement.confidence.parts.rollback.to_string(), "0.00");
    assert_eq!(
        (judgement.confidence.total.to_string().as_str(), judgement.risk.to_string().as_str()),
        ("0.70", "medium")
    );
    assert_eq!(decision.verdict.to_string(), "alert-only");
}

#[test]
fn logs_journal_cache_and_files_go_where_there_is_enough_of_them() {
    assert_eq!(
        steps("{truncateContainerLogs: {over: 100Mi}}", "log web 101\n log db 100\n log other 101 foreign"),
        "empty the log of container web (101 MiB, /logs/web)\n"
    );
    assert_eq!(
        steps("{journalVacuum: {keep: 500Mi}}", "journal 700"),
        "shrink the journal from 700 MiB to 500 MiB\n"
    );
    assert_eq!(steps("{journalVacuum: {keep: 500Mi}}", "journal 500"), "");
    assert_eq!(steps("{pruneBuildCache: {}}", "build-cache 10"), "remove what image builds left (10 MiB)\n");
    assert_eq!(steps("{pruneBuildCache: {}}", ""), "");
    let delete = "{deleteFiles: {root: /srv/tmp, glob: '*.tmp', olderThan: 1d}}";
    assert_eq!(steps(delete, "files 0 a.tmp b.tmp"), "delete 2 files /srv/tmp/*.tmp (2 GiB)\n");
    assert_eq!(steps(delete, ""), "");
    assert_eq!(
        steps(delete, "files 0 a.tmp\n stays 0 /srv/tmp/db /srv/tmp/conf"),
        "delete 1 files /srv/tmp/*.tmp (1 GiB), what is needed stays: /srv/tmp/db, /srv/tmp/conf\n"
    );
}

#[test]
fn steps_stand_in_the_order_of_the_policy_and_nothing_is_thrown_away_twice() {
    let both = "{pruneDanglingImages: {}}, {pruneUnusedImages: {unusedFor: 1d}}, {deleteFiles: {root: /srv/tmp, glob: '*', olderThan: 0s}}";
    expect![[r"
        remove image - (2 GiB)
        delete 1 files /srv/tmp/* (1 GiB)
    "]]
    .assert_eq(&steps(both, "stored - 2 5d\n files 2 a"));
}

const FILES: &str = "DiskPolicy data {path: /, cleanup: [{deleteFiles: {root: /srv/tmp, glob: '*', olderThan: 0s}}]}\n \
                     applied\n";

#[test]
fn below_its_target_nothing_goes_whatever_is_to_come() {
    let goes = |used: u8| {
        let text = format!("{FILES} used {used}\n ahead 5 0.90\n inventory\n files 0 a");
        evaluate(world(&text)).choice.is_some()
    };
    assert_eq!([70, 69].map(goes), [true, false]);
}

#[test]
fn what_was_found_before_the_pressure_is_looked_for_again() {
    let looks = |ago: &str| {
        let text = format!("{FILES} used 90\n pressure space 1m\n inventory {ago}\n files 0 a");
        evaluate(world(&text)).choice.unwrap().needs_fresh_look()
    };
    assert_eq!(["61s", "59s"].map(looks), [true, false]);
}

#[test]
fn what_was_looked_for_in_vain_is_looked_for_again_ever_less_often() {
    let looks = |pressure: &str, ago: &str| {
        let text = format!("{FILES} used 90\n pressure space {pressure}\n inventory {ago}");
        evaluate(world(&text)).choice.is_some_and(|choice| choice.needs_fresh_look())
    };
    let rests = [looks("10s", "5s"), looks("1m", "15s"), looks("2h", "10m")];
    let again = [looks("10s", "6s"), looks("1m", "16s"), looks("2h", "11m")];
    assert_eq!((rests, again), ([false; 3], [true; 3]));
}

#[test]
fn why_a_step_is_of_no_use_is_told_where_nothing_else_may_go() {
    let mut world = world(&format!("{FILES} used 90\n pressure space 1m\n inventory"));
    let Subject::Disk(facts) = &mut world.subject else { unreachable!() };
    let Observation::Known { value, .. } = &mut facts.inventory else { unreachable!() };
    std::sync::Arc::make_mut(value).files.insert(0, Part::Useless("it is a symlink".to_owned()));
    let findings = evaluate(world).findings;
    let told = findings.iter().find(|finding| finding.kind == FindingKind::CleanupIneffective).unwrap();
    let beginning =
        "nothing that its policy names may be thrown away (deleteFiles of /srv/tmp: it is a symlink);";
    assert!(told.message.starts_with(beginning), "{}", told.message);
}

#[test]
fn volumes_wait_until_nothing_else_may_go() {
    let both =
        "{pruneVolumes: {names: [scratch]}}, {deleteFiles: {root: /srv/tmp, glob: '*', olderThan: 0s}}";
    assert_eq!(steps(both, "kept-volume scratch\n files 1 a"), "delete 1 files /srv/tmp/* (1 GiB)\n");
    assert_eq!(steps(both, "kept-volume scratch"), "remove volume scratch with its data\n");
}
