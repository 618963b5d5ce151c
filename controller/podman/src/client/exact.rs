//! Names mean what they say.
//!
//! Owns the guard against Podman's abbreviations: it takes a name that it does not know for the beginning of an id, and on
//! removal of a volume even for the beginning of another volume's name. Asks only where a name could be one.
//! Called before every verb that changes something.

use serde::Deserialize;

use super::Podman;
use super::call::within;
use crate::deadline::READ;
use crate::error::Error;

/// Who a thing says it is.
#[derive(Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[derive(Default)]
struct Identity {
    #[serde(alias = "id")]
    id: String,
    #[serde(alias = "name")]
    name: String,
}

/// Whether Podman could take a name for the beginning of an id. A whole id is no beginning.
fn could_be_an_id(name: &str) -> bool {
    name.len() < 64 && name.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

impl Podman {
    /// Asserts that no other container is meant by this name.
    pub(super) async fn exact_container(&self, call: &str, name: &str) -> Result<(), Error> {
        self.exact(call, name, "containers").await
    }

    /// Asserts that no other network is meant by this name.
    pub(super) async fn exact_network(&self, call: &str, name: &str) -> Result<(), Error> {
        self.exact(call, name, "networks").await
    }

    /// Asks who answers to a name that could be the beginning of an id.
    async fn exact(&self, call: &str, name: &str, noun: &str) -> Result<(), Error> {
        if !could_be_an_id(name) {
            return Ok(());
        }
        let path = format!("/{noun}/{name}/json");
        let told: Identity = within(call, READ, self.raw.get(&path)).await?;
        if told.name.trim_start_matches('/') == name || told.id == name {
            return Ok(());
        }
        let message = format!("nothing is called {name:?}, though an id begins so");
        Err(Error::NotFound { call: call.to_owned(), message })
    }

    /// Whether there is a volume of exactly this name.
    pub(super) async fn volume_exists(&self, call: &str, name: &str) -> Result<bool, Error> {
        let target = self.api.volumes().get(name);
        within(call, READ, async { Ok(target.exists().await?) }).await
    }
}
