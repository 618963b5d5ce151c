//! How numbers are said to people.
//!
//! Owns spans of time and counts in sentences. Never parses anything.

use std::time::Duration;

/// A span of time with its one or two largest units: `15m`, `1h30m`, `2d`.
pub fn duration(length: Duration) -> String {
    let secs = length.as_secs();
    if secs == 0 {
        return if length.is_zero() { "0s".to_owned() } else { format!("{}ms", length.as_millis()) };
    }
    let units = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let largest = units.iter().position(|(size, _)| secs >= *size).unwrap_or(units.len() - 1);
    let mut rest = secs;
    let counted = units.iter().skip(largest).take(2).map(|(size, unit)| {
        let count = rest / size;
        rest %= size;
        if count > 0 { format!("{count}{unit}") } else { String::new() }
    });
    counted.collect()
}

/// The most characters of a text that somebody else wrote, where it stands in a sentence of ours.
const QUOTED_CHARS_MAX: usize = 160;

/// The beginning of a text that somebody else wrote, on one line.
pub fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= QUOTED_CHARS_MAX {
        return line;
    }
    let begin: String = line.chars().take(QUOTED_CHARS_MAX).collect();
    format!("{begin}…")
}
