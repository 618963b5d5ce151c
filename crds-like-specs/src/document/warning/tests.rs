//! Warnings: each field that is not acted on is told, and nothing else is.

use expect_test::expect;

use crate::load::{SourceFile, load};

fn warnings(bytes: &[u8]) -> String {
    let loaded = load(&[SourceFile { path: "f.yaml".to_owned(), bytes: bytes.to_vec() }]);
    assert_eq!(loaded.files[0].problems, []);
    let documents = loaded.files.iter().flat_map(|file| &file.documents);
    let lines = documents.flat_map(|document| {
        let warnings = document.warnings().into_iter();
        warnings.map(|warning| format!("{} {}: {}\n", document.key, warning.field, warning.message))
    });
    lines.collect()
}

#[test]
fn every_field_that_is_not_acted_on_is_told() {
    expect![[r"
        container/web spec.probes.startup: the startup probe is not run: the field is accepted but not acted on yet
        container/web spec.probes.readiness: the readiness probe is not run: the field is accepted but not acted on yet
        container/web spec.probes.liveness: the liveness probe is not run: the field is accepted but not acted on yet
    "]].assert_eq(&warnings(include_bytes!("../../../tests/every-field.yaml")));
}

#[test]
fn fields_that_are_acted_on_are_not_told() {
    let text = "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {name: a}\n\
                spec: {image: x, dataTier: snapshot, criticality: normal, remediation: {manualHold: 5m}}\n";
    assert_eq!(warnings(text.as_bytes()), "");
}
