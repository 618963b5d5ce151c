//! What the contract of storage needs beyond an engine's verbs: images that are built, pods, bytes.
//!
//! Owns how each is made on the fake and on real Podman. Never asserts anything about the engine.

use podsteward_domain::live::{ForeignManager, ImageSummary, LiveContainer};
use podsteward_podman::fake::FakeImage;
use serde_json::{Value, json};

use super::{Bench, send};

impl Bench {
    /// The name of an image that only this test uses.
    pub(crate) fn image_name(&self, short: &str) -> String {
        format!("localhost/{}:1", self.name(short))
    }

    /// Whether an image has a name that only this test uses.
    pub(crate) fn is_ours(&self, image: &ImageSummary) -> bool {
        image.names.iter().any(|name| name.starts_with(&format!("localhost/{}-", self.prefix)))
    }

    /// Builds an image on another one of this test, or on the bench's image, and returns its id.
    pub(crate) async fn build(&self, short: &str, parent: Option<&str>) -> String {
        let parent = parent.map_or_else(|| self.image.clone(), |parent| self.image_name(parent));
        let Some(fake) = &self.fake else { return self.commit(short, &parent).await };
        let parent = self.engine.inspect_image(&parent).await.expect("inspect").expect("the parent");
        let name = self.image_name(short);
        let image = FakeImage { parent_id: Some(parent.id), size: 3 << 20, ..FakeImage::named(&name) };
        fake.hand().tag_image(&name, &image);
        image.id
    }

    /// Makes an image of a container that was never started.
    async fn commit(&self, short: &str, parent: &str) -> String {
        let container = self.create_from("building", parent).await;
        let repo = format!("localhost/{}", self.name(short));
        let path = format!("/commit?container={container}&repo={repo}&tag=1");
        let told: Value = serde_json::from_str(&self.send("POST", &path, "").await).expect("JSON");
        self.engine.remove_container(&container, true).await.expect("remove");
        told["Id"].as_str().expect("an id").to_owned()
    }

    /// Puts another name on an image.
    pub(crate) async fn tag(&self, id: &str, short: &str) {
        let Some(fake) = &self.fake else {
            let repo = format!("localhost/{}", self.name(short));
            return drop(self.send("POST", &format!("/images/{id}/tag?repo={repo}&tag=1"), "").await);
        };
        let name = self.engine.inspect_image(id).await.expect("inspect").expect("the image").names.remove(0);
        fake.hand().alias_image(&name, &self.image_name(short));
    }

    /// Takes a name off an image.
    pub(crate) async fn untag(&self, id: &str, short: &str) {
        let Some(fake) = &self.fake else {
            let repo = format!("localhost/{}", self.name(short));
            return drop(self.send("POST", &format!("/images/{id}/untag?repo={repo}&tag=1"), "").await);
        };
        fake.hand().untag_image(&self.image_name(short));
    }

    /// Makes a list of images with one image in it and returns its id.
    pub(crate) async fn manifest_list(&self, short: &str, image: &str) -> String {
        let name = self.image_name(short);
        let Some(fake) = &self.fake else {
            let path = format!("/manifests/{name}?images=containers-storage:{image}");
            let told = self.send("POST", &path, "{}").await;
            let told: Value = serde_json::from_str(&told).expect("JSON");
            return told["Id"].as_str().expect("an id").to_owned();
        };
        let list = FakeImage { is_manifest_list: true, size: 512, ..FakeImage::named(&name) };
        fake.hand().tag_image(&name, &list);
        list.id
    }

    /// Takes a list of images away again, which no verb does.
    pub(crate) async fn remove_manifest_list(&self, short: &str) {
        if self.fake.is_none() {
            self.send("DELETE", &format!("/manifests/{}", self.image_name(short)), "").await;
        }
    }

    /// Makes a container of an image and returns its name.
    pub(crate) async fn create_from(&self, short: &str, image: &str) -> String {
        let mut request = self.request(short, "");
        image.clone_into(&mut request.image);
        self.engine.create_container(&request).await.expect("create");
        request.name
    }

    /// Makes a container that somebody else manages, and returns its name.
    pub(crate) async fn create_managed(&self, short: &str, manager: ForeignManager) -> String {
        let name = self.name(short);
        if let Some(fake) = &self.fake {
            self.create(short, "").await;
            fake.hand().manage(&name, manager).expect("it exists");
            return name;
        }
        let mut spec = json!({"name": name, "image": self.image});
        match manager {
            ForeignManager::Pod(pod) => {
                let body = json!({"name": pod, "no_infra": true}).to_string();
                self.send("POST", "/pods/create", &body).await;
                spec["pod"] = json!(pod);
            }
            ForeignManager::AutoRemove => spec["remove"] = json!(true),
            ForeignManager::Systemd(unit) => spec["labels"] = json!({"PODMAN_SYSTEMD_UNIT": unit}),
        }
        self.send("POST", "/containers/create", &spec.to_string()).await;
        name
    }

    /// Takes an empty pod away again, which no verb does.
    pub(crate) async fn remove_pod(&self, name: &str) {
        if self.fake.is_none() {
            self.send("DELETE", &format!("/pods/{name}"), "").await;
        }
    }

    /// Has a container of the fake write these bytes into its own layer and into a volume: real ones write by their
    /// command.
    pub(crate) fn fills(&self, name: &str, bytes: u64, (volume, in_volume): (&str, u64)) {
        let Some(fake) = &self.fake else { return };
        fake.hand().fill_container(name, bytes).expect("it exists");
        fake.hand().fill_volume(volume, in_volume).expect("it exists");
    }

    /// Empties the file of a log.
    pub(crate) fn empty_log(&self, path: &str) {
        match &self.fake {
            Some(fake) => fake.hand().truncate_log(path),
            None => std::fs::File::options()
                .write(true)
                .open(path)
                .and_then(|file| file.set_len(0))
                .expect("a log"),
        }
    }

    /// Makes an empty file at the root of a container's filesystem.
    pub(crate) fn touch_inside(&self, live: &LiveContainer, file: &str) {
        if self.fake.is_none() {
            let pid = live.pid.expect("it runs");
            std::fs::write(format!("/proc/{pid}/root/{file}"), "").expect("a file inside");
        }
    }

    /// Takes all names and images of this test away.
    pub(super) async fn clear_images(&self) {
        // What is built on an image goes before it.
        let mut left: Vec<ImageSummary> = self.ours().await;
        while let Some(image) = left.iter().find(|image| !image.has_children).cloned() {
            self.engine.remove_image(&image.id).await.expect("remove");
            left = self.ours().await;
        }
    }

    async fn ours(&self) -> Vec<ImageSummary> {
        let images = self.engine.list_images().await.expect("list");
        images.into_iter().filter(|image| self.is_ours(image)).collect()
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> String {
        send(&self.socket, (method, path), body).await
    }
}
