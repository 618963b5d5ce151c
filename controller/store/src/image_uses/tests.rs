//! Uses of images: what counts as one, and that an idle host writes nothing.

use std::collections::BTreeSet;

use podsteward_domain::time::{BootId, Moment};

use crate::fixtures::{Home, at};

fn ids(images: &str) -> BTreeSet<String> {
    images.split_whitespace().map(str::to_owned).collect()
}

/// Takes in what is in use and what is there; answers the last uses, each as `ID SECOND`, or nothing if nothing was
/// written.
fn seen(home: &Home, now: Moment, in_use: &str, present: &str) -> String {
    if !home.store.images_seen(now, &ids(in_use), &ids(present)).unwrap() {
        return String::new();
    }
    let uses = home.store.image_uses().unwrap().into_iter();
    let told: Vec<String> = uses.map(|(image, used)| format!("{image} {}", used.boot_ms / 1_000)).collect();
    told.join(", ")
}

#[test]
fn an_image_counts_as_used_while_it_is_and_when_it_is_first_seen() {
    let home = Home::new();
    assert_eq!(seen(&home, at(0), "a", "a b"), "a 0, b 0");
    assert_eq!(seen(&home, at(700), "a", "a b c"), "a 700, b 0, c 700");
    assert_eq!(seen(&home, at(1_400), "b", "a b c"), "a 700, b 1400, c 700");
}

#[test]
fn an_image_that_is_gone_is_forgotten_and_new_when_it_comes_back() {
    let home = Home::new();
    seen(&home, at(0), "", "a b");
    assert_eq!(seen(&home, at(10), "a", "b"), "b 0");
    assert_eq!(seen(&home, at(20), "", "a b"), "a 20, b 0");
}

#[test]
fn an_idle_host_writes_nothing_for_ten_minutes() {
    let home = Home::new();
    seen(&home, at(0), "a", "a b");
    assert_eq!(seen(&home, at(1), "a", "a b"), "");
    assert_eq!(seen(&home, at(600), "a", "a b"), "");
    assert_eq!(seen(&home, at(601), "a", "a b"), "a 601, b 0");
    assert_eq!(seen(&home, at(9_000), "", "a b"), "", "nothing is in use");
}

#[test]
fn a_clock_that_was_put_back_freezes_no_use() {
    let home = Home::new();
    seen(&home, at(0), "a", "a");
    let after = Moment { wall_ms: 0, boot_ms: 700_000, boot_id: BootId(7) };
    assert_eq!(seen(&home, after, "a", "a"), "a 700");
}
