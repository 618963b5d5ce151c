//! Whatever stands in a file, loading answers: with documents, or with problems at their places.

use podsteward_specs::cross::cross_check;
use podsteward_specs::document::Document;
use podsteward_specs::load::{SourceFile, load};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

const GOOD: &str = include_str!("every-field.yaml");

/// Loads, and holds the promises that no input may break.
fn answer(bytes: Vec<u8>) {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let loaded = load(&[SourceFile { path: "f.yaml".to_owned(), bytes }]);
    let file = &loaded.files[0];
    for problem in &file.problems {
        assert!(problem.place.line >= 1 && problem.place.line <= lines + 1, "{problem}");
        assert!(problem.place.column >= 1, "{problem}");
        assert!(!problem.to_string().contains('\n'), "{problem}");
        // What fits the schema fits the types: the deserialiser's own message has neither place nor help.
        assert!(!problem.message.contains("does not fit its type"), "{problem}");
    }
    for document in &file.documents {
        let again = Document::from_canonical(&document.canonical, document.origin.clone());
        let again = again.map(|again| (again.object, again.canonical));
        assert_eq!(again, Ok((document.object.clone(), document.canonical.clone())));
    }
    for found in cross_check(&file.documents) {
        assert!(!found.holds.is_empty(), "{}", found.problem);
    }
}

/// What people and accidents put into a manifest.
const SPLINTERS: [&str; 30] = [
    "",
    " ",
    "\n",
    "\t",
    "- ",
    ": ",
    "*x",
    "&x ",
    "<<: ",
    "!t ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "|",
    ">",
    "---\n",
    "...\n",
    "?",
    "#",
    "~",
    "-1",
    "99999999999999999999",
    "1e400",
    ".nan",
    "\u{feff}",
    "\u{0}",
    "é",
];

/// Values of every type and size.
fn odd_values() -> Vec<Value> {
    let numbers =
        [json!(0), json!(-1), json!(7), json!(0.5), json!(80.0), json!(5_000_000_000_u64), json!(u64::MAX)];
    let others = [
        json!(true),
        json!(""),
        json!("x"),
        json!(null),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({"a": "b"}),
    ];
    numbers.into_iter().chain(others).collect()
}

/// Puts another value in the place of the one that `countdown` values come before.
fn replace(value: &mut Value, countdown: &mut usize, new: &Value) {
    match countdown.checked_sub(1) {
        None => return,
        Some(0) => value.clone_from(new),
        Some(_) => {}
    }
    *countdown -= 1;
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, countdown, new)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, countdown, new)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn a_good_document_with_another_value_in_it_is_answered(
        document in 0usize..11,
        countdown in 1usize..330,
        new in prop::sample::select(odd_values()),
    ) {
        let good = load(&[SourceFile { path: "f.yaml".to_owned(), bytes: GOOD.as_bytes().to_vec() }]);
        let mut value: Value = serde_json::from_str(&good.files[0].documents[document].canonical).unwrap();
        replace(&mut value, &mut countdown.clone(), &new);
        answer(value.to_string().into_bytes());
    }

    #[test]
    fn arbitrary_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        answer(bytes);
    }

    #[test]
    fn arbitrary_text_is_answered(text in "\\PC{0,200}") {
        answer(text.into_bytes());
    }

    #[test]
    fn yaml_like_text_is_answered(parts in prop::collection::vec(prop::sample::select(SPLINTERS.to_vec()), 0..40)) {
        answer(parts.concat().into_bytes());
    }

    #[test]
    fn a_good_manifest_with_a_splinter_in_it_is_answered(
        at in any::<Index>(),
        removed in 0usize..20,
        splinter in prop::sample::select(SPLINTERS.to_vec()),
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = (at + removed).min(bytes.len());
        bytes.splice(at..end, splinter.bytes());
        answer(bytes);
    }

    #[test]
    fn a_good_manifest_with_a_line_moved_is_answered(from in any::<Index>(), to in any::<Index>()) {
        let mut lines: Vec<&str> = GOOD.lines().collect();
        let line = lines.remove(from.index(lines.len()));
        lines.insert(to.index(lines.len()), line);
        answer(lines.join("\n").into_bytes());
    }

    #[test]
    fn a_good_manifest_cut_short_is_answered(at in any::<Index>()) {
        answer(GOOD.as_bytes()[..at.index(GOOD.len())].to_vec());
    }
}
