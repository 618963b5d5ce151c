//! `import` as a shell sees it: which files are read, what goes where, and how it ends.

use std::fs;
use std::os::unix::fs::symlink;

use super::World;

const UNIT: &str =
    "[Container]\nImage=localhost/web:1\nContainerName=web\nAutoUpdate=registry\n[Install]\nWantedBy=x\n";

/// A world with a unit, a drop-in of it, and what is no unit.
fn world() -> World {
    let world = World::new();
    fs::create_dir_all(world.path("units/web.container.d")).unwrap();
    fs::write(world.path("units/web.container"), UNIT).unwrap();
    fs::write(world.path("units/web.container.d/1.conf"), "[Container]\nLabel=from=drop-in\n").unwrap();
    fs::write(world.path("units/notes.txt"), "not a unit").unwrap();
    world
}

#[test]
fn manifests_go_to_stdout_and_what_is_lost_to_stderr() {
    let world = world();
    let units = world.path("units").display().to_string();
    let done = world.run(&["import", "quadlet", &units]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stdout.starts_with("apiVersion: podsteward.dev/v1alpha1\nkind: Container\n"),
        "{}",
        done.stdout
    );
    let lines: Vec<String> = done.told(&world).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("DIR/units/web.container:4: AutoUpdate: "), "{lines:?}");
    assert_eq!(lines[1], "1 manifest, 1 warning");
    world.manifest("imported.yaml", &done.stdout);
    assert_eq!(world.run(&["validate"]).code, 0);
    let json = world.run(&["import", "quadlet", &units, "-o", "json"]).json();
    assert_eq!(json["documents"][0]["spec"]["image"], "localhost/web:1");
    assert_eq!(json["warnings"][0]["key"], "AutoUpdate");
    assert_eq!(json["warnings"][0]["line"], 4);
}

#[test]
fn a_unit_by_itself_is_read_with_its_drop_ins() {
    let world = world();
    let unit = world.path("units/web.container").display().to_string();
    let json = world.run(&["import", "quadlet", &unit, "-o", "json"]).json();
    assert_eq!(json["documents"][0]["metadata"]["labels"]["from"], "drop-in");
}

#[test]
fn an_import_of_nothing_ends_with_1_and_a_wrong_command_line_with_2() {
    let world = world();
    for path in ["nowhere", "units/notes.txt", "manifests"] {
        for from in ["quadlet", "kube"] {
            let done = world.run(&["import", from, &world.path(path).display().to_string()]);
            assert_eq!((done.code, done.stdout.as_str()), (1, ""), "{from} {path}");
            assert!(done.stderr.contains("  next: name "), "{}", done.stderr);
        }
    }
    for args in [&["import"][..], &["import", "quadlet"], &["import", "compose", "x"]] {
        assert_eq!(world.run(args).code, 2, "{args:?}");
    }
}

#[test]
fn what_cannot_be_read_holds_up_nothing_else_and_is_no_success() {
    let world = world();
    symlink(".", world.path("units/again")).unwrap();
    let units = world.path("units").display().to_string();
    assert_eq!(world.run(&["import", "quadlet", &units]).code, 0, "a directory within itself is read once");
    symlink("/dev/null", world.path("units/masked.container")).unwrap();
    symlink("nowhere", world.path("units/gone.container")).unwrap();
    fs::write(world.path("units/binary.container"), [0u8, 1, 0xff]).unwrap();
    fs::write(world.path("units/huge.container"), "#".repeat((1 << 20) + 1)).unwrap();
    let done = world.run(&["import", "quadlet", &units]);
    assert_eq!(done.code, 1);
    assert!(done.stdout.contains("name: web"), "{}", done.stdout);
    for told in ["masked.container:1: ", "gone.container:1: ", "binary.container:1: ", "huge.container:1: "] {
        assert!(done.stderr.contains(told), "{told} in {}", done.stderr);
    }
    assert!(done.stderr.ends_with("1 manifest, 5 warnings\n"), "{}", done.stderr);
}
