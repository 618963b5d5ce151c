//! Two witnesses of a main process, and what brings back one whose death Podman never notices.

use std::fmt::Write;

use expect_test::expect;
use podsteward_domain::liveness::Liveness;
use podsteward_domain::time::Moment;
use podsteward_domain::world::KernelLiveness;

use crate::fixture::{container_facts, live, world};
use crate::told::acts;

#[test]
fn every_word_of_podman_with_every_word_of_the_kernel() {
    let at = Moment::default();
    let mut told = String::new();
    for state in ["created", "running", "paused", "stopping", "exited", "removing"] {
        let mut world = world("Container web {image: app:1}\n live running");
        live::change(&mut world, |container| live::enter(container, state));
        let container = container_facts(&mut world).live.value().unwrap().clone().unwrap();
        let words = [
            KernelLiveness::Unwatched,
            KernelLiveness::Alive { pid: 100 },
            KernelLiveness::Dead { pid: 100, at },
            KernelLiveness::Dead { pid: 99, at },
        ];
        let words = words.map(|kernel| format!("{:?}", Liveness::of(&container, kernel)));
        let _ = writeln!(told, "{state}: {}", words.join(" "));
    }
    expect![[r#"
        created: Down Down Down Down
        running: Up Up DownUnnoticed Up
        paused: Up Up DownUnnoticed Up
        stopping: Up Up Down Up
        exited: Down Down Down Down
        removing: Down Down Down Down
    "#]]
    .assert_eq(&told);
}

fn dead_for(span: &str, more: &str) -> String {
    acts(&format!(
        "Container web {{image: app:1}}\n live running\n applied\n kernel dead {span}\n end {span} running\n {more}"
    ))
}

#[test]
fn a_death_that_podman_should_notice_any_moment_is_followed_by_a_start() {
    expect![[r#"
        start because not_running (declared)
          start: start container web
          expects Running for 10s
        look again in 4.1s
    "#]]
    .assert_eq(&dead_for("900ms", ""));
}

#[test]
fn podman_5_takes_a_stop_as_the_news_of_a_death_that_it_never_notices() {
    expect![[r#"
        start because not_running (declared)
          restart: stop container web (grace 10 s), start container web
          expects Running for 10s
    "#]]
    .assert_eq(&dead_for("10s", ""));
}

#[test]
fn podman_4_takes_nothing_but_a_removal() {
    expect![[r#"
        start because not_running (declared)
          revive: remove container web, create container web from app:1, start container web
          expects Running for 10s
    "#]]
    .assert_eq(&dead_for("10s", "engine 4.3.1"));
}

#[test]
fn an_adopted_container_is_not_removed_for_that_without_approval() {
    expect![[r#"
        start because not_running (declared)
          held by approval: the first recreate of an adopted container loses its writable layer: it waits for approval
    "#]].assert_eq(&dead_for("10s", "engine 4.3.1\n adopted"));
    assert!(dead_for("10s", "adopted").contains("restart: stop container web"));
}
