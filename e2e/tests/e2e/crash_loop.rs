//! A container that exits again and again is started ever more slowly.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;

#[test]
fn the_third_exit_makes_it_crash_loop_back_off() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", r#"command: ["sh", "-c", "exit 7"]"#)?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "CrashLoopBackOff")?;
    let starts = lab.requests().writes().into_iter().filter(|request| request.ends_with("/start")).count();
    ensure!(starts <= 4, "{starts} starts before the back-off");
    Ok(())
}

#[test]
fn restart_policy_never_leaves_a_finished_job_completed() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("job", "command: [\"true\"]\nrestartPolicy: Never")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/job", "COMPLETED")?;
    lab.stays_untouched()
}
