//! Shares and points, in basis points: a ten-thousandth of one.
//!
//! Owns the arithmetic, which is of whole numbers, so that the same World gives the same bytes everywhere. Outside a
//! score is a decimal with two to four places.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A share between 0 and 1, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u16);

/// One, in basis points.
pub const ONE: u16 = 10_000;

impl Score {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// All.
    pub const ONE: Self = Self(ONE);

    /// A score, never more than one.
    pub const fn new(basis_points: u16) -> Self {
        Self(if basis_points > ONE { ONE } else { basis_points })
    }

    /// A number of basis points, brought within 0 and 1.
    pub fn clamped(basis_points: i64) -> Self {
        u16::try_from(basis_points.clamp(0, i64::from(ONE))).map_or(Self::ONE, Self)
    }

    /// The number of basis points.
    pub const fn basis_points(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal(i32::from(self.0)))
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / f64::from(ONE))
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        // Every score fits, and what does not is brought within its bounds by the conversion.
        #[expect(clippy::cast_possible_truncation, reason = "a conversion of a float saturates")]
        let basis_points = (share * f64::from(ONE)).round() as i64;
        Ok(Self::clamped(basis_points))
    }
}

/// Points that are added to a score, in basis points; may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(pub i32);

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "+" };
        f.pad(&format!("{sign}{}", decimal(self.0.saturating_abs())))
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / f64::from(ONE))
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = f64::deserialize(deserializer)?;
        #[expect(clippy::cast_possible_truncation, reason = "a conversion of a float saturates")]
        let basis_points = (share * f64::from(ONE)).round() as i32;
        Ok(Self(basis_points))
    }
}

/// Basis points as a decimal with two to four places.
fn decimal(basis_points: i32) -> String {
    let text = format!("{}.{:04}", basis_points / i32::from(ONE), basis_points % i32::from(ONE));
    let short = text.trim_end_matches('0');
    let places = short.split_once('.').map_or(0, |(_, places)| places.len());
    if places >= 2 { short.to_owned() } else { text.get(..text.len() - 2).unwrap_or(&text).to_owned() }
}
