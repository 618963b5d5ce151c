//! The whole way: a metric, a rule, a real Prometheus, a real Alertmanager, the webhook, a playbook that mends it, its
//! verification, and the alert that is over by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use podsteward_e2e::alertmanager::Alertmanager;
use podsteward_e2e::controller::Controller;
use podsteward_e2e::exporter::Exporter;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{playbook, route};
use podsteward_e2e::prometheus::Setup;
use podsteward_e2e::wait::{PATIENCE, wait_until};

const WEB: &str = "container/web";
const ACTION: &str = "playbook/unjam";

const RULES: &str = r"groups:
- name: spool
  rules:
  - alert: SpoolJammed
    expr: spool_jammed == 1
    labels: {severity: critical}
    annotations: {summary: 'the spool of {{ $labels.container }} is jammed'}
";

/// Alertmanager tells podsteward at once, and of an end a second later.
fn config(token: &str) -> String {
    format!(
        "route: {{receiver: podsteward, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
- name: podsteward
  webhook_configs:
  - url: http://127.0.0.1:9920/api/v1/alerts
    send_resolved: true
    http_config:
      authorization: {{type: Bearer, credentials_file: {token}}}
"
    )
}

#[test]
fn a_metric_calls_for_a_playbook_that_mends_it_and_the_alert_is_over() -> Result<()> {
    let lab = Lab::start()?;
    let (spool, token, rules) =
        (lab.dir().join("spool"), lab.dir().join("token"), lab.dir().join("rules.yml"));
    fs::create_dir(&spool)?;
    fs::write(&token, "a-token-of-a-scenario\n")?;
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600))?;
    fs::write(&rules, RULES)?;
    let mount = format!("mounts: [{{type: bind, source: {}, target: /spool}}]", spool.display());
    lab.write_container("web", &mount)?;
    lab.write("unjam.yaml", &playbook("unjam", UNJAM))?;
    lab.write(
        "route.yaml",
        &route("spool", "match: {alertname: SpoolJammed}\nplaybook: unjam\ntargetLabel: container"),
    )?;
    // Steps that nobody takes back are worth less than a restart: here they are done all the same.
    lab.write_policy("thresholds: {autoExecute: 0.9, notifyExecute: 0.5, queue: 0.4}")?;
    let token = token.display().to_string();
    let controller = lab.controller().start()?;
    controller.wait_converged(4)?;
    controller.wait_executed("apply", WEB, 1)?;
    drop(controller);
    // What begins right after podsteward made a container may be its own doing: this is ten minutes later.
    let controller = lab.controller().argument("--token-file").argument(&token).later(600).start()?;

    let exporter = Exporter::start("spool_jammed{container=\"web\"}", &spool.join("jam"))?;
    let alertmanager = Alertmanager::start(lab.dir(), &config(&token))?;
    let prometheus = Setup::default()
        .scrape("spool", exporter.address())
        .rules(&rules)
        .tell(&alertmanager)
        .start(lab.dir())?;
    prometheus.wait_series("spool_jammed == 0")?;
    ensure!(controller.decisions(ACTION, WEB)?.is_empty(), "nothing is wrong yet");
    fs::write(spool.join("jam"), "paper")?;

    let decision = controller.wait_executed(ACTION, WEB, 1)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    ensure!(decision["verification"]["status"] == "verified", "{decision:#}");
    ensure!(decision["trigger"] == "alert", "{decision:#}");
    ensure!(decision["reason"] == "alert SpoolJammed fires: the spool of web is jammed", "{decision:#}");
    ensure!(!spool.join("jam").exists(), "it is mended");
    wait_until("the alert to be over", PATIENCE, &0, || found(&controller))?;
    ensure!(controller.executed(ACTION, WEB)?.len() == 1, "once was enough");
    ensure!(lab.starts("web")? == 1, "the container went on running");
    let received =
        |status: &str| controller.metric(&format!("podsteward_alerts_received_total{{status=\"{status}\"}}"));
    ensure!(received("firing")? > 0.5 && received("resolved")? > 0.5 && received("refused")? < 0.5);
    Ok(())
}

const UNJAM: &str = "risk: low
steps:
- exec: {command: [rm, -f, /spool/jam]}
postChecks:
- probe: {exec: {command: [test, '!', -e, /spool/jam]}, timeout: 10s}
stabilise: 1s";

/// How many open findings tell of an alert about the container.
fn found(controller: &Controller) -> Result<usize> {
    Ok(controller.findings()?.iter().filter(|it| it["finding"] == "alert" && it["target"] == WEB).count())
}
