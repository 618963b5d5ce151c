//! What each path answers.

use super::*;

#[tokio::test]
async fn metrics_are_classic_text_unless_openmetrics_is_asked_for() {
    let server = Server::well().await;
    let classic = server.get("/metrics", "Accept: text/plain, */*\r\n").await;
    assert!(classic.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{classic}");
    assert_eq!(body(&classic), "# openmetrics: false\n");
    let accept = "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2\r\n";
    let modern = server.get("/metrics", accept).await;
    assert!(modern.contains("content-type: application/openmetrics-text; version=1.0.0;"), "{modern}");
    assert_eq!(body(&modern), "# openmetrics: true\n");
}

#[tokio::test]
async fn a_controller_that_is_well_says_so() {
    let server = Server::well().await;
    for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = server.get(path, "").await;
        assert_eq!((status_line(&answer), body(&answer)), ("HTTP/1.1 200 OK", text));
    }
}

#[tokio::test]
async fn a_controller_that_is_not_well_says_why() {
    let server = Server::showing(Shown { well: false, metrics: String::new() }).await;
    let health = server.get("/healthz", "").await;
    assert_eq!(status_line(&health), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(body(&health), "the queue has not moved for 60 s\n");
    let ready = server.get("/readyz", "").await;
    assert_eq!(status_line(&ready), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(body(&ready), "not ready:\nmanifests are not read yet\npodman was not listed yet\n");
}

#[tokio::test]
async fn objects_and_status_are_json() {
    let server = Server::well().await;
    let objects = server.get("/api/v1/objects", "").await;
    assert!(objects.contains("content-type: application/json\r\n"), "{objects}");
    assert_eq!(body(&objects), r#"{"objects":[{"key":"container/web"}]}"#);
    assert_eq!(body(&server.get("/api/v1/status", "").await), r#"{"switch":"running"}"#);
}

#[tokio::test]
async fn what_is_judged_is_json() {
    let server = Server::well().await;
    for (path, text) in [
        ("/api/v1/approvals", r#"{"approvals":[]}"#),
        ("/api/v1/forecast", r#"{"forecasts":[]}"#),
        ("/api/v1/report", r#"{"headline":"Nothing needs you."}"#),
        ("/api/v1/assessment", r#"{"health_score":95}"#),
        ("/api/v1/decisions", r#"{"decisions":[],"limit":200,"outcome":null}"#),
        (
            "/api/v1/decisions?last=1h&type=service-restart&target=container/web&outcome=rolled-back&limit=5",
            r#"{"decisions":[],"limit":5,"outcome":"rolled-back"}"#,
        ),
    ] {
        let answer = server.get(path, "").await;
        assert_eq!((status_line(&answer), body(&answer)), ("HTTP/1.1 200 OK", text), "{path}");
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_asked_is_told_what_is_allowed_as_json() {
    let server = Server::well().await;
    for (question, told) in [
        ("outcome=fine", "'fine' is no outcome (allowed: success, warning, failure, rolled-back, "),
        (
            "type=reboot",
            "'reboot' is no action (allowed: apply, start, liveness-restart, snapshot-restore, service-restart, ",
        ),
        ("target=web", "target: "),
        ("last=7", "last: '7' has no unit"),
        ("limit=0", "'0' is no limit (allowed: a whole number from 1)"),
        ("lasst=7d", "unknown field `lasst`"),
    ] {
        let answer = server.get(&format!("/api/v1/decisions?{question}"), "").await;
        assert_eq!(status_line(&answer), "HTTP/1.1 400 Bad Request", "{question}");
        let error: Value = serde_json::from_str(body(&answer)).unwrap();
        assert!(error["error"].as_str().unwrap().contains(told), "{question}: {error}");
    }
}

#[tokio::test]
async fn a_store_that_cannot_be_read_is_told_as_json() {
    let server = Server::showing(Shown { well: false, metrics: String::new() }).await;
    let answer = server.get("/api/v1/approvals", "").await;
    assert_eq!(status_line(&answer), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(body(&answer), r#"{"error":"the store is full"}"#);
}

#[tokio::test]
async fn an_unknown_path_names_the_known_ones() {
    let answer = Server::well().await.get("/metrix", "").await;
    assert_eq!(status_line(&answer), "HTTP/1.1 404 Not Found");
    assert!(body(&answer).starts_with("no such path: /metrix\npaths: /metrics "), "{answer}");
}

#[tokio::test]
async fn nothing_can_be_changed() {
    let request = "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let answer = Server::well().await.send(request).await;
    assert_eq!(status_line(&answer), "HTTP/1.1 405 Method Not Allowed");
}
