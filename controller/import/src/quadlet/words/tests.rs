//! Words: quotes, escapes, and what is left open.

use super::split;

#[test]
fn words_are_split_as_systemd_splits_them() {
    let cases: [(&str, &[&str]); 11] = [
        ("", &[]),
        ("  a \t b  ", &["a", "b"]),
        (r#""a b" 'c d'"#, &["a b", "c d"]),
        (r#"A="b c" D=e"#, &["A=b c", "D=e"]),
        (r#"'it "is"' "it's""#, &[r#"it "is""#, "it's"]),
        (r"a\nb \x41\101\u00e9 \s", &["a\nb", "AAé", " "]),
        (r#"a\"b "c\"d""#, &[r#"a"b"#, r#"c"d"#]),
        (r"\d \x0g end\", &[r"\d", r"\x0g", "end"]),
        (r#""open to the end"#, &["open to the end"]),
        (r#"a "" b"#, &["a", "b"]),
        (r"\xé é", &[r"\xé", "é"]),
    ];
    for (value, words) in cases {
        assert_eq!(split(value, true), words, "{value}");
    }
    assert_eq!(split(r"a\nb 'c d'", false), [r"a\nb", "c d"]);
}
