//! Tables that must not be cut, on places of several widths.

use expect_test::expect;

use super::*;

fn rows() -> Vec<Vec<Cell>> {
    vec![
        vec!["1".into(), Cell::styled("failure", colour::BAD), "it runs and is still unhealthy".into()],
        vec!["22".into(), "success".into(), "it worked".into()],
    ]
}

fn on(width: Option<u16>) -> String {
    uncut(&["ID", "OUTCOME", "DETAILS"], &rows(), Screen { width, ..Screen::default() })
}

#[test]
fn where_everything_fits_it_is_a_table_as_any_other() {
    assert_eq!(on(Some(80)), text(&["ID", "OUTCOME", "DETAILS"], &rows(), Screen::default()));
    assert_eq!(on(None), on(Some(80)));
}

#[test]
fn without_room_the_last_column_stands_below_each_line_and_is_whole() {
    expect![[r"
        ID  OUTCOME
        1   failure
            it runs and is still unhealthy
        22  success
            it worked
    "]]
    .assert_eq(&on(Some(30)));
}

#[test]
fn nothing_takes_no_line_on_any_width() {
    let none = |width| uncut(&["ID", "DETAILS"], &[], Screen { width, ..Screen::default() });
    assert_eq!((none(None), none(Some(3))), (String::new(), String::new()));
}
