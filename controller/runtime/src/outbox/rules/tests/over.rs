//! What is over is told to whoever was told of it, and to nobody else.

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;

use super::{Case, of_db, sick, well};
use crate::outbox::fixtures::{NOON, at, delivered_to, entry, failed_at};

#[test]
fn the_end_goes_to_a_channel_that_was_told_of_the_trouble_and_to_no_other() {
    let over = [entry(2, NOON, well())];
    Case::of("").told(1, 0, &sick(Severity::Warning)).check(&over, "2 due => send 2");
    Case::of("").check(&over, "2 untold => nothing");
    Case::of("").told(1, 0, &of_db(sick(Severity::Warning))).check(&over, "2 untold => nothing");
    let ended = Case::of("").told(1, 0, &sick(Severity::Warning)).told(2, 1, &well());
    ended.check(&[entry(3, at(2), well())], "3 untold => nothing");
}

#[test]
fn the_end_is_as_important_as_what_it_ends_and_may_be_left_out_by_name() {
    let over = [entry(2, NOON, well())];
    let told = |fields: &str| Case::of(fields).told(1, 0, &sick(Severity::Critical));
    told("minSeverity: critical").check(&over, "2 due => send 2");
    told("events: [alert]").check(&over, "2 unwanted => nothing");
    told("events: [alert, recovered]").check(&over, "2 due => send 2");
}

#[test]
fn what_was_left_out_has_no_end() {
    let entries = [entry(1, NOON, sick(Severity::Warning)), entry(2, at(1), well())];
    Case::of("minSeverity: critical").check(&entries, "1 unwanted, 2 untold => nothing");
    Case::of("events: [recovered]").check(&entries, "1 unwanted, 2 untold => nothing");
}

#[test]
fn what_is_still_to_be_told_is_told_before_its_end() {
    let (bad, over) = (entry(1, NOON, sick(Severity::Warning)), entry(2, at(1), well()));
    Case::of("").at(1).check(&[bad.clone(), over.clone()], "1 due, 2 due => send 1");
    Case::of("").at(1).check(&[failed_at(bad, "phone", at(5)), over], "1 due, 2 due => in 4");
}

#[test]
fn an_end_ends_nothing_that_was_told_after_it_was_written() {
    let case = Case::of("").told(7, 0, &sick(Severity::Critical));
    case.check(&[entry(5, NOON, well())], "5 untold => nothing");
    case.check(&[entry(8, NOON, well())], "8 due => send 8");
}

#[test]
fn what_came_of_one_trouble_has_one_end() {
    let begins = Notification { event: NotificationEvent::Acting, ..sick(Severity::Info) };
    let fails =
        Notification { event: NotificationEvent::Failed, title: "fails".to_owned(), ..begins.clone() };
    let entries = [
        delivered_to(entry(1, NOON, begins.clone()), "phone"),
        entry(2, at(1), fails),
        entry(3, at(2), well()),
        entry(4, at(2), well()),
    ];
    Case::of("").told(1, 0, &begins).at(2).check(&entries, "2 due, 3 due, 4 untold => send 2");
}
