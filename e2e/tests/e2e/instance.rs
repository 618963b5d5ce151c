//! Two controllers on one host.

use std::fs;

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::container;

#[test]
fn a_second_instance_works_beside_the_first_and_never_touches_its_objects() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let first = lab.controller().start()?;
    first.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;

    let others = lab.dir().join("manifests-second");
    fs::create_dir(&others)?;
    fs::write(others.join("web.yaml"), container("web", "env: [{name: A, value: other}]"))?;
    fs::write(others.join("app.yaml"), container("app", ""))?;
    let second = lab.controller().instance("second", 9921).start()?;
    second.wait_state("container/app", "MATCH")?;
    second.wait_state("container/web", "FOREIGN")?;
    lab.stays_untouched()?;
    ensure!(lab.container("web")?.pid == old.pid);
    first.wait_converged(1)
}

#[test]
fn a_second_controller_on_the_same_state_is_refused() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let first = lab.controller().start()?;
    first.wait_state("container/web", "MATCH")?;
    let mut second = lab.controller().spawn()?;
    let code = second.wait_end()?;
    ensure!(code.is_some_and(|code| code != 0), "ended with {code:?}");
    first.wait_converged(1)
}
