//! The verb on commands inside a container.
//!
//! Owns the three requests of a run (make it, begin it, ask how it ended) and its deadline. Never ends what outlives that:
//! Podman cannot. The client crate panics on frames that it does not know, so the requests are ours.

use std::time::Duration;

use hyper014::Body;
use hyper014::body::HttpBody;
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use super::Podman;
use super::call::within;
use super::failure::Failure;
use super::log::Frames;
use crate::api::Executed;
use crate::chatter;
use crate::deadline::READ;
use crate::error::Error;
use crate::names::check_name;

/// So much of what a command said is kept.
const LINES_MAX: usize = 10;
/// How soon to ask again for the end of a command that has closed its output.
const ASK_AGAIN: Duration = Duration::from_millis(20);

/// The request for a run.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Run<'a> {
    attach_stdout: bool,
    attach_stderr: bool,
    cmd: &'a [String],
}

/// The request to begin it, attached: of a detached one Podman 4.3 never says that it ended.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Begin {
    detach: bool,
    tty: bool,
}

/// The answer to the request for a run.
#[derive(Deserialize)]
struct Made {
    #[serde(rename = "Id")]
    id: String,
}

/// How a run is doing.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    running: bool,
    exit_code: i32,
    #[serde(default)]
    pid: i64,
}

impl Podman {
    /// Runs a command inside.
    pub(super) async fn container_exec(
        &self,
        name: &str,
        command: &[String],
        deadline: Duration,
    ) -> Result<Executed, Error> {
        let call = format!("run a command in container {name}");
        check_name(&call, name)?;
        if command.is_empty() {
            return Err(Error::Refused { call, message: "the command is empty".to_owned() });
        }
        self.exact_container(&call, name).await?;
        let path = format!("/containers/{name}/exec");
        let run = Run { attach_stdout: true, attach_stderr: true, cmd: command };
        let begun = async {
            let answer = self.raw.post(&path, Some(&run)).await?;
            let id = serde_json::from_str::<Made>(&answer.body)?.id;
            if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(Failure::Shape(format!("'{id}' is no id of a run")));
            }
            let begin = Begin { detach: false, tty: false };
            let body = self.raw.post_for_body(&format!("/exec/{id}/start"), &begin).await?;
            Ok((id, body))
        };
        let (id, mut body) = within(&call, READ, begun).await?;
        let mut frames = Frames::default();
        let end = timeout(deadline, self.end_of(&id, &mut body, &mut frames)).await;
        let code = if let Ok(code) = end {
            code.map_err(|failure| failure.sorted(&call))?
        } else {
            let told = within(&call, READ, self.told(&id)).await?;
            if told.running {
                return Ok(Executed::StillRuns { pid: u32::try_from(told.pid).ok().filter(|pid| *pid != 0) });
            }
            told.exit_code
        };
        Ok(Executed::Ended { code, output: chatter::output(frames.tail.lines(LINES_MAX)) })
    }

    /// Reads what a command says until it ends, and answers its exit code.
    async fn end_of(&self, id: &str, body: &mut Body, frames: &mut Frames) -> Result<i32, Failure> {
        while let Some(chunk) = body.data().await {
            let chunk = chunk.map_err(|error| Failure::Socket(error.to_string()))?;
            frames.push(&chunk)?;
        }
        // One that only closed its output still runs.
        loop {
            let told = self.told(id).await?;
            if !told.running {
                return Ok(told.exit_code);
            }
            sleep(ASK_AGAIN).await;
        }
    }

    async fn told(&self, id: &str) -> Result<Told, Failure> {
        self.raw.get(&format!("/exec/{id}/json")).await
    }
}
