//! The metrics as text.
//!
//! Owns the two text formats. Never a value. The library writes `OpenMetrics`, in which a counter's `HELP` and
//! `TYPE` lack `_total`; readers of the classic format look for them under the full name.

use crate::registry::{Catalogue, Sort};

/// A text format for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Prometheus' classic text format, version 0.0.4.
    Classic,
    /// `OpenMetrics` 1.0.0.
    OpenMetrics,
}

pub(crate) fn render(catalogue: &Catalogue, format: Format) -> String {
    let mut text = String::new();
    // Writing to a String fails only when a metric refuses to be encoded; what is there then is still true.
    let _ = prometheus_client::encoding::text::encode(&mut text, &catalogue.registry);
    match format {
        Format::OpenMetrics => text,
        Format::Classic => classic(&text, catalogue),
    }
}

fn classic(text: &str, catalogue: &Catalogue) -> String {
    let mut out = String::with_capacity(text.len() + 4096);
    for line in text.lines().filter(|line| !line.starts_with("# UNIT") && *line != "# EOF") {
        out.push_str(&with_total(line, catalogue).unwrap_or_else(|| line.to_owned()));
        out.push('\n');
    }
    out
}

/// A `HELP` or `TYPE` line of a counter, under the counter's full name.
fn with_total(line: &str, catalogue: &Catalogue) -> Option<String> {
    let (keyword, rest) = line.strip_prefix("# ")?.split_once(' ')?;
    let (name, rest) = rest.split_once(' ')?;
    let full = format!("{name}_total");
    let is_counter = |entry: &&crate::registry::Entry| entry.sort == Sort::Counter && entry.name == full;
    catalogue.entries.iter().find(is_counter).map(|_| format!("# {keyword} {full} {rest}"))
}

#[cfg(test)]
mod tests;
