//! Knows when the manifests directory changed.
