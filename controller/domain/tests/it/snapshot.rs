//! Snapshots: what is kept before a change, when the data comes back, and what a restore stops.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use expect_test::expect;
use podsteward_domain::action::Action;
use podsteward_domain::admit::Lease;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::intent::{Intent, IntentId};
use podsteward_domain::plan::{Shape, Touches};
use podsteward_domain::recover::{Interruption, Recovery, recover};
use podsteward_domain::snapshot::facts::{DataFacts, DataUser, Lies, RestoreFacts, VolumeData, WatchedDisk};
use podsteward_domain::snapshot::{Provider, RETENTION, Snapshot, Source};
use podsteward_domain::view::View;
use podsteward_domain::world::World;
use podsteward_specs::key::Key;

use crate::fixture::{NOW, container_facts, world};
use crate::told::{first_stop, steps, verified};

/// An edit of a container that has one of each mount.
const EDITED: &str = "Container web {image: app:2, dataTier: snapshot, mounts: [
    {type: volume, source: db, target: /db}, {type: bind, source: /srv/web, target: /data},
    {type: bind, source: /srv/read, target: /read, readOnly: true}, {type: tmpfs, target: /tmp}]}";
const FACTS: &str =
    "\n live running\n made-of {image: app:1}\n applied {image: app:1}\n uses volume db exists";

fn volume(path: Option<&str>) -> VolumeData {
    VolumeData { path: path.map(str::to_owned), snapshot: false, foreign: false }
}

fn disk(critical: bool) -> WatchedDisk {
    let (key, path) = ("disk/srv".parse().unwrap(), "/srv".to_owned());
    WatchedDisk { key, path, retention: Duration::from_hours(30 * 24), critical }
}

/// The World of an edit, with what is known of the data changed a little.
fn edited(spec: &str, change: impl FnOnce(&mut DataFacts)) -> World {
    let mut world = world(&format!("{}{FACTS}", spec.replace('\n', " ")));
    let data = &mut container_facts(&mut world).data;
    data.volumes = BTreeMap::from([("db".to_owned(), volume(Some("/v/db/_data")))]);
    data.mounted = BTreeSet::from(["/v/db/_data".to_owned(), "/srv/web".to_owned()]);
    change(data);
    world
}

/// What is done, or the first gate that stops it.
fn done(world: World) -> String {
    let choice = evaluate(world).choice.expect("something follows");
    match choice.decision.withheld_by() {
        Some(_) => first_stop(&choice.decision),
        None => steps(&choice.plan.sections.iter().flat_map(|it| it.steps.clone()).collect::<Vec<_>>()),
    }
}

#[test]
fn everything_that_the_new_container_may_write_is_kept_once_the_old_one_is_stopped() {
    expect!["stop container web (grace 10 s), take a snapshot of directory /srv/web, take a snapshot of volume db, rename container web to web-podsteward-previous-c1, create container web from app:2, start container web"].assert_eq(&done(edited(EDITED, |_| ())));
}

#[test]
fn nothing_is_kept_that_nobody_asks_to_keep() {
    let spec = EDITED.replace("dataTier: snapshot, ", "");
    assert!(!done(edited(&spec, |_| ())).contains("snapshot"));
    let kept = done(edited(&spec, |data| {
        data.volumes.get_mut("db").unwrap().snapshot = true;
    }));
    assert!(
        kept.contains("take a snapshot of volume db") && kept.contains("of directory /srv/web"),
        "{kept}"
    );
}

#[test]
fn what_is_no_directory_or_of_somebody_else_is_not_kept() {
    let kept = done(edited(EDITED, |data| {
        data.binds.insert("/srv/web".to_owned(), Lies::File);
        data.volumes.get_mut("db").unwrap().foreign = true;
    }));
    assert!(!kept.contains("snapshot"), "{kept}");
}

#[test]
fn a_symlink_is_kept_where_it_points() {
    let world = edited(EDITED, |data| {
        data.binds.insert("/srv/web".to_owned(), Lies::Directory("/mnt/web".to_owned()));
    });
    assert!(done(world).contains("take a snapshot of directory /mnt/web"));
}

#[test]
fn a_change_waits_while_what_is_to_be_kept_cannot_be() {
    let away = |data: &mut DataFacts| data.volumes.get_mut("db").unwrap().path = None;
    let nowhere = |data: &mut DataFacts| {
        data.mounted.insert("/".to_owned());
    };
    let full = |data: &mut DataFacts| data.disks.push(disk(true));
    let mut told = String::new();
    let _ = writeln!(told, "{}", done(edited(EDITED, away)));
    let _ = writeln!(told, "{}", done(edited(EDITED, nowhere)));
    let _ = writeln!(told, "{}", done(edited(EDITED, full)));
    let mut cleaned = edited(EDITED, |data| data.disks.push(disk(false)));
    cleaned.host.leases.push(Lease {
        intent: IntentId(3),
        key: "disk/srv".parse().unwrap(),
        action: Action::DiskCleanup,
        touches: Touches::default(),
    });
    let _ = writeln!(told, "{}", done(cleaned));
    expect![[r#"
        held by dependencies: no snapshot of volume db can be taken: its data does not lie on this host
        held by dependencies: no snapshot of directory /srv/web can be taken: containers mount everything beside /srv/web, no snapshot of volume db can be taken: containers mount everything beside /v/db/_data
        held by dependencies: no snapshot of directory /srv/web is taken while disk/srv is about to be full
        held by dependencies: no snapshot of directory /srv/web is taken while disk/srv is being cleaned
    "#]].assert_eq(&told);
}

#[test]
fn a_disk_may_have_its_snapshots_kept_for_longer_and_never_for_shorter() {
    let kept = |retention: Duration| {
        let world = edited(EDITED, |data| data.disks.push(WatchedDisk { retention, ..disk(false) }));
        let plan = evaluate(world).choice.expect("a plan").plan;
        let Shape::Recreate { keeps, .. } = &plan.shape else { panic!("{:?}", plan.shape) };
        assert_eq!(keeps.len(), 2);
        let kept = plan.steps().find_map(|step| match step {
            podsteward_domain::plan::Step::TakeSnapshot(planned) if planned.source.volume.is_none() => {
                Some(planned.keep)
            }
            _ => None,
        });
        kept.expect("a snapshot")
    };
    assert_eq!(kept(Duration::from_hours(30 * 24)), Duration::from_hours(30 * 24));
    assert_eq!(kept(Duration::from_hours(1)), RETENTION);
}

fn snapshot(path: &str) -> Snapshot {
    Snapshot {
        name: "autonomous-apply-1".to_owned(),
        key: "container/web".parse().unwrap(),
        source: Source { path: path.to_owned(), volume: None },
        provider: Provider::Copy,
        location: "/srv/.podsteward-snapshots/autonomous-apply-1".to_owned(),
        bytes: 1,
        taken: NOW,
        keep_until: NOW,
        intent: IntentId(7),
        action: Action::Apply,
    }
}

/// A World in which a replacement runs, made from an image, with these directories kept and these snapshots taken.
fn replaced(facts: &str, taken: &[&str]) -> (World, Intent) {
    let web = "Container web {image: app:1, healthcheck: {command: x, retries: 1}, mounts: [{type: bind, source: /srv/web, target: /d}]}";
    let mut world = world(&format!(
        "{web}\n live running\n from sha256:two\n previous web-podsteward-previous-c0\n applied\n{facts}\n intent recreate stabilising 1h"
    ));
    let intent = world.intent.as_mut().expect("an intent");
    let keeps = vec![Source { path: "/srv/web".to_owned(), volume: None }];
    intent.draft.shape =
        Shape::Recreate { previous: "web-podsteward-previous-c0".to_owned(), was_running: true, keeps };
    let intent = intent.clone();
    world.snapshots = taken.iter().map(|path| snapshot(path)).collect();
    (world, intent)
}

fn taken_back((world, intent): (World, Intent)) -> String {
    match recover(&View::of(&world), &intent, Interruption::Failure) {
        Recovery::Undo { steps: undo, .. } => steps(&undo),
        other => panic!("{other:?}"),
    }
}

#[test]
fn after_another_image_the_data_comes_back_before_the_new_container_goes() {
    expect!["stop container web (grace 10 s), put back directory /srv/web from snapshot autonomous-apply-1, remove container web, rename container web-podsteward-previous-c0 to web, start container web"].assert_eq(&taken_back(replaced("", &["/srv/web"])));
}

#[test]
fn data_stays_after_the_same_image_without_proof_or_while_others_run_with_it() {
    let same = taken_back(replaced(" from sha256:one", &["/srv/web"]));
    let unproven = taken_back(replaced("", &[]));
    let of_another_plan = {
        let (mut world, intent) = replaced("", &["/srv/web"]);
        world.snapshots[0].intent = IntentId(6);
        taken_back((world, intent))
    };
    let shared = {
        let (mut world, intent) = replaced("", &["/srv/web"]);
        container_facts(&mut world).data.shared.insert("/srv".to_owned());
        taken_back((world, intent))
    };
    for steps in [same, unproven, of_another_plan, shared] {
        assert!(!steps.contains("put back") && steps.contains("rename"), "{steps}");
    }
}

#[test]
fn an_unhealthy_container_of_another_image_goes_back_only_with_its_data() {
    let told = |taken: &[&str]| {
        let (world, _) = replaced(" health unhealthy gone", taken);
        verified(&evaluate(world).verification.expect("it stabilises"))
    };
    assert_eq!(told(&["/srv/web"]), "failed: it runs and is unhealthy");
    assert_eq!(told(&[]), "warned: it runs and is unhealthy");
}

/// A World in which a person wants a snapshot put back that these containers use.
fn asked(users: &[(&str, bool, bool)], more: &str) -> World {
    let mut world = world(&format!("Container web {{image: app:1}}\n live running\n applied\n{more}"));
    let users = users.iter().map(|(name, running, ours)| DataUser {
        name: (*name).to_owned(),
        running: *running,
        ours: *ours,
        grace: Duration::from_secs(10),
        deadline: Duration::from_mins(2),
    });
    world.restore = Some(RestoreFacts { snapshot: snapshot("/srv/web"), users: users.collect() });
    world
}

#[test]
fn exactly_the_users_that_run_are_stopped_for_a_restore_and_started_again() {
    expect!["stop container api (grace 10 s), stop container web (grace 10 s), put back directory /srv/web from snapshot autonomous-apply-1, start container api, start container web"].assert_eq(&done(asked(&[("api", true, true), ("old", false, true), ("web", true, true)], "")));
    expect!["put back directory /srv/web from snapshot autonomous-apply-1"].assert_eq(&done(asked(&[], "")));
}

#[test]
fn a_restore_holds_every_container_that_it_stops() {
    let choice = evaluate(asked(&[("api", true, true)], "")).choice.expect("a plan");
    let keys: Vec<String> = choice.plan.touches.objects.iter().map(Key::to_string).collect();
    assert_eq!(keys, ["container/api", "container/web"]);
    assert!(choice.plan.touches.containers.contains("api"));
}

#[test]
fn a_restore_waits_for_what_is_not_podstewards_and_for_the_switch() {
    let mut told = String::new();
    let _ = writeln!(told, "{}", done(asked(&[("theirs", true, false)], "")));
    let _ = writeln!(told, "{}", done(asked(&[("theirs", false, false)], "")));
    let _ = writeln!(told, "{}", done(asked(&[("web", true, true)], " switch paused")));
    expect![[r#"
        held by dependencies: theirs runs with it and is not podsteward's to stop
        put back directory /srv/web from snapshot autonomous-apply-1
        held by switch: paused by ada: a look inside
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_interrupted_restore_starts_what_it_stopped() {
    let mut world =
        asked(&[("api", false, true), ("other", false, true), ("web", true, true)], " intent note acting");
    let intent = world.intent.as_mut().expect("an intent");
    let users = vec!["api".to_owned(), "web".to_owned()];
    intent.draft.shape = Shape::Restore { name: "autonomous-apply-1".to_owned(), users };
    let intent = intent.clone();
    assert_eq!(taken_back((world, intent)), "start container api");
}
