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

/// So many of what stays are named.
const STAYING_TOLD: usize = 5;

/// What stays where files are deleted.
pub fn staying(stays: &[String]) -> String {
    let told = stays.iter().take(STAYING_TOLD).cloned().collect::<Vec<_>>().join(", ");
    match stays.len().saturating_sub(STAYING_TOLD) {
        0 => format!("what is needed stays: {told}"),
        more => format!("what is needed stays: {told}, and {more} more"),
    }
}

/// The most characters of a text that somebody else wrote, where it stands in a sentence of ours.
const QUOTED_CHARS_MAX: usize = 160;

/// A text that somebody else wrote, shortened, with everything shown as it is spelled that a terminal or a reader's eye
/// would obey instead of showing it.
pub fn quoted(text: &str) -> String {
    let shown = |c: char| -> String {
        if c.is_control() || is_invisible(c) { c.escape_unicode().to_string() } else { c.to_string() }
    };
    let mut shortened: String = text.chars().take(QUOTED_CHARS_MAX).map(shown).collect();
    if text.chars().count() > QUOTED_CHARS_MAX {
        shortened.push('…');
    }
    shortened
}

/// Marks that change the order or the look of what stands around them: directions, joiners, tags, separators of lines.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The beginning of a text that somebody else wrote, on one line.
pub fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() <= QUOTED_CHARS_MAX {
        return line;
    }
    let begin: String = line.chars().take(QUOTED_CHARS_MAX).collect();
    format!("{begin}…")
}
