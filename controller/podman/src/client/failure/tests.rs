//! One row for each answer of Podman 4.3 and 5.4 that was met.

use super::*;

/// Code, text, class.
const ROWS: [(u16, &str, Class); 20] = [
    (404, "no such image", Class::NotFound),
    (500, "image not known", Class::NotFound),
    (500, "that name is already in use", Class::Conflict),
    (500, "UNIQUE constraint failed: ContainerConfig.Name", Class::Conflict),
    (500, "volume with name v already exists: volume already exists", Class::Conflict),
    (500, "\"n\" has associated containers with it. Use -f to forcibly delete", Class::Conflict),
    (500, "volume v is being used by the following container(s): x", Class::Conflict),
    (409, "kill: container state improper", Class::Conflict),
    (500, "can only kill running containers. x is in state exited", Class::Conflict),
    (500, "listen tcp 127.0.0.1:80: bind: address already in use", Class::Refused),
    (500, "runc: exec: \"nope\": executable file not found in $PATH", Class::Refused),
    (500, "statfs /gone: no such file or directory", Class::Refused),
    (500, "write /x: no space left on device", Class::Failed),
    (500, "must be in Created or Stopped state to be started: container state improper", Class::Failed),
    (400, "failed to decode specgen", Class::Refused),
    (500, "netavark: code: 1, msg: iptables: Chain already exists.", Class::Failed),
    (500, "netavark: code: 4, msg: iptables: Resource temporarily unavailable.", Class::Failed),
    (500, "iptables: Invalid argument. Run `dmesg' for more information.", Class::Failed),
    (500, "something new", Class::Failed),
    (500, "mkdir /x: no such file or directory: no space left on device", Class::Failed),
];

#[test]
fn each_known_answer_has_its_class() {
    for (code, text, expected) in ROWS {
        assert_eq!(class(code, text), expected, "{code} {text}");
    }
}

#[test]
fn a_cause_that_repeats_the_message_is_said_once() {
    assert_eq!(
        said_once("no container x: no such container: no such container"),
        "no container x: no such container"
    );
    assert_eq!(said_once("a: b"), "a: b");
    assert_eq!(said_once("plain"), "plain");
}

#[test]
fn a_server_that_is_away_is_unreachable_and_not_failed() {
    let error = Failure::Socket("connection refused".to_owned()).sorted("list containers");
    assert_eq!(error.to_string(), "list containers: podman is not reachable: connection refused");
}
