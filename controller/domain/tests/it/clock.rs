//! A wall clock that jumps a day either way, and boots in between: deadlines neither expire nor freeze.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decision::Gate;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::memory::Restarts;
use podsteward_domain::restart;
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::world::World;

use crate::confidence::SICK;
use crate::fixture::{NOW, ago, container_facts, live, world};

const DAY: i64 = 86_400_000;

/// The gate that stops a restart at another time; everything was read just then.
fn stop(text: &str, now: Moment) -> Option<Gate> {
    let mut world: World = world(text);
    world.now = now;
    live::fresh(&mut world);
    live::change(&mut world, |live| live.health.as_mut().unwrap().last_check_ms = Some(now.wall_ms));
    stopped_by(world)
}

fn stopped_by(world: World) -> Option<Gate> {
    let decisions = evaluate(world).decisions;
    let restart = decisions.iter().find(|it| it.action.as_str() == "service-restart").expect("it is ill");
    restart.withheld_by().map(|result| result.gate)
}

/// Deadlines, each with the gate that holds and for how many milliseconds more.
const DEADLINES: [(&str, Gate, u64); 5] = [
    ("track service-restart ended 1m", Gate::Cooldown, 240_000),
    ("track service-restart opened 1h", Gate::Breaker, 82_800_000),
    ("overall service-restart opened 1h", Gate::Breaker, 82_800_000),
    ("track service-restart restarts 1m,2m,3m,4m,5m", Gate::Budget, 3_300_000),
    ("storm 10s", Gate::Storm, 110_000),
];

#[test]
fn a_wall_clock_that_jumps_a_day_moves_no_deadline() {
    for (known, gate, left) in DEADLINES {
        for jump in [-DAY, 0, DAY] {
            let text = format!("{SICK}\n {known}");
            let jumped = |boot_ms| Moment { wall_ms: NOW.wall_ms + jump, boot_ms, boot_id: NOW.boot_id };
            assert_eq!(stop(&text, jumped(NOW.boot_ms)), Some(gate), "{known} {jump}");
            assert_eq!(stop(&text, jumped(NOW.boot_ms + left - 1)), Some(gate), "{known} {jump}");
            assert_eq!(stop(&text, jumped(NOW.boot_ms + left)), None, "{known} {jump}");
        }
    }
}

#[test]
fn a_word_on_health_that_was_seen_to_come_in_is_as_old_as_that_whatever_the_wall_clock_says() {
    // Interval and timeout are 30 s by default, and 5 s are granted on top.
    for jump in [-DAY, 0, DAY] {
        let after = |millis: u64| {
            let mut world: World = world(SICK);
            world.now =
                Moment { wall_ms: NOW.wall_ms + jump, boot_ms: NOW.boot_ms + millis, boot_id: NOW.boot_id };
            live::fresh(&mut world);
            container_facts(&mut world).checked = Some(NOW);
            stopped_by(world)
        };
        assert_eq!(after(65_000), None, "{jump}");
        assert_eq!(after(65_001), Some(Gate::Freshness), "{jump}");
    }
}

#[test]
fn after_a_boot_a_deadline_holds_no_longer_than_its_full_length() {
    for (known, gate, left) in DEADLINES {
        let text = format!("{SICK}\n {known}");
        let booted = |wall_ms, boot_ms| Moment { wall_ms, boot_ms, boot_id: BootId(2) };
        // Right after a boot that took no time, and after one over which the clock was put back.
        assert_eq!(stop(&text, booted(NOW.wall_ms, 1)), Some(gate), "{known}");
        assert_eq!(stop(&text, booted(NOW.wall_ms - DAY, 1)), Some(gate), "{known}");
        // The clock goes on, or does not: after its full length it is over.
        let later = NOW.wall_ms.saturating_add_unsigned(left);
        assert_eq!(stop(&text, booted(later, 1)), None, "{known}");
        assert_eq!(stop(&text, booted(NOW.wall_ms - DAY, 86_400_000)), None, "{known}");
    }
}

/// The same moment, written down while the wall clock was two days behind.
fn behind(moment: Moment) -> Moment {
    Moment { wall_ms: moment.wall_ms - 2 * DAY, ..moment }
}

#[test]
fn the_first_breaker_that_half_opens_wakes_it_whatever_the_clock_was_set_to() {
    let opened = "track service-restart opened 1h\n track drift-reconciliation opened 2h";
    let mut sick = world(&format!("{SICK}\n {opened}"));
    let track = sick.standing.tracks.get_mut(&Action::ServiceRestart).unwrap();
    track.opened = track.opened.map(behind);
    assert_eq!(evaluate(sick).again, Some(Duration::from_hours(22)));
}

#[test]
fn a_container_that_keeps_ending_is_calm_by_its_latest_start_whatever_the_clock_was_set_to() {
    let (exit, start) = (ago(Duration::from_mins(8)), behind(ago(Duration::from_mins(7))));
    let restarts =
        Restarts { last_exit: Some(exit), last_start: Some(start), looping: true, ..Restarts::default() };
    assert_eq!(restart::calm_in(&restarts, NOW), Some(Duration::from_mins(3)));
}
