//! The dashboards have something to show: a real Prometheus scrapes a real controller.

use anyhow::{Result, ensure};
use podsteward_e2e::alertmanager::Alertmanager;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::prometheus::Setup;
use podsteward_e2e::wait::{PATIENCE, wait_until};
use serde_json::json;

#[test]
fn prometheus_sees_the_controller_and_alertmanager_hears_of_it() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    let alertmanager =
        Alertmanager::start(lab.dir(), "{route: {receiver: none}, receivers: [{name: none}]}")?;
    let rules = lab.dir().join("rules.yml");
    std::fs::write(&rules, "groups: [{name: one, rules: [{alert: Ready, expr: podsteward_ready == 1}]}]")?;
    let setup = Setup::default().scrape("podsteward", "127.0.0.1:9920").rules(rules).tell(&alertmanager);
    let prometheus = setup.start(lab.dir())?;
    ensure!(prometheus.wait_series("podsteward_ready == 1")?.len() == 1);
    prometheus.wait_firing("Ready")?;
    alertmanager.post(&json!([{"labels": {"alertname": "ByHand"}}]))?;
    wait_until("both alerts", PATIENCE, &2, || Ok(alertmanager.alerts()?.len()))
}
