//! The host's clock, against the kernel.

use super::*;

#[test]
fn a_boot_id_is_read_as_the_number_that_the_uuid_spells() {
    let id = parse("00000000-0000-0000-0000-0000000000ff\n").unwrap();
    assert_eq!(id, BootId(255));
}

#[test]
fn what_is_not_a_uuid_is_refused_with_the_text() {
    for text in ["", "ff", "zz000000-0000-0000-0000-000000000000"] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.ends_with(&format!("but '{text}'")), "{error}");
    }
}

#[test]
fn boot_time_goes_on_and_the_boot_stays_the_same() {
    let clock = HostClock::new().unwrap();
    let first = clock.now();
    let second = HostClock::new().unwrap().now();
    assert!(second.boot_ms >= first.boot_ms);
    assert_eq!(second.boot_id, first.boot_id);
    assert_ne!(first.boot_id, BootId(0));
}

#[test]
fn wall_time_agrees_with_a_file_that_was_just_written() {
    use std::os::unix::fs::MetadataExt as _;

    let file = tempfile::NamedTempFile::new().unwrap();
    let written_ms = file.as_file().metadata().unwrap().mtime() * 1000;
    let now_ms = HostClock::new().unwrap().now().wall_ms;
    assert!((now_ms - written_ms).abs() < 60_000, "{now_ms} and {written_ms}");
}
