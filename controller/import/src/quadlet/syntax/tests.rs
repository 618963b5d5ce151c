//! Syntax: sections, comments, continued lines, and what is none of it.

use expect_test::{Expect, expect};

use super::parse;
use crate::Source;
use crate::warning::Warnings;

/// One line an assignment, then the warnings.
fn check(text: &[u8], expected: &Expect) {
    let source = Source { name: "x.container".to_owned(), path: "/x.container".into(), bytes: text.to_vec() };
    let mut warnings = Warnings::default();
    let mut lines: Vec<String> = match parse(&source, &mut warnings) {
        Ok(found) => {
            let line = |it: &super::Assignment| {
                format!("{} [{}] {}={:?}\n", it.at.line, it.section, it.at.key, it.value)
            };
            found.iter().map(line).collect()
        }
        Err(why) => vec![format!("error: {why}\n")],
    };
    lines.extend(warnings.finish().0.iter().map(|warning| format!("{warning}\n")));
    expected.assert_eq(&lines.concat());
}

#[test]
fn assignments_keep_the_line_on_which_they_begin() {
    check(
        b"# a comment\n[Container]\nImage = a=b \n; another\n\nExec=one \\\n  # within\n\n  two \\\n  three\nEnvironment=\n[Unit]\nAfter=x\\",
        &expect![[r#"
            3 [Container] Image="a=b"
            6 [Container] Exec="one two three"
            11 [Container] Environment=""
            13 [Unit] After="x"
        "#]],
    );
}

#[test]
fn what_is_no_assignment_is_told_and_skipped() {
    check(
        b"Image=x\nnonsense\n[Container]\n=x\n[broken\nImage=y\n",
        &expect![[r#"
        6 [Container] Image="y"
        x.container:1: Image: stands before the first section: skipped
        x.container:2: is neither a section, an assignment nor a comment: skipped
        x.container:4: has no key before '=': skipped
        x.container:5: is neither a section, an assignment nor a comment: skipped
    "#]],
    );
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_say_nothing() {
    check(
        "\u{feff}[Container]\r\nImage=x \\\r\n y\r\n".as_bytes(),
        &expect![[r#"
        2 [Container] Image="x y"
    "#]],
    );
}

#[test]
fn what_is_no_text_is_refused() {
    check(
        &[0x7f, b'E', b'L', b'F', 0xff],
        &expect![[r"
        error: is not text in UTF-8
    "]],
    );
    check(
        b"[Container]\nImage=a\0b",
        &expect![[r"
        error: is not text: it holds a NUL character
    "]],
    );
}
