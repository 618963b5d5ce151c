//! The rules of what is in force, as little stories.
//!
//! A story has one command a line; each `read` answers with what is in force, what is held and what is gone.
//! `write FILE NAME:TAG[:PORT][>DEPENDENCY]..` writes documents, `garble FILE WORD..` writes something that does
//! not parse, `wait SECONDS` lets time pass, `restart` keeps what is in force as the store does.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use futures::FutureExt as _;
use podsteward_domain::time::Moment;
use podsteward_specs::document::Document;

use super::merge;
use crate::source::manifests::fresh::Cache;
use crate::source::manifests::read::{ManifestReader as _, MemoryDirectory};
use crate::source::manifests::view::{ManifestView, Vanishing};

mod between;
mod gone;

#[derive(Default)]
struct Story {
    directory: MemoryDirectory,
    cache: Cache,
    view: ManifestView,
    seconds: u64,
    told: String,
}

fn check(story: &str, expect: &Expect) {
    let mut told = Story::default();
    for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
        told.play(line);
    }
    expect.assert_eq(&told.told);
}

impl Story {
    fn play(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (command, rest) = (words.next().unwrap(), words.collect::<Vec<_>>());
        match (command, rest.as_slice()) {
            ("write", [file, documents @ ..]) => self.directory.write(file, &text(documents)),
            ("garble", [file, words @ ..]) => self.directory.write(file, &format!("{{ {}", words.join(" "))),
            ("remove", [file]) => self.directory.remove(file),
            ("lock", []) => self.directory.set_unreadable(true),
            ("unlock", []) => self.directory.set_unreadable(false),
            ("wait", [seconds]) => self.seconds += seconds.parse::<u64>().unwrap(),
            ("forget", [name]) => {
                self.view.vanished.remove(&format!("container/{name}").parse().unwrap());
            }
            ("restart", []) => {
                let stored = std::mem::take(&mut self.view.documents).into_iter().map(|(key, document)| {
                    let origin = document.origin.clone();
                    (key, Arc::new(Document::from_canonical(&document.canonical, origin).unwrap()))
                });
                let documents = stored.collect();
                self.view = ManifestView { documents, ..ManifestView::default() };
            }
            ("read", []) => self.read(),
            _ => panic!("what is '{line}'?"),
        }
    }

    fn read(&mut self) {
        let reading = self.directory.read().now_or_never().unwrap();
        let fresh = self.cache.load(reading);
        let now = Moment { wall_ms: 0, boot_ms: self.seconds * 1_000, ..Moment::default() };
        self.view = merge(&self.view, &fresh, now);
        self.told.push_str(&self.shown(now));
    }

    fn shown(&self, now: Moment) -> String {
        let view = &self.view;
        let in_force = view.documents.values().map(|document| {
            let image = &document.container().unwrap().image;
            format!("{}@{}", image.rsplit('/').next().unwrap(), document.origin.file)
        });
        let in_force = in_force.collect::<Vec<_>>().join(" ");
        let partial = if view.complete { "" } else { " (not complete)" };
        let mut shown = format!("in force: {in_force}{partial}\n");
        let all = view.problems.len();
        let told: BTreeSet<&String> = view.problems_of.values().flatten().collect();
        if all != told.len() {
            let _ = writeln!(shown, "  {all} problems");
        }
        for (key, problems) in &view.problems_of {
            let problems = problems.join("; ");
            let _ = writeln!(shown, "  held {}: {problems}", key.name);
        }
        for (key, Vanishing { since, reads, mass, .. }) in &view.vanished {
            let mass = mass.map_or_else(String::new, |(gone, of)| format!(", {gone} of {of} together"));
            let seconds = now.since(*since).as_secs();
            let _ = writeln!(shown, "  gone {}: {seconds} s, {reads} reads{mass}", key.name);
        }
        shown
    }
}

/// The documents as YAML. Each takes five lines, and a separator after it.
fn text(documents: &[&str]) -> String {
    let documents: Vec<String> = documents.iter().map(|document| one(document)).collect();
    documents.join("---\n")
}

fn one(document: &str) -> String {
    let mut parts = document.split('>');
    let head: Vec<&str> = parts.next().unwrap().split(':').collect();
    let depends: Vec<String> = parts.map(|name| format!("{{name: {name}}}")).collect();
    let port =
        head.get(2).map_or_else(String::new, |port| format!("{{containerPort: 80, hostPort: {port}}}"));
    let (name, tag, depends) = (head[0], head[1], depends.join(", "));
    format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: {name}}}\n\
         spec: {{image: \"localhost/{name}:{tag}\", ports: [{port}],\n  dependsOn: [{depends}]}}\n"
    )
}

#[test]
fn an_edit_takes_effect_with_the_next_read() {
    check(
        "write a.yaml web:1 db:1
         read
         write a.yaml web:2 db:1
         read",
        &expect![[r"
            in force: db:1@a.yaml web:1@a.yaml
            in force: db:1@a.yaml web:2@a.yaml
        "]],
    );
}

#[test]
fn a_file_that_stops_parsing_keeps_all_its_last_good_objects() {
    check(
        "write a.yaml web:1 db:1
         write b.yaml app:1
         read
         garble a.yaml nonsense
         write b.yaml app:2
         read
         write a.yaml web:2 db:2
         read",
        &expect![[r"
            in force: app:1@b.yaml db:1@a.yaml web:1@a.yaml
            in force: app:2@b.yaml db:1@a.yaml web:1@a.yaml
              held db: a.yaml:2:1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
              held web: a.yaml:2:1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
            in force: app:2@b.yaml db:2@a.yaml web:2@a.yaml
        "]],
    );
}

#[test]
fn the_last_good_objects_hold_over_a_restart() {
    check(
        "write a.yaml web:1
         write b.yaml app:1
         read
         garble a.yaml nonsense
         restart
         read
         wait 20
         read",
        &expect![[r"
            in force: app:1@b.yaml web:1@a.yaml
            in force: app:1@b.yaml web:1@a.yaml
              held web: a.yaml:2:1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
            in force: app:1@b.yaml web:1@a.yaml
              held web: a.yaml:2:1: not valid YAML: while parsing a flow mapping, did not find expected ',' or '}'
        "]],
    );
}

#[test]
fn a_new_file_with_a_problem_brings_nothing_in_force() {
    check(
        "write a.yaml web:1
         write b.yaml app:1 DB:1
         read",
        &expect![[r"
            in force: web:1@a.yaml
              held app: b.yaml:9:18: metadata.name: 'DB' is not a name (1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit)
        "]],
    );
}

#[test]
fn a_file_with_one_bad_document_keeps_the_good_ones_as_they_were() {
    check(
        "write a.yaml web:1 db:1
         read
         write a.yaml web:2 db:1:99999
         read",
        &expect![[r"
            in force: db:1@a.yaml web:1@a.yaml
            in force: db:1@a.yaml web:1@a.yaml
              held db: a.yaml:10:71: spec.ports[0].hostPort: is 99999 (1 to 65535)
              held web: a.yaml:10:71: spec.ports[0].hostPort: is 99999 (1 to 65535)
        "]],
    );
}

#[test]
fn every_word_of_a_file_with_problems_may_name_something_that_is_needed() {
    let mut story = Story::default();
    story.directory.write("good.yaml", &text(&["web:1"]));
    story.directory.write("bad.yaml", "{image: localhost/quoted:v1, mounts: ['/srv/data'], image:");
    story.read();
    let words: Vec<&str> = story.view.unsound.iter().map(String::as_str).collect();
    assert_eq!(words, ["/srv/data", "localhost/quoted:v1"]);
    story.directory.remove("bad.yaml");
    story.read();
    assert!(story.view.unsound.is_empty());
}
