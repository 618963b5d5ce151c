//! A disk that does not answer holds no more than a few threads, and holds up nothing else.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::{CALLS_MAX, Calls};

/// Asks a disk that answers when the sender is dropped, and waits hardly at all.
async fn ask_hanging(calls: &Calls) -> (Sender<()>, String) {
    let (answer, waits) = channel::<()>();
    let work = move || {
        let _ended = waits.recv();
        Ok(())
    };
    let asked = calls.aside(Path::new("/dead"), Duration::from_millis(1), work).await;
    (answer, asked.unwrap_err().to_string())
}

#[tokio::test]
async fn a_disk_that_hangs_takes_a_few_threads_only_until_it_answers_again() {
    let calls = Calls::default();
    let mut hanging = Vec::new();
    for _ in 0..CALLS_MAX {
        let (answer, error) = ask_hanging(&calls).await;
        assert_eq!(error, "the disk did not answer within 0 s");
        hanging.push(answer);
    }
    let (_, error) = ask_hanging(&calls).await;
    assert_eq!(error, "earlier questions about /dead hang");
    let deadline = Duration::from_mins(1);
    assert_eq!(calls.aside(Path::new("/alive"), deadline, || Ok(1)).await, Ok(1));
    drop(hanging);
    while calls.aside(Path::new("/dead"), deadline, || Ok(1)).await.is_err() {
        tokio::task::yield_now().await;
    }
}
