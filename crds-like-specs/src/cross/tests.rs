//! Checks between documents: which problem stands where, and which objects are held.

use expect_test::{Expect, expect};

use super::cross_check;
use crate::document::Document;
use crate::load::{SourceFile, load};

/// A container in its own file: `NAME: spec fields in flow style`; with `/PATH` for the fields a watched filesystem,
/// with `objects` for the fields a backup.
fn documents(lines: &[&str]) -> Vec<Document> {
    let file = |line: &&str| {
        let (name, spec) = line.split_once(": ").unwrap();
        let (kind, spec) = if spec.starts_with('/') {
            ("DiskPolicy", format!("path: {spec}"))
        } else if spec.starts_with("objects") {
            ("BackupCheck", format!("path: /srv/backup/*, maxAge: 1d, {spec}"))
        } else {
            ("Container", format!("image: x, {spec}"))
        };
        let text = format!(
            "apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"
        );
        SourceFile { path: format!("{name}.yaml"), bytes: text.into_bytes() }
    };
    let loaded = load(&lines.iter().map(file).collect::<Vec<_>>());
    let unsound: Vec<_> = loaded.files.iter().flat_map(|file| &file.problems).collect();
    assert_eq!(unsound, Vec::<&crate::problem::Problem>::new());
    loaded.files.into_iter().flat_map(|file| file.documents).collect()
}

fn told(documents: &[Document]) -> String {
    let line = |found: super::CrossProblem| {
        let holds: Vec<String> = found.holds.iter().map(ToString::to_string).collect();
        format!("{} [holds {}]\n", found.problem, holds.join(" "))
    };
    cross_check(documents).into_iter().map(line).collect()
}

fn check(containers: &[&str], expected: &Expect) {
    expected.assert_eq(&told(&documents(containers)));
}

#[test]
fn a_second_document_of_one_object_names_the_place_of_the_first() {
    let mut both = documents(&["a: init: true", "a: init: false"]);
    both[1].origin.file = "b.yaml".to_owned();
    both.reverse();
    expect![[r"
        b.yaml:3:18: metadata.name: container/a is declared at a.yaml:1:1 already (each object once) [holds container/a]
    "]].assert_eq(&told(&both));
}

#[test]
fn of_two_documents_of_one_object_only_the_first_takes_part_in_the_other_checks() {
    let mut both = documents(&["a: ports: [{containerPort: 80, hostPort: 80}]", "a: dependsOn: [gone]"]);
    both[1].origin.file = "b.yaml".to_owned();
    expect![[r"
        b.yaml:3:18: metadata.name: container/a is declared at a.yaml:1:1 already (each object once) [holds container/a]
    "]].assert_eq(&told(&both));
}

#[test]
fn a_dependency_that_is_not_declared_is_told() {
    check(
        &["web: dependsOn: [db, cache]", "cache: init: true"],
        &expect![[r"
        web.yaml:4:30: spec.dependsOn[0]: container/db is not declared (a container of these manifests) [holds container/web]
    "]],
    );
}

#[test]
fn a_cycle_is_told_in_each_of_its_documents_and_printed_whole() {
    check(
        &[
            "a: dependsOn: [b]",
            "b: dependsOn: [{name: c, condition: healthy}]",
            "c: dependsOn: [a]",
            "d: dependsOn: [a]",
        ],
        &expect![[r"
            a.yaml:4:30: spec.dependsOn[0]: dependency cycle a -> b -> c -> a (no container may wait for itself) [holds container/a]
            b.yaml:4:30: spec.dependsOn[0]: dependency cycle a -> b -> c -> a (no container may wait for itself) [holds container/b]
            c.yaml:4:30: spec.dependsOn[0]: dependency cycle a -> b -> c -> a (no container may wait for itself) [holds container/c]
        "]],
    );
    check(
        &["self: dependsOn: [self]"],
        &expect![[r"
        self.yaml:4:30: spec.dependsOn[0]: dependency cycle self -> self (no container may wait for itself) [holds container/self]
    "]],
    );
}

#[test]
fn two_cycles_through_one_container_are_both_told() {
    check(
        &["a: dependsOn: [b]", "b: dependsOn: [a, c]", "c: dependsOn: [b]"],
        &expect![[r"
        a.yaml:4:30: spec.dependsOn[0]: dependency cycle a -> b -> a (no container may wait for itself) [holds container/a]
        b.yaml:4:30: spec.dependsOn[0]: dependency cycle a -> b -> a (no container may wait for itself) [holds container/b]
        b.yaml:4:33: spec.dependsOn[1]: dependency cycle c -> b -> c (no container may wait for itself) [holds container/b]
        c.yaml:4:30: spec.dependsOn[0]: dependency cycle c -> b -> c (no container may wait for itself) [holds container/c]
    "]],
    );
}

#[test]
fn a_long_chain_is_no_cycle() {
    let lines: Vec<String> = (0..200).map(|n| format!("c{n}: dependsOn: [c{}]", n + 1)).collect();
    let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    lines.push("c200: init: true");
    check(&lines, &expect![[r""]]);
}

#[test]
fn a_port_of_the_host_goes_to_one_container() {
    check(
        &[
            "a: ports: [{containerPort: 80, hostPort: 8080}]",
            "b: ports: [{containerPort: 81, hostPort: 8080, hostIP: 127.0.0.1}]",
            "c: desiredState: Stopped, ports: [{containerPort: 80, hostPort: 8080, hostIP: '::'}]",
            "d: ports: [{containerPort: 80, hostPort: 8080, protocol: UDP}]",
            "e: ports: [{containerPort: 80}]",
            "f: ports: [{containerPort: 80}]",
        ],
        &expect![[r"
            b.yaml:4:26: spec.ports[0]: port 8080/tcp of the host is taken by container/a (a.yaml:1; one container a port) [holds container/a container/b]
            c.yaml:4:49: spec.ports[0]: port 8080/tcp of the host is taken by container/a (a.yaml:1; one container a port) [holds container/a container/c]
        "]],
    );
}

#[test]
fn the_same_port_on_two_addresses_is_no_clash() {
    check(
        &[
            "a: ports: [{containerPort: 80, hostPort: 8080, hostIP: 127.0.0.1}]",
            "b: ports: [{containerPort: 80, hostPort: 8080, hostIP: 127.0.0.2}]",
        ],
        &expect![[r""]],
    );
}

#[test]
fn completed_needs_a_container_that_can_complete() {
    check(
        &[
            "a: dependsOn: [{name: b, condition: completed}]",
            "b: init: true",
            "c: dependsOn: [{name: d, condition: completed}]",
            "d: restartPolicy: OnFailure",
        ],
        &expect![[r"
            a.yaml:4:30: spec.dependsOn[0]: container/b never completes with restartPolicy Always (OnFailure or Never there, or another condition here) [holds container/a]
        "]],
    );
}

#[test]
fn a_path_is_watched_by_one_policy_and_told_at_each_that_watches_it() {
    check(
        &["a: /srv", "b: /srv/", "c: /srv/data", "d: /", "e: /srv"],
        &expect![[r"
        a.yaml:4:14: spec.path: /srv is watched by disk/b (b.yaml:1; one policy a path) [holds disk/a disk/b disk/e]
        b.yaml:4:14: spec.path: /srv is watched by disk/a (a.yaml:1; one policy a path) [holds disk/a disk/b disk/e]
        e.yaml:4:14: spec.path: /srv is watched by disk/a (a.yaml:1; one policy a path) [holds disk/a disk/b disk/e]
    "]],
    );
}

#[test]
fn volumes_and_networks_that_nothing_declares_are_fine() {
    check(&["a: networks: [net], mounts: [{type: volume, source: data, target: /data}]"], &expect![[r""]]);
}

#[test]
fn a_document_out_of_the_store_is_told_at_its_beginning() {
    let documents: Vec<Document> = documents(&["a: dependsOn: [gone]"])
        .into_iter()
        .map(|document| Document::from_canonical(&document.canonical, document.origin).unwrap())
        .collect();
    expect![[r"
        a.yaml:1:1: spec.dependsOn: container/gone is not declared (a container of these manifests) [holds container/a]
    "]].assert_eq(&told(&documents));
}

#[test]
fn an_object_of_a_backup_that_nothing_knows_is_a_problem() {
    check(
        &[
            "db: mounts: [{type: volume, source: db-data, target: /data}]",
            "disk: /srv, cleanup: [{pruneVolumes: {names: [scratch]}}]",
            "nightly: objects: [container/db, volume/db-data, volume/scratch, container/dbs, volume/db-dta]",
        ],
        &expect![[r"
            nightly.yaml:4:97: spec.objects[3]: container/dbs is not declared (a container of these manifests) [holds backupcheck/nightly]
            nightly.yaml:4:112: spec.objects[4]: volume/db-dta is not declared (a volume that these manifests declare, mount or prune) [holds backupcheck/nightly]
        "]],
    );
}
