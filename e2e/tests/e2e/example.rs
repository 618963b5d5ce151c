//! The example manifests of the repository come up as they stand.

use std::path::Path;

use anyhow::{Result, ensure};
use podsteward_e2e::http;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_for};

#[test]
fn the_example_is_valid_converges_and_answers() -> Result<()> {
    let lab = Lab::start()?;
    let manifests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests");
    let options = lab.controller().manifests(manifests);
    let validated = options.run(&["validate"])?;
    ensure!(validated.code == Some(0), "{validated:?}");
    let controller = options.start()?;
    // How full the disk of this machine is, is its own business.
    wait_for("everything but the disk to match", PATIENCE, || {
        let objects = controller.objects()?;
        let others = objects.iter().filter(|object| !object.key.starts_with("disk/"));
        Ok((objects.len() == 9 && others.filter(|object| object.state == "MATCH").count() == 8).then_some(()))
    })?;
    wait_for("the front door to answer", PATIENCE, || {
        let answer = http::over_tcp("127.0.0.1:8080", "GET", "/");
        Ok(answer.is_ok_and(|answer| answer.body.starts_with("Hello, the database says: ")).then_some(()))
    })
}
