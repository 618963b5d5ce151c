//! What Alertmanager sends, and what a bad sender could.

use expect_test::expect;

use super::*;

/// As Alertmanager sends it, with a field that a newer version might have.
const SENT: &str = r#"{
    "version": "4", "groupKey": "{}:{alertname=\"Slow\"}", "truncatedAlerts": 2, "status": "firing", "receiver": "podsteward",
    "groupLabels": {"alertname": "Slow"}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am:9093",
    "notificationReason": "first",
    "alerts": [
        {"status": "firing", "labels": {"alertname": "Slow", "container": "web", "severity": "critical"},
         "annotations": {"summary": "p99 is 2 s", "description": "long"}, "startsAt": "2026-11-22T14:30:00.5Z",
         "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prom/graph", "fingerprint": "0a1b2c3d4e5f6071"},
        {"status": "resolved", "labels": {"alertname": "Slow", "container": "db"}, "annotations": {},
         "startsAt": "2026-11-22T15:00:00+01:00", "endsAt": "2026-11-22T14:20:00Z"}
    ]
}"#;

fn alerts(body: &str) -> Vec<Alert> {
    Payload::read(body.as_bytes()).unwrap().into_alerts(Moment::default(), |_| None)
}

fn one(rest: &str) -> String {
    format!(r#"{{"alerts": [{{"status": "firing", "startsAt": "2026-11-22T14:30:00Z"{rest}}}]}}"#)
}

#[test]
fn what_alertmanager_sends_is_read_whatever_fields_it_has_besides() {
    let payload = Payload::read(SENT.as_bytes()).unwrap();
    assert_eq!(payload.truncated, 2);
    let told: Vec<String> = alerts(SENT)
        .iter()
        .map(|alert| {
            let Alert { episode, labels, summary, resolved, .. } = alert;
            format!(
                "{} {} resolved={resolved} {labels:?} {summary}\n",
                episode.fingerprint, episode.starts_ms
            )
        })
        .collect();
    expect![[r#"
        0a1b2c3d4e5f6071 1795357800500 resolved=false {"alertname": "Slow", "container": "web", "severity": "critical"} p99 is 2 s
        bb9ddbb6ceab4fdb 1795356000000 resolved=true {"alertname": "Slow", "container": "db"} 
    "#]].assert_eq(&told.concat());
}

#[test]
fn what_is_not_understood_is_refused_with_the_place() {
    let rows = [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"version": "3", "alerts": []}"#.to_owned(),
        r#"{"alerts": {}}"#.to_owned(),
        r#"{"alerts": [{}]}"#.to_owned(),
        r#"{"alerts": [{"status": "pending", "startsAt": "2026-11-22T14:30:00Z"}]}"#.to_owned(),
        r#"{"alerts": [{"status": "firing", "startsAt": "yesterday"}]}"#.to_owned(),
        one(r#", "labels": {"a": 1}"#),
        format!(
            r#"{{"alerts": [{}]}}"#,
            vec!["{\"status\": \"firing\", \"startsAt\": \"x\"}"; 1001].join(",")
        ),
    ];
    let told: Vec<String> =
        rows.iter().map(|row| format!("{}\n", Payload::read(row.as_bytes()).unwrap_err())).collect();
    expect![[r#"
        not the JSON of an Alertmanager webhook: EOF while parsing a value at line 1 column 0
        not the JSON of an Alertmanager webhook: invalid length 0, expected an object with a list of alerts at line 1 column 2
        not the JSON of an Alertmanager webhook: missing field `alerts` at line 1 column 2
        version is "3", and 4 is the one that is understood
        not the JSON of an Alertmanager webhook: invalid type: map, expected a sequence at line 1 column 11
        not the JSON of an Alertmanager webhook: missing field `status` at line 1 column 14
        alerts[0].status is 'pending' (firing or resolved)
        alerts[0].startsAt is 'yesterday' (a time such as 2026-01-02T03:04:05Z)
        not the JSON of an Alertmanager webhook: invalid type: integer `1`, expected a string at line 1 column 86
        alerts has 1001 items, and 1000 is the most (set max_alerts in the receiver)
    "#]].assert_eq(&told.concat());
}

#[test]
fn nothing_and_no_version_are_fine() {
    assert_eq!(alerts(r#"{"version": 4, "alerts": []}"#), []);
    assert_eq!(alerts(&one("")).len(), 1);
}

#[test]
fn texts_and_labels_are_bounded_and_those_that_everything_is_told_by_stay() {
    let labels: Vec<String> = (0..100).map(|at| format!(r#""a{at:03}": "x""#)).collect();
    let long = "é".repeat(2000);
    let body = one(&format!(
        r#", "labels": {{"severity": "info", "alertname": "{long}", "{}": "x", {}}}, "annotations": {{"summary": "{long}"}}"#,
        "n".repeat(129),
        labels.join(", ")
    ));
    let alert = alerts(&body).remove(0);
    assert_eq!(alert.labels.len(), 64);
    assert_eq!(alert.labels["severity"], "info");
    assert_eq!((alert.name().chars().count(), alert.name().ends_with('…')), (513, true));
    assert_eq!(alert.summary.chars().count(), 513);
    assert!(alert.labels.keys().all(|name| name.len() <= 128));
}

#[test]
fn without_a_sound_fingerprint_the_labels_tell_alerts_apart() {
    let of = |rest: &str| alerts(&one(rest)).remove(0).episode.fingerprint;
    let (web, db) = (of(r#", "labels": {"container": "web"}"#), of(r#", "labels": {"container": "db"}"#));
    assert_ne!(web, db);
    let unsound = of(r#", "labels": {"container": "web"}, "fingerprint": "../../etc""#);
    assert_eq!(unsound, web);
    assert_eq!(of(r#", "fingerprint": "abc""#), "abc");
}

#[test]
fn of_several_words_on_one_occurrence_the_last_counts() {
    let word = |status: &str| {
        format!(r#"{{"status": "{status}", "startsAt": "2026-11-22T14:30:00Z", "fingerprint": "a"}}"#)
    };
    let body = format!(r#"{{"alerts": [{}, {}]}}"#, word("firing"), word("resolved"));
    let kept = alerts(&body);
    assert_eq!((kept.len(), kept[0].resolved), (1, true));
}

#[test]
fn what_comes_late_about_an_occurrence_that_was_followed_by_another_is_over() {
    let now = Moment { wall_ms: 9, ..Moment::default() };
    let body = one(r#", "fingerprint": "a""#);
    let known = |starts_ms| {
        let mut known = alerts(&body).remove(0);
        known.episode.starts_ms += starts_ms;
        let known = Arc::new(known);
        Payload::read(body.as_bytes()).unwrap().into_alerts(now, |_| Some(Arc::clone(&known))).remove(0)
    };
    let told = [-1, 0, 1].map(known).map(|alert| (alert.resolved, alert.first.wall_ms, alert.heard.wall_ms));
    assert_eq!(told, [(false, 9, 9), (false, 0, 9), (true, 9, 9)]);
}
