//! Whatever comes in, an import ends, and what comes out is sound.

use std::io;
use std::path::Path;

use podsteward_import::{Imported, Source, Surroundings, kube, quadlet};
use podsteward_specs::cross::cross_check;
use podsteward_specs::load::{SourceFile, load};
use proptest::prelude::*;
use proptest::sample::select;

/// Keys of units, some of which there are not.
const KEYS: [&str; 20] = [
    "Image",
    "ContainerName",
    "PublishPort",
    "Volume",
    "Mount",
    "Network",
    "Environment",
    "EnvironmentFile",
    "Exec",
    "HealthCmd",
    "HealthStartupInterval",
    "Ulimit",
    "Secret",
    "PodmanArgs",
    "AddHost",
    "User",
    "Restart",
    "MemoryMax",
    "After",
    "Subnet",
];

/// Values that stand for something somewhere.
const VALUES: [&str; 22] = [
    "",
    "x",
    "a.network:ip=1.2.3.4",
    "a.volume:/x:ro,z",
    "8000-8010:80-90/udp",
    "[::1]:1:65535",
    "0",
    "99999999999999999999",
    "always",
    "%h/%i/%%/%",
    "${X}$Y$$",
    "type=bind,source=./x,target=/y",
    "--memory=1g -p 80 --env",
    "name,type=env",
    "\"open",
    "\\x",
    "a=b c=d",
    "a.service b.service",
    "/",
    "..",
    "1e3",
    "é\u{0}\u{7f}",
];

/// Texts as YAML may read otherwise than they were meant.
const SCALARS: [&str; 16] = [
    "yes", "no", "null", "~", "1e3", "0x1f", "0o17", "012", ".5", "5.", "+1", "1_000", "- a", "a: b", "# c",
    "\ttab",
];

fn unreadable(_: &Path) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::NotFound.into())
}

fn from_units(units: Vec<(String, Vec<u8>)>) -> Imported {
    let source = |(name, bytes): (String, Vec<u8>)| Source { path: Path::new("/u").join(&name), name, bytes };
    let sources: Vec<Source> = units.into_iter().map(source).collect();
    let specifiers = [('h', "/h".to_owned())].into_iter().collect();
    quadlet::import(&sources, &Surroundings { specifiers, read: &unreadable })
}

fn is_sound(imported: &Imported) -> bool {
    let loaded = load(&[SourceFile { path: "x".to_owned(), bytes: imported.yaml().into_bytes() }]);
    loaded.files.iter().all(|file| file.problems.is_empty() && cross_check(&file.documents).is_empty())
}

proptest! {
    #[test]
    fn units_of_any_lines_become_sound_manifests(
        lines in prop::collection::vec((select(&KEYS[..]), select(&VALUES[..])), 0..30),
        section in select(&["Container", "Network", "Volume", "Unit", "Service"][..]),
    ) {
        let lines: Vec<String> = lines.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
        let text = format!("[Container]\nImage=x\n[{section}]\n{}", lines.concat());
        let names = ["a.container", "b.container", "a.network", "a.volume", "x@y.container", "b.container.d/z.conf"];
        let units = names.map(|name| (name.to_owned(), text.clone().into_bytes())).to_vec();
        prop_assert!(is_sound(&from_units(units)));
    }

    #[test]
    fn bytes_that_are_no_unit_end_no_import(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        prop_assert!(is_sound(&from_units(vec![("a.container".to_owned(), bytes.clone())])));
        let source = Source { name: "a.yaml".to_owned(), path: "/a.yaml".into(), bytes };
        prop_assert!(is_sound(&kube::import(&[source])));
    }

    #[test]
    fn a_text_stays_a_text(value in prop_oneof![select(&SCALARS[..]).prop_map(str::to_owned), "[ -~é\n]{0,40}"]) {
        let quoted = serde_json::to_string(&value).unwrap_or_default();
        let pod = "{kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: x, env: [{name: A, value: ";
        let bytes = format!("{pod}{quoted}}}]}}]}}}}").into_bytes();
        let source = Source { name: "a.yaml".to_owned(), path: "/a.yaml".into(), bytes };
        let imported = kube::import(&[source]);
        let loaded = load(&[SourceFile { path: "x".to_owned(), bytes: imported.yaml().into_bytes() }]);
        let told: Vec<String> = loaded.files[0].documents.iter().map(|it| it.canonical.to_string()).collect();
        prop_assert!(told.concat().contains(&quoted.replace("$$", "$")), "{quoted} in {told:?}");
    }
}

#[test]
fn a_unit_with_very_many_wrong_lines_is_read_in_no_time() {
    let lines = "Ulimit=a=b\n".repeat(20_000);
    let text = format!("[Container]\nImage=x\n{lines}Exec={}\n", "y ".repeat(100_000));
    let imported = from_units(vec![("a.container".to_owned(), text.into_bytes())]);
    assert!(is_sound(&imported));
    assert!(imported.warnings.len() > 1);
}
