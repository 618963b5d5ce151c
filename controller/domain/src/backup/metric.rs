//! Samples in Prometheus' text format.
//!
//! Owns finding one sample. Never reads a file, and never says what a value means.

use podsteward_specs::backup::Selector;

/// The value of the one sample that is meant, or why there is none, for people.
pub(super) fn value(text: &str, wanted: &Selector) -> Result<f64, String> {
    let mut values = text.lines().filter_map(sample).filter(|(series, _)| wanted.selects(series));
    let first = values.next().ok_or_else(|| format!("there is no sample {wanted}"))?;
    if let Some((other, _)) = values.next() {
        return Err(format!("{wanted} means more than one sample: {} and {other}", first.0));
    }
    number(first.1).ok_or_else(|| format!("{wanted} is '{}', which is no number", first.1))
}

/// A line with a sample: its series and its value, before a time that may follow.
fn sample(line: &str) -> Option<(Selector, &str)> {
    let (series, rest) = Selector::read(line.trim_start())?;
    Some((series, rest.split_whitespace().next()?))
}

/// A value that says something: `NaN` stands for none.
fn number(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}
