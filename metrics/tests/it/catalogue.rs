//! The catalogue as `METRICS.md` lists it.
//!
//! Owns how the list is read. Never knows a metric by itself.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_metrics::Telemetry;

/// What the labels that Prometheus adds are called, and the boundary of a histogram's bucket.
const FOREIGN_LABELS: [&str; 3] = ["job", "instance", "le"];

/// Every metric with its labels.
pub(crate) struct Catalogue {
    metrics: BTreeMap<String, BTreeSet<String>>,
    values: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Catalogue {
    /// Reads the list that is generated from the code.
    pub(crate) fn read() -> Self {
        let (mut metrics, mut values) = (BTreeMap::new(), BTreeMap::new());
        for line in Telemetry::new().document().lines() {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            match cells[..] {
                [name, sort, _, labels, _] if name.starts_with('`') => {
                    let labels = labels.split(", ").filter(|label| !label.is_empty()).map(str::to_owned);
                    let labels: BTreeSet<String> = labels.collect();
                    let name = name.trim_matches('`');
                    let ends: &[&str] =
                        if sort == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
                    metrics.extend(ends.iter().map(|end| (format!("{name}{end}"), labels.clone())));
                }
                [label, of, said] if label.starts_with('`') && said.starts_with('`') => {
                    let said: BTreeSet<String> = words(said).collect();
                    let label = label.trim_matches('`');
                    values.extend(
                        words(of).map(|of| ((format!("podsteward_{of}"), label.to_owned()), said.clone())),
                    );
                }
                _ => {}
            }
        }
        Self { metrics, values }
    }

    /// What is wrong with a metric and the matchers of its labels; nothing where all of it exists.
    pub(crate) fn complaint(&self, metric: &str, matchers: &[(String, String)]) -> Option<String> {
        let Some(labels) = self.metrics.get(metric) else {
            return Some(format!("there is no metric {metric}"));
        };
        matchers.iter().find_map(|(label, value)| {
            if FOREIGN_LABELS.contains(&label.as_str()) {
                return None;
            }
            if !labels.contains(label) {
                return Some(format!("{metric} has no label {label}"));
            }
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| metric.strip_suffix(end));
            let known = self.values.get(&(base.unwrap_or(metric).to_owned(), label.clone()))?;
            let unknown = value.split('|').find(|word| is_word(word) && !known.contains(*word))?;
            Some(format!("{label} of {metric} never says {unknown}"))
        })
    }
}

/// Whether it stands for itself: no variable of a dashboard, no pattern.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

fn words(cell: &str) -> impl Iterator<Item = String> {
    cell.split(", ").map(|word| word.trim_matches('`').to_owned())
}

#[test]
fn a_metric_a_label_or_a_value_that_does_not_exist_is_told() {
    let catalogue = Catalogue::read();
    let complaint = |metric: &str, label: &str, value: &str| {
        catalogue.complaint(metric, &[(label.to_owned(), value.to_owned())])
    };
    assert_eq!(complaint("podsteward_findings", "finding", "drift|storm"), None);
    assert_eq!(complaint("podsteward_workqueue_queue_duration_seconds_bucket", "le", "0.5"), None);
    assert!(complaint("podsteward_findigns", "finding", "drift").is_some());
    assert!(complaint("podsteward_findings", "fnding", "drift").is_some());
    assert!(complaint("podsteward_findings", "finding", "drift|strom").is_some());
}
