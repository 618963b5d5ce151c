//! The verb on what a container changed in its own layer.
//!
//! Owns the request and what its answer means. Never reads an answer without a bound.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Podman;
use super::call::within;
use crate::deadline::READ;
use crate::error::Error;
use crate::names::check_name;

/// The longest answer that is read: some hundred thousand paths.
const BYTES_MAX: usize = 16 << 20;

/// What Podman says when there is no such container.
const NOT_KNOWN: &str = "not found: container not known";

/// One path.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    path: String,
    kind: u8,
}

impl Podman {
    /// The paths that differ from the image. Without the type Podman takes the name for the beginning of an image's id,
    /// too, and answers with all of that image.
    pub(super) async fn container_layer(&self, name: &str, max: usize) -> Result<Vec<String>, Error> {
        let call = format!("read changes of container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let path = format!("/containers/{name}/changes?diffType=container");
        let told = within(&call, READ, self.raw.get_at_most::<Option<Vec<Item>>>(&path, BYTES_MAX)).await;
        // Podman says `null` where nothing differs.
        let items = told.map_err(missing)?.unwrap_or_default();
        let by_path: BTreeMap<String, u8> = items.into_iter().map(|item| (item.path, item.kind)).collect();
        Ok(by_path.into_iter().take(max).map(|(path, kind)| format!("{} {path}", letter(kind))).collect())
    }
}

/// Podman has no code for a missing container here.
fn missing(error: Error) -> Error {
    match error {
        Error::Failed { call, message } if message.ends_with(NOT_KNOWN) => Error::NotFound { call, message },
        other => other,
    }
}

/// The letter that `podman diff` prints.
fn letter(kind: u8) -> char {
    match kind {
        1 => 'A',
        2 => 'D',
        _ => 'C',
    }
}
