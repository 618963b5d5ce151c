//! Mounts as the kernel writes them, and those of this machine that are always there.
//!
//! Owns the reading; bind mounts and subvolumes are proven in `tests/filesystems.rs`.

use super::*;

#[test]
fn a_line_is_read_with_and_without_optional_fields() {
    let line = b"36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:7 - ext3 /dev/root rw,errors=continue";
    let mount =
        MountInfo { mount_point: "/mnt2".into(), fs_type: "ext3".to_owned(), source: "/dev/root".to_owned() };
    assert_eq!(parse(line), Some((36, mount)));
    let line = b"40 35 0:5 / /proc rw - proc none rw";
    let mount =
        MountInfo { mount_point: "/proc".into(), fs_type: "proc".to_owned(), source: "none".to_owned() };
    assert_eq!(parse(line), Some((40, mount)));
    assert_eq!(parse(b"40 35"), None);
}

#[test]
fn a_blank_in_a_path_is_read_back() {
    assert_eq!(unescape(br"/a\040b\011c\134d\"), b"/a b\tc\\d\\");
    assert_eq!(unescape(br"\09x"), br"\09x");
}

#[test]
fn a_path_lies_on_the_mount_that_holds_it() {
    let mount = mount_of(Path::new("/proc/self/status")).unwrap();
    assert_eq!((mount.mount_point.as_path(), mount.fs_type.as_str()), (Path::new("/proc"), "proc"));
    assert!(matches!(mount_of(Path::new("/nonexistent")), Err(Error::Open { .. })));
}

#[test]
fn filesystems_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(same_filesystem(dir.path(), &file).unwrap());
    assert!(!same_filesystem(dir.path(), Path::new("/proc")).unwrap());
    assert!(same_filesystem(dir.path(), Path::new("/nonexistent")).is_err());
}
