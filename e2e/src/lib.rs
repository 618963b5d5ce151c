//! Scenarios against real Podman; uses the binary only.
