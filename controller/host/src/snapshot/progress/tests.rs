//! Work that moves, stands still, or takes too long. The clock is paused, and moved by hand.

use std::sync::mpsc;

use tokio::task::JoinHandle;
use tokio::time::advance;

use super::*;

/// Work that takes one step for each word it hears, says so, and ends with the last.
struct Working {
    say: mpsc::Sender<()>,
    stepped: mpsc::Receiver<()>,
    task: JoinHandle<Result<(), Error>>,
}

fn work() -> Working {
    let ((say, heard), (steps, stepped)) = (mpsc::channel(), mpsc::channel());
    let work = blocking(STILL_MAX, move |progress| {
        while heard.recv().is_ok() {
            progress.step(Path::new("/data"))?;
            steps.send(()).unwrap();
        }
        Ok(())
    });
    Working { say, stepped, task: tokio::spawn(work) }
}

/// Lets time pass, second by second, so that whoever looks does.
async fn pass(length: Duration) {
    for _ in 0..length.as_secs() {
        advance(LOOK).await;
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn work_that_stands_still_is_given_up_and_stops_at_its_next_step() {
    let Working { say, stepped, task } = work();
    tokio::task::yield_now().await;
    pass(STILL_MAX + LOOK).await;
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "nothing moved for 5m, and it was given up");
    say.send(()).unwrap();
    assert!(stepped.recv().is_err(), "the step that it takes after that is its last");
}

#[tokio::test(start_paused = true)]
async fn work_that_moves_may_be_long() {
    let Working { say, stepped, task } = work();
    tokio::task::yield_now().await;
    for _ in 0..5 {
        pass(STILL_MAX.saturating_sub(LOOK * 2)).await;
        say.send(()).unwrap();
        stepped.recv().unwrap();
    }
    drop(say);
    assert!(task.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn work_that_moves_for_ever_is_given_up_as_well() {
    let Working { say, stepped, task } = work();
    tokio::task::yield_now().await;
    while !task.is_finished() {
        say.send(()).unwrap();
        stepped.recv().unwrap();
        pass(STILL_MAX.saturating_sub(LOOK * 2)).await;
    }
    let error = task.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "it was not done within 30m, and it was given up");
}
