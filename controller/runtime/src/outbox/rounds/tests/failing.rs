//! Receivers and stores that fail: nothing is lost, nothing comes twice, and the order stays.

use std::time::Duration;

use crate::outbox::fixtures::{channel, critical, warning};

use super::names;
use super::office::{Down, Office};

const DEAD: Down = Down::Dead(Duration::from_secs(10));

#[tokio::test(start_paused = true)]
async fn a_receiver_that_comes_back_gets_everything_once_and_in_order() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Refuses(500, None));
    office.tell(&[warning("a"), critical("b")]);
    office.pass(Duration::from_hours(1)).await;
    office.tell(&[warning("c")]);
    let pauses = office.receivers.pauses("phone");
    for (pause, whole) in pauses.iter().zip([5, 10, 20, 40, 80, 160, 300, 300, 300]) {
        assert!((whole - whole / 10 - 1..=whole).contains(pause), "{pauses:?}");
    }
    assert!((15..=20).contains(&pauses.len()), "{pauses:?}");
    assert_eq!(office.undelivered(), 3);
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "b", "c"]);
    assert!(office.minutes_passed() <= 65, "{}", office.minutes_passed());
}

#[tokio::test(start_paused = true)]
async fn a_dead_channel_holds_up_no_other() {
    let office = Office::with(&[channel("chat", ""), channel("phone", "")]);
    office.receivers.put("chat", DEAD);
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_secs(1)).await;
    assert_eq!(office.arrived("phone"), ["a", "b"]);
    office.pass(Duration::from_mins(5)).await;
    office.tell(&[warning("c")]);
    office.pass(Duration::from_secs(1)).await;
    assert_eq!(office.arrived("phone"), ["a", "b", "c"]);
    office.receivers.mend("chat");
    office.delivered().await;
    assert_eq!(office.arrived("chat"), ["a", "b", "c"]);
    assert_eq!(office.arrived("phone"), ["a", "b", "c"]);
    assert_eq!(office.receivers.most_at_once("chat"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_asks_for_time_gets_it() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Refuses(429, Some(Duration::from_mins(2))));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_mins(5)).await;
    assert_eq!(office.receivers.pauses("phone"), [120, 120]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_tried_slowly_until_it_is_mended() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Refuses(403, None));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_mins(14)).await;
    assert!(office.receivers.pauses("phone").iter().all(|pause| *pause >= 270));
    office.receivers.mend("phone");
    office.delivered().await;
    assert!(office.minutes_passed() < 20, "{}", office.minutes_passed());
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_refuses_is_known_to_until_it_takes_something_also_over_a_restart() {
    let mut office = Office::with(&[channel("phone", ""), channel("chat", "")]);
    office.receivers.put("phone", Down::Refuses(404, None));
    office.receivers.put("chat", Down::Refuses(503, None));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_mins(1)).await;
    office.restart().await;
    office.pass(Duration::from_secs(1)).await;
    assert_eq!(office.found("phone").refused.as_deref(), Some("the answer was 404"));
    assert_eq!(office.found("chat").refused, None, "it is ill and will be well again");
    office.receivers.mend("phone");
    office.receivers.mend("chat");
    office.delivered().await;
    office.pass(Duration::from_mins(6)).await;
    assert_eq!(office.found("phone").refused, None);
}

#[tokio::test(start_paused = true)]
async fn a_channel_with_another_manifest_is_tried_at_once() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Refuses(401, None));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_secs(1)).await;
    office.receivers.mend("phone");
    office.declare(&[channel("phone", "tokenFile: /a/token")]);
    office.pass(Duration::from_secs(1)).await;
    assert_eq!(office.arrived("phone"), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_refused_as_such_holds_up_the_others_for_a_while_only() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::RefusesOne("a"));
    office.tell(&["a", "b", "c"].map(warning));
    office.pass(Duration::from_mins(8)).await;
    assert_eq!(office.arrived("phone"), [""; 0], "it may be the address");
    office.pass(Duration::from_mins(3)).await;
    assert_eq!(office.arrived("phone"), ["b", "c"]);
    let attempts = office.receivers.attempts("phone");
    office.pass(Duration::from_hours(5)).await;
    assert!((4..=6).contains(&(office.receivers.attempts("phone") - attempts)));
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["b", "c", "a"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_tried_is_counted_by_the_type_of_the_channel() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Refuses(500, None));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_secs(6)).await;
    office.receivers.mend("phone");
    office.delivered().await;
    let metrics = office.metrics();
    for (result, count) in [("failed", 2), ("delivered", 1), ("given-up", 0)] {
        let series = format!(
            "podsteward_notification_deliveries_total{{type=\"webhook\",result=\"{result}\"}} {count}\n"
        );
        assert!(metrics.contains(&series), "{metrics}");
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_week_it_is_lost_and_what_came_later_is_not() {
    let office = Office::with(&[channel("phone", ""), channel("chat", "")]);
    office.receivers.put("phone", DEAD);
    office.tell(&[warning("a")]);
    office.pass(Duration::from_hours(7 * 24 - 1)).await;
    office.tell(&[warning("b")]);
    assert_eq!(office.undelivered(), 2);
    office.pass(Duration::from_mins(70)).await;
    assert_eq!(office.undelivered(), 1);
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["b"]);
    assert_eq!(office.arrived("chat"), ["a", "b"]);
    let given_up = "podsteward_notification_deliveries_total{type=\"webhook\",result=\"given-up\"} 1\n";
    assert!(office.metrics().contains(given_up), "{}", office.metrics());
}

#[tokio::test(start_paused = true)]
async fn a_restart_lets_what_is_under_way_arrive_and_sends_it_once() {
    let mut office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Slow(Duration::from_secs(3)));
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_secs(1)).await;
    office.restart().await;
    assert_eq!(office.arrived("phone"), ["a"]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_shortens_no_wait() {
    let mut office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", DEAD);
    office.tell(&[warning("a")]);
    office.pass(Duration::from_mins(20)).await;
    let attempts = office.receivers.attempts("phone");
    for _ in 0..10 {
        office.restart().await;
    }
    office.pass(Duration::from_mins(10)).await;
    assert!(office.receivers.attempts("phone") - attempts <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_makes_nothing_arrive_twice() {
    let office = Office::with(&[channel("phone", ""), channel("chat", "")]);
    office.receivers.put("chat", DEAD);
    office.receivers.put("phone", Down::Slow(Duration::from_secs(3)));
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_secs(1)).await;
    office.disk.fail(true);
    office.pass(Duration::from_hours(1)).await;
    assert_eq!(office.arrived("phone"), ["a"], "nothing is begun that cannot be written down");
    assert_eq!(office.undelivered(), 2);
    office.receivers.mend("chat");
    office.disk.fail(false);
    office.delivered().await;
    for name in ["phone", "chat"] {
        assert_eq!(office.arrived(name), names(["a", "b"]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_not_declared_any_more_is_not_waited_for() {
    let office = Office::with(&[channel("phone", ""), channel("chat", "")]);
    office.receivers.put("chat", DEAD);
    office.tell(&[warning("a")]);
    office.pass(Duration::from_hours(1)).await;
    assert_eq!(office.undelivered(), 1);
    office.declare(&[channel("phone", "")]);
    office.pass(Duration::from_secs(11)).await;
    assert_eq!(office.undelivered(), 0);
}
