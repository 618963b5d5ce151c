//! Networks and volumes: made, compared, and made anew only where that costs nobody anything.

use expect_test::expect;

use crate::told::{acts, look};

#[test]
fn they_are_made_when_they_are_missing() {
    expect![[r#"
        MISSING: it is declared and does not exist
        finding warning missing: it is declared and does not exist
        apply because missing (declared)
          act: create network lan
          expects AsDeclared for 0s
    "#]]
    .assert_eq(&look("Network lan {internal: true}\n live absent"));
    expect![[r#"
        apply because missing (declared)
          act: create volume data
          expects AsDeclared for 0s
    "#]]
    .assert_eq(&acts("Volume data\n live absent"));
}

#[test]
fn as_declared_they_are_a_match() {
    assert_eq!(look("Network lan {internal: true}\n live there\n applied"), "MATCH\nnothing to do\n");
    assert_eq!(look("Volume data {driver: local}\n live there\n applied"), "MATCH\nnothing to do\n");
}

#[test]
fn a_network_that_nobody_uses_is_made_anew() {
    expect![[r#"
        DRIFT: spec.internal: declared true, live false
        finding warning drift: spec.internal: declared true, live false
        drift-reconciliation because drift (notify-execute)
          act: remove network lan, create network lan
          expects AsDeclared for 20s
    "#]]
    .assert_eq(&look("Network lan {internal: true}\n live there\n made-of {internal: false}\n applied"));
}

#[test]
fn a_network_in_use_that_differs_is_a_warning_with_advice() {
    expect![[r#"
        WARNING: spec.internal: declared true, live false; Podman cannot change a network: undo the edit, or declare a network of another name and move web, db to it, or detach web, db from lan, and it is made anew
        finding info unfixable: spec.internal: declared true, live false; Podman cannot change a network: undo the edit, or declare a network of another name and move web, db to it, or detach web, db from lan, and it is made anew
        nothing to do
    "#]].assert_eq(&look(
        "Network lan {internal: true}\n live there\n made-of {internal: false}\n applied\n users web db",
    ));
}

#[test]
fn a_volume_that_differs_is_a_warning_with_advice_and_keeps_its_data() {
    expect![[r#"
        WARNING: spec.options[type]: declared tmpfs, live nfs; Podman cannot change a volume, and to make it anew would lose its data: undo the edit, or declare a volume of another name, or copy the data away and remove data by hand, and it is made anew
        finding info unfixable: spec.options[type]: declared tmpfs, live nfs; Podman cannot change a volume, and to make it anew would lose its data: undo the edit, or declare a volume of another name, or copy the data away and remove data by hand, and it is made anew
        nothing to do
    "#]].assert_eq(&look(
        "Volume data {options: {type: tmpfs}}\n live there\n made-of {options: {type: nfs}}\n applied",
    ));
}
