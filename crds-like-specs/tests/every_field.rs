//! The manifest that sets every field: its validated form, and that it comes out of the store unchanged.

use std::sync::Arc;

use expect_test::expect_file;
use podsteward_specs::cross::cross_check;
use podsteward_specs::document::Document;
use podsteward_specs::load::{SourceFile, load};
use podsteward_specs::schema::schema;

fn documents() -> Vec<Document> {
    let bytes = include_bytes!("every-field.yaml").to_vec();
    let loaded = load(&[SourceFile { path: "every-field.yaml".to_owned(), bytes }]);
    assert_eq!(loaded.files[0].problems, []);
    loaded.files.into_iter().flat_map(|file| file.documents).collect()
}

#[test]
fn every_field_has_its_validated_form() {
    let printed = |document: &Document| {
        let Document { key, labels, annotations, object, .. } = document;
        format!("{key} {labels:?} {annotations:?}\n{object:#?}\n")
    };
    let printed: Vec<String> = documents().iter().map(printed).collect();
    expect_file!["every-field.txt"].assert_eq(&printed.concat());
}

#[test]
fn no_field_of_any_kind_is_forgotten() {
    let text = include_str!("every-field.yaml");
    let schema = schema(None);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        for field in definition["properties"].as_object().into_iter().flatten().map(|(field, _)| field) {
            assert!(text.contains(&format!("{field}:")), "{name}.{field}");
        }
    }
}

#[test]
fn a_stored_document_is_the_same_document() {
    for document in documents() {
        let again = Document::from_canonical(&document.canonical, document.origin.clone()).unwrap();
        assert_eq!(Document { spots: document.spots.clone(), ..again }, document);
    }
}

#[test]
fn nothing_is_wrong_between_its_documents() {
    assert_eq!(cross_check(&documents()), []);
}

fn canonical(text: &str) -> Arc<str> {
    let file = SourceFile { path: "f.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    load(&[file]).files.remove(0).documents.remove(0).canonical
}

#[test]
fn comments_order_of_keys_nulls_and_places_are_no_part_of_a_declaration() {
    let one =
        "apiVersion: podsteward.dev/v1alpha1\nkind: Volume\nmetadata: {name: a}\nspec: {driver: local}\n";
    let two = "# A comment.\n\nspec:\n  driver: 'local'\n  options: ~\nkind: Volume\nmetadata:\n  name: a\napiVersion: podsteward.dev/v1alpha1\n";
    assert_eq!(canonical(one), canonical(two));
}

#[test]
fn a_null_is_part_of_a_declaration_where_the_key_alone_says_something() {
    let disk = |rest: &str| {
        let head = "apiVersion: podsteward.dev/v1alpha1\nkind: DiskPolicy\nmetadata: {name: a}\n";
        canonical(&format!("{head}spec: {{path: /, {rest}}}\n"))
    };
    assert_eq!(disk("cleanup: [{pruneBuildCache: ~}]"), disk("cleanup: [{pruneBuildCache: {}}]"));
    assert_eq!(disk("cleanup: ~"), disk("inodes: ~"));
    let labels = |labels: &str| disk(&format!("cleanup: [{{pruneContainers: {{labels: {{{labels}}}}}}}]"));
    assert_ne!(labels("a: ~, b: x"), labels("b: x"));
}
