//! Images as the list tells them, and what everything takes on the disk.
//!
//! Owns the field names of these two answers and their reading. The client crate's own models lose fields of Podman 5.
//! Never judges what may go.

use std::collections::BTreeSet;

use podsteward_domain::live::{ContainerUsage, DiskUsage, ImageSummary, ImageUsage, VolumeUsage};
use serde::Deserialize;

use super::time;
use crate::wire::List;

/// One row of `GET images/json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ImageRow {
    id: String,
    parent_id: String,
    repo_tags: List<String>,
    created: i64,
    size: i64,
    containers: i64,
    dangling: bool,
    is_manifest_list: bool,
}

/// `GET system/df`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Usage {
    images: List<UsedByImage>,
    containers: List<UsedByContainer>,
    volumes: List<UsedByVolume>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UsedByImage {
    #[serde(rename = "ImageID")]
    id: String,
    size: i64,
    unique_size: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UsedByContainer {
    names: String,
    #[serde(rename = "RWSize")]
    written: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UsedByVolume {
    volume_name: String,
    size: i64,
    links: i64,
}

/// All images, sorted by id. The list must be whole, or an image on which another is built would not be known as such.
pub(crate) fn images(rows: Vec<ImageRow>) -> Vec<ImageSummary> {
    let parents: BTreeSet<String> = rows.iter().map(|row| row.parent_id.clone()).collect();
    let mut images: Vec<ImageSummary> = rows.into_iter().map(|row| image(row, &parents)).collect();
    images.sort_by(|one, other| one.id.cmp(&other.id));
    images
}

/// One image.
fn image(row: ImageRow, parents: &BTreeSet<String>) -> ImageSummary {
    let mut names = row.repo_tags.unwrap_or_default();
    names.retain(|name| !name.contains("<none>"));
    names.sort();
    ImageSummary {
        names,
        size: bytes(row.size),
        created_ms: time::from_seconds(row.created).unwrap_or_default(),
        containers: u32::try_from(row.containers).unwrap_or_default(),
        dangling: row.dangling,
        parent_id: Some(row.parent_id).filter(|id| !id.is_empty()),
        has_children: parents.contains(&row.id),
        is_manifest_list: row.is_manifest_list,
        id: row.id,
    }
}

/// What everything takes. An image has a row for each of its names.
pub(crate) fn usage(told: Usage) -> DiskUsage {
    let image =
        |row: UsedByImage| ImageUsage { id: row.id, size: bytes(row.size), unique: bytes(row.unique_size) };
    let container = |row: UsedByContainer| ContainerUsage { name: row.names, written: bytes(row.written) };
    let volume = |row: UsedByVolume| VolumeUsage {
        name: row.volume_name,
        size: bytes(row.size),
        users: u32::try_from(row.links).unwrap_or_default(),
    };
    let mut images: Vec<ImageUsage> = told.images.into_iter().flatten().map(image).collect();
    images.sort_by(|one, other| one.id.cmp(&other.id));
    images.dedup_by(|one, other| one.id == other.id);
    let mut containers: Vec<ContainerUsage> = told.containers.into_iter().flatten().map(container).collect();
    containers.sort_by(|one, other| one.name.cmp(&other.name));
    let mut volumes: Vec<VolumeUsage> = told.volumes.into_iter().flatten().map(volume).collect();
    volumes.sort_by(|one, other| one.name.cmp(&other.name));
    DiskUsage { images, containers, volumes }
}

/// A number of bytes; Podman writes -1 for what it did not measure.
fn bytes(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
