//! `validate`: every problem of all manifests at once.
//!
//! Owns the printing. Never holds a rule: `podsteward-specs` has them all, and the controller uses the same ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use podsteward_domain::alert::lint::lint;
use podsteward_runtime::source::manifests::read::{Reading, read_directory, read_paths};
use podsteward_specs::cross::{cross_check, undeclared};
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::load::load;
use podsteward_specs::problem::Problem;
use serde::Serialize;

use super::Context;
use crate::exit::{Error, Exit};
use crate::output::{self, Screen, View, count};

/// Checks manifests and prints all problems at once
///
/// Prints one line a problem, `FILE:LINE:COL: path.to.field: what is wrong (what is allowed)`, and ends with 1 if
/// there is any. Touches nothing and needs neither Podman nor a controller.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward validate
  podsteward validate web.yaml db/
  podsteward validate -o json | jq -r '.problems[].message'

A warning is about a document that is valid and may never do what it says; it leaves the exit code as it is.

JSON: {problems: [{file, line, column, path, message}], warnings: [the same]}")]
pub(crate) struct Args {
    /// Files and directories [default: the manifests directory]
    paths: Vec<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Listing {
    problems: Vec<ProblemView>,
    warnings: Vec<ProblemView>,
}

/// One problem.
#[derive(Debug, Serialize)]
pub(super) struct ProblemView {
    file: String,
    line: usize,
    column: usize,
    path: String,
    message: String,
    #[serde(skip)]
    text: String,
}

impl From<&Problem> for ProblemView {
    fn from(problem: &Problem) -> Self {
        Self {
            text: problem.to_string(),
            file: problem.file.clone(),
            line: problem.place.line,
            column: problem.place.column,
            path: problem.path.clone(),
            message: problem.message.clone(),
        }
    }
}

impl ProblemView {
    /// The problem as people read it.
    pub(super) fn line(&self) -> String {
        format!("{}\n", self.text)
    }
}

/// Reads, checks and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let reading = if args.paths.is_empty() {
        let dir = context.global.manifests()?;
        if !dir.is_dir() {
            return Err(Error::NoManifests(dir).into());
        }
        read_directory(&dir)
    } else {
        read_paths(&args.paths)
    };
    let files = reading.files.len();
    let Checked { problems, documents, refused } = check(reading);
    let warnings = warnings(&documents, &refused);
    let documents = documents.len();
    let listing = Listing {
        problems: problems.iter().map(ProblemView::from).collect(),
        warnings: warnings.iter().map(ProblemView::from).collect(),
    };
    output::show(&listing, context.global.output)?;
    output::note(&format!(
        "{} in {}: {}",
        count(documents, "sound document"),
        count(files, "file"),
        if problems.is_empty() { "no problem".to_owned() } else { count(problems.len(), "problem") }
    ));
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Failed })
}

/// What was found.
struct Checked {
    problems: Vec<Problem>,
    documents: Vec<Document>,
    /// The objects whose documents are not sound.
    refused: BTreeSet<Key>,
}

/// All problems by place, and how many documents are sound. Who depends on a refused document is not told that it is
/// missing: the document's own problems say more.
fn check(reading: Reading) -> Checked {
    let mut problems = reading.problems;
    let mut documents: Vec<Document> = Vec::new();
    let mut refused = BTreeSet::new();
    for file in load(&reading.files).files {
        problems.extend(file.problems);
        documents.extend(file.documents);
        refused.extend(file.refused);
    }
    let found = cross_check(&documents).into_iter();
    let found = found.filter(|found| found.missing.as_ref().is_none_or(|key| !refused.contains(key)));
    problems.extend(found.map(|found| found.problem));
    problems.sort();
    Checked { problems, documents, refused }
}

/// What is wrong with valid documents among the others.
fn warnings(documents: &[Document], refused: &BTreeSet<Key>) -> Vec<Problem> {
    let by_key: BTreeMap<Key, Arc<Document>> =
        documents.iter().map(|document| (document.key.clone(), Arc::new(document.clone()))).collect();
    let found = lint(&by_key).into_iter().filter_map(|(key, found)| Some((by_key.get(&key)?, found)));
    let problem = |document: &Document, message: &str| {
        Problem::new(&document.origin.file, document.origin.place, "spec", message)
    };
    let routes = found.flat_map(|(document, found)| found.into_iter().map(move |it| problem(document, &it)));
    let undeclared = undeclared(documents).into_iter().filter(|found| !refused.contains(&found.key));
    routes.chain(undeclared.map(|found| found.warning)).collect()
}

impl View for Listing {
    fn text(&self, _screen: Screen) -> String {
        let warnings = self.warnings.iter().map(|warning| format!("warning: {}", warning.line()));
        self.problems.iter().map(ProblemView::line).chain(warnings).collect()
    }
}
