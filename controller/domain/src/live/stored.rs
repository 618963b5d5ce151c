//! What an engine keeps on a disk: images as the list tells them, and how much everything takes.
//!
//! Owns the values. Never says what may go: planning does. Filled by `podsteward-podman`.

/// An image as the list tells it: cheap, and enough to say whether somebody needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageSummary {
    /// Podman's id: the digest of its configuration.
    pub id: String,
    /// The names it goes by, sorted: tags, and where it was pulled by digest `NAME@DIGEST`. None of a build's
    /// intermediate images has one.
    pub names: Vec<String>,
    /// Its bytes, what it shares with other images included.
    pub size: u64,
    /// When it was built, in milliseconds since 1970, but exact to the second only.
    pub created_ms: i64,
    /// How many containers were made from it, by Podman or by a build: those that do not run included.
    pub containers: u32,
    /// It has no name, and no image is built on it: Podman's own word.
    pub dangling: bool,
    /// The image that it is built on, where that one is in local storage.
    pub parent_id: Option<String>,
    /// Another image is built on it, so that removing it would free nothing.
    pub has_children: bool,
    /// It is a list of images for several machines, a few hundred bytes. Podman 4.3 never says so.
    pub is_manifest_list: bool,
}

/// How much everything that the engine keeps takes, as it was measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiskUsage {
    /// Images, by id; intermediate images of builds are left out.
    pub images: Vec<ImageUsage>,
    /// All containers, by name.
    pub containers: Vec<ContainerUsage>,
    /// All volumes, by name.
    pub volumes: Vec<VolumeUsage>,
}

/// What an image takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImageUsage {
    /// Podman's id.
    pub id: String,
    /// Its bytes, what it shares with other images included.
    pub size: u64,
    /// The bytes that no other image shares.
    pub unique: u64,
}

/// What a container takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerUsage {
    /// Its name.
    pub name: String,
    /// The bytes of its own layer: what it wrote outside of its volumes. Its log is not among them.
    pub written: u64,
}

/// What a volume takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VolumeUsage {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// How many containers use it, those that do not run included.
    pub users: u32,
}
