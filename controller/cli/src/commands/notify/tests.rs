//! What came of a test notification, as people and programs read it.

use expect_test::expect;
use podsteward_domain::notification;
use podsteward_domain::report::ChannelDelivery;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::Notifications;
use podsteward_store::{Delivery, OutboxEntry, OutboxId};

use super::Results;
use crate::output::{Screen, View};

fn delivery(channel: &str, delivered: bool, error: Option<&str>) -> Delivery {
    Delivery {
        channel: channel.to_owned(),
        tried: Moment::default(),
        delivered,
        in_doubt: !delivered,
        dropped: None,
        attempts: 2,
        last_error: error.map(str::to_owned),
        next: None,
    }
}

#[test]
fn each_channel_says_whether_it_arrived_and_why_not() {
    let deliveries = vec![
        delivery("chat", false, Some("channel chat: the answer was 404")),
        delivery("phone", true, None),
        delivery("script", false, None),
    ];
    let (at, notification) = (Moment::default(), notification::test("default"));
    let entry = OutboxEntry { id: OutboxId(7), at, notification, deliveries };
    let channels = ["chat", "late", "phone", "script"].map(str::to_owned);
    let mut results = Results::of(Some(&entry), &channels);
    let behind = ChannelDelivery {
        channel: "late".to_owned(),
        undelivered: 3,
        waiting: 0,
        last_error: Some("channel late: no answer: connection refused".to_owned()),
        next_try: Some("2026-11-22T16:05:00Z".to_owned()),
    };
    results.explain(&Notifications { channels: 4, lacking: vec![behind], ..Notifications::default() });
    expect![[r"
        CHANNEL  RESULT
        chat     channel chat: the answer was 404
        late     it waits for what is before it, which failed: channel late: no answer: connection refused; next try 2026-11-22T16:05:00Z
        phone    it arrived
        script   no answer yet
    "]]
    .assert_eq(&results.text(Screen::default()));
    expect![[r#"{"notifications":[{"channel":"chat","arrived":false,"attempts":2,"error":"channel chat: the answer was 404","next_try":null},{"channel":"late","arrived":false,"attempts":0,"error":"channel late: no answer: connection refused","next_try":"2026-11-22T16:05:00Z"},{"channel":"phone","arrived":true,"attempts":2,"error":null,"next_try":null},{"channel":"script","arrived":false,"attempts":2,"error":null,"next_try":null}]}"#]].assert_eq(&serde_json::to_string(&results).unwrap());
}
