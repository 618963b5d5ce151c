//! The log lines of the whole story, at each verbosity.

use std::io::Write;
use std::sync::{Arc, Mutex};

use expect_test::expect_file;

use super::*;
use crate::{Telemetry, story};

/// A stream that keeps what is written to it.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is logged while the story is told, without the time at the beginning of each line.
fn log(format: LogFormat, verbosity: u8) -> String {
    let kept = Kept::default();
    let writer = kept.clone();
    let lines = lines(format, false, move || writer.clone()).with_filter(filter(verbosity));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
        story::tell(&Telemetry::new());
        tracing::info!(target: "hyper", "a library's chatter");
    });
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let without_time = |line: &str| {
        line.split_once([' ', ',']).unwrap().1.trim_start().replace(env!("CARGO_PKG_VERSION"), "VERSION")
            + "\n"
    };
    text.lines().map(without_time).collect()
}

#[test]
fn without_v_only_changes_of_state_are_logged() {
    expect_file!["../../tests/golden/info.log"].assert_eq(&log(LogFormat::Text, 0));
}

#[test]
fn each_v_adds_what_led_to_the_changes_and_then_every_call() {
    expect_file!["../../tests/golden/debug.log"].assert_eq(&log(LogFormat::Text, 1));
    expect_file!["../../tests/golden/trace.log"].assert_eq(&log(LogFormat::Text, 2));
}

#[test]
fn json_lines_carry_the_same_fields() {
    let json = log(LogFormat::Json, 0);
    assert_eq!(json.lines().count(), log(LogFormat::Text, 0).lines().count());
    let wanted = r#""level":"INFO","message":"intent closed","object":"container/web","action":"apply","intent":"1","outcome":"success","elapsed_ms":10400"#;
    assert!(json.contains(wanted), "{json}");
}
