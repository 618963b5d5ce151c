//! Requests that the client crate gets wrong or does not offer.
//!
//! Owns the side-client on the same transport and the pinned path. Never builds a path from an unchecked name.
//! Used by the nouns beside it.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use containers_api::conn::{Headers, Payload, RequestClient, Transport, get_unix_connector};
use hyper014::body::HttpBody;
use hyper014::{Body, Client, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;

/// The path of the API, for every Podman: later paths change the shape of inspect, and every version from 4.0 on
/// answers this one.
const PATH: &str = "/v4.3.1/libpod";

/// An answer of Podman that is no error.
#[derive(Debug)]
pub(super) struct Answer {
    /// 304: there was nothing to do.
    pub(super) nothing_to_do: bool,
    /// What it says.
    pub(super) body: String,
}

/// The side-client.
#[derive(Debug, Clone)]
pub(super) struct Raw {
    client: RequestClient<Failure>,
}

impl Raw {
    /// A side-client on a socket. Connections are not kept: the service of a rootless user ends when idle.
    pub(super) fn new(socket: &Path) -> Self {
        let client = Client::builder().pool_max_idle_per_host(0).build(get_unix_connector());
        let transport = Transport::Unix { client, path: socket.to_path_buf() };
        Self { client: RequestClient::new(transport, Box::new(checked)) }
    }

    /// Asks for something.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        let body = self.client.get_string(format!("{PATH}{path}")).await?;
        Ok(serde_json::from_str(&body)?)
    }

    /// The same for an answer that may be of any length: more than `bytes_max` of it is not understood.
    pub(super) async fn get_at_most<T: DeserializeOwned>(
        &self,
        path: &str,
        bytes_max: usize,
    ) -> Result<T, Failure> {
        let mut body = self.get_body(path).await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = body.data().await {
            bytes.extend_from_slice(&chunk.map_err(|error| Failure::Socket(error.to_string()))?);
            if bytes.len() > bytes_max {
                return Err(Failure::Shape(format!("the answer is longer than {bytes_max} bytes")));
            }
        }
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Asks for something that is read as it comes.
    pub(super) async fn get_body(&self, path: &str) -> Result<Body, Failure> {
        Ok(self.client.get(format!("{PATH}{path}")).await?.into_body())
    }

    /// Asks for an action whose answer is read as it comes.
    pub(super) async fn post_for_body(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
    ) -> Result<Body, Failure> {
        let payload = Payload::Json(Body::from(serde_json::to_vec(body)?));
        Ok(self.client.post(format!("{PATH}{path}"), payload, Headers::none()).await?.into_body())
    }

    /// Asks for an action, with an optional body.
    pub(super) async fn post(
        &self,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<Answer, Failure> {
        let payload = match body {
            Some(body) => Payload::Json(Body::from(serde_json::to_vec(body)?)),
            None => Payload::empty(),
        };
        answer(self.client.post(format!("{PATH}{path}"), payload, Headers::none()).await?).await
    }
}

impl Raw {
    /// Sends an archive.
    pub(super) async fn post_tar(&self, path: &str, archive: &'static [u8]) -> Result<Answer, Failure> {
        let payload = Payload::XTar(Body::from(archive));
        answer(self.client.post(format!("{PATH}{path}"), payload, Headers::none()).await?).await
    }
}

/// The body of a POST that needs none.
pub(super) const NOTHING: Option<&()> = None;

/// Reads an answer to its end.
async fn answer(response: Response<Body>) -> Result<Answer, Failure> {
    let nothing_to_do = response.status().as_u16() == 304;
    Ok(Answer { nothing_to_do, body: text(response).await? })
}

/// The text of a response.
async fn text(response: Response<Body>) -> Result<String, Failure> {
    let bytes = hyper014::body::to_bytes(response.into_body()).await;
    let bytes = bytes.map_err(|error| Failure::Socket(error.to_string()))?;
    String::from_utf8(bytes.to_vec()).map_err(|error| Failure::Shape(error.to_string()))
}

/// What a check of a response looks like to the transport crate.
type Checking = Pin<Box<dyn Future<Output = Result<Response<Body>, Failure>> + Send + Sync>>;

/// Lets good answers and "nothing to do" through, and turns all others into failures with Podman's own text.
fn checked(response: Response<Body>) -> Checking {
    Box::pin(async move {
        let status = response.status();
        if status.is_success() || status.as_u16() == 304 {
            return Ok(response);
        }
        let body = text(response).await?;
        let told = serde_json::from_str::<Told>(&body).ok().map(|told| told.message);
        let message = told.filter(|message| !message.is_empty()).unwrap_or(body);
        Err(Failure::Answer { code: status.as_u16(), message })
    })
}

/// Podman's error body. Its `cause` repeats the end of the message.
#[derive(serde::Deserialize)]
struct Told {
    #[serde(default)]
    message: String,
}
