//! What holds for any container: what was just made shows no difference, and the same question has the same answer.

use proptest::prelude::*;

use super::{FULL, compared, document, live_from};

/// The lines of [`FULL`] that can be left out, each alone.
fn optional() -> Vec<&'static str> {
    let line = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && !line.ends_with(':');
    let kept = ["  name: web", "  image: docker.io/library/web:1"];
    FULL.lines().filter(|text| line(text) && !kept.contains(text)).collect()
}

fn without(left_out: &[bool]) -> String {
    let mut text = FULL.to_owned();
    for (line, _) in optional().iter().zip(left_out).filter(|(_, out)| **out) {
        text = text.replacen(&format!("{line}\n"), "", 1);
    }
    text
}

fn some_fields() -> impl Strategy<Value = String> {
    proptest::collection::vec(any::<bool>(), optional().len()).prop_map(|left_out| without(&left_out))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_just_made_shows_no_difference(text in some_fields(), remembers in any::<bool>()) {
        let document = document(&text);
        let live = live_from(&document);
        prop_assert_eq!(compared(&document, remembers.then_some(&document), &live), []);
    }

    #[test]
    fn the_same_question_has_the_same_answer(before in some_fields(), now in some_fields()) {
        let (before, now) = (document(&before), document(&now));
        let live = live_from(&before);
        let once = compared(&now, Some(&before), &live);
        prop_assert_eq!(&once, &compared(&now, Some(&before), &live));
        let fields: std::collections::BTreeSet<_> = once.iter().map(|diff| &diff.field).collect();
        prop_assert_eq!(fields.len(), once.len(), "each field once");
    }
}
