//! Numbers with decimals, kept as whole numbers.
//!
//! Owns reading and printing without the rounding of binary fractions. Never knows which field it reads.

/// From `-0.10` to -1000 with 4 places. `None` where there are more decimals than places.
pub(super) fn scaled(text: &str, places: usize) -> Option<i32> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > places {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse::<i32>().ok().map(|number| sign * number)
}

/// Prints such a number as a person writes it: 8250 with 2 places is `82.5`.
pub(super) fn unscaled(number: u16, places: usize) -> String {
    let digits = format!("{number:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{whole}.{fraction}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
