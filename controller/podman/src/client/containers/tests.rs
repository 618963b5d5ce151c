//! What Podman says when a container ends while it is being stopped or removed. Texts as both versions gave them.

use super::ended_meanwhile;
use crate::error::Error;

fn failed(message: &str) -> Error {
    Error::Failed { call: "remove container a".to_owned(), message: message.to_owned() }
}

#[test]
fn a_container_that_ended_meanwhile_is_told_from_other_failures() {
    let ended = [
        "cannot remove container 7c as it could not be stopped: sending SIGKILL to container 7c: \
         container state improper: stopped: container state improper",
        "container 7c conmon exited prematurely, exit code could not be retrieved: internal libpod error",
    ];
    let others = [
        "can only stop created or running containers. 7c is in state paused: container state improper",
        "sending SIGKILL to container 7c: operation not permitted",
        "no space left on device",
    ];
    assert!(ended.iter().all(|text| ended_meanwhile(&failed(text))));
    assert!(others.iter().all(|text| !ended_meanwhile(&failed(text))));
}
