//! What names mean. Which images go as a whole is told in `tests/it/cleanup.rs`.

use super::{is_like, is_meant, may_mean, repository};

#[test]
fn a_repository_is_a_name_without_tag_and_digest() {
    let names = [
        "docker.io/library/redis:7",
        "host:5000/app",
        "host:5000/app:1",
        "redis@sha256:12",
        "redis:7@sha256:12",
    ];
    let repositories = names.map(repository);
    assert_eq!(repositories, ["docker.io/library/redis", "host:5000/app", "host:5000/app", "redis", "redis"]);
}

#[test]
fn a_reference_that_may_mean_an_image_keeps_it() {
    let keeps = |reference, name| may_mean(reference, name);
    assert!(keeps("redis", "docker.io/library/redis:latest"));
    assert!(keeps("redis:7", "docker.io/library/redis:7"));
    assert!(keeps("docker.io/library/redis@sha256:12", "docker.io/library/redis:6"));
    assert!(!keeps("redis:7", "docker.io/library/redis:6"));
    assert!(!keeps("redis", "docker.io/library/redis:7"));
    assert!(!keeps("dis:7", "docker.io/library/redis:7"));
}

#[test]
fn a_star_stands_for_anything() {
    let like = [
        ("*", ""),
        ("*", "a"),
        ("a*c", "abc"),
        ("a*", "a"),
        ("*b*", "abc"),
        ("a*b*c", "a-b-c"),
        ("ab", "ab"),
    ];
    let unlike = [("", "a"), ("a", "ab"), ("a*c", "abd"), ("a*b*c", "acb"), ("ab*bc", "abc")];
    assert!(like.iter().all(|(pattern, text)| is_like(pattern, text)));
    assert!(unlike.iter().all(|(pattern, text)| !is_like(pattern, text)));
}

#[test]
fn a_pattern_may_leave_out_what_people_leave_out() {
    let name = "docker.io/library/redis:7";
    assert!(
        ["redis", "redis:7", "docker.io/library/redis", "*redis*", name]
            .iter()
            .all(|pattern| is_meant(pattern, name))
    );
    assert!(["dis", "redis:6", "library/redis", ""].iter().all(|pattern| !is_meant(pattern, name)));
}
