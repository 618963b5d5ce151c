#!/bin/bash
# lint.sh: format, clippy, and, where cargo-deny is installed, licences, sources and advisories.
. "$(dirname "$0")/common.sh"
cd "$REPO"
cargo fmt --all --check
cargo clippy --workspace --all-targets --all-features -- -D warnings
if cargo deny --version >/dev/null 2>&1; then
  cargo deny check
else
  say "cargo-deny is not installed: licences and advisories were not checked (cargo install cargo-deny --locked)"
fi
