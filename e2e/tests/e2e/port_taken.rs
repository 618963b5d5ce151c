//! A port that another program holds.

use std::net::TcpListener;

use anyhow::Result;
use podsteward_e2e::lab::Lab;

#[test]
fn a_taken_port_is_reported_not_hammered_and_retried_when_asked() -> Result<()> {
    let lab = Lab::start()?;
    let holder = TcpListener::bind("127.0.0.1:18080")?;
    lab.write_container("web", "ports: [{containerPort: 80, hostPort: 18080, hostIP: 127.0.0.1}]")?;
    let controller = lab.controller().start()?;
    controller.wait_condition("container/web", "Applied", "False/Terminal")?;
    lab.stays_untouched()?;
    drop(holder);
    controller.cli(&["retry", "container/web"])?.ok()?;
    lab.wait_running("web")?;
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}
