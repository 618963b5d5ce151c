//! Whether a pid still means its container, told from numbers and text.

use podsteward_domain::time::BootId;

use super::*;

const NOW: Moment = Moment { wall_ms: 1_000_000_000, boot_ms: 50_000_000, boot_id: BootId(1) };

/// A process that started this many seconds before now.
fn process(age_secs: u64) -> Stat {
    let mut stat = stat(std::process::id()).unwrap();
    stat.starttime = (NOW.boot_ms / 1000 - age_secs) * procfs::ticks_per_second();
    stat
}

#[test]
fn a_start_is_told_by_the_wall_clock_of_now() {
    assert_eq!(started_ms(&process(60), NOW), NOW.wall_ms - 60_000);
}

#[test]
fn a_start_before_its_container_by_the_time_that_setting_up_takes_is_the_containers() {
    for (later_secs, belongs) in [(-3, false), (-2, true), (0, true), (300, true), (301, false)] {
        let container_ms = NOW.wall_ms - 1_000_000 + later_secs * 1000;
        let verdict = compare(7, NOW.wall_ms - 1_000_000, container_ms);
        assert_eq!(verdict.is_ok(), belongs, "container {later_secs} s after its process");
    }
}

#[test]
fn a_control_group_names_its_container() {
    let id = "4f1c9a7be0d5";
    let v2 =
        "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-4f1c9a7be0d5.scope/container\n";
    let v1 = "12:pids:/machine.slice/libpod-4f1c9a7be0d5.scope\n1:name=systemd:/\n";
    assert!(names(v2, id));
    assert!(names(v1, id));
    assert!(!names("0::/user.slice/session-1.scope\n", id));
    assert!(!names(v2, ""), "an empty id is in every text");
}
