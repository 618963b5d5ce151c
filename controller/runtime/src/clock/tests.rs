//! What the simulated clock promises.

use std::time::Duration;

use podsteward_domain::time::{BootId, Moment};

use super::{Clock, SimClock};

const START: Moment = Moment { wall_ms: 1_000_000, boot_ms: 5_000, boot_id: BootId(1) };

#[tokio::test(start_paused = true)]
async fn the_simulated_clock_follows_virtual_time() {
    let clock = SimClock::new(START);
    assert_eq!(clock.now(), START);
    tokio::time::advance(Duration::from_secs(3)).await;
    assert_eq!(clock.now(), START.after(Duration::from_secs(3)));
}

#[tokio::test(start_paused = true)]
async fn a_jump_of_the_wall_clock_leaves_the_boot_time_alone() {
    let clock = SimClock::new(START);
    clock.jump_wall(-600_000);
    tokio::time::advance(Duration::from_secs(1)).await;
    let now = clock.now();
    assert_eq!((now.wall_ms, now.boot_ms), (401_000, 6_000));
    assert_eq!(now.since(START), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_reboot_begins_the_boot_time_anew_and_keeps_the_wall_clock() {
    let clock = SimClock::new(START);
    tokio::time::advance(Duration::from_secs(2)).await;
    clock.reboot(BootId(2));
    tokio::time::advance(Duration::from_secs(1)).await;
    let now = clock.now();
    assert_eq!((now.wall_ms, now.boot_ms, now.boot_id), (1_003_000, 1_000, BootId(2)));
}
