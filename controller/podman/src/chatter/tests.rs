//! Texts as Podman 4.3 with runc and Podman 5.4 with crun wrote them, with what is left of each.

use super::*;

#[test]
fn what_the_runtime_says_is_told_without_its_wrapping() {
    for (text, told) in [
        (
            "runc: exec failed: unable to start container process: exec: \"curl\": executable file not found in $PATH: OCI runtime attempted to invoke a command that was not found",
            "\"curl\": executable file not found in $PATH",
        ),
        (
            "runc: exec failed: unable to start container process: exec: \"/nope/tool\": stat /nope/tool: no such file or directory: OCI runtime attempted to invoke a command that was not found",
            "\"/nope/tool\": stat /nope/tool: no such file or directory",
        ),
        (
            "runc: runc create failed: unable to start container process: exec: \"/etc/passwd\": permission denied: OCI permission denied",
            "\"/etc/passwd\": permission denied",
        ),
        (
            "crun: executable file `curl` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found",
            "executable file `curl` not found in $PATH",
        ),
        (
            "crun: the path `/etc/passwd` exists but it is not executable: Operation not permitted: OCI permission denied",
            "the path `/etc/passwd` exists but it is not executable",
        ),
        (
            "no container with name or ID \"web\" found: no such container",
            "no container with name or ID \"web\" found: no such container",
        ),
        ("open /srv/x: Permission denied", "open /srv/x: Permission denied"),
    ] {
        assert_eq!(message(text), told);
        let wrapped = if text == told { text.to_owned() } else { format!("Error: {text}") };
        assert_eq!(output(vec![wrapped]), [told]);
    }
}

#[test]
fn that_a_program_which_never_began_is_gone_is_no_news() {
    let reset = "Error: read unixpacket @->/proc/self/fd/14/attach: read: connection reset by peer";
    assert_eq!(output(vec![reset.to_owned()]), [""; 0]);
}

#[test]
fn what_a_command_says_itself_is_not_touched() {
    let own = ["sh: nope: not found", "Error: connect to db: Permission denied", "  runc: 3 containers", ""];
    assert_eq!(output(own.map(str::to_owned).to_vec()), own);
}
