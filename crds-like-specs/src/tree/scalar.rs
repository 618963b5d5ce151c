//! What a plain scalar is, by the core schema of YAML 1.2, with one change.
//!
//! Owns the reading of null, booleans and numbers. A number with a leading zero stays text: to YAML 1.1 `010` is 8
//! and to YAML 1.2 it is 10, so whoever wrote it must say which. Never fails: what is nothing else is text.

use serde_json::Number;

use super::Content;

/// Reads a plain (unquoted) scalar.
pub(super) fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Bool(true),
        "false" | "False" | "FALSE" => Content::Bool(false),
        _ => number(text).map_or_else(|| Content::Text(text.to_owned()), Content::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(digits) = text.strip_prefix("0x") {
        return hex_or_octal(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return hex_or_octal(digits, 8);
    }
    let mut following = unsigned.chars().skip(1);
    if unsigned.starts_with('0') && following.next().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        let signless = text.strip_prefix('+').unwrap_or(text);
        let whole = signless.parse::<i64>().map(Number::from);
        return whole.or_else(|_| signless.parse::<u64>().map(Number::from)).ok().or_else(|| float(text));
    }
    float(text)
}

fn hex_or_octal(digits: &str, radix: u32) -> Option<Number> {
    // The standard library accepts a sign here, the core schema does not.
    let sound = digits.starts_with(|c: char| c.is_digit(radix));
    sound.then(|| u64::from_str_radix(digits, radix).ok().map(Number::from)).flatten()
}

/// A finite float: digits, a point or an exponent. `inf` and `nan` stay text, because no field takes them.
fn float(text: &str) -> Option<Number> {
    let allowed = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    if !text.bytes().all(allowed) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

#[cfg(test)]
mod tests;
