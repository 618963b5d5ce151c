//! The table of snapshots.

use expect_test::expect;
use podsteward_domain::action::Action;

use super::*;

fn snapshot(volume: Option<&str>, expired: bool) -> Snapshot {
    Snapshot {
        id: "autonomous-apply-20261122T101500Z".to_owned(),
        object: "container/db".parse().unwrap(),
        action_type: Action::Apply,
        source: "/srv/db".to_owned(),
        volume: volume.map(str::to_owned),
        provider: "reflink",
        location: "/srv/.podsteward-snapshots/autonomous-apply-20261122T101500Z".to_owned(),
        bytes: 3 << 20,
        taken: "2026-11-22T10:15:00Z".to_owned(),
        age_seconds: 7200,
        keep_until: "2026-11-29T10:15:00Z".to_owned(),
        expired,
    }
}

#[test]
fn a_snapshot_is_told_with_what_it_is_of_and_how_long_it_is_kept() {
    let listing = Snapshots { snapshots: vec![snapshot(Some("db"), false), snapshot(None, true)] };
    expect![[r"
        AGE   OBJECT        OF         SIZE   BY       KEPT UNTIL            ID
        120m  container/db  volume db  3 MiB  reflink  2026-11-29T10:15:00Z  autonomous-apply-20261122T101500Z
        120m  container/db  /srv/db    3 MiB  reflink  over                  autonomous-apply-20261122T101500Z
    "]]
    .assert_eq(&listing.text(Screen::default()));
}

#[test]
fn no_snapshot_is_no_table() {
    assert_eq!(Snapshots { snapshots: Vec::new() }.text(Screen::default()), "");
}
