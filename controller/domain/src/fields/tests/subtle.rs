//! What a secret contains stays hidden; images, capabilities and lifted limits are judged by what they mean.

use super::super::{ContainerComparison, Declared, container, remedy};
use super::{FULL, compared, document, engine, full_with, lines, live_from};
use crate::finding::{FieldDiff, Remedy};
use crate::live::LiveImage;

#[test]
fn what_a_secret_contains_is_never_shown() {
    let before = document(FULL);
    let mut live = live_from(&before);
    live.config.env.insert("TOKEN".into(), "hunter2".into());
    live.config.secret_env = None;
    let now = full_with("secretRef: token", "secretRef: other");
    let literal = full_with("TOKEN, secretRef: token", "TOKEN, value: plain");
    for document in [&before, &now, &literal] {
        let shown = lines(&compared(document, Some(&before), &live)).join("\n");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let shown = lines(&compared(&literal, Some(&before), &live));
    assert_eq!(shown, [r#"spec.env[TOKEN]: "plain" <- a literal value (Recreate)"#]);
}

fn image_diffs(now: &str, before: Option<(&str, &str)>, live_name: &str, meant: Option<&str>) -> Vec<String> {
    let doc = |image: &str| full_with("docker.io/library/web:1", image);
    let (now, applied) = (doc(now), before.map(|(image, _)| doc(image)));
    let mut live = live_from(&now);
    live.image_name = live_name.into();
    let meant = meant.map(|id| LiveImage { id: id.into(), ..LiveImage::default() });
    lines(&container(&ContainerComparison {
        declared: Declared::container(&now).unwrap(),
        applied: applied.as_ref().and_then(Declared::container),
        applied_image_id: before.map(|(_, id)| id),
        image: meant.as_ref(),
        live: &live,
        engine: &engine(),
    }))
}

#[test]
fn a_tag_that_moved_is_no_difference_while_the_reference_stays() {
    assert_eq!(image_diffs("web:1", Some(("web:1", super::IMAGE)), "web:1", Some("sha256:new")), [""; 0]);
}

#[test]
fn an_edited_reference_is_a_difference_even_to_a_tag_of_the_same_image() {
    let expected = ["spec.image: web:stable <- web:1 (Recreate)"];
    assert_eq!(
        image_diffs("web:stable", Some(("web:1", super::IMAGE)), "web:1", Some(super::IMAGE)),
        expected
    );
}

#[test]
fn an_edited_reference_that_the_host_follows_already_is_no_difference() {
    assert_eq!(image_diffs("web:2", Some(("web:1", "sha256:old")), "web:2", Some(super::IMAGE)), [""; 0]);
}

#[test]
fn without_memory_the_image_counts_and_not_its_name() {
    assert_eq!(image_diffs("web:1", None, "sha256:11111", Some(super::IMAGE)), [""; 0]);
    assert_eq!(image_diffs("web", None, "docker.io/library/web:latest", None), [""; 0]);
    assert_eq!(image_diffs("web:1", None, "my-web:1", None), ["spec.image: web:1 <- my-web:1 (Recreate)"]);
    let another = ["spec.image: web:1 <- web:1 (another image: 111111111111) (Recreate)"];
    assert_eq!(image_diffs("web:1", None, "web:1", Some("sha256:new")), another);
}

#[test]
fn a_lifted_limit_is_the_same_as_none() {
    let limits = "{memorySwap: -1, pids: -1}";
    let document = full_with("{memory: 256Mi, memorySwap: 512Mi, cpu: 500m, pids: 100}", limits);
    let mut live = live_from(&document);
    live.config.resources.memory_swap = None;
    live.config.resources.pids = None;
    assert_eq!(lines(&compared(&document, None, &live)), [""; 0]);
    live.config.resources.pids = Some(2048);
    assert_eq!(
        lines(&compared(&document, None, &live)),
        ["spec.resources.limits.pids: unlimited <- 2048 (InPlace)"]
    );
}

#[test]
fn all_capabilities_are_judged_by_what_is_held() {
    let all = full_with("{add: [NET_ADMIN], drop: [CHOWN]}", "{add: [ALL], drop: [CHOWN]}");
    let none = full_with("{add: [NET_ADMIN], drop: [CHOWN]}", "{add: [KILL], drop: [ALL]}");
    for document in [&all, &none] {
        assert_eq!(lines(&compared(document, None, &live_from(document))), [""; 0]);
    }
    let mut live = live_from(&none);
    live.config.security.capabilities.held.insert("CHOWN".into());
    let expected = ["spec.securityContext.capabilities.drop: ALL <- (none) (Recreate)"];
    assert_eq!(lines(&compared(&none, None, &live)), expected);
    let mut live = live_from(&none);
    live.config.security.capabilities.held.insert("SYS_ADMIN".into());
    let expected = ["spec.securityContext.capabilities.add: KILL <- KILL, SYS_ADMIN (Recreate)"];
    assert_eq!(lines(&compared(&none, None, &live)), expected);
    let mut live = live_from(&all);
    live.config.security.capabilities.held.remove("KILL");
    let expected = ["spec.securityContext.capabilities.add: ALL <- (none) (Recreate)"];
    assert_eq!(lines(&compared(&all, None, &live)), expected);
}

#[test]
fn capabilities_of_a_privileged_container_are_not_compared() {
    let document = full_with("privileged: false", "privileged: true");
    let mut live = live_from(&document);
    live.config.security.capabilities.held.clear();
    assert_eq!(lines(&compared(&document, None, &live)), [""; 0]);
}

#[test]
fn the_default_time_to_end_cannot_be_told_from_silence() {
    let document = full_with("  stopTimeoutSeconds: 30\n", "");
    let mut live = live_from(&document);
    live.config.stop_timeout = std::time::Duration::from_secs(99);
    assert_eq!(lines(&compared(&document, None, &live)), [""; 0]);
}

#[test]
fn a_long_value_is_cut() {
    let document = full_with("value: info", &format!("value: {}", "x".repeat(500)));
    let mut live = live_from(&document);
    live.config.env.clear();
    let diffs = compared(&document, None, &live);
    assert_eq!(diffs[0].desired.chars().count(), 201);
}

fn diff(field: &str, remedy: Remedy) -> FieldDiff {
    FieldDiff { field: field.into(), desired: String::new(), live: String::new(), remedy }
}

#[test]
fn the_strongest_remedy_mends_all() {
    assert_eq!(remedy(&[]), Remedy::None);
    assert_eq!(remedy(&[diff("a", Remedy::InPlace), diff("b", Remedy::Recreate)]), Remedy::Recreate);
    assert_eq!(remedy(&[diff("a", Remedy::Impossible), diff("b", Remedy::Recreate)]), Remedy::Impossible);
}
