//! How what is remembered fades: half of it in each half-life.
//!
//! Owns the arithmetic, in whole numbers, so that it is the same on every machine. Used by [`crate::track`].

use std::time::Duration;

/// 2^(-1/2), 2^(-1/4), .. 2^(-1/65536), each times 2^32.
const ROOTS: [u128; 16] = [
    3_037_000_500,
    3_611_622_603,
    3_938_502_376,
    4_112_874_773,
    4_202_935_003,
    4_248_701_965,
    4_271_771_996,
    4_283_353_945,
    4_289_156_690,
    4_292_061_010,
    4_293_513_907,
    4_294_240_540,
    4_294_603_903,
    4_294_785_595,
    4_294_876_445,
    4_294_921_870,
];
/// After so many half-lives nothing is left of anything that fits into 63 bits.
const HALVES_MAX: u128 = 63;

/// What is left of a value after a time.
pub fn decayed(value: i64, elapsed: Duration, half_life: Duration) -> i64 {
    let (elapsed, half_life) = (elapsed.as_millis(), half_life.as_millis().max(1));
    let halves = elapsed / half_life;
    if halves > HALVES_MAX {
        return 0;
    }
    // The part of a half-life that is over, as 16 binary places: each place is one root.
    let fraction = ((elapsed % half_life) << 16) / half_life;
    let places = ROOTS.iter().enumerate().filter(|(place, _)| fraction >> (15 - place) & 1 == 1);
    let factor = places.fold(1u128 << 32, |factor, (_, root)| (factor * root) >> 32);
    let left = ((u128::from(value.unsigned_abs()) * factor) >> 32) >> halves;
    let left = i64::try_from(left).unwrap_or(i64::MAX);
    if value < 0 { -left } else { left }
}
