//! The report as markdown.
//!
//! Owns its headings and tables. Never computes a number and never leaves one out: what is not known says so.

use std::time::Duration;

use podsteward_domain::report::{Report, Totals};
use podsteward_domain::score::Score;
use podsteward_specs::key::Kind;
use serde::Serialize;

use crate::output::{Screen, View, age};

/// Watched for less than this share of the time nobody knows how it went, in basis points.
const WATCHED_BP: u16 = 9_900;

/// What is shown.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Page(pub(super) Report);

impl View for Page {
    fn text(&self, _screen: Screen) -> String {
        let report = &self.0;
        let parts = [
            format!("# podsteward, {} to {}\n\n{}\n", report.from, report.to, report.headline),
            section("What was done", &actions(report)),
            section("What was held back", &held_back(report)),
            section("How well", &well(report)),
            section("Disks", &disks(report)),
            section("Backups", &backups(report)),
            section("What was not well", &offenders(report)),
            section("Findings by time open", &findings(report)),
            section("podsteward itself", &itself(report)),
        ];
        parts.join("\n")
    }
}

fn section(title: &str, body: &str) -> String {
    format!("## {title}\n\n{body}")
}

/// A table of markdown; where it has no rows, a word instead.
fn table(heads: &[&str], rows: &[Vec<String>], none: &str) -> String {
    if rows.is_empty() {
        return format!("{none}\n");
    }
    let line = |cells: &[String]| {
        let cells: Vec<String> =
            cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let heads: Vec<String> = heads.iter().map(ToString::to_string).collect();
    let rule: Vec<String> = heads.iter().map(|_| "---".to_owned()).collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{rows}", line(&heads), line(&rule))
}

fn actions(report: &Report) -> String {
    let heads =
        ["Action", "Attempts", "Verified", "Success rate", "Unclear", "Asked", "Held back", "Confidence"];
    let row = |name: String, totals: &Totals| {
        vec![
            name,
            totals.attempts.to_string(),
            totals.verified.to_string(),
            rate(totals.success_rate),
            totals.inconclusive.to_string(),
            totals.asked.to_string(),
            totals.withheld.to_string(),
            totals.average_confidence.map_or_else(|| "no data".to_owned(), |score| score.to_string()),
        ]
    };
    let mut rows: Vec<Vec<String>> =
        report.actions.iter().map(|it| row(it.action.to_string(), &it.totals)).collect();
    if !rows.is_empty() {
        rows.push(row("all".to_owned(), &report.all));
    }
    table(&heads, &rows, "Nothing.")
}

fn held_back(report: &Report) -> String {
    let rows = report.withheld_by.iter().map(|(gate, times)| vec![gate.to_string(), times.to_string()]);
    let mut text = table(&["Gate", "Times"], &rows.collect::<Vec<_>>(), "No gate held anything back.");
    let pending = report.approvals_pending.iter();
    let pending = pending.map(|it| vec![it.id.to_string(), it.action.to_string(), it.target.to_string()]);
    text.push('\n');
    text.push_str(&table(
        &["Approval", "Action", "Target"],
        &pending.collect::<Vec<_>>(),
        "No approval waits.",
    ));
    let breakers = report.breakers.iter().map(|breaker| {
        let action = breaker.action.map_or_else(|| "all".to_owned(), |action| action.to_string());
        let target = breaker.target.as_ref().map_or_else(|| "anywhere".to_owned(), ToString::to_string);
        vec![action, target, breaker.state.as_str().to_owned()]
    });
    text.push('\n');
    text.push_str(&table(
        &["Breaker", "On", "State"],
        &breakers.collect::<Vec<_>>(),
        "All breakers are closed.",
    ));
    text
}

fn well(report: &Report) -> String {
    let score = report.health_score.map_or_else(|| "not known".to_owned(), |score| format!("{score} of 100"));
    let repair = report.time_to_repair.as_ref().map_or_else(
        || "no data".to_owned(),
        |it| {
            format!(
                "median {}, worst {} ({} of {}), over {} repairs",
                span(it.median_seconds),
                span(it.worst_seconds),
                it.worst_finding,
                it.worst_target,
                it.repairs
            )
        },
    );
    let hands = report.manual_interventions.iter().map(|(what, times)| format!("{what} {times}"));
    let hands: Vec<String> = hands.collect();
    let hands = if hands.is_empty() { "none".to_owned() } else { hands.join(", ") };
    format!(
        "- health score: {score}\n- success rate: {}\n- proactive ratio: {}\n- time to repair: {repair}\n\
         - manual interventions: {hands}\n",
        rate(report.all.success_rate),
        rate(report.proactive_ratio)
    )
}

fn disks(report: &Report) -> String {
    let rows = report.disks.iter().map(|disk| {
        let days = disk.days_left.map_or_else(|| "-".to_owned(), |days| format!("{days:.1} days"));
        let error = match disk.past_error_ratio {
            Some(error) => format!("{} over {} forecasts", rate(Some(error)), disk.past_forecasts),
            None => "no data".to_owned(),
        };
        vec![
            disk.object.to_string(),
            disk.used_ratio.map_or_else(|| "not known".to_owned(), |used| rate(Some(used))),
            disk.outlook.clone(),
            days,
            error,
        ]
    });
    let heads = ["Disk", "Used", "Outlook", "Until act", "Forecast error"];
    table(&heads, &rows.collect::<Vec<_>>(), "No filesystem is watched.")
}

fn backups(report: &Report) -> String {
    let rows = report.backups.iter().map(|backup| {
        let findings: Vec<&str> = backup.findings.iter().map(|kind| kind.as_str()).collect();
        vec![backup.object.to_string(), backup.state.clone(), findings.join(", "), backup.message.clone()]
    });
    table(&["Backup", "State", "Findings", "Says"], &rows.collect::<Vec<_>>(), "No backup is declared.")
}

fn offenders(report: &Report) -> String {
    let rows = report.offenders.iter().map(|it| {
        let findings: Vec<&str> = it.findings.iter().map(|kind| kind.as_str()).collect();
        vec![it.object.to_string(), it.times.to_string(), span(it.seconds), findings.join(", ")]
    });
    table(&["Container", "Times", "In all", "Findings"], &rows.collect::<Vec<_>>(), none_ill(report))
}

/// What no findings mean: only what was watched and left nowhere alone was well.
fn none_ill(report: &Report) -> &'static str {
    let away = report.away.iter().any(|away| away.object.kind == Kind::Container);
    let watched = report.coverage.ratio.is_some_and(|ratio| ratio.basis_points() >= WATCHED_BP);
    match (away, watched) {
        (true, _) => "No container had a finding; see above which are not there, not known or left alone.",
        (false, true) => "Every container was well.",
        (false, false) => "Every container was well while podsteward ran.",
    }
}

fn findings(report: &Report) -> String {
    let rows = report.findings.iter().map(|it| {
        let open = if it.open { "open" } else { "over" };
        vec![
            it.finding.to_string(),
            it.target.to_string(),
            it.severity.as_str().to_owned(),
            it.times.to_string(),
            span(it.seconds),
            open.to_owned(),
        ]
    });
    let heads = ["Finding", "About", "Severity", "Times", "In all", "Now"];
    table(&heads, &rows.collect::<Vec<_>>(), "Nothing was wrong.")
}

fn itself(report: &Report) -> String {
    let coverage = &report.coverage;
    let since = coverage.known_since.as_ref();
    let ran = match coverage.ratio {
        Some(ratio) => format!("{} of the time", rate(Some(ratio))),
        None => "not known".to_owned(),
    };
    let since = since.map_or_else(String::new, |since| format!(" (before {since} is not known)"));
    let stood = coverage.seconds.iter().map(|(watch, secs)| format!("{} {}", watch.as_str(), span(*secs)));
    let stood: Vec<String> = stood.collect();
    let stood = if stood.is_empty() { "not known".to_owned() } else { stood.join(", ") };
    let drill = match &report.last_drill {
        Some(drill) => format!("{}: {}", drill.at, drill.sentence),
        None => "never".to_owned(),
    };
    let passed = report.last_successful_drill.as_deref().unwrap_or("never");
    format!(
        "- ran: {ran}{since}\n- switch: {stood}\n- last drill: {drill}\n- last drill that passed: {passed}\n{}",
        notifications(report)
    )
}

fn notifications(report: &Report) -> String {
    let Report { notifications_undelivered: lacking, notifications_waiting: waiting, .. } = report;
    let waiting = if *waiting == 0 { String::new() } else { format!("; {waiting} wait for their time") };
    let failing = report.channels.iter().filter(|channel| channel.undelivered > 0);
    let failing = failing.filter_map(|channel| {
        let error = channel.last_error.as_ref()?;
        Some(format!("  - {} lacks {}: {error}\n", channel.channel, channel.undelivered))
    });
    format!("- notifications that did not arrive: {lacking}{waiting}\n{}", failing.collect::<String>())
}

/// A share in percent with one decimal; never rounded up to all.
fn rate(score: Option<Score>) -> String {
    let Some(score) = score else { return "no data".to_owned() };
    format!("{}.{} %", score.basis_points() / 100, score.basis_points() % 100 / 10)
}

fn span(seconds: u64) -> String {
    age::short(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
