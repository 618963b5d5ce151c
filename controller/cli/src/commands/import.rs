//! `import`: manifests out of quadlet units and Kubernetes objects.
//!
//! Owns what is printed where. Never translates (`podsteward-import` does) and never changes anything: not the units,
//! not Podman, not the manifests directory.

mod files;
mod host;

use std::path::{Path, PathBuf};

use podsteward_import::{Imported, Surroundings, Warning, kube, quadlet};

use super::Context;
use crate::args::Format;
use crate::exit::{Error, Exit};
use crate::output::{self, count};

/// Prints manifests for what quadlet units or Kubernetes objects declare
///
/// Reads files and directories, prints manifests on stdout, and says on stderr, as `FILE:LINE: KEY: ...`, what could
/// not be carried over and what to do instead. Touches nothing else.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward import quadlet /etc/containers/systemd > imported.yaml
  podsteward import quadlet ~/.config/containers/systemd/web.container
  podsteward import kube deployment.yaml > imported.yaml
  podsteward validate imported.yaml

What it prints passes `validate`. Ends with 1 if nothing could be imported, or a file is not what it is said to be.

JSON: {documents: [...], warnings: [{file, line, key, message}]}")]
pub(crate) struct Args {
    #[command(subcommand)]
    from: From,
}

/// What is imported.
#[derive(Debug, clap::Subcommand)]
enum From {
    /// Quadlet units (.container, .network, .volume) with their drop-ins
    Quadlet(Paths),
    /// Objects of Kubernetes: pods, deployments, stateful sets, daemon sets, and what they refer to
    Kube(Paths),
}

/// What is read.
#[derive(Debug, clap::Args)]
struct Paths {
    /// A file, or a directory with everything below it
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

#[derive(serde::Serialize)]
struct Listing<'a> {
    documents: &'a [serde_yaml::Value],
    warnings: &'a [podsteward_import::Warning],
}

/// Reads, translates and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let imported = match &args.from {
        From::Quadlet(Paths { paths }) => {
            let read = |path: &Path| files::read(path);
            let surroundings = Surroundings { specifiers: host::specifiers(), read: &read };
            let files = files::sources(paths, files::Kind::Quadlet)?;
            noted(quadlet::import(&files.sources, &surroundings), files.unreadable)
        }
        From::Kube(Paths { paths }) => {
            let files = files::sources(paths, files::Kind::Kube)?;
            noted(kube::import(&files.sources), files.unreadable)
        }
    };
    let text = match context.global.output {
        Format::Json => {
            output::json::text(&Listing { documents: &imported.documents, warnings: &imported.warnings })?
        }
        Format::Table | Format::Markdown | Format::Yaml => imported.yaml(),
    };
    output::put(&text)?;
    imported.warnings.iter().for_each(|warning| output::note(&warning.to_string()));
    exit(&imported)
}

/// With the files that could not even be read.
fn noted(mut imported: Imported, unreadable: Vec<Warning>) -> Imported {
    imported.unreadable += unreadable.len();
    imported.warnings.extend(unreadable);
    imported
}

fn exit(imported: &Imported) -> anyhow::Result<Exit> {
    let warnings = count(imported.warnings.len(), "warning");
    output::note(&format!("{}, {warnings}", count(imported.documents.len(), "manifest")));
    if imported.documents.is_empty() {
        let what = "nothing could be imported".to_owned();
        let next = "name quadlet units, Kubernetes objects, or a directory of them".to_owned();
        return Err(Error::File { what, next }.into());
    }
    Ok(if imported.unreadable == 0 { Exit::Done } else { Exit::Failed })
}
