//! Every class of bad input: a clear error with its place, the rest keeps working, nothing is removed.

use std::fs;
use std::os::unix::fs::symlink;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{container, file};

#[test]
fn documents_that_say_something_impossible() -> Result<()> {
    let (lab, controller) = two_good_ones()?;
    lab.write("unknown.yaml", &container("unknown", "colour: blue"))?;
    lab.write("type.yaml", &container("type", "init: \"perhaps\""))?;
    lab.write("twice.yaml", &file(&[container("twice", ""), container("twice", "")]))?;
    let cycle = [container("one", "dependsOn: [{name: two}]"), container("two", "dependsOn: [{name: one}]")];
    lab.write("cycle.yaml", &file(&cycle))?;
    lab.write("missing.yaml", &container("missing", "dependsOn: [{name: nobody}]"))?;
    let port = "ports: [{containerPort: 80, hostPort: 18080, hostIP: 127.0.0.1}]";
    lab.write("port1.yaml", &container("port1", port))?;
    lab.write("port2.yaml", &container("port2", port))?;

    let problems = validate(&controller)?;
    says(&problems, "unknown.yaml:8:3: spec.colour", "colour")?;
    says(&problems, "type.yaml:8:9: spec.init", "true")?;
    says(&problems, "twice.yaml:", "twice")?;
    says(&problems, "cycle.yaml:", "one")?;
    says(&problems, "missing.yaml:", "nobody")?;
    says(&problems, "port2.yaml:", "18080").or_else(|_| says(&problems, "port1.yaml:", "18080"))?;
    the_rest_works(&lab, &controller)
}

#[test]
fn files_that_are_no_manifests() -> Result<()> {
    let (lab, controller) = two_good_ones()?;
    lab.write("big.yaml", &format!("# {}\n", "x".repeat(10 * 1024 * 1024)))?;
    fs::write(lab.manifests().join("binary.yaml"), [0u8, 1, 2, 0xff, 0xfe, 0, 7])?;
    fs::write(lab.manifests().join("latin.yaml"), b"kind: Container # caf\xe9\n")?;
    lab.write("bomb.yaml", &alias_bomb())?;
    lab.write("cut.yaml", "apiVersion: podsteward.dev/v1alpha1\nkind: \"Contai")?;

    let problems = validate(&controller)?;
    for name in ["big", "binary", "latin", "bomb", "cut"] {
        says(&problems, &format!("{name}.yaml:"), "")?;
    }
    the_rest_works(&lab, &controller)
}

#[test]
fn entries_that_cannot_be_read() -> Result<()> {
    let (lab, controller) = two_good_ones()?;
    let entry = |name: &str| lab.manifests().join(name);
    // Root may read everything, so unreadable is what the kernel itself refuses.
    symlink("/proc/self/mem", entry("unreadable.yaml"))?;
    symlink("nowhere.yaml", entry("dangling.yaml"))?;
    symlink("loop2.yaml", entry("loop1.yaml"))?;
    symlink("loop1.yaml", entry("loop2.yaml"))?;
    symlink(".", entry("again"))?;
    fs::create_dir(entry("directory.yaml"))?;

    let problems = validate(&controller)?;
    for name in ["unreadable", "dangling", "loop1", "loop2"] {
        says(&problems, &format!("{name}.yaml:"), "")?;
    }
    the_rest_works(&lab, &controller)
}

fn two_good_ones() -> Result<(Lab, Controller)> {
    let lab = Lab::start()?;
    lab.write_container("good", "")?;
    lab.write_container("better", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    Ok((lab, controller))
}

/// What `validate` says, which must be that something is wrong.
fn validate(controller: &Controller) -> Result<String> {
    let output = controller.cli(&["validate"])?;
    ensure!(output.code == Some(1), "validate ended with {:?}", output.code);
    Ok(format!("{}{}", output.stdout, output.stderr))
}

/// One line names the place and the thing.
fn says(problems: &str, place: &str, thing: &str) -> Result<()> {
    let found = problems.lines().any(|line| line.contains(place) && line.contains(thing));
    ensure!(found, "no problem at {place} about {thing:?} in\n{}", problems.get(..4000).unwrap_or(problems));
    Ok(())
}

/// Neither good container was touched, and an edit of one is followed.
fn the_rest_works(lab: &Lab, controller: &Controller) -> Result<()> {
    let untouched = lab.container("better")?;
    lab.write_container("good", "env: [{name: A, value: new}]")?;
    lab.wait_env("good", "A", "new")?;
    ensure!(lab.container("better")?.pid == untouched.pid);
    ensure!(controller.http("/healthz")?.status == 200);
    Ok(())
}

/// Nine levels of nine aliases each: some 380 million nodes if anybody expands them.
fn alias_bomb() -> String {
    let level = |number: usize| {
        let below = if number == 0 { "x".to_owned() } else { format!("*a{}", number - 1) };
        format!("a{number}: &a{number} [{}]\n", vec![below; 9].join(", "))
    };
    (0..9).map(level).collect()
}
