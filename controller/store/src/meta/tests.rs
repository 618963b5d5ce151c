//! Single values.

use crate::fixtures::Home;

#[test]
fn a_value_is_written_and_replaced() {
    let home = Home::new();
    assert_eq!(home.store.meta("last-event").unwrap(), None);
    for value in ["1", "2", "2"] {
        home.store.put_meta("last-event", value).unwrap();
        assert_eq!(home.store.meta("last-event").unwrap().as_deref(), Some(value));
    }
    assert_eq!(home.store.meta("other").unwrap(), None);
}

#[test]
fn the_same_value_again_writes_nothing() {
    let home = Home::new();
    let other = home.cli();
    home.store.put_meta("last-event", "1").unwrap();
    let version = other.data_version().unwrap();
    home.store.put_meta("last-event", "1").unwrap();
    assert_eq!(other.data_version().unwrap(), version);
}
