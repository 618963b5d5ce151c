//! Hostile and harmless names.

use super::*;

#[test]
fn names_that_podman_gives_are_allowed() {
    for name in ["web", "web-podsteward-previous-12", "A.b_c-9", &"f".repeat(64)] {
        assert!(check_name("test", name).is_ok(), "{name}");
    }
}

#[test]
fn hostile_names_are_refused_before_any_call() {
    let hostile = ["", " ", "a b", "ä", "../x", "a/../b", "x?force=true", "x#y", "-x", ".x", "a\nb", "a%2f"];
    for name in hostile {
        assert!(matches!(check_name("test", name), Err(Error::Refused { .. })), "{name:?}");
    }
    assert!(check_name("test", &"a".repeat(256)).is_err());
}

#[test]
fn image_references_of_every_shape_are_allowed() {
    let digest = format!("registry.example:5000/a/b@sha256:{}", "0".repeat(64));
    for reference in ["localhost/bb:1", "busybox", &digest, &"a".repeat(64)] {
        assert!(check_reference("test", reference).is_ok(), "{reference}");
    }
}

#[test]
fn hostile_references_are_refused() {
    for reference in ["", "a b", "a?b", "a#b", "a/../b", "/a", "a//b", "ü"] {
        assert!(matches!(check_reference("test", reference), Err(Error::Refused { .. })), "{reference:?}");
    }
}

#[test]
fn a_hostile_name_cannot_forge_a_line_of_the_log() {
    let error = check_name("start container", "a\nERROR forged").unwrap_err();
    assert!(!error.to_string().contains('\n'));
}
