//! Signals by name and number.
//!
//! Owns the table of Linux signals that a manifest may name. Never sends one.
//! Used for `stopSignal` and `configFiles[].signal`, and by whoever prints a signal.

/// The signals that a manifest may name, by the number that Linux gives them on every supported machine.
const SIGNALS: [(&str, u8); 31] = [
    ("HUP", 1),
    ("INT", 2),
    ("QUIT", 3),
    ("ILL", 4),
    ("TRAP", 5),
    ("ABRT", 6),
    ("BUS", 7),
    ("FPE", 8),
    ("KILL", 9),
    ("USR1", 10),
    ("SEGV", 11),
    ("USR2", 12),
    ("PIPE", 13),
    ("ALRM", 14),
    ("TERM", 15),
    ("STKFLT", 16),
    ("CHLD", 17),
    ("CONT", 18),
    ("STOP", 19),
    ("TSTP", 20),
    ("TTIN", 21),
    ("TTOU", 22),
    ("URG", 23),
    ("XCPU", 24),
    ("XFSZ", 25),
    ("VTALRM", 26),
    ("PROF", 27),
    ("WINCH", 28),
    ("IO", 29),
    ("PWR", 30),
    ("SYS", 31),
];

/// The first and last real-time signals, as the C library hands them out.
const REAL_TIME: std::ops::RangeInclusive<u8> = 34..=64;

/// What is allowed, as every message says it.
pub const RULE: &str = "a name such as SIGTERM or TERM, SIGRTMIN+3, or a number from 1 to 64";

/// Reads a signal: `SIGTERM`, `TERM`, `15`, `SIGRTMIN+3`. Upper and lower case are the same.
pub fn parse(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse::<u8>() {
        return (1..=64).contains(&number).then_some(number);
    }
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    if let Some((_, number)) = SIGNALS.iter().find(|(known, _)| *known == name) {
        return Some(*number);
    }
    let number = if let Some(up) = name.strip_prefix("RTMIN+") {
        REAL_TIME.start().checked_add(up.parse().ok()?)?
    } else if let Some(down) = name.strip_prefix("RTMAX-") {
        REAL_TIME.end().checked_sub(down.parse().ok()?)?
    } else if name == "RTMIN" {
        *REAL_TIME.start()
    } else if name == "RTMAX" {
        *REAL_TIME.end()
    } else {
        return None;
    };
    REAL_TIME.contains(&number).then_some(number)
}

/// The name of a signal, or its number where it has none: `SIGTERM`, `SIGRTMIN+3`, `32`.
pub fn name(number: u8) -> String {
    if let Some((known, _)) = SIGNALS.iter().find(|(_, known)| *known == number) {
        return format!("SIG{known}");
    }
    match number.checked_sub(*REAL_TIME.start()) {
        Some(0) => "SIGRTMIN".to_owned(),
        Some(up) if REAL_TIME.contains(&number) => format!("SIGRTMIN+{up}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests;
