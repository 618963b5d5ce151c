//! One contract for every engine: the fake always, real Podman where `PODSTEWARD_CONTRACT_SOCKET` names its socket.
//!
//! Owns what callers of [`podsteward_podman::Engine`] may rely on. Never looks behind the trait, but for what no verb
//! can do: making secrets and killing processes. Run by `make test` against Podman 4.3 and 5.4, in a throw-away world
//! whose Podman nobody else uses, with the image that `PODSTEWARD_CONTRACT_IMAGE` names.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "the checks in clippy.toml do not know helpers of tests"
)]

mod contract {
    pub(crate) mod bench;
    mod containers;
    mod effects;
    mod events;
    mod exec;
    mod fake_only;
    mod fields;
    mod health;
    mod images;
    mod inside;
    mod lifecycle;
    mod names;
    mod networks;
    mod silence;
    mod storage;
    mod volumes;
}
