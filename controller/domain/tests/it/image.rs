//! Which image a container is made from, and when it is fetched.

use expect_test::expect;

use crate::told::{acts, look};

#[test]
fn a_tag_that_moved_is_a_warning_and_no_drift() {
    expect![[r#"
        WARNING: app:1 means another image now; the container keeps the one it was made from
        finding info image_moved: app:1 means another image now; the container keeps the one it was made from
        nothing to do
    "#]]
    .assert_eq(&look("Container web {image: app:1}\n live running\n applied\n image sha256:two"));
}

fn fetches(policy: &str, image: &str, more: &str) -> String {
    let told = acts(&format!(
        "Container web {{image: app:1, imagePullPolicy: {policy}}}\n image {image}\n live absent\n {more}"
    ));
    told.lines().filter(|line| line.contains(": ")).map(|line| line.trim().to_owned() + "\n").collect()
}

#[test]
fn the_pull_policy_says_when_it_is_fetched() {
    expect![[r#"
        create: create container web from app:1, start container web
    "#]]
    .assert_eq(&fetches("IfNotPresent", "sha256:one", ""));
    expect![[r#"
        prepare: pull image app:1
        create: create container web from app:1, start container web
    "#]]
    .assert_eq(&fetches("IfNotPresent", "absent", ""));
    expect![[r#"
        prepare: pull image app:1
        create: create container web from app:1, start container web
    "#]]
    .assert_eq(&fetches("Always", "sha256:one", ""));
    expect![[r#"
        create: create container web from app:1, start container web
    "#]]
    .assert_eq(&fetches("Never", "absent", ""));
}

#[test]
fn what_was_applied_is_made_from_the_very_image_it_meant_then() {
    expect![[r#"
        create: create container web from sha256:one, start container web
    "#]]
    .assert_eq(&fetches("Always", "sha256:two", "applied"));
    expect![[r#"
        create: create container web from app:1, start container web
    "#]]
    .assert_eq(&fetches("Always", "sha256:one", "applied"));
}

#[test]
fn where_that_image_is_gone_the_reference_is_fetched_again() {
    expect![[r#"
        prepare: pull image app:1
        create: create container web from app:1, start container web
    "#]]
    .assert_eq(&fetches("IfNotPresent", "absent", "applied"));
    expect![[r#"
        create: create container web from sha256:one, start container web
    "#]]
    .assert_eq(&fetches("Never", "absent", "applied"));
}

#[test]
fn drift_is_mended_with_the_image_in_use_although_its_name_is_gone() {
    expect![[r#"
        drift-reconciliation because drift (notify-execute)
          replace: stop container web (grace 10 s), rename container web to web-podsteward-previous-c1, create container web from sha256:one, start container web
          then settle: remove container web-podsteward-previous-c1
          expects RunningAsDeclared for 20s
    "#]].assert_eq(&acts(
        "Container web {image: app:1, args: [one]}
         image absent
         live running
         made-of {image: app:1, args: [two]}
         applied",
    ));
}

#[test]
fn an_edit_of_anything_takes_the_image_that_the_reference_means_now() {
    expect![[r#"
        apply because edited (declared)
          replace: stop container web (grace 10 s), rename container web to web-podsteward-previous-c1, create container web from app:1, start container web
          then settle: remove container web-podsteward-previous-c1
          expects Running for 10s
    "#]].assert_eq(&acts(
        "Container web {image: app:1, args: [one]}
         image sha256:two
         live running
         made-of {image: app:1}
         applied {image: app:1}",
    ));
}
