//! The board, on a terminal and elsewhere.

use expect_test::expect;
use podsteward_domain::status::ObjectState;
use podsteward_domain::time::Moment;

use super::*;

fn status(key: &str, state: ObjectState, message: &str) -> Change {
    Change::Status(Box::new(ObjectStatus {
        key: key.parse().unwrap(),
        state,
        message: message.to_owned(),
        conditions: Vec::new(),
        restarts: 0,
        container_id: None,
        image: None,
        created_ms: None,
        observed: Moment::default(),
    }))
}

fn terminal(height: u16) -> Board {
    Board::new(Screen { width: Some(60), height: Some(height), colour: false })
}

#[test]
fn without_a_terminal_each_change_of_state_is_a_line_and_nothing_else_is() {
    let mut board = Board::new(Screen::default());
    let text = board.apply(vec![
        status("network/front", ObjectState::Missing, "will be made"),
        status("network/front", ObjectState::Missing, "will be made"),
        status("network/front", ObjectState::Match, ""),
        Change::Forgotten("network/front".parse().unwrap()),
        Change::Forgotten("network/front".parse().unwrap()),
    ]);
    expect![[r"
        network/front MISSING will be made
        network/front MATCH
        network/front gone
    "]]
    .assert_eq(&text);
}

#[test]
fn on_a_terminal_the_board_is_drawn_over_itself() {
    let mut board = terminal(24);
    let first = board.apply(vec![
        status("container/web", ObjectState::Missing, "waits"),
        status("network/front", ObjectState::Match, ""),
    ]);
    let second = board.apply(vec![status("container/web", ObjectState::Match, "running")]);
    expect![[r"
        ESC[2KOBJECT         STATE    MESSAGE
        ESC[2Knetwork/front  MATCH
        ESC[2Kcontainer/web  MISSING  waits
        ESC[J--
        ESC[3AESC[2KOBJECT         STATE  MESSAGE
        ESC[2Knetwork/front  MATCH
        ESC[2Kcontainer/web  MATCH  running
        ESC[J"]]
    .assert_eq(&(first + "--\n" + &second).replace('\u{1b}', "ESC"));
}

#[test]
fn more_objects_than_lines_are_told_as_without_a_terminal() {
    let mut board = terminal(3);
    assert!(board.apply(vec![status("volume/a", ObjectState::Match, "")]).contains("OBJECT"));
    assert_eq!(board.apply(vec![status("volume/b", ObjectState::Match, "")]), "volume/b MATCH\n");
}
