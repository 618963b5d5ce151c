//! What the token bucket promises.

use std::time::Duration;

use tokio::time::Instant;

use super::Bucket;

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test(start_paused = true)]
async fn a_full_bucket_gives_its_burst_and_then_its_rate() {
    let start = Instant::now();
    let mut bucket = Bucket::new(20, 100, start);
    assert!((0..100).all(|_| bucket.take(start, 0).is_ok()));
    assert_eq!(bucket.take(start, 0), Err(start + millis(50)));
    assert_eq!(bucket.take(start + millis(49), 0), Err(start + millis(50)));
    assert_eq!(bucket.take(start + millis(50), 0), Ok(()));
    assert_eq!(bucket.take(start + millis(50), 0), Err(start + millis(100)));
}

#[tokio::test(start_paused = true)]
async fn a_reserve_is_left_to_those_who_ask_without_one() {
    let start = Instant::now();
    let mut bucket = Bucket::new(20, 100, start);
    let taken = (0..100).take_while(|_| bucket.take(start, 20).is_ok()).count();
    assert_eq!(taken, 80);
    assert_eq!(bucket.take(start, 20), Err(start + millis(50)));
    assert_eq!((0..20).filter(|_| bucket.take(start, 0).is_ok()).count(), 20);
    assert_eq!(bucket.take(start, 20), Err(start + millis(1050)));
}

#[tokio::test(start_paused = true)]
async fn a_bucket_never_holds_more_than_its_size() {
    let start = Instant::now();
    let mut bucket = Bucket::new(20, 2, start);
    let later = start + Duration::from_hours(1);
    assert!(bucket.take(later, 0).is_ok() && bucket.take(later, 0).is_ok());
    assert_eq!(bucket.take(later, 0), Err(later + millis(50)));
}

#[tokio::test(start_paused = true)]
async fn parts_of_a_token_are_not_lost() {
    let start = Instant::now();
    let mut bucket = Bucket::new(20, 1, start);
    assert!(bucket.take(start, 0).is_ok());
    assert_eq!(bucket.take(start + millis(30), 0), Err(start + millis(50)));
    assert!(bucket.take(start + millis(70), 0).is_ok());
    // 20 ms of the next token had come already.
    assert_eq!(bucket.take(start + millis(70), 0), Err(start + millis(120)));
}
