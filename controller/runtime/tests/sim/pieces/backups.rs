//! Backups: found stale in time and fresh again, told, remembered over a restart, and waited for.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::backup::evidence::Evidence;
use podsteward_domain::decision::Gate;
use podsteward_domain::finding::FindingKind;
use podsteward_domain::playbook::Request;
use podsteward_domain::status::{ConditionStatus, ConditionType};
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::key::{Key, Kind, Name};
use tokio::time::sleep;

use super::House;

const GLOB: &str = "/srv/backup/*";
const MOUNTS: &str = "mounts: [{type: volume, source: data, target: /data}]";
const PROGRAM: &str = "/usr/bin/last-archive";

fn nightly() -> Key {
    Key { kind: Kind::BackupCheck, name: Name::new("nightly").unwrap() }
}

fn now_ms(house: &House) -> i64 {
    house.host.clock.now().wall_ms
}

/// A house with a check.
async fn checked(containers: &[(&str, &str)], spec: &str) -> House {
    let house = House::with(containers).await;
    house.host.backups.file(GLOB, now_ms(&house) - 12_000);
    house.host.declare_backup("nightly", spec);
    house.running.context.manifests.rescan();
    house.until("it is looked at", |house| fresh(house) != ConditionStatus::Unknown).await;
    house
}

fn fresh(house: &House) -> ConditionStatus {
    let status = house.running.context.world.status(&nightly());
    let condition = status.and_then(|status| status.condition(ConditionType::Fresh).cloned());
    condition.map_or(ConditionStatus::Unknown, |condition| condition.status)
}

fn found(house: &House) -> Vec<FindingKind> {
    let open = house.host.store.open_incidents().unwrap();
    open.into_iter().filter(|incident| incident.target == nightly()).map(|incident| incident.kind).collect()
}

#[tokio::test(start_paused = true)]
async fn a_backup_that_grows_stale_is_found_to_the_second_and_a_new_one_at_the_next_look() {
    let house = checked(&[], &format!("path: '{GLOB}'\nmaxAge: 80s")).await;
    assert_eq!((fresh(&house), found(&house)), (ConditionStatus::True, vec![]));
    let made = now_ms(&house) - 12_000;
    house.until("it is stale", |house| found(house) == [FindingKind::BackupStale]).await;
    let age = now_ms(&house) - made;
    assert!((79_000..81_000).contains(&age), "{age}");
    house.host.backups.file(GLOB, now_ms(&house) - 12_000);
    let begun = now_ms(&house);
    house.until("it is fresh again", |house| found(house).is_empty()).await;
    assert!(now_ms(&house) - begun <= 11_000);
}

#[tokio::test(start_paused = true)]
async fn files_are_looked_at_every_five_minutes_and_a_program_by_its_own_time() {
    let restore = format!("restore: {{command: [{PROGRAM}], maxAge: 4h}}");
    let house = checked(&[], &format!("path: '{GLOB}'\nmaxAge: 1d\n{restore}")).await;
    let looks = |house: &House| (house.host.backups.looks(GLOB), house.host.backups.looks(PROGRAM));
    let before = looks(&house);
    sleep(Duration::from_mins(61)).await;
    let after = looks(&house);
    assert_eq!((after.0 - before.0, after.1 - before.1), (12, 2));
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_closes_and_opens_nothing_else() {
    let house = checked(&[], &format!("path: '{GLOB}'\nmaxAge: 80s")).await;
    house.host.backups.file(GLOB, now_ms(&house) - 90_000);
    house.until("it is stale", |house| found(house) == [FindingKind::BackupStale]).await;
    house.host.backups.show(GLOB, Evidence::Unseen("the disk is away".to_owned()));
    house.until("it is not known", |house| found(house).contains(&FindingKind::SourceUnknown)).await;
    assert!(found(&house).contains(&FindingKind::BackupStale), "nobody knows that it is over");
    house.host.backups.file(GLOB, now_ms(&house) - 12_000);
    house.until("it is fresh", |house| found(house).is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_restart_forgets_nothing_and_runs_no_program_before_its_time() {
    let ended =
        |code| Evidence::Ended { code: Some(code), output: String::new(), complaint: "no key".to_owned() };
    let house = House::with(&[]).await;
    house.host.backups.show(PROGRAM, ended(0));
    house.host.declare_backup("nightly", &format!("command: [{PROGRAM}]\nmaxAge: 80s"));
    house.running.context.manifests.rescan();
    house.until("it is fresh", |house| fresh(house) == ConditionStatus::True).await;
    house.host.backups.show(PROGRAM, ended(1));
    house.until("it failed", |house| found(house) == [FindingKind::BackupFailed]).await;
    let runs = house.host.backups.looks(PROGRAM);
    let house = house.restart(false).await;
    house.until("it is known", |house| house.running.context.world.backup_is_read(&nightly())).await;
    assert_eq!((house.host.backups.looks(PROGRAM), found(&house)), (runs, vec![FindingKind::BackupFailed]));
    let incident = house.host.store.open_incidents().unwrap().remove(0);
    assert!(incident.message.contains("it last went well at"), "{}", incident.message);
}

/// A house in which the backup of `db` is stale.
async fn stale() -> House {
    let house =
        checked(&[("db", MOUNTS)], &format!("path: '{GLOB}'\nmaxAge: 80s\nobjects: [container/db]")).await;
    house.host.backups.file(GLOB, now_ms(&house) - 90_000);
    house.until("it is stale", |house| found(house) == [FindingKind::BackupStale]).await;
    house
}

#[tokio::test(start_paused = true)]
async fn another_image_that_is_declared_waits_for_no_backup() {
    let house = stale().await;
    let image =
        |house: &House| house.running.context.world.container("db").0.map(|live| live.image_id.clone());
    let before = image(&house);
    house.edit("db", &format!("image: {}\n{MOUNTS}", crate::host::OTHER_IMAGE));
    house.until("it is another one", |house| image(house) != before).await;
    assert_eq!(found(&house), [FindingKind::BackupStale]);
}

#[tokio::test(start_paused = true)]
async fn a_playbook_of_high_risk_without_a_target_waits_for_the_backup_and_for_a_yes() {
    let house = stale().await;
    let tidy = Key { kind: Kind::Playbook, name: Name::new("tidy").unwrap() };
    let head = "apiVersion: podsteward.dev/v1alpha1\nkind: Playbook\nmetadata: {name: tidy}\n";
    let spec = "spec: {risk: high, steps: [{command: {argv: [/bin/mend]}}]}\n";
    house.host.directory.write("tidy.yaml", &format!("{head}{spec}"));
    house.running.context.manifests.rescan();
    house.until("it is declared", |house| house.running.context.world.keys().contains(&tidy)).await;
    let request =
        Request { by: "tester".to_owned(), at: house.host.clock.now(), parameters: BTreeMap::new() };
    house.host.store.put_playbook_request(&tidy, &tidy.name, &request).unwrap();
    let withheld = |house: &House| {
        let logged = crate::judged::decisions(&house.host, &tidy);
        logged.iter().any(|it| it.decision.withheld_by().is_some_and(|gate| gate.gate == Gate::Backup))
    };
    house.until("it is held", withheld).await;
    sleep(Duration::from_mins(1)).await;
    assert_eq!(house.host.programs.runs("/bin/mend").len(), 0);
    house.host.backups.file(GLOB, now_ms(&house) - 12_000);
    house.until("somebody is asked", |house| !house.host.pending().is_empty()).await;
    assert!(house.host.approve(house.host.pending()[0].id, false));
    house.until("it is done", |house| house.host.programs.runs("/bin/mend").len() == 1).await;
}
