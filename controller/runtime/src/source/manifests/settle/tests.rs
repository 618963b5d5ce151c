//! What is told at once, and what has to last first.

use std::time::Duration;

use podsteward_specs::problem::{Place, Problem};
use tokio::time::Instant;

use super::Settle;
use crate::source::manifests::view::ManifestView;

const WAIT: Duration = Duration::from_millis(300);

/// A view in which each of the files has one problem that holds `container/web`.
fn view(problems: &[(&str, &str)]) -> ManifestView {
    let problems: Vec<Problem> =
        problems.iter().map(|(file, message)| Problem::new(file, Place::START, "", message)).collect();
    let lines = problems.iter().map(Problem::to_string).collect();
    let problems_of = [("container/web".parse().unwrap(), lines)].into();
    ManifestView { problems, problems_of, ..ManifestView::default() }
}

struct Table {
    settle: Settle,
    start: Instant,
}

impl Table {
    /// After a first read without problems.
    fn started() -> Self {
        let mut table = Self { settle: Settle::new(WAIT), start: Instant::now() };
        assert_eq!(table.at(0, &[]), (String::new(), None));
        table
    }

    /// What is told at a time, and when to read again.
    fn at(&mut self, millis: u64, problems: &[(&str, &str)]) -> (String, Option<u128>) {
        let mut view = view(problems);
        let again = self.settle.filter(&mut view, self.start + Duration::from_millis(millis));
        let told: Vec<String> = view.problems.iter().map(Problem::to_string).collect();
        let held: Vec<String> = view.problems_of.into_values().flatten().collect();
        assert_eq!(told, held, "an object and the whole are told the same");
        (told.join(", "), again.map(|again| (again - self.start).as_millis()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_problem_is_told_once_it_has_lasted() {
    let mut table = Table::started();
    assert_eq!(table.at(100, &[("a", "bad")]), (String::new(), Some(400)));
    assert_eq!(table.at(399, &[("a", "bad")]), (String::new(), Some(400)));
    assert_eq!(table.at(400, &[("a", "bad")]), ("a:1:1: bad".to_owned(), None));
}

#[tokio::test(start_paused = true)]
async fn a_problem_that_goes_away_in_time_is_never_told() {
    let mut table = Table::started();
    table.at(100, &[("a", "half")]);
    assert_eq!(table.at(200, &[]), (String::new(), None));
    assert_eq!(table.at(450, &[("a", "half")]), (String::new(), Some(750)));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_goes_on_changing_has_not_lasted() {
    let mut table = Table::started();
    table.at(0, &[("a", "half")]);
    assert_eq!(table.at(250, &[("a", "more")]), (String::new(), Some(550)));
    assert_eq!(table.at(500, &[("a", "still more")]), (String::new(), Some(800)));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_told_to_be_wrong_is_told_at_once_to_be_wrong_otherwise() {
    let mut table = Table::started();
    table.at(0, &[("a", "bad")]);
    table.at(300, &[("a", "bad")]);
    assert_eq!(table.at(310, &[("a", "worse")]), ("a:1:1: worse".to_owned(), None));
}

#[tokio::test(start_paused = true)]
async fn one_file_does_not_hold_up_the_telling_of_another() {
    let mut table = Table::started();
    table.at(0, &[("a", "bad")]);
    table.at(200, &[("a", "bad"), ("b", "bad")]);
    assert_eq!(table.at(300, &[("a", "bad"), ("b", "bad")]), ("a:1:1: bad".to_owned(), Some(500)));
}

#[tokio::test(start_paused = true)]
async fn at_the_start_everything_is_told() {
    let mut table = Table { settle: Settle::new(WAIT), start: Instant::now() };
    assert_eq!(table.at(0, &[("a", "bad")]), ("a:1:1: bad".to_owned(), None));
}
