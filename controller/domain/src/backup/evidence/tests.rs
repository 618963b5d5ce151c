//! What files, ends of programs and samples say.

use std::time::Duration;

use podsteward_specs::backup::Proof;
use podsteward_specs::quantity::Bytes;

use super::{Evidence, SeenFile, SeenFiles, Told, read};
use crate::time::Moment;

const NOW: Moment =
    Moment { wall_ms: 1_795_348_800_000, boot_ms: 9_000_000, boot_id: crate::time::BootId(1) };
const DAY: Duration = Duration::from_hours(24);

fn told(proof: &Proof, evidence: &Evidence) -> String {
    match read(proof, DAY, evidence, NOW) {
        Told::Done { ms, by } => format!("done {} s ago: {by}", (NOW.wall_ms - ms) / 1000),
        Told::Nothing(why) => format!("nothing: {why}"),
        Told::Failed(how) => format!("failed: {how}"),
        Told::Unknown(why) => format!("unknown: {why}"),
    }
}

/// Files by name, with their seconds of age.
fn files(newest: &[(&str, i64)], small: u64, unseen: Option<&str>) -> String {
    let file = |(name, age): &(&str, i64)| SeenFile {
        path: format!("/b/{name}"),
        size: 1 << 20,
        changed_ms: NOW.wall_ms - age * 1000,
    };
    let seen =
        SeenFiles { newest: newest.iter().map(file).collect(), small, unseen: unseen.map(str::to_owned) };
    told(&Proof::Files { glob: "/b/*".to_owned(), min_size: Bytes(1024) }, &Evidence::Files(seen))
}

#[test]
fn the_newest_file_counts_that_is_not_being_written() {
    assert_eq!(files(&[("new", 60), ("old", 90)], 0, None), "done 60 s ago: /b/new, 1 MiB");
    assert_eq!(files(&[("growing", 59), ("old", 90)], 0, None), "done 90 s ago: /b/old, 1 MiB");
    assert_eq!(files(&[("growing", 59)], 0, None), "nothing: /b/growing is still being written");
}

#[test]
fn a_file_from_the_future_proves_nothing() {
    let future = "unknown: /b/odd is from the future (2026-11-22T13:00:00Z): its age is not known";
    assert_eq!(files(&[("odd", -3600)], 0, None), future);
    assert_eq!(files(&[("odd", -3600), ("old", 90)], 0, None), "done 90 s ago: /b/old, 1 MiB");
}

#[test]
fn no_file_is_told_from_files_that_are_too_small_and_from_what_cannot_be_read() {
    assert_eq!(files(&[], 0, None), "nothing: no file is there for /b/*");
    assert_eq!(files(&[], 1, None), "nothing: 1 file is there for /b/*, smaller than 1 KiB");
    assert_eq!(files(&[], 2, None), "nothing: 2 files are there for /b/*, smaller than 1 KiB");
    assert_eq!(files(&[], 2, Some("/b/x cannot be read")), "unknown: /b/x cannot be read");
}

#[test]
fn what_cannot_be_read_counts_only_where_nothing_fresh_is_seen() {
    let day = 24 * 3600;
    assert_eq!(files(&[("a", day)], 0, Some("/b/x cannot be read")), "done 86400 s ago: /b/a, 1 MiB");
    assert_eq!(files(&[("a", day + 1)], 0, Some("/b/x cannot be read")), "unknown: /b/x cannot be read");
}

fn ended(code: Option<i32>, output: &str, complaint: &str) -> String {
    let proof = Proof::Command { argv: vec!["/bin/check".to_owned()], timeout: DAY };
    let evidence = Evidence::Ended { code, output: output.to_owned(), complaint: complaint.to_owned() };
    told(&proof, &evidence)
}

#[test]
fn a_program_that_ends_with_0_says_when_or_means_now() {
    assert_eq!(ended(Some(0), "", ""), "done 0 s ago: /bin/check ended with 0");
    assert_eq!(ended(Some(0), "12 snapshots\n", ""), "done 0 s ago: /bin/check ended with 0");
    assert_eq!(ended(Some(0), "checking\n1795348740\n\n", ""), "done 60 s ago: /bin/check");
    assert_eq!(ended(Some(0), "1795348740.5", ""), "done 59 s ago: /bin/check");
}

#[test]
fn a_number_that_is_no_time_is_not_taken_for_one() {
    assert_eq!(ended(Some(0), "0", ""), "nothing: /bin/check says 0: never");
    let no_time = "which is no time in seconds since 1970";
    assert_eq!(ended(Some(0), "5", ""), format!("unknown: /bin/check says 5, {no_time}"));
    assert_eq!(ended(Some(0), "NaN", ""), format!("unknown: /bin/check says NaN, {no_time}"));
    let millis = "unknown: /bin/check says 1795348740000, which is in the future";
    assert_eq!(ended(Some(0), "1795348740000", ""), millis);
}

#[test]
fn another_end_is_a_failure_with_its_last_words() {
    assert_eq!(ended(Some(1), "1795348740", "no key\nbad\n"), "failed: /bin/check ended with 1: bad");
    assert_eq!(ended(Some(2), "half", " \n"), "failed: /bin/check ended with 2: half");
    assert_eq!(ended(None, "", ""), "failed: /bin/check was ended by a signal");
}

fn metric(text: &str, age: i64) -> String {
    let proof = Proof::MetricFile {
        path: "/m.prom".to_owned(),
        metric: "last{job=\"home\"}".parse().unwrap(),
        success: Some("ok{job=\"home\"}".parse().unwrap()),
    };
    told(&proof, &Evidence::Text { text: text.to_owned(), changed_ms: NOW.wall_ms - age * 1000 })
}

#[test]
fn a_sample_is_found_by_its_labels_among_others() {
    let text = "# HELP last When.\nlast{job=\"web\"} 5\nlast{x=\"1\",job=\"home\"}  1.79534874e9 123\nok{job=\"home\"} 1\n";
    assert_eq!(metric(text, 60), "done 60 s ago: last{job=\"home\"}");
    let late = "done 60 s ago: last{job=\"home\"}; /m.prom was last written at 2026-11-21T11:59:59Z";
    assert_eq!(metric(text, 86_401), late);
}

#[test]
fn a_flag_that_is_not_1_is_a_failure_whatever_the_time_says() {
    let text = |flag: &str| format!("last{{job=\"home\"}} 1795348740\nok{{job=\"home\"}} {flag}\n");
    assert_eq!(metric(&text("0"), 0), "failed: ok{job=\"home\"} is 0, and not 1");
    assert_eq!(metric(&text("2"), 0), "failed: ok{job=\"home\"} is 2, and not 1");
    assert_eq!(metric(&text("NaN"), 0), "unknown: ok{job=\"home\"} is 'NaN', which is no number");
}

#[test]
fn a_sample_that_is_not_there_or_not_one_or_no_number_is_not_known() {
    let ok = "ok{job=\"home\"} 1\n";
    assert_eq!(metric(ok, 0), "unknown: there is no sample last{job=\"home\"}");
    assert_eq!(metric("", 0), "unknown: there is no sample ok{job=\"home\"}");
    let two = format!("{ok}last{{job=\"home\",a=\"1\"}} 5\nlast{{job=\"home\",a=\"2\"}} 5\n");
    let told = "unknown: last{job=\"home\"} means more than one sample: last{a=\"1\",job=\"home\"} and last{a=\"2\",job=\"home\"}";
    assert_eq!(metric(&two, 0), told);
    let nan = "unknown: last{job=\"home\"} is 'NaN', which is no number";
    assert_eq!(metric(&format!("{ok}last{{job=\"home\"}} NaN\n"), 0), nan);
    assert_eq!(
        metric(&format!("{ok}last{{job=\"home\"}} 0\n"), 0),
        "nothing: last{job=\"home\"} says 0: never"
    );
}
