//! A filesystem that fills up: when that is found, what follows, and what holds that back.

use expect_test::expect;
use podsteward_domain::evaluate::evaluate;

use crate::fixture::world;
use crate::told::{acts, decided, finds, shows, verdict};

const CLEANUP: &str = "disk-cleanup";

/// A filesystem of which files may go.
fn disk(facts: &str) -> String {
    let delete = "{deleteFiles: {root: /srv/tmp, glob: '*.tmp', olderThan: 0s}}";
    format!("DiskPolicy data {{path: /srv, cleanup: [{delete}]}}\n applied\n {facts}")
}

fn kinds(facts: &str) -> Vec<String> {
    let findings = evaluate(world(&disk(facts))).findings;
    findings.into_iter().map(|finding| finding.kind.to_string()).collect()
}

#[test]
fn each_threshold_is_a_finding_of_its_own_that_says_the_level() {
    expect![[r"
        warning disk_warning: 75 % of its space is used: 75 GiB of 100 GiB (warn 75 %)
    "]]
    .assert_eq(&finds(&disk("used 75")));
    expect![[r"
        warning disk_pressure: 86 % of its space is used: 86 GiB of 100 GiB (act 85 %, target 70 %)
    "]]
    .assert_eq(&finds(&disk("used 86\n over space 10s")));
    expect![[r"
        critical disk_critical: 95 % of its space is used: 95 GiB of 100 GiB (critical 95 %)
    "]]
    .assert_eq(&finds(&disk("used 95")));
    assert_eq!(finds(&disk("used 74.99")), "");
}

#[test]
fn a_pressure_must_be_held_for_ten_seconds_and_ends_below_target_or_after_five_minutes_below_act() {
    let pressed = |facts: &str| kinds(facts).contains(&"disk_pressure".to_owned());
    assert!(!pressed("used 86"), "it comes and goes");
    assert!(!pressed("used 86\n over space 9s"));
    assert!(pressed("used 86\n over space 10s"));
    assert!(pressed("used 80\n pressure space 1h"));
    assert!(pressed("used 80\n pressure space 1h\n relieved space 299s"));
    assert!(!pressed("used 80\n pressure space 1h\n relieved space 300s"));
    assert!(!pressed("used 69.9\n pressure space 1h"));
}

#[test]
fn inodes_and_metadata_have_pressures_of_their_own() {
    assert_eq!(kinds("used 10 inodes 90\n over inodes 10s"), ["inode_pressure"]);
    assert_eq!(kinds("used 43 metadata 96"), ["metadata_pressure"]);
    // Where no file can be made any more, that is as bad as a lack of space.
    let severity = |facts: &str| finds(&disk(facts)).split(' ').next().map(str::to_owned);
    assert_eq!(severity("used 43 metadata 96").as_deref(), Some("critical"));
    assert_eq!(severity("used 43 inodes 96").as_deref(), Some("critical"));
    assert_eq!(severity("used 43 inodes 90\n over inodes 10s").as_deref(), Some("warning"));
    let text = disk("used 43 metadata 96\n inventory\n files 0 a");
    assert!(acts(&text).contains("disk-cleanup because metadata_pressure"), "{}", acts(&text));
    expect![[r"
        WARNING: 96 % of its btrfs metadata is used: 96 GiB of 100 GiB (critical 95 %)
        ManifestValid=True Valid
        Applied=True Applied
        DiskPressure=False BelowThreshold: 43 % of its space is used: 43 GiB of 100 GiB
        MetadataPressure=True OverThreshold: 96 % of its btrfs metadata is used: 96 GiB of 100 GiB
    "]]
    .assert_eq(&shows(&text));
}

#[test]
fn a_level_that_is_not_known_is_neither_well_nor_a_pressure() {
    for facts in ["used unknown", "used unknown\n pressure space 1h\n inventory\n files 0 a"] {
        let text = disk(facts);
        assert_eq!(kinds(facts), ["source_unknown"], "{facts}");
        assert_eq!(acts(&text), "nothing to do\n", "{facts}");
        assert!(shows(&text).starts_with("UNKNOWN"), "{}", shows(&text));
        assert!(shows(&text).contains("DiskPressure=Unknown"));
    }
    let remembered = evaluate(world(&disk("used unknown\n pressure space 1h"))).memory.disk;
    assert!(!remembered.is_empty(), "that it was pressed is not forgotten");
}

#[test]
fn a_first_cleanup_acts_and_tells() {
    expect![[r#"
        disk-cleanup because disk_pressure (notify-execute)
          deleteFiles: delete 1 files /srv/tmp/*.tmp (1 GiB)
          expects Relieved for 10s
    "#]]
    .assert_eq(&acts(&disk("used 90\n pressure space 1m\n inventory\n files 0 a.tmp")));
    let decision = decided(&disk("used 90\n pressure space 1m\n inventory\n files 0 a.tmp"), CLEANUP);
    let confidence = decision.judgement.unwrap().confidence;
    assert_eq!(confidence.total.to_string(), "0.86");
}

#[test]
fn what_lies_there_is_read_before_anything_is_thrown_away() {
    let looks = |facts: &str| decided(&disk(facts), CLEANUP).needs_fresh_look();
    assert!(looks("used 90\n pressure space 1m"));
    assert!(looks("used 90\n pressure space 1m\n inventory 91s\n files 0 a"));
    assert!(looks("used 90 91s\n pressure space 1h\n inventory\n files 0 a"));
    assert!(!looks("used 90 90s\n pressure space 1h\n inventory 90s\n files 0 a"));
    assert!(
        looks("used 90\n pressure space 80s\n inventory 90s\n files 0 a"),
        "it was read before the pressure began"
    );
}

#[test]
fn where_nothing_may_go_nothing_is_done_and_that_is_read_again_after_a_while_only() {
    let facts = |since: &str, read: &str| {
        disk(&format!("used 90\n pressure space {since}\n takes /srv/films 80\n inventory {read}"))
    };
    for (since, read) in [("10s", "5s"), ("4m", "60s"), ("1h", "599s")] {
        assert_eq!(acts(&facts(since, read)), "nothing to do\n", "{since} {read}");
    }
    for (since, read) in [("10s", "6s"), ("4m", "61s"), ("1h", "601s")] {
        assert!(decided(&facts(since, read), CLEANUP).needs_fresh_look(), "{since} {read}");
    }
    expect![[r"
        warning disk_pressure: 90 % of its space is used: 90 GiB of 100 GiB (act 85 %, target 70 %)
        critical cleanup_ineffective: nothing that its policy names may be thrown away; it takes most: directory /srv/films (80 GiB)
    "]]
    .assert_eq(&finds(&facts("1m", "")));
}

#[test]
fn a_cleanup_that_freed_too_little_or_that_is_full_again_within_a_week_escalates() {
    let told = |cleaned: &str| {
        let text = finds(&disk(&format!("used 90\n pressure space 1m\n cleaned {cleaned}")));
        text.lines().find_map(|line| line.strip_prefix("critical cleanup_ineffective: ").map(str::to_owned))
    };
    let too_little = told("2m 90 88").unwrap();
    assert_eq!(
        too_little,
        "cleaning brought it from 90 % to 88 % of its space, not below 70 %; what takes most is not known yet"
    );
    assert_eq!(
        told("3d 90 60").unwrap(),
        "it was cleaned down to 60 % 3d ago and is full again; what takes most is not known yet"
    );
    assert_eq!(told("169h 90 60"), None);
    // A cleanup under way of the very pressure is not known to be of no use yet.
    assert_eq!(told("30s 90 60"), None);
}

#[test]
fn it_rests_for_an_hour_and_at_critical_for_five_minutes_after_one_that_helped() {
    let held = |facts: &str| verdict(&disk(&format!("{facts}\n inventory\n files 0 a")), CLEANUP);
    assert!(held("used 90\n pressure space 1m\n track disk-cleanup ended 59m").contains("held by cooldown"));
    assert_eq!(held("used 90\n pressure space 1m\n track disk-cleanup ended 60m"), "notify-execute");
    assert!(held("used 96\n cleaned 4m 90 60\n track disk-cleanup ended 4m").contains("held by cooldown"));
    assert_eq!(held("used 96\n cleaned 5m 90 60\n track disk-cleanup ended 5m"), "notify-execute");
    assert!(held("used 96\n cleaned 5m 96 95\n track disk-cleanup ended 5m").contains("held by cooldown"));
    // The same plan by another name is the same plan.
    assert!(
        held("used 90\n pressure space 1m\n track predictive-maintenance ended 5m")
            .contains("held by cooldown")
    );
}

#[test]
fn at_critical_only_the_breaker_of_the_pair_holds_it_back() {
    let held = |facts: &str| verdict(&disk(&format!("{facts}\n inventory\n files 0 a")), CLEANUP);
    let rows = [
        ("overall disk-cleanup opened 1h", "breaker"),
        ("overall service-restart opened 1h\n overall orphan-removal opened 1h", "breaker"),
        ("storm 10s", "storm"),
    ];
    for (facts, gate) in rows {
        let pressed = held(&format!("used 90\n pressure space 1m\n {facts}"));
        assert!(pressed.contains(&format!("held by {gate}")), "{facts}: {pressed}");
        assert_eq!(held(&format!("used 96\n {facts}")), "notify-execute", "{facts}");
    }
    assert!(held("used 96\n track disk-cleanup opened 1h").contains("held by breaker"));
    assert!(held("used 96\n switch paused").contains("held by switch"));
}

#[test]
fn a_look_ahead_calls_for_the_same_plan_as_sure_as_it_is() {
    let ahead = |facts: &str| disk(&format!("used 70\n {facts}\n inventory\n files 0 a"));
    let sure = decided(&ahead("ahead 5 0.90"), "predictive-maintenance");
    assert_eq!(sure.judgement.unwrap().confidence.total.to_string(), "0.81");
    assert_eq!(verdict(&ahead("ahead 5 0.90"), "predictive-maintenance"), "notify-execute");
    assert!(verdict(&ahead("ahead 5 0.70"), "predictive-maintenance").starts_with("queue"));
    for calm in ["ahead 5 0.59", "ahead 15 0.90", "ahead steady", "ahead unknown", ""] {
        assert_eq!(acts(&ahead(calm)), "nothing to do\n", "{calm}");
    }
    let severities = |facts: &str| finds(&ahead(facts)).split(' ').next().map(str::to_owned);
    assert_eq!(severities("ahead 6 0.90").as_deref(), Some("critical"));
    assert_eq!(severities("ahead 8 0.90").as_deref(), Some("warning"));
    // What is there already is no forecast.
    assert!(!kinds("used 90\n pressure space 1m\n ahead 1 0.90").contains(&"disk_forecast".to_owned()));
}

#[test]
fn one_that_nobody_declares_any_more_is_taken_note_of_though_it_is_not_measured() {
    let text = "DiskPolicy data {path: /srv}\n applied\n desired vanishing 11s 2";
    assert!(acts(text).starts_with("apply because deleted (declared)"), "{}", acts(text));
}

#[test]
fn a_cleanup_whose_room_was_filled_again_meanwhile_helped_all_the_same() {
    let text = disk("used 97\n cleaned 5m 98 97\n track disk-cleanup ended 5m\n inventory\n files 0 a");
    assert!(verdict(&text, CLEANUP).contains("held by cooldown"));
    let mut world = world(&text);
    world.memory.disk.cleaned.as_mut().unwrap().lowest = 2500;
    let decision = evaluate(world).decisions.remove(0);
    assert_eq!(decision.withheld_by(), None);
}
