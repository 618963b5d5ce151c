//! One drill at a time, and what came of it is told once.

use podsteward_domain::decision::Gate;
use podsteward_domain::drill::{Drill, DrillResult, Ending, Phase};

use crate::fixtures::{Home, at};

fn ended(drill: &Drill, result: DrillResult) -> Drill {
    let ended = Ending { at: at(9), result, gate: None, detail: "no".to_owned() };
    Drill { ended: Some(ended), ..drill.clone() }
}

#[test]
fn who_asks_while_one_is_under_way_waits_for_the_same() {
    let home = Home::new();
    let (id, new) = home.cli().ask_drill("alice", at(1)).unwrap();
    assert!(new);
    assert_eq!(home.store.ask_drill("schedule", at(2)).unwrap(), (id, false));
    let (open, drill) = home.store.open_drill().unwrap().unwrap();
    assert_eq!((open, drill.by.as_str(), drill.phase), (id, "alice", Phase::Asked));
}

#[test]
fn what_came_of_it_is_kept_and_told_once() {
    let home = Home::new();
    let (id, _) = home.store.ask_drill("alice", at(1)).unwrap();
    let drill = home.store.drill(id).unwrap().unwrap();
    for _ in 0..2 {
        home.store.keep_drill(id, &ended(&drill, DrillResult::Failed), at(9)).unwrap();
    }
    assert_eq!(home.store.open_drill().unwrap(), None);
    assert_eq!(home.store.last_drill().unwrap().unwrap().0, id);
    assert_eq!(home.store.last_drill_passed().unwrap(), None);
    assert_eq!(home.store.undelivered_count().unwrap(), 1);

    let (next, new) = home.store.ask_drill("alice", at(10)).unwrap();
    assert!(new && next != id);
    home.store.keep_drill(next, &ended(&drill, DrillResult::Passed), at(19)).unwrap();
    assert_eq!(home.store.last_drill_passed().unwrap().unwrap().0, next);
}

#[test]
fn a_drill_that_somebodys_own_pause_refused_tells_nothing_of_podsteward() {
    let home = Home::new();
    let (failed, _) = home.store.ask_drill("alice", at(1)).unwrap();
    let drill = home.store.drill(failed).unwrap().unwrap();
    home.store.keep_drill(failed, &ended(&drill, DrillResult::Failed), at(9)).unwrap();
    let (refused, _) = home.store.ask_drill("alice", at(10)).unwrap();
    let mut paused = ended(&drill, DrillResult::Refused);
    paused.ended.as_mut().unwrap().gate = Some(Gate::Switch);
    home.store.keep_drill(refused, &paused, at(19)).unwrap();
    assert_eq!(home.store.last_drill().unwrap().unwrap().0, refused);
    let telling = home.store.last_telling_drill().unwrap().unwrap();
    assert_eq!(telling.ended.unwrap().result, DrillResult::Failed);
}
