//! A wall clock that jumps a day either way changes nothing: deadlines are kept in boot time.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Options;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::SICKLY;
use podsteward_e2e::remediation::id;
use podsteward_e2e::wait::{PATIENCE, Stopwatch, stays};

const ACTION: &str = "service-restart";
const COOLDOWN: Duration = Duration::from_secs(35);

/// Where Debian keeps the library that bends a program's clock.
const FAKETIME: &str = "lib/{arch}-linux-gnu/faketime/libfaketime.so.1";

#[test]
fn a_clock_that_jumps_neither_expires_nor_freezes_anything() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("cooldowns: {service-restart: 35s}")?;
    lab.write_container("web", SICKLY)?;
    lab.write_container("db", &format!("{SICKLY}\nremediation: {{requiresConfirmation: true}}"))?;
    lab.write_container("app", "")?;
    let clock = lab.dir().join("clock");
    jump(&clock, "+0")?;
    let controller = bent(lab.controller(), &clock)?.start()?;
    controller.wait_converged(4)?;

    lab.fall_ill("db")?;
    let asked = controller.wait_asked(ACTION, "container/db")?;
    lab.fall_ill("web")?;
    controller.wait_executed(ACTION, "container/web", 1)?;
    let rest = Stopwatch::start();
    lab.fall_ill("web")?;
    controller.wait_withheld(ACTION, "container/web", "cooldown")?;

    for leap in ["+86400", "-86400"] {
        lab.requests().forget();
        jump(&clock, leap)?;
        let restarts = || Ok((lab.requests().writes(), rest.elapsed() > COOLDOWN));
        stays(&format!("writes after {leap}"), Duration::from_secs(4), &(Vec::new(), false), restarts)?;
        let pending = controller.wait_asked(ACTION, "container/db")?;
        ensure!(pending["id"] == asked["id"], "{leap}: {pending:#}");
        // What is declared goes on as ever.
        let old = lab.container("app")?;
        old.kill()?;
        lab.wait_restarted("app", &old, PATIENCE)?;
        let checked = |request: &String| request.ends_with("/healthcheck");
        ensure!(lab.requests().all().iter().any(checked), "{leap}: health was not checked");
    }

    controller.cli(&["approve", &id(&asked)])?.ok()?;
    let second = controller.wait_executed(ACTION, "container/web", 2)?;
    ensure!(second["outcome"] == "success", "{second:#}");
    ensure!(rest.elapsed() > COOLDOWN, "the cooldown was over after {:?}", rest.elapsed());
    Ok(())
}

/// The controller, and every command, with a clock that the file sets.
fn bent(options: Options, clock: &Path) -> Result<Options> {
    let library = Path::new("/usr").join(FAKETIME.replace("{arch}", std::env::consts::ARCH));
    ensure!(library.exists(), "{} is missing: install libfaketime", library.display());
    let clock = clock.to_str().context("a path of the lab is text")?;
    Ok(options
        .env("LD_PRELOAD", &library.to_string_lossy())
        .env("FAKETIME_TIMESTAMP_FILE", clock)
        .env("FAKETIME_NO_CACHE", "1")
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1"))
}

/// Sets the clock ahead or back by seconds, at once.
fn jump(clock: &Path, leap: &str) -> Result<()> {
    let beside = clock.with_extension("new");
    fs::write(&beside, format!("{leap}\n"))?;
    Ok(fs::rename(beside, clock)?)
}
