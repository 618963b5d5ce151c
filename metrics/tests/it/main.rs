//! The rules and dashboards in step with the catalogue: what they ask for exists, and says what they think it says.
//!
//! Owns the rules that promtool and Grafana do not know. Whether the queries have answers is shown by the scenario
//! `dashboards`; whether the rules fire, by their own tests.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod dashboards;
#[cfg(test)]
mod promql;
