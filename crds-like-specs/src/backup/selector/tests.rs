//! Names with labels, as people write them and as exporters do.

use super::Selector;

fn printed(text: &str) -> String {
    match text.parse::<Selector>() {
        Ok(selector) => selector.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_name_may_have_labels_in_any_order_and_with_any_text() {
    assert_eq!(printed("restic:last_success"), "restic:last_success");
    assert_eq!(printed(" a { y = \"2\" , x=\"1\", } "), "a{x=\"1\",y=\"2\"}");
    assert_eq!(printed(r#"a{x="say \"}\" and \\ ü"}"#), r#"a{x="say \"}\" and \\ ü"}"#);
    assert_eq!(printed("a{}"), "a");
}

#[test]
fn what_is_no_name_with_labels_is_refused() {
    for text in [
        "",
        "1a",
        "a b",
        "a{x}",
        "a{x=1}",
        "a{x=\"1\"",
        "a{x=\"1\"} 5",
        "a{x=\"1\" y=\"2\"}",
        "ä",
        "{x=\"1\"}",
    ] {
        assert!(printed(text).contains("names no sample"), "{text}");
    }
    assert!(printed("a{x=\"1\",x=\"2\"}").contains("names no sample"));
}

#[test]
fn a_selector_means_every_series_that_has_its_labels() {
    let selects = |selector: &str, series: &str| {
        selector.parse::<Selector>().unwrap().selects(&series.parse().unwrap())
    };
    assert!(selects("a", "a{x=\"1\"}"));
    assert!(selects("a{x=\"1\"}", "a{x=\"1\",y=\"2\"}"));
    assert!(!selects("a{x=\"1\"}", "a{x=\"2\"}"));
    assert!(!selects("a{x=\"1\"}", "a"));
    assert!(!selects("a", "ab"));
}
