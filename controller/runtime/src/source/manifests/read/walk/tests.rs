//! What is read of a directory, on a real one.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use expect_test::{Expect, expect};
use podsteward_specs::defaults::FILE_BYTES_MAX;
use podsteward_specs::problem::Problem;
use rustix::fs::{FileType, Mode};
use tempfile::TempDir;

use super::{read_directory, read_paths};
use crate::source::manifests::read::Reading;

fn shown(reading: &Reading, root: &Path) -> String {
    let mut lines: Vec<String> = reading.files.iter().map(|file| file.path.clone()).collect();
    lines.extend(reading.problems.iter().map(Problem::to_string));
    if reading.blind {
        lines.push("(blind)".to_owned());
    }
    lines.join("\n").replace(&root.display().to_string(), "ROOT")
}

fn check(prepare: impl FnOnce(&Path), expect: &Expect) {
    let directory = TempDir::new().unwrap();
    prepare(directory.path());
    expect.assert_eq(&shown(&read_directory(directory.path()), directory.path()));
}

fn write(root: &Path, path: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "x").unwrap();
}

#[test]
fn manifests_are_found_in_all_directories_and_nothing_else_is_read() {
    let files =
        ["b.yaml", "a.yml", "sub/deep/c.yaml", "README.md", "old.yaml~", ".hidden.yaml", ".git/d.yaml"];
    check(
        |root| files.iter().for_each(|file| write(root, file)),
        &expect![[r"
        a.yml
        b.yaml
        sub/deep/c.yaml"]],
    );
}

#[test]
fn files_are_sorted_by_path() {
    let files = ["sub/a.yaml", "sub.yaml", "sub-b/a.yaml"];
    check(
        |root| files.iter().for_each(|file| write(root, file)),
        &expect![[r"
        sub-b/a.yaml
        sub.yaml
        sub/a.yaml"]],
    );
}

#[test]
fn a_directory_that_is_not_there_is_a_problem_and_blind() {
    let directory = TempDir::new().unwrap();
    let reading = read_directory(&directory.path().join("absent"));
    expect![[r"
        ROOT/absent:1:1: cannot read the directory: No such file or directory (os error 2)
        (blind)"]]
    .assert_eq(&shown(&reading, directory.path()));
}

#[test]
fn symbolic_links_are_followed_as_kubernetes_lays_them() {
    let prepare = |root: &Path| {
        write(root, "..2026/web.yaml");
        symlink("..2026", root.join("..data")).unwrap();
        symlink("..data/web.yaml", root.join("web.yaml")).unwrap();
    };
    check(prepare, &expect!["web.yaml"]);
}

#[test]
fn loops_and_links_to_nowhere_are_told() {
    let prepare = |root: &Path| {
        write(root, "sub/a.yaml");
        symlink("..", root.join("sub/up")).unwrap();
        symlink("self.yaml", root.join("self.yaml")).unwrap();
        symlink("nowhere", root.join("lost.yaml")).unwrap();
    };
    check(
        prepare,
        &expect![[r"
        sub/a.yaml
        lost.yaml:1:1: cannot follow the symbolic link: No such file or directory (os error 2)
        self.yaml:1:1: cannot follow the symbolic link: Too many levels of symbolic links (os error 40)
        sub/up:1:1: the symbolic link leads back to a directory that holds it
        (blind)"]],
    );
}

#[test]
fn what_is_not_a_regular_file_is_refused_without_being_opened() {
    let prepare = |root: &Path| {
        let pipe = root.join("pipe.yaml");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
        symlink("/dev/zero", root.join("zero.yaml")).unwrap();
        write(root, "a.yaml");
    };
    check(
        prepare,
        &expect![[r"
        a.yaml
        pipe.yaml:1:1: is not a regular file (a manifest is one)
        zero.yaml:1:1: is not a regular file (a manifest is one)"]],
    );
}

#[test]
fn a_file_that_is_too_large_is_told_and_not_read() {
    let prepare = |root: &Path| {
        fs::File::create(root.join("big.yaml")).unwrap().set_len(10 << 20).unwrap();
        fs::File::create(root.join("just.yaml")).unwrap().set_len(FILE_BYTES_MAX as u64).unwrap();
    };
    check(
        prepare,
        &expect![[r"
        just.yaml
        big.yaml:1:1: the file has 10485760 bytes (a manifest has at most 1048576)
        (blind)"]],
    );
}

#[test]
fn directories_that_lie_too_deep_are_told() {
    check(
        |root| write(root, &format!("{}a.yaml", "d/".repeat(16))),
        &expect![[r"
        d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d:1:1: the directory lies too deep (at most 16 levels)
        (blind)"]],
    );
}

#[test]
fn a_file_and_a_directory_without_permission_are_told_and_blind() {
    let directory = TempDir::new().unwrap();
    let root = directory.path();
    for path in ["a.yaml", "closed.yaml", "closed/b.yaml"] {
        write(root, path);
    }
    for path in ["closed.yaml", "closed"] {
        fs::set_permissions(root.join(path), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let reading = read_directory(root);
    fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    // Root reads it all the same.
    let as_root = fs::read(root.join("closed.yaml")).is_ok();
    let by_root = expect![[r"
        a.yaml
        closed.yaml
        closed/b.yaml"]];
    let by_user = expect![[r"
        a.yaml
        closed:1:1: cannot read the directory: Permission denied (os error 13)
        closed.yaml:1:1: cannot read the file: Permission denied (os error 13)
        (blind)"]];
    let wanted = if as_root { by_root } else { by_user };
    wanted.assert_eq(&shown(&reading, root));
}

#[test]
fn paths_of_a_command_line_are_named_as_the_user_did() {
    let directory = TempDir::new().unwrap();
    let root = directory.path();
    for file in ["sub/a.yaml", "one.txt"] {
        write(root, file);
    }
    let paths = ["sub", "one.txt", "absent.yaml"].map(|path| root.join(path));
    expect![[r"
        ROOT/one.txt
        ROOT/sub/a.yaml
        ROOT/absent.yaml:1:1: cannot read it: No such file or directory (os error 2)
        (blind)"]]
    .assert_eq(&shown(&read_paths(&paths), root));
}
