//! What is carried on, and what begins anew.

use podsteward_domain::report::Watch;

use crate::fixtures::Home;

fn told(home: &Home) -> String {
    let spans = home.store.spans(0).unwrap();
    let told = spans.iter().map(|span| format!("{} {}..{}", span.watch.as_str(), span.from_ms, span.to_ms));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_span_is_carried_on_until_the_switch_stands_otherwise_or_nobody_watches() {
    let home = Home::new();
    for (watch, goes_on, now_ms) in [
        (Watch::Acting, false, 10),
        (Watch::Acting, true, 20),
        (Watch::Paused, true, 30),
        (Watch::Paused, true, 40),
        (Watch::Paused, false, 90),
        (Watch::Paused, true, 80),
    ] {
        home.store.put_span(watch, goes_on, now_ms).unwrap();
    }
    assert_eq!(told(&home), "acting 10..30, paused 30..40, paused 90..90, paused 80..80");
    assert_eq!(home.store.watched_since().unwrap(), Some(10));
    assert_eq!(home.store.spans(41).unwrap().len(), 2);
}
