//! Snapshots: taken before a change, put back with the old container or because a person says so, removed when their time is over.

use std::fmt::Write as _;
use std::time::Duration;

use expect_test::{Expect, expect};
use podsteward_domain::snapshot::Snapshot;
use podsteward_podman::fake::Verb;
use podsteward_runtime::clock::Clock as _;
use podsteward_store::{LoggedOutcome, SnapshotFilter};
use tokio::time::sleep;

use super::kill::at_every_place;
use super::{House, key};
use crate::host::{BROKEN_IMAGE, OTHER_IMAGE};

/// Where the data of `web` lies.
const DATA: &str = "/srv/web";
/// A container with data that is to be kept.
const SPEC: &str = "dataTier: snapshot\nmounts: [{type: bind, source: /srv/web, target: /data}]\n";

async fn house() -> House {
    let house = House::with(&[("web", SPEC)]).await;
    house.host.snapshots.write(DATA, "before");
    house
}

fn snapshots(house: &House) -> Vec<Snapshot> {
    let stored = house.host.store.snapshots(&SnapshotFilter::default()).unwrap();
    stored.into_iter().map(|stored| stored.snapshot).collect()
}

/// The steps of the plans that began after `skip` lines of the journal, each with what became of it.
fn check(house: &House, skip: usize, expect: &Expect) {
    let mut text = String::new();
    for entry in house.journal("web").iter().skip(skip) {
        let event = serde_json::to_value(&entry.event).unwrap()["event"].clone();
        if event != "begun" {
            let told = entry.text.split(" autonomous-").next().unwrap_or_default();
            let _ = writeln!(text, "{told} {}", event.as_str().unwrap());
        }
    }
    expect.assert_eq(&text);
}

/// The last decision that was carried out.
fn last(house: &House) -> (String, LoggedOutcome, Option<String>) {
    let filter = podsteward_store::DecisionFilter { target: Some(key("web")), ..Default::default() };
    let decisions = house.host.store.decisions(&filter).unwrap();
    let done = decisions.into_iter().find(|it| it.intent.is_some()).expect("something was done");
    (done.decision.action.to_string(), done.outcome.expect("it ended"), done.snapshot)
}

async fn changed(house: &House, spec: &str) {
    let before = house.count(Verb::CreateContainer);
    house.edit("web", spec);
    house.until("it is replaced", |house| house.count(Verb::CreateContainer) > before).await;
    house.until("that is over", |house| house.intent("web").is_none()).await;
}

fn ask(house: &House, name: &str) {
    house.host.store.put_restore_request(name, "tester", house.host.clock.now()).unwrap();
}

fn is_answered(house: &House) -> bool {
    house.host.store.restore_requests().unwrap().is_empty()
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_taken_between_the_stop_of_the_old_container_and_anything_else() {
    let house = house().await;
    let skip = house.journal("web").len();
    changed(&house, &format!("{SPEC}image: {OTHER_IMAGE}")).await;
    check(
        &house,
        skip,
        &expect![[r"
            stop container web (grace 10 s) done
            take a snapshot of directory /srv/web done
            rename container web to web-podsteward-previous-f960dee23a85 done
            create container web from localhost/bb:2 done
            start container web done
            remove container web-podsteward-previous-f960dee23a85 done
        "]],
    );
    let [snapshot] = &*snapshots(&house) else { panic!("{:?}", snapshots(&house)) };
    assert!(snapshot.name.starts_with("autonomous-apply-2027"), "{}", snapshot.name);
    assert_eq!(snapshot.location, format!("/srv/.podsteward-snapshots/{}", snapshot.name));
    assert_eq!(last(&house), ("apply".to_owned(), LoggedOutcome::Success, Some(snapshot.name.clone())));
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn what_is_no_directory_or_only_read_is_not_kept() {
    let mounts = "[{type: bind, source: /srv/web, target: /data}, {type: bind, source: /run/a.sock, target: /a}, \
                  {type: bind, source: /srv/read, target: /r, readOnly: true}, {type: tmpfs, target: /t}]";
    let spec = format!("dataTier: snapshot\nmounts: {mounts}\n");
    let house = House::with(&[("web", &spec)]).await;
    house.host.snapshots.file("/run/a.sock");
    changed(&house, &format!("{spec}image: {OTHER_IMAGE}")).await;
    let paths: Vec<String> = snapshots(&house).into_iter().map(|it| it.source.path).collect();
    assert_eq!(paths, [DATA]);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_that_cannot_be_taken_stops_the_change() {
    let house = house().await;
    let skip = house.journal("web").len();
    house.host.snapshots.refuse(true);
    house.edit("web", &format!("{SPEC}image: {OTHER_IMAGE}"));
    house.until("it was stopped", |house| house.count(Verb::StopContainer) == 1).await;
    house.until("that is over", |house| house.intent("web").is_none()).await;
    check(
        &house,
        skip,
        &expect![[r"
            stop container web (grace 10 s) done
            take a snapshot of directory /srv/web not-done
            start container web done
        "]],
    );
    assert_eq!(house.count(Verb::RenameContainer), 0);
    let why = house.running.context.world.memory(&key("web")).quarantine.expect("a quarantine").reason;
    assert_eq!(why, "the document was taken back: no snapshot of directory /srv/web: the disk refuses");
    house.pass(Duration::from_hours(1)).await;
    assert_eq!(house.count(Verb::StopContainer), 1, "it is not stopped again and again");
}

#[tokio::test(start_paused = true)]
async fn after_a_failed_change_of_the_image_the_data_comes_back_with_the_container() {
    let house = house().await;
    let skip = house.journal("web").len();
    house.edit("web", &format!("{SPEC}image: {BROKEN_IMAGE}"));
    house.until("it is replaced", |house| house.count(Verb::StartContainer) == 1).await;
    house.host.snapshots.write(DATA, "damaged");
    house.until("that is over", |house| house.intent("web").is_none()).await;
    check(
        &house,
        skip,
        &expect![[r"
        stop container web (grace 10 s) done
        take a snapshot of directory /srv/web done
        rename container web to web-podsteward-previous-f960dee23a85 done
        create container web from localhost/broken:1 done
        start container web done
        stop container web (grace 10 s) done
        put back directory /srv/web from snapshot done
        remove container web done
        rename container web-podsteward-previous-f960dee23a85 to web done
        start container web done
    "]],
    );
    assert_eq!(house.host.snapshots.read(DATA), "before");
    let (_, outcome, snapshot) = last(&house);
    assert_eq!((outcome, snapshot.is_some()), (LoggedOutcome::RolledBack, true));
}

#[tokio::test(start_paused = true)]
async fn after_a_failed_change_of_something_else_the_data_stays() {
    let house = house().await;
    house.host.fake.hand().script(
        "web",
        podsteward_podman::fake::Script { ends: Some((Duration::from_millis(400), 1)), ..Default::default() },
    );
    house.edit("web", &format!("{SPEC}env: [{{name: A, value: b}}]"));
    house.until("it is replaced", |house| house.count(Verb::StartContainer) == 1).await;
    house.host.snapshots.write(DATA, "written");
    house.until("that is over", |house| house.intent("web").is_none()).await;
    assert_eq!(house.host.snapshots.read(DATA), "written");
}

#[tokio::test(start_paused = true)]
async fn an_unhealthy_container_of_another_image_goes_back_with_its_data() {
    let spec = format!("{SPEC}healthcheck: {{command: [\"true\"], interval: 1s, retries: 1}}\n");
    let house = House::with(&[("web", &spec)]).await;
    house.host.snapshots.write(DATA, "before");
    house.unhealthy(&["web"], true);
    house.edit("web", &format!("{spec}image: {OTHER_IMAGE}"));
    house.until("it is replaced", |house| house.count(Verb::CreateContainer) == 1).await;
    house.host.snapshots.write(DATA, "damaged");
    house.until("that is over", |house| house.intent("web").is_none()).await;
    assert_eq!(last(&house).1, LoggedOutcome::RolledBack);
    assert_eq!(house.host.snapshots.read(DATA), "before");
}

#[tokio::test(start_paused = true)]
async fn a_person_has_a_snapshot_put_back_while_its_users_are_stopped() {
    let house = House::with(&[("web", SPEC), ("other", SPEC), ("apart", "")]).await;
    house.host.snapshots.write(DATA, "before");
    changed(&house, &format!("{SPEC}image: {OTHER_IMAGE}")).await;
    house.host.snapshots.write(DATA, "damaged");
    let skip = house.journal("web").len();
    let name = snapshots(&house)[0].name.clone();
    ask(&house, &name);
    house.until("it is answered", is_answered).await;
    check(
        &house,
        skip,
        &expect![[r"
            stop container other (grace 10 s) done
            stop container web (grace 10 s) done
            put back directory /srv/web from snapshot done
            start container other done
            start container web done
        "]],
    );
    assert_eq!(house.host.snapshots.read(DATA), "before");
    assert_eq!(last(&house), ("snapshot-restore".to_owned(), LoggedOutcome::Success, Some(name)));
    house.until("both are well", |house| house.is_well("web") && house.is_well("other")).await;
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_put_back_leaves_its_users_running() {
    let house = house().await;
    changed(&house, &format!("{SPEC}image: {OTHER_IMAGE}")).await;
    house.host.snapshots.write(DATA, "damaged");
    house.host.snapshots.refuse(true);
    ask(&house, &snapshots(&house)[0].name);
    house.until("it is answered", is_answered).await;
    assert_eq!(last(&house).1, LoggedOutcome::Failure);
    assert!(house.host.fake.hand().look("web").unwrap().state.is_up());
    assert_eq!(house.host.snapshots.read(DATA), "damaged");
}

#[tokio::test(start_paused = true)]
async fn a_change_with_a_snapshot_may_be_killed_anywhere() {
    let begin = |house: &House| house.edit("web", &format!("{SPEC}image: {OTHER_IMAGE}"));
    let after = async |house: &House| {
        house.until("it is as declared", |house| house.is_well("web")).await;
        assert_eq!(house.host.snapshots.read(DATA), "before");
    };
    at_every_place(house, begin, after).await;
}

#[tokio::test(start_paused = true)]
async fn a_restore_may_be_killed_anywhere() {
    let prepared = async || {
        let house = house().await;
        changed(&house, &format!("{SPEC}image: {OTHER_IMAGE}")).await;
        house.host.snapshots.write(DATA, "damaged");
        house.host.fake.forget_calls();
        house
    };
    let begin = |house: &House| {
        ask(house, &snapshots(house)[0].name);
    };
    let after = async |house: &House| {
        house.until("it is answered", is_answered).await;
        house.until("it runs", |house| house.is_well("web")).await;
        assert_eq!(house.host.snapshots.read(DATA), "before");
    };
    at_every_place(prepared, begin, after).await;
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_removed_after_a_week_and_not_before() {
    let house = house().await;
    changed(&house, &format!("{SPEC}image: {OTHER_IMAGE}")).await;
    house.pass(Duration::from_hours(7 * 24 - 1)).await;
    sleep(Duration::from_mins(2)).await;
    assert_eq!((snapshots(&house).len(), house.host.snapshots.count()), (1, 1));
    house.pass(Duration::from_hours(2)).await;
    sleep(Duration::from_mins(2)).await;
    assert_eq!((snapshots(&house).len(), house.host.snapshots.count()), (0, 0));
}
