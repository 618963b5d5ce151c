//! The word on a backup as time passes.

use std::time::Duration;

use podsteward_specs::backup::Proof;
use podsteward_specs::quantity::Bytes;

use super::{Look, Told, Word, cadence, changes};
use crate::time::{BootId, Moment};

const NOW: Moment = Moment { wall_ms: 1_795_348_800_000, boot_ms: 900_000_000, boot_id: BootId(1) };
const HOUR: Duration = Duration::from_hours(1);

fn proof() -> Proof {
    Proof::Files { glob: "/b/*".to_owned(), min_size: Bytes(1) }
}

fn command() -> Proof {
    Proof::Command { argv: vec!["/bin/check".to_owned()], timeout: Duration::from_mins(1) }
}

/// A look of a minute ago that found what was done so long before now.
fn done(age: Duration) -> Look {
    let ms = NOW.before(age).wall_ms;
    Look::after(None, Told::Done { ms, by: "/b/x".to_owned() }, NOW.before(Duration::from_mins(1)))
}

fn word(look: &Look, now: Moment) -> String {
    let word = Word::of(&proof(), Some(look), 24 * HOUR, now);
    format!("{}: {}", word.as_str(), word.detail())
}

#[test]
fn a_backup_is_fresh_up_to_its_age_and_stale_from_then_on() {
    let look = done(24 * HOUR);
    assert_eq!(word(&look, NOW), "fresh: at 2026-11-21T12:00:00Z (/b/x)");
    let later = NOW.after(Duration::from_millis(1));
    assert_eq!(word(&look, later), "stale: at 2026-11-21T12:00:00Z, which is longer than 1d ago (/b/x)");
}

#[test]
fn it_is_looked_again_when_the_word_changes_by_itself() {
    let look = done(23 * HOUR);
    let in_a_while = changes(&proof(), &look, 24 * HOUR, NOW).unwrap();
    assert_eq!(
        in_a_while,
        Duration::from_mins(10) + Duration::from_millis(1),
        "the look itself grows old first"
    );
    assert!(Word::of(&proof(), Some(&look), 24 * HOUR, NOW.after(in_a_while)).is_unknown());
    let nothing = Look::after(None, Told::Nothing("gone".to_owned()), NOW);
    assert!(changes(&proof(), &nothing, HOUR, NOW) > Some(Duration::from_mins(11)));
}

#[test]
fn what_was_looked_at_too_long_ago_is_not_known() {
    let look = done(HOUR);
    assert!(Word::of(&proof(), Some(&look), 24 * HOUR, NOW.after(Duration::from_mins(10))).is_fresh());
    let later = NOW.after(Duration::from_mins(10) + Duration::from_millis(1));
    assert_eq!(word(&look, later), "unknown: it was not looked at since 2026-11-22T11:59:00Z");
    assert_eq!(Word::of(&proof(), None, HOUR, NOW), Word::NotYet);
}

#[test]
fn a_failure_remembers_the_last_success_and_what_is_not_known_does_too() {
    let failed = Look::after(Some(&done(HOUR)), Told::Failed("bad".to_owned()), NOW);
    assert_eq!(word(&failed, NOW), "failed: bad; it last went well at 2026-11-22T11:00:00Z");
    let unknown = Look::after(Some(&failed), Told::Unknown("no answer".to_owned()), NOW);
    assert_eq!(unknown.last_ms, failed.last_ms);
    assert_eq!(word(&unknown, NOW), "unknown: no answer");
}

#[test]
fn files_are_looked_at_every_five_minutes_and_programs_by_the_age_that_is_allowed() {
    let mins = Duration::from_mins;
    assert_eq!(cadence::every(&proof(), 24 * HOUR), mins(5));
    assert_eq!(cadence::every(&proof(), Duration::from_secs(80)), Duration::from_secs(10));
    assert_eq!(cadence::every(&command(), 24 * HOUR), 3 * HOUR);
    assert_eq!(cadence::every(&command(), 24 * 35 * HOUR), 6 * HOUR);
    assert_eq!(cadence::every(&command(), mins(30)), mins(5));
    assert_eq!(cadence::every(&command(), Duration::from_secs(80)), Duration::from_secs(20));
}

#[test]
fn a_look_is_kept_as_it_is() {
    for told in [
        Told::Done { ms: 5, by: "x".to_owned() },
        Told::Nothing("x".to_owned()),
        Told::Failed("x".to_owned()),
        Told::Unknown("x".to_owned()),
    ] {
        let look = Look::after(None, told, NOW);
        let text = serde_json::to_string(&look).unwrap();
        assert_eq!(serde_json::from_str::<Look>(&text).unwrap(), look);
    }
}

#[test]
fn a_backup_of_the_future_is_not_known_since_the_clock_was_set_back() {
    let look = done(48 * HOUR);
    let set_back = |by: Duration| Moment { wall_ms: NOW.before(48 * HOUR + by).wall_ms, ..NOW };
    assert!(word(&look, set_back(Duration::from_mins(1))).starts_with("fresh: "), "clocks differ a little");
    let later = set_back(Duration::from_mins(2));
    assert_eq!(
        word(&look, later),
        "unknown: 2026-11-20T12:00:00Z is in the future (/b/x): its age is not known"
    );
    let again = changes(&proof(), &look, 24 * HOUR, later);
    assert_eq!(again, Some(Duration::from_millis(60_001)), "it is looked again when it is the past");
}
