//! What the manifest language refuses is left out, with its reason.
//!
//! Owns the promise that an import passes `validate`. Never knows a rule of its own: the specs have them all.

use std::collections::BTreeSet;

use podsteward_specs::cross::cross_check;
use podsteward_specs::document::Document;
use podsteward_specs::load::{SourceFile, load};
use podsteward_specs::problem::Problem;
use serde_yaml::Value;

use crate::draft::Draft;
use crate::value::yaml;
use crate::warning::Warnings;

/// The manifests in the order of their keys, without anything that `validate` would refuse.
pub(crate) fn settle(drafts: Vec<Draft>, warnings: &mut Warnings) -> Vec<Value> {
    let mut drafts = once_each(drafts, warnings);
    loop {
        let documents: Vec<Value> = drafts.iter_mut().map(Draft::document).collect();
        let problems = problems(&drafts, &documents);
        if problems.is_empty() {
            return documents;
        }
        for problems in problems {
            leave_out(&mut drafts, &problems, warnings);
        }
    }
}

/// Of two with one key the first one holds.
fn once_each(mut drafts: Vec<Draft>, warnings: &mut Warnings) -> Vec<Draft> {
    drafts.sort_by(|a, b| a.key.cmp(&b.key));
    let mut seen = BTreeSet::new();
    drafts.retain(|draft| {
        let first = seen.insert(draft.key.clone());
        if !first {
            warnings
                .add(&draft.at, format!("there is a {} already: left out; give it another name", draft.key));
        }
        first
    });
    drafts
}

/// What is wrong with the manifests, by manifest. What is wrong between them is asked for once each is sound by itself,
/// and told one by one: leaving one out may mend the next.
fn problems(drafts: &[Draft], documents: &[Value]) -> Vec<Vec<Problem>> {
    let files: Vec<SourceFile> = drafts
        .iter()
        .zip(documents)
        .map(|(draft, document)| SourceFile {
            path: draft.key.to_string(),
            bytes: yaml(document).into_bytes(),
        })
        .collect();
    let mut documents: Vec<Document> = Vec::new();
    let mut problems: Vec<Vec<Problem>> = Vec::new();
    for file in load(&files).files {
        problems.extend(Some(file.problems).filter(|problems| !problems.is_empty()));
        documents.extend(file.documents);
    }
    if problems.is_empty() {
        problems.extend(cross_check(&documents).into_iter().next().map(|found| vec![found.problem]));
    }
    problems
}

/// Leaves out what the problems of one manifest are about, or the manifest where it is nothing without that.
fn leave_out(drafts: &mut Vec<Draft>, problems: &[Problem], warnings: &mut Warnings) {
    let Some(first) = problems.first() else { return };
    let Some(position) = drafts.iter().position(|draft| draft.key.to_string() == first.file) else { return };
    let Some(draft) = drafts.get_mut(position) else { return };
    let whole =
        |problem: &&Problem| matches!(problem.path.as_str(), "" | "spec" | "metadata" | "metadata.name");
    let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
    let taken = if problems.iter().any(|problem| whole(&problem)) { None } else { draft.take(&paths) };
    if let Some(taken) = taken {
        for (at, problem) in taken.iter().zip(problems) {
            warnings.add(at, format!("{}: left out", problem.message));
        }
        return;
    }
    let image = |problem: &&Problem| problem.path.starts_with("spec.image");
    let worst = problems.iter().find(whole).or_else(|| problems.iter().find(image)).unwrap_or(first);
    let message = format!("{}: {}: {} is left out", worst.path, worst.message, draft.key);
    warnings.add(&draft.at, message);
    drafts.remove(position);
}
