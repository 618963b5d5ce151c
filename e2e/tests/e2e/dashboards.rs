//! Every query of the dashboards has an answer, and every rule can be evaluated: a real Prometheus scrapes a real
//! controller that has some of everything, and a real Alertmanager tells it what fires, as the example says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use podsteward_e2e::alertmanager::Alertmanager;
use podsteward_e2e::controller::{Controller, Options};
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::history::grow;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, backup, cleaned, container, disk, files_below};
use podsteward_e2e::prometheus::{Prometheus, Setup};
use podsteward_e2e::wait::{PATIENCE, wait_until, wall_seconds};
use serde_json::Value;

const WEB: &str = "container/web";
const RESTART: &str = "service-restart";
/// The path in the example that the scenario has at another place.
const TOKEN: &str = "/etc/alertmanager/podsteward-token";

/// What Grafana puts in the place of its variables. The windows are long enough for everything that a scenario did.
const VARIABLES: [(&str, &str); 5] = [
    ("$__rate_interval", "10m"),
    ("$__range", "10m"),
    ("$job", "podsteward"),
    ("$instance", "127.0.0.1:9920"),
    ("$object", ".*"),
];

#[test]
fn every_panel_has_something_to_show_and_every_rule_can_be_evaluated() -> Result<()> {
    let lab = Lab::start()?;
    let _disks = declare(&lab)?;
    let token = token(&lab)?;
    let controller = receiving(&lab, &token).start()?;
    let example = fs::read_to_string(metrics().join("alertmanager/alertmanager.yml"))?;
    let alertmanager = Alertmanager::start(lab.dir(), &example.replace(TOKEN, &token))?;
    // It scrapes from the beginning, so that what happens is an increase.
    let setup = Setup::default().scrape("podsteward", "127.0.0.1:9920").rules(metrics().join("alerts/*.yml"));
    let prometheus = setup.tell(&alertmanager).start(lab.dir())?;
    prometheus.wait_series("podsteward_ready == 1")?;
    controller.wait_state("container/held", "MATCH")?;
    lab.write("held.yaml", &container("held", "").replace("metadata:\n", PAUSED))?;
    rings_for_nothing(&prometheus)?;
    let controller = live(&lab, controller, &prometheus)?;

    for query in queries()? {
        prometheus.wait_number(&query)?;
    }
    let failing = || {
        let rules = prometheus.rules()?;
        ensure!(rules.len() > 60, "{} rules", rules.len());
        Ok(rules.into_iter().filter(|rule| rule["health"] != "ok").collect::<Vec<_>>())
    };
    wait_until("every rule to be evaluated", PATIENCE, &Vec::new(), failing)?;
    names_commands_that_exist(&lab, &prometheus)?;
    says_what_holds(&prometheus)?;
    controller.stop()
}

/// A container that falls ill, one that is paused, one that is probed, a backup, and the disks.
fn declare(lab: &Lab) -> Result<[Disk; 2]> {
    lab.write_policy("overrides: [{match: {names: [data]}, requiresConfirmation: true}]")?;
    lab.write_container("web", SICKLY)?;
    lab.write_container("held", "")?;
    lab.write_container("probed", "probes: {readiness: {exec: {command: ['true']}, periodSeconds: 1}}")?;
    let dump = dump(lab)?;
    lab.write(
        "backup.yaml",
        &backup("nightly", &format!("path: {dump}\nmaxAge: 1d\nrestore: {{path: {dump}}}")),
    )?;
    watched(lab)
}

/// A backup of four hours ago: what was written just now may not be whole.
fn dump(lab: &Lab) -> Result<String> {
    let dump = lab.dir().join("dump.sql");
    fs::write(&dump, "it is all in here")?;
    let written = u64::try_from(wall_seconds() - 4 * 3600)?;
    File::options().write(true).open(&dump)?.set_modified(UNIX_EPOCH + Duration::from_secs(written))?;
    Ok(dump.display().to_string())
}

/// How a document is paused.
const PAUSED: &str = "metadata:\n  annotations: {podsteward.dev/paused: moving house}\n";

/// Two filesystems: one that will be full in days and has a fixed number of inodes, one with records of its own.
fn watched(lab: &Lab) -> Result<[Disk; 2]> {
    let data = lab.mount("data", Filesystem::Tmpfs, 100)?;
    data.write("junk/old.bin", 45)?;
    data.write("films/one.bin", 35)?;
    let root = lab.mount("root", Filesystem::Btrfs, 128)?;
    lab.write("data.yaml", &cleaned(data.text(), &files_below(&format!("{}/junk", data.text()))))?;
    lab.write("root.yaml", &disk("root", &format!("path: {}", root.text())))?;
    Ok([data, root])
}

/// The file with the token that lets Alertmanager in.
fn token(lab: &Lab) -> Result<String> {
    let file = lab.dir().join("token");
    fs::write(&file, "a-token-of-a-scenario\n")?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    Ok(file.display().to_string())
}

fn receiving(lab: &Lab, token: &str) -> Options {
    lab.controller().argument("--token-file").argument(token)
}

/// Something of everything happens: a drill, a repair, what is remembered, a look ahead, and a cooldown that withholds.
fn live(lab: &Lab, controller: Controller, prometheus: &Prometheus) -> Result<Controller> {
    controller.wait_state(WEB, "MATCH")?;
    controller.cli(&["drill", "--wait"])?.ok()?;
    lab.fall_ill("web")?;
    controller.wait_executed(RESTART, WEB, 1)?;
    // What is counted and not scraped before the end is never seen.
    for counted in ["time_to_repair_seconds_count", "drill_duration_seconds_count", "probe_results_total"] {
        prometheus.wait_series(&format!("increase(podsteward_{counted}[10m]) > 0"))?;
    }
    controller.stop()?;
    grow(lab, 5)?;
    let controller = receiving(lab, &token(lab)?).start()?;
    controller.wait_state(WEB, "MATCH")?;
    lab.fall_ill("web")?;
    controller.wait_withheld(RESTART, WEB, "cooldown")?;
    Ok(controller)
}

/// Where all is well, nothing but the test is even on its way to ring: what was paused, and a drill that is to come.
fn rings_for_nothing(prometheus: &Prometheus) -> Result<()> {
    let expected = ["PodstewardNeverDrilled", "PodstewardObjectHeld", "PodstewardTest"];
    let expected = BTreeSet::from(expected.map(str::to_owned));
    wait_until("only these alerts", PATIENCE, &expected, || {
        let name = |alert: &Value| alert["labels"]["alertname"].as_str().unwrap_or_default().to_owned();
        Ok(prometheus.alerts()?.iter().map(name).collect())
    })
}

/// Whoever is woken by a rule can run what it says.
fn names_commands_that_exist(lab: &Lab, prometheus: &Prometheus) -> Result<()> {
    let rules = prometheus.rules()?;
    let runbooks = rules.iter().filter_map(|rule| rule["annotations"]["runbook"].as_str());
    let quoted = runbooks.flat_map(|text| text.split('`').skip(1).step_by(2));
    let commands: BTreeSet<&str> = quoted.filter_map(|code| code.strip_prefix("podsteward ")).collect();
    ensure!(commands.len() > 15, "{commands:?}");
    let mut helps = BTreeMap::new();
    for command in commands {
        let mut words = command.split(' ').peekable();
        let name: Vec<&str> = words.next_if(|word| !word.starts_with('-')).into_iter().collect();
        let help = match helps.get(&name) {
            Some(help) => help,
            None => &*helps.entry(name.clone()).or_insert(lab.cli(&[&name[..], &["--help"]].concat())?.ok()?),
        };
        for option in words.filter(|word| word.starts_with("--")) {
            ensure!(help.contains(option), "`podsteward {command}`: there is no {option}");
        }
    }
    Ok(())
}

/// The gate that withholds is named with its object, and until when.
fn says_what_holds(prometheus: &Prometheus) -> Result<()> {
    let labels = format!("object=\"{WEB}\",action=\"{RESTART}\",gate=\"cooldown\"");
    let withheld = prometheus.wait_series(&format!("podsteward_object_withheld{{{labels}}}"))?;
    ensure!(withheld.len() == 1, "{withheld:#?}");
    let opens = format!("podsteward_object_withheld_until_timestamp_seconds{{{labels}}} - time()");
    prometheus.wait_series(&format!("0 < ({opens}) < 300"))?;
    prometheus.wait_series("podsteward_object_held{object=\"container/held\",by=\"annotation\"}")?;
    prometheus.wait_series("podsteward_object_state{object=\"container/web\"}")?;
    Ok(())
}

/// Every query of every dashboard, as Grafana would send it.
fn queries() -> Result<Vec<String>> {
    let mut queries = Vec::new();
    for entry in fs::read_dir(metrics().join("dashboards"))? {
        let path = entry?.path();
        let dashboard: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let panels = dashboard["panels"].as_array().context("a dashboard has panels")?;
        for target in panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten() {
            let text = target["expr"].as_str().with_context(|| format!("a query in {}", path.display()))?;
            queries.push(
                VARIABLES.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value)),
            );
        }
    }
    ensure!(queries.len() > 90, "{} queries", queries.len());
    Ok(queries)
}

fn metrics() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../metrics")
}
