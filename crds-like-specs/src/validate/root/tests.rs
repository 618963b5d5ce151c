//! The directories that are refused by name, and those that are not.

use expect_test::expect;

use super::root;

#[test]
fn a_directory_that_is_not_expendable_is_refused_with_the_reason() {
    let refused = [
        "/",
        "/etc",
        "/etc/",
        "/usr/local/tmp",
        "/bin/x",
        "/sbin",
        "/lib",
        "/lib64/x",
        "/boot/efi",
        "/dev/shm",
        "/proc/1",
        "/sys/fs",
        "/sysroot/ostree",
        "/run",
        "/root",
        "/root/",
        "/home",
        "/home/ada",
        "/var/home/ada",
        "/var",
        "/var/lib",
        "/var/lib/containers",
        "/var/lib/containers/storage/volumes",
        "/run/containers/storage",
        "/home/ada/.local",
        "/home/ada/.local/share",
        "/home/ada/.local/share/containers",
        "/root/.local/share/containers/storage",
        "/data/.local/share/containers/cache",
    ];
    let told = refused.map(|path| format!("{}\n", root(path).unwrap_err()));
    expect![[r"
        '/' holds what everybody keeps (a directory of expendable files such as /srv/app/cache)
        '/etc' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/etc/' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/usr/local/tmp' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/bin/x' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/sbin' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/lib' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/lib64/x' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/boot/efi' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/dev/shm' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/proc/1' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/sys/fs' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/sysroot/ostree' belongs to the system (a directory of expendable files such as /srv/app/cache)
        '/run' holds what everybody keeps (a directory of expendable files such as /srv/app/cache)
        '/root' is a home (a directory of expendable files such as /srv/app/cache)
        '/root/' is a home (a directory of expendable files such as /srv/app/cache)
        '/home' holds what everybody keeps (a directory of expendable files such as /srv/app/cache)
        '/home/ada' is a home (a directory of expendable files such as /srv/app/cache)
        '/var/home/ada' is a home (a directory of expendable files such as /srv/app/cache)
        '/var' holds what everybody keeps (a directory of expendable files such as /srv/app/cache)
        '/var/lib' holds what everybody keeps (a directory of expendable files such as /srv/app/cache)
        '/var/lib/containers' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/var/lib/containers/storage/volumes' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/run/containers/storage' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/home/ada/.local' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/home/ada/.local/share' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/home/ada/.local/share/containers' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/root/.local/share/containers/storage' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
        '/data/.local/share/containers/cache' holds what Podman keeps (a directory of expendable files such as /srv/app/cache)
    "]].assert_eq(&told.concat());
}

#[test]
fn a_path_that_does_not_say_one_thing_only_is_refused() {
    let refused = ["", "tmp", "./tmp", "~/tmp", "/srv//x", "//", "/srv/../etc", "/srv/./x", "/srv/x//"];
    let told = refused.map(|path| format!("{}\n", root(path).unwrap_err()));
    expect![[r"
        '' is not a plain path (an absolute path without '.', '..' and '//')
        'tmp' is not a plain path (an absolute path without '.', '..' and '//')
        './tmp' is not a plain path (an absolute path without '.', '..' and '//')
        '~/tmp' is not a plain path (an absolute path without '.', '..' and '//')
        '/srv//x' is not a plain path (an absolute path without '.', '..' and '//')
        '//' is not a plain path (an absolute path without '.', '..' and '//')
        '/srv/../etc' is not a plain path (an absolute path without '.', '..' and '//')
        '/srv/./x' is not a plain path (an absolute path without '.', '..' and '//')
        '/srv/x//' is not a plain path (an absolute path without '.', '..' and '//')
    "]]
    .assert_eq(&told.concat());
    assert!(root("/srv/a\nb").is_err());
}

#[test]
fn a_directory_of_expendable_files_is_taken_without_its_last_slash() {
    let taken = [
        ("/srv/app/cache/", "/srv/app/cache"),
        ("/tmp", "/tmp"),
        ("/var/tmp", "/var/tmp"),
        ("/var/log/app", "/var/log/app"),
        ("/var/lib/app/cache", "/var/lib/app/cache"),
        ("/home/ada/.cache", "/home/ada/.cache"),
        ("/root/.cache", "/root/.cache"),
        ("/home/ada/.local/share/Trash", "/home/ada/.local/share/Trash"),
        ("/home/ada/.local/share/containers-old", "/home/ada/.local/share/containers-old"),
        ("/library/etc", "/library/etc"),
        ("/srv/..hidden", "/srv/..hidden"),
    ];
    for (path, expected) in taken {
        assert_eq!(root(path).as_deref(), Ok(expected));
    }
}
