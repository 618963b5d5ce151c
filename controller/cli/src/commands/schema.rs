//! `schema`: what an editor needs to complete and check manifests.
//!
//! Owns nothing but the printing: the schemas are generated from the types of `podsteward-specs`.

use podsteward_specs::key::Kind;

use super::Context;
use crate::args::Format;
use crate::exit::Exit;
use crate::output;

/// Prints the JSON Schema of the manifests
///
/// Without KIND: of a document of any kind. With KIND: of that kind only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward schema > podsteward.schema.json
  podsteward schema Container

An editor with yaml-language-server checks a file that begins with
  # yaml-language-server: $schema=podsteward.schema.json")]
pub(crate) struct Args {
    /// A kind of manifest, for example Container or `DiskPolicy`
    #[arg(value_parser = crate::args::kind)]
    kind: Option<Kind>,
}

/// Prints the schema: JSON, unless YAML is asked for.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let schema = podsteward_specs::schema::schema(args.kind);
    let text = match context.global.output {
        Format::Table | Format::Markdown | Format::Json => output::json::text(&schema)?,
        Format::Yaml => output::yaml::text(&schema)?,
    };
    output::put(&text)?;
    Ok(Exit::Done)
}
