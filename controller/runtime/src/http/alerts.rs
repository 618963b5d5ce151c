//! `POST /api/v1/alerts`: what Alertmanager's webhook sends.
//!
//! Owns who may send, how much and how many at once. Never reads what is sent: the [`Intake`] does. Whoever is not let in
//! learns nothing, and what cannot be kept is answered so that Alertmanager sends it again.

use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::Refusal;
use super::routes::{BODY_BYTES_MAX, refused};
use super::token::TokenFile;

/// So many requests are read at once; further ones are to come again.
const AT_ONCE: usize = 4;

/// Takes in what the monitoring sends.
pub trait Intake: Send + Sync + 'static {
    /// Keeps what a body says, and answers what became of it. What is answered is kept for good.
    fn receive(&self, body: Bytes) -> BoxFuture<'_, Result<Value, Refusal>>;

    /// Hears of what was not let in, or could not be.
    fn turned_away(&self, why: &str);
}

/// The way in for alerts.
pub struct Alerts {
    token: TokenFile,
    intake: Arc<dyn Intake>,
    slots: Semaphore,
}

impl Alerts {
    /// A way in for whoever knows the token of this file.
    pub fn new(token: TokenFile, intake: Arc<dyn Intake>) -> Self {
        Self { token, intake, slots: Semaphore::new(AT_ONCE) }
    }
}

/// The path; without a token file there is none.
pub(super) const PATH: &str = "/api/v1/alerts";

pub(super) fn router(alerts: Option<Alerts>) -> Router {
    match alerts {
        Some(alerts) => Router::new().route(PATH, post(receive)).with_state(Arc::new(alerts)),
        None => Router::new(),
    }
}

async fn receive(State(alerts): State<Arc<Alerts>>, request: Request) -> Response {
    if let Err(response) = admit(&alerts, request.headers().clone()).await {
        return response;
    }
    let Ok(_slot) = alerts.slots.try_acquire() else {
        return refused(Refusal::Unreadable("too many requests at once; send it again".to_owned()));
    };
    let Ok(body) = to_bytes(request.into_body(), BODY_BYTES_MAX).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, Json(json!({ "error": "the body is larger than 1 MiB" })))
            .into_response();
    };
    match alerts.intake.receive(body).await {
        Ok(answer) => (StatusCode::ACCEPTED, Json(answer)).into_response(),
        Err(refusal) => refused(refusal),
    }
}

/// Lets in whoever knows the token, before anything of the body is read.
async fn admit(alerts: &Arc<Alerts>, headers: HeaderMap) -> Result<(), Response> {
    let token = alerts.token.clone();
    let admits = tokio::task::spawn_blocking(move || token.admits(&headers)).await;
    match admits {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => {
            alerts.intake.turned_away("the request carries no valid token");
            Err(StatusCode::UNAUTHORIZED.into_response())
        }
        Ok(Err(error)) => {
            alerts.intake.turned_away(&podsteward_metrics::chain(&error));
            Err(StatusCode::SERVICE_UNAVAILABLE.into_response())
        }
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    }
}
