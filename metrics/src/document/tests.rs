//! Labels say what their closed sets allow, and the document says what these are.

use expect_test::expect_file;

use super::{Values, values};
use crate::{Format, Telemetry, story};

fn told() -> Telemetry {
    let telemetry = Telemetry::new();
    story::tell(&telemetry);
    telemetry
}

/// The labels of a line, as pairs of name and value.
fn labels(line: &str) -> Vec<(&str, &str)> {
    let labels = line.split_once('{').and_then(|(_, rest)| rest.split_once("\"}")).map(|(labels, _)| labels);
    labels
        .into_iter()
        .flat_map(|labels| labels.split("\","))
        .filter_map(|pair| pair.split_once("=\""))
        .collect()
}

#[test]
fn the_list_of_metrics_is_in_step_with_the_code() {
    expect_file!["../../METRICS.md"].assert_eq(&told().document());
}

#[test]
fn every_label_has_a_closed_set_and_says_nothing_else() {
    let text = told().render(Format::Classic);
    let mut seen = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap().trim_start_matches("podsteward_");
        let name =
            ["_bucket", "_sum", "_count"].into_iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        for (label, value) in labels(line).into_iter().filter(|(label, _)| *label != "le") {
            seen += 1;
            match values(name, label) {
                Some(Values::Closed(values)) => assert!(values.contains(&value), "{value} of {line}"),
                Some(Values::Names(_)) => {}
                None => panic!("which values may {label} have? {line}"),
            }
        }
    }
    assert!(seen > 400, "{seen} labels");
}

#[test]
fn every_metric_that_is_told_of_stands_in_the_list() {
    let document = Telemetry::new().document();
    let text = told().render(Format::Classic);
    for name in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
        assert!(document.contains(&format!("| `{name}` |")), "{name}");
    }
}
