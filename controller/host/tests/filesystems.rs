//! What the host says about real filesystems: btrfs, ext4 and tmpfs, filled to their brim.
//!
//! Owns what no fake can prove. Run by `make test` as root, in a throw-away world whose filesystems lie in the directory
//! that `PODSTEWARD_FILESYSTEMS` names, one test at a time.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the checks in clippy.toml do not know helpers of tests"
)]

mod filesystems {
    mod bounds;
    mod levels;
    mod stage;
}
