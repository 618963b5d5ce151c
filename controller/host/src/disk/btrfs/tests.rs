//! The accounts of btrfs, as the kernel writes them for filesystems of several kinds.
//!
//! Owns the arithmetic; a real btrfs is in `tests/filesystems.rs`.

use super::*;

const MIB: u64 = 1 << 20;
const UUID: &str = "4099ef20-ebb1-44b8-b5f7-7e30039cf313";
/// What `statfs` calls the first tree and the first subvolume of that filesystem.
const FSID: u64 = 0xe82d_b7ae_f56e_9110;
const FSID_OF_SUBVOLUME: u64 = 0xe82d_b6ab_f56e_9110;

/// Block groups of one kind: profile, MiB that they can hold, bytes used.
type Groups<'a> = (&'a str, &'a [(&'a str, u64)], u64);

/// Writes what the kernel would.
fn sysfs(devices: usize, groups: &[Groups<'_>]) -> tempfile::TempDir {
    let sys = tempfile::tempdir().unwrap();
    let dir = sys.path().join(UUID);
    let put = |path: String, number: u64| {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{number}\n")).unwrap();
    };
    fs::create_dir_all(sys.path().join("features")).unwrap();
    for device in 1..=devices {
        put(format!("devinfo/{device}/missing"), 0);
    }
    put("nodesize".to_owned(), 16384);
    put("allocation/global_rsv_size".to_owned(), 6 * MIB);
    for (kind, profiles, used) in groups {
        for (profile, total) in *profiles {
            put(format!("allocation/{kind}/{profile}/total_bytes"), total * MIB);
        }
        let total: u64 = profiles.iter().map(|(_, total)| total).sum();
        put(format!("allocation/{kind}/total_bytes"), total * MIB);
        put(format!("allocation/{kind}/bytes_used"), *used);
        for none in ["bytes_reserved", "bytes_may_use"] {
            put(format!("allocation/{kind}/{none}"), 0);
        }
    }
    sys
}

fn told(size: u64, available: u64) -> Told {
    Told { fsid: FSID, size: size * MIB, available: available * MIB }
}

fn gauge(used: u64, total: u64) -> Gauge {
    Gauge { used: used * MIB, total: total * MIB }
}

#[test]
fn full_records_show_although_half_of_the_space_is_free() {
    // As measured on 512 MiB on which no file can be made any more.
    let sys = sysfs(
        1,
        &[
            ("data", &[("single", 431)], 225_792_000),
            ("metadata", &[("dup", 32)], 23_805_952),
            ("system", &[("dup", 8)], 16384),
        ],
    );
    let accounts = accounts_below(sys.path(), &told(512, 215)).unwrap();
    assert_eq!(accounts.metadata.unwrap().share(), 10_000);
    assert!((4_990..5_010).contains(&accounts.space.share()), "{accounts:?}");
}

#[test]
fn what_is_not_handed_out_yet_counts_for_both() {
    let sys = sysfs(
        1,
        &[
            ("data", &[("single", 100)], 40 * MIB),
            ("metadata", &[("dup", 50)], 10 * MIB),
            ("system", &[("dup", 8)], 0),
        ],
    );
    // 1000 - 100 - 2 * 50 - 2 * 8 - 1 are left, half of them for records that are kept twice.
    let accounts = accounts_below(sys.path(), &told(1000, 843)).unwrap();
    assert_eq!(accounts.space, gauge(40, 883));
    assert_eq!(accounts.metadata, Some(Gauge { used: 20 * MIB, total: 50 * MIB + 783 * MIB / 2 }));
}

#[test]
fn data_keeps_its_free_space_when_the_kernel_says_none_for_want_of_records() {
    let sys = sysfs(
        1,
        &[
            ("data", &[("single", 100)], 40 * MIB),
            ("metadata", &[("single", 50)], 50 * MIB),
            ("system", &[("single", 8)], 0),
        ],
    );
    assert_eq!(accounts_below(sys.path(), &told(159, 0)).unwrap().space, gauge(40, 100));
}

#[test]
fn copies_and_parity_take_space_on_the_devices() {
    let groups: [Groups<'_>; 3] =
        [("data", &[("raid5", 200)], 0), ("metadata", &[("raid1", 50)], 0), ("system", &[("raid1", 0)], 0)];
    let sys = sysfs(3, &groups);
    // 600 - 200 * 3 / 2 - 2 * 50 - 3 are left.
    let metadata = accounts_below(sys.path(), &told(600, 300)).unwrap().metadata.unwrap();
    assert_eq!(metadata.total, 50 * MIB + 197 * MIB / 2);
    let sys = sysfs(2, &[("data", &[("raid1", 200)], 0), ("metadata", &[("raid1", 50)], 0)]);
    // `statfs` tells half of 1000.
    let metadata = accounts_below(sys.path(), &told(500, 300)).unwrap().metadata.unwrap();
    assert_eq!(metadata.total, 50 * MIB + 498 * MIB / 2);
}

#[test]
fn the_devices_are_asked_while_profiles_are_converted() {
    let sys =
        sysfs(1, &[("data", &[("single", 100), ("raid1", 100)], 0), ("metadata", &[("single", 99)], 0)]);
    assert_eq!(accounts_below(sys.path(), &told(250, 10)), None);
    let device = sys.path().join(UUID).join("devices/loop0");
    fs::create_dir_all(&device).unwrap();
    fs::write(device.join("size"), format!("{}\n", 500 * MIB / 512)).unwrap();
    let metadata = accounts_below(sys.path(), &told(250, 10)).unwrap().metadata.unwrap();
    assert_eq!(metadata.total, 99 * MIB + 100 * MIB);
}

#[test]
fn records_among_the_data_are_no_gauge_of_their_own() {
    let sys = sysfs(1, &[("mixed", &[("single", 100)], 80 * MIB), ("system", &[("single", 4)], 0)]);
    let accounts = accounts_below(sys.path(), &told(105, 20)).unwrap();
    assert_eq!(accounts, Accounts { space: gauge(90, 100), metadata: None });
}

#[test]
fn what_is_hidden_is_nothing() {
    let sys = sysfs(1, &[("data", &[("single", 100)], 0), ("metadata", &[("single", 50)], 0)]);
    assert_eq!(accounts_below(&sys.path().join("none"), &told(200, 1)), None);
    assert_eq!(accounts_below(sys.path(), &Told { fsid: FSID + 1, ..told(200, 1) }), None);
    fs::remove_dir_all(sys.path().join(UUID).join("allocation")).unwrap();
    assert_eq!(accounts_below(sys.path(), &told(200, 1)), None);
}

#[test]
fn a_filesystem_is_known_by_its_number_in_each_of_its_subvolumes() {
    assert!(is_of(UUID, FSID) && is_of(UUID, FSID_OF_SUBVOLUME));
    assert!(!is_of(UUID, FSID ^ 1) && !is_of(UUID, FSID ^ (4 << 32)) && !is_of("features", FSID));
    assert_eq!(identity(FSID), identity(FSID_OF_SUBVOLUME));
}
