//! What the back-off promises.

use std::time::Duration;

use tokio::time::Instant;

use super::{Backoff, Bounds};

fn delays(seed: u64, count: usize) -> Vec<Duration> {
    let now = Instant::now();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut backoff = Backoff::new(Bounds::default(), now);
    (0..count).map(|_| backoff.fail(now, &mut random)).collect()
}

#[tokio::test(start_paused = true)]
async fn the_delay_doubles_from_a_second_to_five_minutes_and_stays_there() {
    let wholes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300];
    for (delay, whole) in delays(7, wholes.len()).into_iter().zip(wholes) {
        let whole = Duration::from_secs(whole);
        let most = (whole + whole / 10).min(Duration::from_mins(5));
        assert!((whole..=most).contains(&delay), "{delay:?} is not {whole:?} plus up to a tenth");
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_delays_and_another_seed_gives_others() {
    assert_eq!(delays(1, 8), delays(1, 8));
    assert_ne!(delays(1, 8), delays(2, 8));
}
