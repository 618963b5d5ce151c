//! What is read out of a list of images and of a measurement of the disk.

use podsteward_domain::live::{ContainerUsage, DiskUsage, ImageSummary, ImageUsage, VolumeUsage};
use serde_json::{Value, json};

use super::super::stored::{ImageRow, Usage, images, usage};

fn listed(rows: Value) -> Vec<ImageSummary> {
    images(serde_json::from_value::<Vec<ImageRow>>(rows).unwrap())
}

#[test]
fn an_image_is_known_by_its_names_whatever_else_is_told() {
    let four = json!({"Id": "b", "ParentId": "", "RepoTags": null, "Created": 0, "Size": 5, "Containers": -1, "Dangling": true});
    let none = json!({"Id": "c", "RepoTags": ["<none>:<none>"], "RepoDigests": ["x@sha256:1"]});
    let five = json!({
        "Id": "a", "RepoTags": ["y:1", "x@sha256:1"], "Created": 12, "Containers": 2, "IsManifestList": true, "Os": "linux",
    });
    let told = listed(json!([four, none, five]));
    let ids: Vec<&str> = told.iter().map(|image| image.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(told[0].names, ["x@sha256:1", "y:1"]);
    assert_eq!((told[0].created_ms, told[0].containers, told[0].is_manifest_list), (12_000, 2, true));
    assert_eq!((told[1].names.len(), told[1].size, told[1].containers, told[1].dangling), (0, 5, 0, true));
    assert_eq!(told[2], ImageSummary { id: "c".to_owned(), ..ImageSummary::default() });
}

#[test]
fn what_is_built_on_what_is_told_from_both_sides() {
    let row = |id: &str, parent: &str| json!({"Id": id, "ParentId": parent});
    let told = listed(json!([row("base", ""), row("middle", "base"), row("top", "middle")]));
    let relations: Vec<(bool, Option<&str>)> =
        told.iter().map(|image| (image.has_children, image.parent_id.as_deref())).collect();
    assert_eq!(relations, [(true, None), (true, Some("base")), (false, Some("middle"))]);
}

#[test]
fn an_image_with_several_names_is_measured_once() {
    let row = |tag: &str| json!({"ImageID": "a", "Tag": tag, "Size": 9, "UniqueSize": 4});
    let told = json!({
        "ImagesSize": 9, "Images": [row("1"), row("2")],
        "Containers": [{"Names": "web", "RWSize": 3, "Size": 12}, {"Names": "db", "RWSize": -1}],
        "Volumes": [{"VolumeName": "v", "Size": 7, "Links": 2}],
    });
    let told = usage(serde_json::from_value::<Usage>(told).unwrap());
    let container = |name: &str, written| ContainerUsage { name: name.to_owned(), written };
    assert_eq!(told.images, [ImageUsage { id: "a".to_owned(), size: 9, unique: 4 }]);
    assert_eq!(told.containers, [container("db", 0), container("web", 3)]);
    assert_eq!(told.volumes, [VolumeUsage { name: "v".to_owned(), size: 7, users: 2 }]);
    let nulls = json!({"Images": null, "Containers": null, "Volumes": null});
    assert_eq!(usage(serde_json::from_value::<Usage>(nulls).unwrap()), DiskUsage::default());
}
