//! Spans of time as people read them in a table.
//!
//! Owns the rounding: the longer, the coarser, as in Kubernetes' tools. Never used in JSON or YAML.

use std::time::Duration;

/// A span of time in few characters: `12s`, `5m3s`, `3h`, `2d4h`.
pub(crate) fn short(span: Duration) -> String {
    let secs = span.as_secs();
    let (minutes, hours, days) = (secs / 60, secs / 3600, secs / 86_400);
    match secs {
        0..=119 => format!("{secs}s"),
        120..=599 => two(minutes, "m", secs % 60, "s"),
        600..=10_799 => format!("{minutes}m"),
        10_800..=28_799 => two(hours, "h", minutes % 60, "m"),
        28_800..=172_799 => format!("{hours}h"),
        172_800..=691_199 => two(days, "d", hours % 24, "h"),
        _ => format!("{days}d"),
    }
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 {
        format!("{large}{large_unit}")
    } else {
        format!("{large}{large_unit}{small}{small_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_the_coarser() {
        let seen: Vec<_> =
            [0, 119, 120, 185, 599, 600, 10_799, 10_800, 12_300, 28_800, 172_800, 187_200, 691_200]
                .into_iter()
                .map(|secs| short(Duration::from_secs(secs)))
                .collect();
        let expected =
            ["0s", "119s", "2m", "3m5s", "9m59s", "10m", "179m", "3h", "3h25m", "8h", "2d", "2d4h", "8d"];
        assert_eq!(seen, expected);
    }
}
