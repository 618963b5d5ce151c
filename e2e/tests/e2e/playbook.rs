//! Playbooks on a real host: all steps on a finding, words that stay words, programs that outlive their time, everything that
//! keeps one from being begun, and a death at any step.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::{Controller, Options};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, playbook};
use podsteward_e2e::wait::{PATIENCE, wait_until};

const WEB: &str = "container/web";
const MEND: &str = "playbook/mend";

/// A lab with programs that may be run, and what they leave.
struct Programs {
    lab: Lab,
    dir: PathBuf,
}

impl Programs {
    fn start() -> Result<Self> {
        let lab = Lab::start()?;
        let dir = lab.dir().join("programs");
        fs::create_dir_all(&dir)?;
        let programs = Self { lab, dir };
        let left = programs.path("left");
        programs.write(
            "note",
            &format!("for word in \"$@\"; do echo \"[$word]\"; done >> {left}; env | sort; echo noted"),
        )?;
        programs.write("look", &format!("test -e {}", programs.path("well")))?;
        let hang = format!("sleep 500 & echo $! > {0}.child; echo $$ > {0}; wait", programs.path("pid"));
        programs.write("hang", &hang)?;
        programs.write("secret", "true")?;
        programs.allow(&["note", "look", "hang"])?;
        Ok(programs)
    }

    fn path(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    fn write(&self, name: &str, script: &str) -> Result<()> {
        fs::write(self.dir.join(name), format!("#!/bin/sh\n{script}\n"))?;
        Ok(fs::set_permissions(self.dir.join(name), fs::Permissions::from_mode(0o755))?)
    }

    fn allow(&self, names: &[&str]) -> Result<()> {
        let lines: Vec<String> = names.iter().map(|name| self.path(name)).collect();
        fs::write(self.dir.join("allowed"), format!("# What playbooks may run.\n{}\n", lines.join("\n")))?;
        Ok(fs::set_permissions(self.dir.join("allowed"), fs::Permissions::from_mode(0o600))?)
    }

    fn controller(&self) -> Options {
        self.lab
            .controller()
            .argument("--allow-commands")
            .argument(&self.path("allowed"))
            .env("SECRET", "mine")
    }

    fn declare(&self, name: &str, spec: &str) -> Result<()> {
        self.lab.write(&format!("{name}.yaml"), &playbook(name, spec))
    }

    /// Declares a playbook and waits until it is in force.
    fn declared(&self, controller: &Controller, name: &str, spec: &str) -> Result<()> {
        self.declare(name, spec)?;
        controller.wait_state(&format!("playbook/{name}"), "MATCH").map(drop)
    }

    /// What the program `note` was given, a word a line.
    fn left(&self) -> Result<String> {
        let path = self.dir.join("left");
        Ok(if path.exists() { fs::read_to_string(path)? } else { String::new() })
    }
}

/// Asks for a playbook, and answers the exit code and what was said.
fn ask(controller: &Controller, name: &str) -> Result<(Option<i32>, String)> {
    let id = format!("playbook/{name}:{WEB}");
    let asked = controller.cli(&["execute", "--action-id", &id])?;
    Ok((asked.code, asked.stderr))
}

#[test]
fn a_playbook_does_all_that_it_says_when_its_finding_is_there() -> Result<()> {
    let programs = Programs::start()?;
    let lab = &programs.lab;
    lab.write_container("web", SICKLY)?;
    lab.write_container("db", "")?;
    let words = r#"two words; 'single' \"double\" $HOME `id` --all"#;
    programs.declare("mend", &format!(
        "triggers: [{{finding: unhealthy, objects: [{WEB}]}}]\nrisk: low\nstabilise: 2s\n\
         parameters: {{words: \"{words}\", option: --force}}\n\
         preChecks: [{{probe: {{exec: {{command: [\"true\"]}}}}}}]\n\
         steps:\n- notify: {{message: mending}}\n- stop:\n\
         - command: {{argv: [{note}, $(target), $(words), --, $(option)]}}\n- start:\n\
         - probe: {{exec: {{command: [test, -e, /tmp/well]}}}}\n- restart: {{container: db}}\n- wait: {{for: 1s}}\n\
         - exec: {{container: db, command: [touch, \"/tmp/a b\"]}}\n\
         postChecks:\n- well:\n- probe: {{container: db, exec: {{command: [test, -e, \"/tmp/a b\"]}}}}",
        note = programs.path("note"),
    ))?;
    let controller = programs.controller().start()?;
    controller.wait_converged(3)?;
    let shown = controller
        .cli(&["execute", "--dry-run", "--action-id", &format!("{MEND}:{WEB}"), "-o", "json"])?
        .ok()?;
    ensure!(shown.contains("\"would_execute\": true") && programs.left()?.is_empty(), "{shown}");

    lab.fall_ill("web")?;
    let decision = controller.wait_executed(MEND, WEB, 1)?;
    ensure!(decision["outcome"] == "success" && decision["risk"] == "medium", "{decision:#}");
    let expected = "[web]\n[two words; 'single' \"double\" $HOME `id` --all]\n[--]\n[--force]\n";
    ensure!(programs.left()? == expected, "{}", programs.left()?);
    let details = decision["details"].as_str().unwrap_or_default();
    ensure!(
        details.contains("noted") && details.contains("PATH=") && !details.contains("SECRET"),
        "{details}"
    );
    ensure!(lab.starts("web")? == 2 && lab.starts("db")? == 2, "each was started once more");
    ensure!(decision["verification"]["checks_passed"] == 2, "{decision:#}");
    let why = controller.cli(&["why", WEB])?.ok()?;
    ensure!(why.contains(MEND), "{why}");
    Ok(())
}

#[test]
fn what_forbids_or_fails_a_playbook_is_said_and_nothing_is_left_half_done() -> Result<()> {
    let programs = Programs::start()?;
    let lab = &programs.lab;
    lab.write_container("web", "")?;
    lab.write_container("db", "")?;
    lab.write_policy("overrides: [{match: {names: [db]}, deny: [service-restart]}]")?;
    let steps = |also: &str| format!("stabilise: 1s\nsteps:\n- stop:\n{also}\n");
    let run = |name: &str, also: &str| format!("- command: {{argv: [{}], {also}}}", programs.path(name));
    let looks = format!("[{{command: {{argv: [{}]}}}}]", programs.path("look"));
    let controller = programs.controller().start()?;
    programs.declared(&controller, "secret", &steps(&run("secret", "timeout: 5s")))?;
    controller.wait_finding("command_not_allowed", "playbook/secret")?;
    controller.wait_converged(4)?;
    let (code, said) = ask(&controller, "secret")?;
    ensure!(code == Some(3) && said.contains("file of allowed commands"), "{code:?} {said}");
    programs.declared(&controller, "denied", &steps("- restart: {container: db}"))?;
    let (code, said) = ask(&controller, "denied")?;
    ensure!(code == Some(3) && said.contains("denied on container/db"), "{code:?} {said}");
    programs.declared(&controller, "unmet", &format!("preChecks: {looks}\n{}", steps("")))?;
    let (code, said) = ask(&controller, "unmet")?;
    let decision = controller.wait_executed("playbook/unmet", WEB, 1)?;
    ensure!(code == Some(3), "{code:?} {said}");
    ensure!(decision["outcome"] == "withheld" && decision["withheld_by"] == "dependencies", "{decision:#}");
    ensure!(lab.starts("web")? == 1 && lab.starts("db")? == 1, "something was touched");

    programs.declared(&controller, "hang", &steps(&run("hang", "timeout: 1s")))?;
    let (code, said) = ask(&controller, "hang")?;
    // What a program did that was ended in the middle cannot be known.
    let decision = controller.wait_executed("playbook/hang", WEB, 1)?;
    ensure!(code == Some(1) && decision["outcome"] == "inconclusive", "{code:?} {said} {decision:#}");
    for pid in ["pid", "pid.child"] {
        let pid = fs::read_to_string(programs.dir.join(pid))?;
        let gone = || Ok(!Path::new(&format!("/proc/{}", pid.trim())).exists());
        wait_until("the whole group to be gone", PATIENCE, &true, gone)?;
    }
    controller.wait_state(WEB, "MATCH")?;
    ensure!(lab.starts("web")? == 2, "it runs again");

    programs.declared(&controller, "unheld", &format!("postChecks: {looks}\n{}", steps("- start:")))?;
    let (code, said) = ask(&controller, "unheld")?;
    let decision = controller.wait_executed("playbook/unheld", WEB, 1)?;
    ensure!(code == Some(1) && decision["outcome"] == "failure", "{code:?} {said} {decision:#}");
    ensure!(decision["confidence_delta"].as_f64().is_some_and(|delta| delta < -0.09), "{decision:#}");
    ensure!(decision["details"].as_str().unwrap_or_default().contains("look ends with 0"), "{decision:#}");

    let risky = "risk: high\nparameters: {words: }\nstabilise: 1s\nsteps: [{notify: {message: $(words)}}]";
    programs.declared(&controller, "risky", risky)?;
    let (code, said) = ask(&controller, "risky")?;
    ensure!(code == Some(2) && said.contains("'words' is missing"), "{code:?} {said}");
    let id = format!("playbook/risky:{WEB}");
    let asked = controller.cli(&["execute", "--action-id", &id, "--parameter", "words=a b"])?;
    ensure!(asked.code == Some(3) && asked.stderr.contains("`podsteward approve 1`"), "{asked:?}");
    controller.cli(&["approve", "1"])?.ok()?;
    let decision = controller.wait_executed("playbook/risky", WEB, 1)?;
    ensure!(decision["outcome"] == "success" && decision["risk"] == "high", "{decision:#}");
    Ok(())
}

#[test]
fn a_playbook_is_not_gone_on_with_when_the_controller_dies_at_any_step() -> Result<()> {
    let programs = Programs::start()?;
    let lab = &programs.lab;
    lab.write_container("web", "")?;
    let places =
        ["after:stop-container", "before:run-command", "after:run-command", "before:start-container"];
    let note = programs.path("note");
    for index in 0..places.len() {
        let steps = format!("- stop:\n- command: {{argv: [{note}, once]}}\n- start:");
        let spec = format!("stabilise: 1s\nsteps:\n{steps}");
        programs.declare(&format!("mend-{index}"), &spec)?;
    }
    let controller = programs.controller().start()?;
    controller.wait_converged(1 + places.len())?;
    controller.stop()?;
    for (index, at) in places.into_iter().enumerate() {
        let name = format!("mend-{index}");
        fs::write(programs.dir.join("left"), "")?;
        let mut doomed = programs.controller().env("PODSTEWARD_CRASH_AT", at).start()?;
        doomed.wait_state(WEB, "MATCH")?;
        // Whoever asked hears that the controller is gone.
        let (code, said) = ask(&doomed, &name)?;
        ensure!(code != Some(0), "{at}: {code:?} {said}");
        ensure!(doomed.wait_end()?.is_none(), "{at}: it did not die");
        let ran = programs.left()?;
        let controller = programs.controller().start()?;
        let decision = controller.wait_executed(&format!("playbook/{name}"), WEB, 1).context(at)?;
        ensure!(decision["outcome"] == "inconclusive", "{at}: {decision:#}");
        controller.wait_state(WEB, "MATCH")?;
        ensure!(lab.container("web")?.runs(), "{at}: it was left stopped");
        ensure!(programs.left()? == ran, "{at}: the command was run again");
        controller.stop()?;
    }
    Ok(())
}
