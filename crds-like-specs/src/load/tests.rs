//! Loading: what is wrong with the bytes of a file, which files are sound, and what comes out of the store.

use expect_test::{Expect, expect};

use super::{SourceFile, load};
use crate::document::{Document, Origin};
use crate::problem::{Place, Problem};

const VOLUME: &str = "apiVersion: podsteward.dev/v1alpha1\nkind: Volume\nmetadata: {name: data}\n";

/// One line a problem, then one a sound document.
fn check(bytes: impl Into<Vec<u8>>, expected: &Expect) {
    let loaded = load(&[SourceFile { path: "f.yaml".to_owned(), bytes: bytes.into() }]);
    let file = &loaded.files[0];
    let problems = file.problems.iter().map(|problem| format!("{problem}\n"));
    let documents = file.documents.iter().map(|document| {
        format!("{} at {}:{}\n", document.key, document.origin.place.line, document.origin.place.column)
    });
    expected.assert_eq(&problems.chain(documents).collect::<String>());
}

#[test]
fn a_file_that_is_too_large_is_refused_before_it_is_read() {
    check(
        vec![b'#'; 10_000_000],
        &expect![[r"
        f.yaml:1:1: the file has 10000000 bytes (a manifest has at most 1048576)
    "]],
    );
    check(vec![b'#'; 1 << 20], &expect![[r""]]);
}

#[test]
fn a_binary_file_is_refused_with_the_place_of_its_first_nul() {
    check(
        b"\x7fELF\x02\x01\x01\0\0\0".to_vec(),
        &expect![[r"
        f.yaml:1:8: the file is binary (a manifest is text in UTF-8)
    "]],
    );
}

#[test]
fn invalid_utf8_is_refused_with_its_place() {
    check(
        b"# fine\n# caf\xe9\n".to_vec(),
        &expect![[r"
        f.yaml:2:6: byte 0xe9 is not valid UTF-8 (a manifest is text in UTF-8)
    "]],
    );
    check(
        b"# \xe9\n".to_vec(),
        &expect![[r"
        f.yaml:1:3: byte 0xe9 is not valid UTF-8 (a manifest is text in UTF-8)
    "]],
    );
    check(
        b"\xff\xfea\0".to_vec(),
        &expect![[r"
        f.yaml:1:1: the file is in UTF-16 (a manifest is in UTF-8)
    "]],
    );
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_accepted() {
    check(
        format!("\u{feff}{}", VOLUME.replace('\n', "\r\n")),
        &expect![[r"
        volume/data at 1:1
    "]],
    );
}

#[test]
fn a_file_without_documents_is_sound_and_empty() {
    check("", &expect![[r""]]);
    check("---\n# nothing\n---\n", &expect![[r""]]);
}

#[test]
fn an_alias_bomb_is_refused_with_a_place() {
    let line = |level: usize| format!("  x{level}: &a{level} [*a{}, *a{}]\n", level - 1, level - 1);
    let bomb: Vec<String> = (1..30).map(line).collect();
    let text = format!("{VOLUME}spec:\n  options: &a0 {{x: y, z: y}}\n{}", bomb.concat());
    check(
        text,
        &expect![[r"
        f.yaml:19:14: spec.x14[0]: holds too many values, aliases counted each time (at most 100000)
    "]],
    );
}

#[test]
fn the_sound_documents_of_an_unsound_file_are_counted() {
    check(
        format!("{VOLUME}---\n{VOLUME}spec: {{driver: 7}}\n"),
        &expect![[r"
        f.yaml:8:16: spec.driver: is the number 7 (text: put it in quotes)
        volume/data at 1:1
    "]],
    );
}

#[test]
fn one_file_does_not_spoil_another() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    let loaded = load(&[file("bad.yaml", "a: ["), file("good.yaml", VOLUME)]);
    assert!(!loaded.files[0].is_sound());
    assert!(loaded.files[1].is_sound());
    assert_eq!(loaded.files[1].documents.len(), 1);
}

#[test]
fn problems_are_printed_on_one_line_without_control_characters() {
    let text = "apiVersion: podsteward.dev/v1alpha1\nkind: Volume\nmetadata: {name: \"a\\nb\\e[31m\"}\n";
    check(
        text,
        &expect![[r"
        f.yaml:3:18: metadata.name: 'a\nb\u{1b}[31m' is not a name (1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit)
    "]],
    );
}

fn stored(canonical: &str) -> Result<Document, String> {
    let origin = Origin { file: "old.yaml".to_owned(), place: Place { line: 7, column: 1 } };
    let told = |problem: &Problem| format!("{problem}\n");
    Document::from_canonical(canonical, origin)
        .map_err(|problems| problems.iter().map(told).collect::<Vec<String>>().concat())
}

#[test]
fn a_stored_document_that_a_new_version_refuses_is_told_at_its_origin() {
    let old = r#"{"apiVersion":"podsteward.dev/v1alpha1","kind":"Volume","metadata":{"name":"a"},"spec":{"gone":1}}"#;
    expect![[r"
        old.yaml:7:1: spec.gone: unknown field (allowed: dataTier, deletionPolicy, driver, options)
    "]]
    .assert_eq(&stored(old).unwrap_err());
    expect![[r"
        old.yaml:7:1: the stored document is not JSON: EOF while parsing an object at line 1 column 1
    "]]
    .assert_eq(&stored("{").unwrap_err());
}

#[test]
fn nobody_declares_the_host_and_no_object_of_that_kind_is_held_for_it() {
    let text = VOLUME.replace("Volume", "Host");
    let loaded = load(&[SourceFile { path: "f.yaml".to_owned(), bytes: text.into_bytes() }]);
    assert_eq!(loaded.files[0].problems.len(), 1);
    assert!(loaded.files[0].refused.is_empty());
}
