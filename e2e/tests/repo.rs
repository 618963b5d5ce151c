//! What every file and crate of the repository must keep: direction of dependencies, size, and a first line that says why.
//!
//! Owns rules that no compiler knows. Never runs podsteward.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use podsteward_e2e::process;
use serde_json::Value;

/// The longest a source file may be, tests and comments included.
const LINES_MAX: usize = 400;

/// Each crate with the crates of this workspace that it may depend on. Everything points towards specs.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("podsteward-specs", &[]),
    ("podsteward-domain", &["specs"]),
    ("podsteward-podman", &["specs", "domain"]),
    ("podsteward-host", &["specs", "domain"]),
    ("podsteward-store", &["specs", "domain"]),
    ("podsteward-metrics", &["specs", "domain"]),
    ("podsteward-import", &["specs"]),
    ("podsteward-runtime", &["specs", "domain", "podman", "host", "store", "metrics"]),
    ("podsteward", &["specs", "domain", "podman", "host", "store", "metrics", "runtime", "import"]),
    ("podsteward-e2e", &[]),
];

/// What would give the domain a clock, a disk, a network or chance.
const IMPURE: [&str; 10] =
    ["tokio", "futures", "rusqlite", "podman-api", "notify", "axum", "hyper", "fastrand", "rustix", "procfs"];

#[test]
fn dependencies_point_one_way() -> Result<()> {
    let dependencies = dependencies()?;
    let known: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = dependencies.keys().map(String::as_str).collect();
    ensure!(known == found, "the table knows {known:?}, the workspace has {found:?}");
    for (name, allowed) in ALLOWED {
        let ours = dependencies[name].iter().filter_map(|dependency| dependency.strip_prefix("podsteward-"));
        let wrong: Vec<&str> = ours.filter(|dependency| !allowed.contains(dependency)).collect();
        ensure!(wrong.is_empty(), "{name} may not depend on {wrong:?}");
    }
    Ok(())
}

#[test]
fn the_domain_knows_no_clock_no_disk_and_no_chance() -> Result<()> {
    let dependencies = dependencies()?;
    for name in ["podsteward-domain", "podsteward-specs", "podsteward-import"] {
        let impure: Vec<&String> =
            dependencies[name].iter().filter(|dependency| IMPURE.contains(&dependency.as_str())).collect();
        ensure!(impure.is_empty(), "{name} depends on {impure:?}");
    }
    Ok(())
}

#[test]
fn every_file_says_first_what_it_owns() -> Result<()> {
    no_file_where("does not open with //!", |text| !text.starts_with("//!"))
}

#[test]
fn no_file_is_longer_than_a_reader_bears() -> Result<()> {
    no_file_where("is longer than 400 lines", |text| text.lines().count() > LINES_MAX)
}

#[test]
fn no_lint_is_allowed_away() -> Result<()> {
    // The needles are put together here, so that this file does not hold them.
    let needles = [concat!("#[", "allow("), concat!("#![", "allow(")];
    no_file_where("allows a lint; expect it with a reason", |text| {
        needles.iter().any(|needle| text.contains(needle))
    })
}

#[test]
fn every_select_is_biased() -> Result<()> {
    let needle = concat!("select", "! {");
    let unbiased = |part: &str| !part.trim_start().starts_with("biased;");
    no_file_where("has a select in random order", |text| text.split(needle).skip(1).any(unbiased))
}

#[test]
fn no_work_is_left_behind_in_a_comment() -> Result<()> {
    let needles = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    no_file_where("leaves work in a comment", |text| needles.iter().any(|needle| text.contains(needle)))
}

/// The direct dependencies of each crate of the workspace, those of tests left out.
fn dependencies() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut command = process::command(env!("CARGO"));
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(root());
    let metadata: Value = serde_json::from_str(&process::run(&mut command)?.ok()?)?;
    let text = |value: &Value| value.as_str().map(str::to_owned).context("a name is a text");
    let packages = metadata["packages"].as_array().context("a workspace has packages")?;
    packages
        .iter()
        .map(|package| {
            let all = package["dependencies"].as_array().context("a package has dependencies")?;
            let normal = all.iter().filter(|dependency| dependency["kind"] != "dev");
            let names = normal.map(|dependency| text(&dependency["name"])).collect::<Result<_>>()?;
            Ok((text(&package["name"])?, names))
        })
        .collect()
}

/// Fails with the list of source files that break a rule.
fn no_file_where(what: &str, breaks: impl Fn(&str) -> bool) -> Result<()> {
    let mut files = Vec::new();
    for top in ["crds-like-specs", "controller", "metrics", "e2e"] {
        sources(&root().join(top), &mut files)?;
    }
    ensure!(files.len() > 20, "found only {} source files", files.len());
    let mut broken = Vec::new();
    for file in files {
        if breaks(&fs::read_to_string(&file)?) {
            broken.push(file.strip_prefix(root())?.display().to_string());
        }
    }
    ensure!(broken.is_empty(), "{what}: {broken:#?}");
    Ok(())
}

fn sources(dir: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn root() -> PathBuf {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_dir.parent().unwrap_or(crate_dir).to_owned()
}
