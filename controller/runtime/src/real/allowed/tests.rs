//! What the file of allowed programs says.

use podsteward_domain::playbook::Allowed;

use super::read;

fn of(text: &str) -> Allowed {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("allowed");
    std::fs::write(&path, text).unwrap();
    match read(&path) {
        Allowed::Useless { why } => Allowed::Useless { why: why.replace(path.to_str().unwrap(), "FILE") },
        other => other,
    }
}

#[test]
fn it_holds_absolute_paths_and_comments() {
    let allowed = of("# For backups.\n\n /usr/bin/borg \n/usr/bin/restic\n");
    for program in ["/usr/bin/borg", "/usr/bin/restic"] {
        assert_eq!(allowed.refuses(program), None);
    }
    for program in ["borg", "/usr/bin/borg ", "/usr/bin", "/usr/bin/../bin/borg", ""] {
        assert!(allowed.refuses(program).is_some(), "{program}");
    }
}

#[test]
fn one_line_that_is_no_program_allows_nothing() {
    let why = |line: &str| Allowed::Useless {
        why: format!("FILE: line 2: '{line}' is not the absolute path of a program"),
    };
    for line in ["borg", "/usr//bin/borg", "/bin/../borg", "/usr/bin/"] {
        assert_eq!(of(&format!("/usr/bin/restic\n{line}\n")), why(line));
    }
}

#[test]
fn a_file_that_cannot_be_read_allows_nothing() {
    let Allowed::Useless { why } = read("/nowhere/allowed".as_ref()) else { panic!("it is not there") };
    assert!(why.starts_with("/nowhere/allowed: it cannot be read: "), "{why}");
}
