//! Warnings: each field that is not acted on is told, and nothing else is.

use crate::load::{SourceFile, load};

#[test]
fn every_field_is_acted_on() {
    let bytes = include_bytes!("../../../tests/every-field.yaml").to_vec();
    let loaded = load(&[SourceFile { path: "f.yaml".to_owned(), bytes }]);
    assert_eq!(loaded.files[0].problems, []);
    for document in loaded.files.iter().flat_map(|file| &file.documents) {
        assert_eq!(document.warnings(), [], "{}", document.key);
    }
}
