//! Amounts of memory and CPU, written as Kubernetes writes them.
//!
//! Owns parsing and printing of quantities. Never rounds in silence: what does not fit is an error.
//! Used by the container's limits and sizes.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Bytes(pub u64);

/// A share of CPU time in thousandths of a core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MilliCpu(pub u64);

/// What is allowed for bytes, as every message says it.
pub const BYTES_RULE: &str = "bytes such as 256Mi, 1.5Gi, 500M or 1048576";

/// What is allowed for CPU, as every message says it.
pub const CPU_RULE: &str = "cores such as 2, 0.5 or 500m";

/// The units of bytes, as Kubernetes spells them.
const BYTE_UNITS: [(&str, i128); 11] = [
    ("", 1),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("Pi", 1 << 50),
    ("k", 1_000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
    ("P", 1_000_000_000_000_000),
];

/// The units of CPU in thousandths of a core.
const CPU_UNITS: [(&str, i128); 2] = [("", 1_000), ("m", 1)];

/// Why a text is not a quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `100m` of memory: a tenth of a byte to Kubernetes, a hundred megabytes to a hasty reader.
    #[error("'{0}' is in thousandths of a byte: write M or Mi for megabytes ({BYTES_RULE})")]
    MilliBytes(String),
    /// Not a number with a unit.
    #[error("'{0}' is not an amount ({1})")]
    Shape(String, &'static str),
    /// A fraction of the smallest unit is left over.
    #[error("'{0}' does not come to a whole number of {2} ({1})")]
    Fraction(String, &'static str, &'static str),
    /// More than 64 bits hold.
    #[error("'{0}' is too much ({1})")]
    Overflow(String, &'static str),
}

impl FromStr for Bytes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let milli = text.strip_suffix('m').is_some_and(|number| number.parse::<f64>().is_ok());
        if milli {
            return Err(Error::MilliBytes(text.to_owned()));
        }
        amount(text, &BYTE_UNITS, BYTES_RULE, "bytes").map(Self)
    }
}

impl FromStr for MilliCpu {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        amount(text, &CPU_UNITS, CPU_RULE, "thousandths of a core").map(Self)
    }
}

/// Reads `NUMBER[.FRACTION][UNIT]` into whole smallest units.
fn amount(
    text: &str,
    units: &[(&str, i128)],
    rule: &'static str,
    smallest: &'static str,
) -> Result<u64, Error> {
    let shape = || Error::Shape(text.to_owned(), rule);
    let overflow = || Error::Overflow(text.to_owned(), rule);
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end).ok_or_else(shape)?;
    let unit = units.iter().find(|(name, _)| *name == suffix).map(|(_, unit)| *unit).ok_or_else(shape)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
        return Err(shape());
    }
    let too_fine = || Error::Fraction(text.to_owned(), rule, smallest);
    let fraction = fraction.trim_end_matches('0');
    let places = u32::try_from(fraction.len()).map_err(|_| too_fine())?;
    let scale = 10i128.checked_pow(places).ok_or_else(too_fine)?;
    let digits: i128 = format!("{whole}{fraction}").parse().map_err(|_| overflow())?;
    let scaled = digits.checked_mul(unit).ok_or_else(overflow)?;
    if scaled % scale != 0 {
        return Err(too_fine());
    }
    u64::try_from(scaled / scale).map_err(|_| overflow())
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1u64 << 50, "Pi"), (1 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")];
        let unit = units.into_iter().find(|(size, _)| self.0 >= *size && self.0.is_multiple_of(*size));
        match unit {
            Some((size, suffix)) => f.pad(&format!("{}{suffix}", self.0 / size)),
            None => f.pad(&self.0.to_string()),
        }
    }
}

impl fmt::Display for MilliCpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) {
            f.pad(&(self.0 / 1000).to_string())
        } else {
            f.pad(&format!("{}m", self.0))
        }
    }
}

#[cfg(test)]
mod tests;
