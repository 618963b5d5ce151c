//! Numbers with decimals: read exactly, and printed as they are read.

use super::{scaled, unscaled};

#[test]
fn a_decimal_is_read_to_its_last_place_and_no_further() {
    let read = ["0", "1", "0.1", "0.9001", "-0.10", "75.00000", "0.00001", "1e-7"];
    let expected = [Some(0), Some(10_000), Some(1000), Some(9001), Some(-1000), Some(750_000), None, None];
    assert_eq!(read.map(|text| scaled(text, 4)), expected);
}

#[test]
fn every_number_is_printed_as_it_is_read() {
    for places in [2, 4] {
        for number in 0..=u16::MAX {
            assert_eq!(scaled(&unscaled(number, places), places), Some(i32::from(number)));
        }
    }
    assert_eq!([unscaled(8250, 2), unscaled(7500, 2), unscaled(5, 2)], ["82.5", "75", "0.05"]);
}
