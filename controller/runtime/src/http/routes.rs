//! Paths and their answers.
//!
//! Owns status codes and content types. Never a value: the [`View`] has them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::alerts::{self, Alerts};
use super::{Refusal, View};
use crate::listing::wanted::Wanted;

/// The size of a request's body.
pub(super) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How long an answer may take, the reading of the request's body included.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// The classic text format.
const CLASSIC: &str = "text/plain; version=0.0.4; charset=utf-8";
/// The format that is sent only to those who ask for it.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Shared = State<Arc<dyn View>>;

/// All paths, as an unknown one is answered.
const PATHS: &str = "/metrics /healthz /readyz /api/v1/status /api/v1/objects /api/v1/decisions /api/v1/approvals \
                     /api/v1/forecast /api/v1/report /api/v1/assessment";

/// All paths, with the limits that hold for each.
pub(super) fn router(view: Arc<dyn View>, alerts: Option<Alerts>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/api/v1/objects", get(objects))
        .route("/api/v1/status", get(status))
        .route("/api/v1/decisions", get(decisions))
        .route("/api/v1/approvals", get(approvals))
        .route("/api/v1/forecast", get(forecast))
        .route("/api/v1/report", get(report))
        .route("/api/v1/assessment", get(assessment))
        .with_state(view)
        .merge(alerts::router(alerts))
        .fallback(not_found)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_MAX))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
}

async fn metrics(State(view): Shared, headers: HeaderMap) -> Response {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let openmetrics = accepted.into_iter().any(|value| value.contains("application/openmetrics-text"));
    let content_type = if openmetrics { OPENMETRICS } else { CLASSIC };
    ([(CONTENT_TYPE, content_type)], view.metrics(openmetrics)).into_response()
}

async fn healthz(State(view): Shared) -> Response {
    match view.health() {
        Ok(()) => "ok\n".into_response(),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")).into_response(),
    }
}

async fn readyz(State(view): Shared) -> Response {
    match view.ready() {
        Ok(()) => "ready\n".into_response(),
        Err(reasons) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("not ready:\n{}\n", reasons.join("\n"))).into_response()
        }
    }
}

async fn objects(State(view): Shared) -> Json<Value> {
    Json(view.objects())
}

async fn status(State(view): Shared) -> Json<Value> {
    Json(view.status())
}

async fn decisions(
    State(view): Shared,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Value>, Response> {
    let Query(wanted) = wanted.map_err(|rejection| refused(Refusal::Asked(rejection.body_text())))?;
    aside(move || view.decisions(&wanted)).await
}

async fn approvals(State(view): Shared) -> Result<Json<Value>, Response> {
    aside(move || view.approvals()).await
}

async fn forecast(State(view): Shared) -> Result<Json<Value>, Response> {
    aside(move || view.forecast()).await
}

async fn report(State(view): Shared) -> Result<Json<Value>, Response> {
    aside(move || view.report()).await
}

async fn assessment(State(view): Shared) -> Result<Json<Value>, Response> {
    aside(move || view.assessment()).await
}

/// Shows what takes a while, on a thread of its own.
async fn aside(
    show: impl FnOnce() -> Result<Value, Refusal> + Send + 'static,
) -> Result<Json<Value>, Response> {
    let shown = tokio::task::spawn_blocking(show).await;
    let shown = shown.unwrap_or_else(|error| Err(Refusal::Unreadable(error.to_string())));
    shown.map(Json).map_err(refused)
}

pub(super) fn refused(refusal: Refusal) -> Response {
    let (status, why) = match refusal {
        Refusal::Asked(why) => (StatusCode::BAD_REQUEST, why),
        Refusal::Unreadable(why) => (StatusCode::SERVICE_UNAVAILABLE, why),
    };
    (status, Json(json!({ "error": why }))).into_response()
}

async fn not_found(uri: Uri) -> Response {
    (StatusCode::NOT_FOUND, format!("no such path: {}\npaths: {PATHS}\n", uri.path())).into_response()
}
