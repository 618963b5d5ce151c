//! Names, places and how long a snapshot is kept.

use super::*;

fn moment(hours: u64) -> Moment {
    let wall_ms = 1_795_382_400_000 + i64::try_from(hours).unwrap() * 3_600_000;
    Moment { wall_ms, boot_ms: hours * 3_600_000, ..Moment::default() }
}

fn snapshot(kept_hours: u64) -> Snapshot {
    Snapshot {
        name: "autonomous-apply-20261122T212000Z".to_owned(),
        key: "container/web".parse().unwrap(),
        source: Source { path: "/srv/web".to_owned(), volume: None },
        provider: Provider::Copy,
        location: "/srv/.podsteward-snapshots/autonomous-apply-20261122T212000Z".to_owned(),
        bytes: 1,
        taken: moment(0),
        keep_until: moment(kept_hours),
        intent: IntentId(1),
        action: Action::Apply,
    }
}

#[test]
fn the_first_of_a_plan_has_the_name_of_its_action_and_time_and_further_ones_are_counted() {
    let names: Vec<_> = names(Action::DriftReconciliation, moment(1)).take(3).collect();
    assert_eq!(
        names,
        [
            "autonomous-drift-reconciliation-20261122T222000Z",
            "autonomous-drift-reconciliation-20261122T222000Z-2",
            "autonomous-drift-reconciliation-20261122T222000Z-3",
        ]
    );
}

#[test]
fn a_snapshot_goes_when_it_was_kept_as_promised() {
    let snapshot = snapshot(14 * 24);
    assert!(!snapshot.may_go(moment(14 * 24 - 1)));
    assert!(snapshot.may_go(moment(14 * 24)));
}

#[test]
fn a_snapshot_is_kept_for_a_week_whatever_was_promised() {
    let snapshot = snapshot(1);
    assert!(!snapshot.may_go(moment(7 * 24 - 1)));
    assert!(snapshot.may_go(moment(7 * 24)));
}

#[test]
fn a_wall_clock_that_was_set_does_not_shorten_the_promise() {
    let later = Moment { wall_ms: moment(1000).wall_ms, ..moment(1) };
    assert!(!snapshot(7 * 24).may_go(later));
}

#[test]
fn snapshots_lie_beside_their_directory_and_outside_of_what_any_container_mounts() {
    let check = |source: &str, mounted: &[&str], expected: Option<&str>| {
        let mounted = mounted.iter().map(|path| (*path).to_owned()).collect();
        assert_eq!(area(source, &mounted).as_deref(), expected, "{source} {mounted:?}");
    };
    check("/srv/web", &["/srv/web"], Some("/srv/.podsteward-snapshots"));
    check("/v/db/_data", &["/v/db/_data"], Some("/v/.podsteward-snapshots"));
    check("/srv/a/web", &["/srv/a"], Some("/srv/.podsteward-snapshots"));
    check("/srv/a/web", &["/srv/abc"], Some("/srv/a/.podsteward-snapshots"));
    check("/srv/a/web", &["/srv/a/web", "/srv/a", "/srv"], Some("/.podsteward-snapshots"));
    check("/srv", &["/"], None);
    check("/", &[], None);
}

#[test]
fn every_provider_is_found_by_its_name() {
    for provider in Provider::ALL {
        assert_eq!(Provider::from_name(provider.as_str()), Some(provider));
    }
}
