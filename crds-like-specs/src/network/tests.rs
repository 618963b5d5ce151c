//! Address ranges: reading clears host bits, and containment keeps the families apart.

use super::Subnet;

fn subnet(text: &str) -> Subnet {
    text.parse().unwrap()
}

#[test]
fn host_bits_are_cleared() {
    assert_eq!(subnet("10.89.5.7/24").to_string(), "10.89.5.0/24");
    assert_eq!(subnet("10.1.2.3/0").to_string(), "0.0.0.0/0");
    assert_eq!(subnet("10.1.2.3/32").to_string(), "10.1.2.3/32");
    assert_eq!(subnet("fd00::1/64").to_string(), "fd00::/64");
    assert_eq!(subnet("fd00::1/0").to_string(), "::/0");
}

#[test]
fn an_address_is_inside_its_own_family_only() {
    let range = subnet("10.89.5.0/24");
    assert!(range.contains("10.89.5.1".parse().unwrap()));
    assert!(!range.contains("10.89.6.1".parse().unwrap()));
    assert!(!range.contains("::1".parse().unwrap()));
    assert!(!subnet("::/0").contains("10.0.0.1".parse().unwrap()));
}

#[test]
fn a_range_encloses_its_parts_only() {
    assert!(subnet("10.0.0.0/8").encloses(&subnet("10.89.5.0/24")));
    assert!(!subnet("10.89.5.0/24").encloses(&subnet("10.0.0.0/8")));
}

#[test]
fn what_is_no_range_is_refused() {
    for text in ["", "10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/24", "a/8", "10.0.0.0/-1"] {
        assert!(text.parse::<Subnet>().is_err(), "{text}");
    }
}
