//! The verbs on images, and the names of secrets.
//!
//! Owns which request each verb is. Never takes a pull for good whose stream says otherwise.

use std::time::Duration;

use futures::StreamExt;
use podman_api::opts::{PullOpts, PullPolicy};
use podsteward_domain::live::LiveImage;

use super::call::within;
use super::failure::Failure;
use super::{Podman, found};
use crate::convert::things;
use crate::deadline::{READ, WRITE};
use crate::error::Error;
use crate::names::check_reference;

/// An archive ends with two blocks of zeros.
const EMPTY_TAR: &[u8] = &[0; 1024];

impl Podman {
    /// An image in local storage.
    pub(super) async fn image_inspect(&self, reference: &str) -> Result<Option<LiveImage>, Error> {
        let call = format!("inspect image {reference}");
        check_reference(&call, reference)?;
        let target = self.api.images().get(reference);
        let told = found(within(&call, READ, async { Ok(target.inspect().await?) }).await)?;
        Ok(told.map(things::image))
    }

    /// Pulls an image. Podman answers 200 at once and sends errors as items of the stream, so every item is looked at;
    /// a stream that ends without naming an image is a failure, too.
    pub(super) async fn image_pull(&self, reference: &str, deadline: Duration) -> Result<(), Error> {
        let call = format!("pull image {reference}");
        check_reference(&call, reference)?;
        let opts = PullOpts::builder().reference(reference).policy(PullPolicy::Always).quiet(true).build();
        let images = self.api.images();
        let work = async {
            let mut items = images.pull(&opts);
            let mut pulled = false;
            while let Some(item) = items.next().await {
                let item = item.map_err(Failure::from)?;
                if let Some(message) = item.error.filter(|text| !text.is_empty()) {
                    return Err(Failure::Answer { code: 500, message });
                }
                pulled |= item.id.is_some() || item.images.is_some();
            }
            if pulled { Ok(()) } else { Err(Failure::Shape("the answer names no image".to_owned())) }
        };
        within(&call, deadline, work).await
    }

    /// Imports an archive without members.
    pub(super) async fn image_make_empty(&self, reference: &str) -> Result<(), Error> {
        let call = format!("make empty image {reference}");
        check_reference(&call, reference)?;
        let path = format!("/images/import?reference={reference}");
        within(&call, WRITE, async { self.raw.post_tar(&path, EMPTY_TAR).await.map(drop) }).await
    }

    /// The names of all secrets, sorted.
    pub(super) async fn secrets_list(&self) -> Result<Vec<String>, Error> {
        let told = within("list secrets", READ, async { Ok(self.api.secrets().list().await?) }).await?;
        let mut names: Vec<String> = told.into_iter().filter_map(|secret| secret.spec?.name).collect();
        names.sort();
        Ok(names)
    }
}
