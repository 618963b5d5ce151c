//! A filesystem that fills up: cleaned in time, told of where cleaning does not help, left alone where it is not known.

use std::time::Duration;

use podsteward_domain::finding::FindingKind;
use podsteward_domain::status::{ConditionStatus, ConditionType};
use podsteward_domain::switch::SwitchState;
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::key::{Key, Name};
use podsteward_store::LoggedOutcome;
use tokio::time::sleep;

use super::House;
use crate::disks::PATH;
use crate::judged;
use crate::life::KillAt;

/// Everything with this name may go.
fn policy() -> String {
    format!("path: {PATH}\ncleanup:\n- deleteFiles: {{root: {PATH}/tmp, glob: '*.tmp', olderThan: 0s}}")
}

fn disk() -> Key {
    Key::disk(Name::new("data").unwrap())
}

/// A house whose filesystem is watched.
async fn watched(spec: &str) -> House {
    let house = House::with(&[]).await;
    house.host.declare_disk("data", spec);
    house.running.context.manifests.rescan();
    house.until("it is measured", |house| house.running.context.world.status(&disk()).is_some()).await;
    house
}

fn found(house: &House) -> Vec<FindingKind> {
    let open = house.host.store.open_incidents().unwrap();
    open.into_iter().filter(|incident| incident.target == disk()).map(|incident| incident.kind).collect()
}

/// The log of remediation of the filesystem, a line each.
fn log(house: &House) -> Vec<String> {
    let decisions = judged::decisions(&house.host, &disk()).into_iter();
    let judged = decisions.filter(|it| it.decision.judgement.is_some());
    judged
        .map(|it| {
            let outcome = it.outcome.map_or("in progress", LoggedOutcome::as_str);
            format!("{} {} {} {outcome}", it.decision.action, it.decision.trigger, it.decision.verdict)
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn one_that_fills_up_is_cleaned_before_it_is_full_and_that_is_verified() {
    for rate in [1, 50, 400] {
        let house = watched(&policy()).await;
        house.host.disks.keep(60);
        house.host.disks.fill(rate);
        let mut highest = 0;
        while house.host.disks.deleted() == 0 {
            sleep(Duration::from_secs(1)).await;
            highest = highest.max(house.host.disks.percent());
            assert!(highest < 100, "{rate} MiB/s");
        }
        house.host.disks.fill(0);
        house.until("it is verified", |house| house.host.store.intent(&disk()).unwrap().is_none()).await;
        assert_eq!(log(&house), ["disk-cleanup disk_pressure notify-execute success"], "{rate} MiB/s");
        assert!(house.host.disks.percent() < 70);
        house.until("it is over", |house| found(house).is_empty()).await;
        house.is_remembered();
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_freed_stands_in_the_log() {
    let house = watched(&policy()).await;
    house.host.disks.keep(60);
    house.host.disks.litter(30);
    house.until("it is cleaned", |house| house.host.disks.deleted() > 0).await;
    house.until("it is verified", |house| house.host.store.intent(&disk()).unwrap().is_none()).await;
    let logged = judged::decisions(&house.host, &disk()).pop().unwrap();
    assert_eq!(logged.detail, "delete 30 files /srv/tmp/*.tmp (30 GiB): 21 deleted, 21 GiB freed");
    assert_eq!(
        logged.report.unwrap().to_string(),
        "verified: delete 30 files /srv/tmp/*.tmp (30 GiB): 21 deleted, 21 GiB freed; 90 % of its space used before, 69 % now: yes"
    );
    assert_eq!(house.host.store.reclaims(&disk(), 0).unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_what_may_go_no_more_goes_than_is_needed_the_oldest_first() {
    let house = watched(&policy()).await;
    house.host.disks.keep(50);
    house.host.disks.litter(40);
    house.until("it is cleaned", |house| house.host.disks.deleted() > 0).await;
    house.until("it is verified", |house| house.host.store.intent(&disk()).unwrap().is_none()).await;
    // Of 90 %, 21 have to go until less than the target of 70 % is used.
    let oldest: Vec<String> = (0..21).map(|number| format!("{number:06}.tmp")).collect();
    assert_eq!(house.host.disks.deletions(), oldest);
}

#[tokio::test(start_paused = true)]
async fn a_level_that_comes_and_goes_is_no_pressure_and_one_that_stays_does_not_flap() {
    let house = watched(&policy()).await;
    for _ in 0..3 {
        house.host.disks.keep(86);
        sleep(Duration::from_secs(6)).await;
        house.host.disks.keep(80);
        sleep(Duration::from_mins(1)).await;
    }
    assert_eq!(found(&house), [FindingKind::DiskWarning]);
    house.host.disks.keep(86);
    house.until("it is a pressure", |house| found(house).contains(&FindingKind::DiskPressure)).await;
    house.host.disks.keep(84);
    sleep(Duration::from_mins(4)).await;
    assert!(found(&house).contains(&FindingKind::DiskPressure), "below act, and not for five minutes");
    house.until("it is over", |house| found(house) == [FindingKind::DiskWarning]).await;
    let status = house.running.context.world.status(&disk()).unwrap();
    assert_eq!(status.condition(ConditionType::DiskPressure).unwrap().status, ConditionStatus::False);
}

#[tokio::test(start_paused = true)]
async fn where_nothing_may_go_nothing_is_touched_and_what_takes_most_is_told() {
    let house = watched(&policy()).await;
    house.host.disks.keep(97);
    house.until("it is told", |house| found(house).contains(&FindingKind::CleanupIneffective)).await;
    sleep(Duration::from_hours(2)).await;
    assert_eq!((house.host.disks.deleted(), log(&house)), (0, vec![]));
    let incidents = house.host.store.incidents(&disk(), 10).unwrap();
    let told = incidents.iter().find(|it| it.kind == FindingKind::CleanupIneffective).unwrap();
    assert_eq!(
        told.message,
        "nothing that its policy names may be thrown away; it takes most: directory /srv/films (97 GiB)"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_found_before_the_pressure_does_not_keep_it_from_being_cleaned() {
    let house = watched(&policy()).await;
    house.running.context.observe(&disk()).await.unwrap();
    house.host.disks.keep(60);
    house.host.disks.litter(30);
    sleep(Duration::from_secs(90)).await;
    assert_eq!(house.host.disks.deleted(), 21);
}

#[tokio::test(start_paused = true)]
async fn what_may_go_only_after_a_while_goes_then() {
    let house = watched(&policy()).await;
    house.host.disks.keep(86);
    house.until("nothing may go", |house| found(house).contains(&FindingKind::CleanupIneffective)).await;
    house.host.disks.litter(3);
    sleep(Duration::from_secs(30)).await;
    assert_eq!(house.host.disks.deleted(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_full_again_soon_is_told_and_cleaned_again_after_a_rest_only() {
    let house = watched(&policy()).await;
    house.host.disks.keep(60);
    house.host.disks.litter(30);
    house.until("it is cleaned", |house| found(house).is_empty() && house.host.disks.deleted() == 21).await;
    house.host.disks.litter(21);
    house.until("it is told", |house| found(house).contains(&FindingKind::CleanupIneffective)).await;
    sleep(Duration::from_mins(50)).await;
    assert_eq!(house.host.disks.deleted(), 21, "it rests for an hour");
    sleep(Duration::from_mins(20)).await;
    assert_eq!(house.host.disks.deleted(), 42);
    // At critical it rests for five minutes.
    house.host.disks.litter(27);
    sleep(Duration::from_mins(7)).await;
    assert_eq!(house.host.disks.deleted(), 69);
}

#[tokio::test(start_paused = true)]
async fn one_that_cannot_be_measured_is_unknown_and_neither_well_nor_cleaned() {
    let house = watched(&policy()).await;
    house.host.disks.keep(60);
    house.host.disks.litter(20);
    house.until("it is a warning", |house| found(house) == [FindingKind::DiskWarning]).await;
    house.host.disks.away(true);
    house.until("that is told", |house| found(house).contains(&FindingKind::SourceUnknown)).await;
    house.host.disks.litter(15);
    sleep(Duration::from_hours(1)).await;
    assert_eq!(house.host.disks.deleted(), 0);
    assert!(found(&house).contains(&FindingKind::DiskWarning), "it is not known to be over");
    house.host.disks.away(false);
    house.until("it is cleaned", |house| house.host.disks.deleted() == 26 && found(house).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_paused_controller_sees_it_and_throws_nothing_away() {
    let house = watched(&policy()).await;
    house.host.store.set_switch(SwitchState::Paused, None, house.host.clock.now()).unwrap();
    house.host.disks.keep(60);
    house.host.disks.litter(36);
    house.until("it is seen", |house| found(house).contains(&FindingKind::DiskCritical)).await;
    sleep(Duration::from_hours(1)).await;
    assert_eq!(house.host.disks.deleted(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cleanup_that_was_interrupted_at_critical_is_not_taken_for_one_that_did_not_help() {
    let house = watched(&policy()).await;
    house.running.life.end_at(KillAt::Step { after: 0, done: false });
    house.host.disks.keep(60);
    house.host.disks.litter(36);
    house.running.life.ended().await;
    let house = house.restart(false).await;
    sleep(Duration::from_mins(7)).await;
    assert_eq!(house.host.disks.deleted(), 27);
    assert_eq!(found(&house), []);
}

/// Two steps, either of which brings it below target.
fn two_steps() -> String {
    let step = |digit| format!("- deleteFiles: {{root: {PATH}/tmp, glob: '*{digit}.tmp', olderThan: 0s}}");
    format!("path: {PATH}\nthresholds: {{target: 84}}\ncleanup:\n{}\n{}", step(0), step(1))
}

#[tokio::test(start_paused = true)]
async fn what_is_not_known_to_be_needed_is_not_thrown_away() {
    let house = watched(&two_steps()).await;
    house.host.disks.leave_when_cleaned();
    house.host.disks.keep(60);
    house.host.disks.litter(26);
    house
        .until("it cannot be measured any more", |house| found(house).contains(&FindingKind::SourceUnknown))
        .await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!(house.host.disks.deleted(), 3);
    house.host.disks.away(false);
    house.until("it is verified", |house| house.host.store.intent(&disk()).unwrap().is_none()).await;
    assert_eq!(log(&house), ["disk-cleanup disk_pressure notify-execute warning"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_is_too_full_to_settle_is_measured_as_it_is() {
    let house = watched(&two_steps()).await;
    house.host.disks.unsettle();
    house.host.disks.keep(60);
    house.host.disks.litter(26);
    house.until("it is cleaned", |house| house.host.disks.deleted() > 0).await;
    house.until("it is verified", |house| house.host.store.intent(&disk()).unwrap().is_none()).await;
    assert_eq!(house.host.disks.deleted(), 3);
    assert_eq!(found(&house), [FindingKind::DiskWarning]);
}

#[tokio::test(start_paused = true)]
async fn one_whose_policy_is_removed_is_cleaned_no_more_and_forgotten() {
    let house = watched(&policy()).await;
    // A directory without any document removes nothing.
    house.policy("mode: full");
    sleep(Duration::from_secs(1)).await;
    house.host.remove_disk("data");
    house.host.disks.keep(60);
    house.host.disks.litter(36);
    house.until("it is forgotten", |house| house.running.context.world.status(&disk()).is_none()).await;
    sleep(Duration::from_mins(5)).await;
    assert_eq!((house.host.disks.deleted(), found(&house)), (0, vec![]));
}
