//! What an expression asks for.
//!
//! Owns the little of the language that is needed to find metrics and matchers. Whether an expression parses is told by
//! promtool and by a real Prometheus.

/// The metrics of an expression, each with the matchers of its labels.
pub(crate) fn selectors(expression: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find("podsteward_") {
        let (begun, tail) = (&rest[..at], &rest[at..]);
        let length = tail.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(tail.len());
        let (name, after) = tail.split_at(length);
        let inside = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        if !begun.ends_with('"') {
            found.push((name.to_owned(), inside.map(|(inside, _)| matchers(inside)).unwrap_or_default()));
        }
        rest = inside.map_or(after, |(_, after)| after);
    }
    found
}

/// `label="value"` and its like, as pairs of label and value.
fn matchers(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((label, after)) = rest.split_once(['=', '!']) {
        let Some((value, after)) = after.split_once('"').and_then(|(_, after)| after.split_once('"')) else {
            break;
        };
        found.push((label.trim_matches([',', ' ']).to_owned(), value.to_owned()));
        rest = after;
    }
    found
}

#[test]
fn metrics_and_matchers_are_found() {
    let text = r#"sum by (a) (rate(podsteward_x_bucket{le!="5", k=~"u|v"}[5m])) / podsteward_y > 1"#;
    let pairs =
        [("le", "5"), ("k", "u|v")].map(|(label, value)| (label.to_owned(), value.to_owned())).to_vec();
    let expected = vec![("podsteward_x_bucket".to_owned(), pairs), ("podsteward_y".to_owned(), Vec::new())];
    assert_eq!(selectors(text), expected);
}
