//! The page of `status` as people see it.
//!
//! Owns its lines. Never reads anything.

use std::time::Duration;

use podsteward_domain::report::ChannelDelivery;
use podsteward_domain::status::ConditionStatus;
use podsteward_runtime::listing::{
    Condition, Controller, Counts, Drill, Notifications, Queue, Statistics, Status, StoreState,
};

use crate::output::table::{Cell, labelled};
use crate::output::{Screen, View, age, count};
use crate::view::{finding, intent, record, switch};

impl View for Status {
    fn text(&self, screen: Screen) -> String {
        let mut lines = vec![("Switch", switch::sentence(&self.switch))];
        lines.extend(switch::pauses(&self.switch).map(|(key, why)| ("Paused", format!("{key} {why}"))));
        lines.push(("Controller", controller(&self.controller)));
        lines.extend(self.queue.map(|queue| ("Queue", waiting(queue))));
        lines.push(("Store", store(&self.store)));
        lines.push(("Health", health(self.health_score)));
        lines.push(("Objects", objects(&self.objects)));
        lines.push(("Last day", statistics(&self.statistics)));
        lines.push(("Approvals", approvals(self.approvals_waiting)));
        lines.extend(self.breakers.iter().map(|breaker| ("Breaker", record::breaker_sentence(breaker))));
        lines.extend(self.budgets.iter().map(|budget| ("Budget", record::budget_sentence(budget))));
        lines.push(("Notified", notifications(&self.notifications)));
        lines.extend(self.notifications.lacking.iter().filter_map(lacking).map(|line| ("Channel", line)));
        lines.extend(self.conditions.iter().map(|condition| ("Alerts", alert_path(condition))));
        lines.push(("Last drill", drill(self.last_drill.as_ref())));
        let findings = self.findings.len();
        let open = if findings == 0 { "none".to_owned() } else { count(findings, "open finding") };
        lines.push(("Findings", open));
        let lines: Vec<_> = lines.into_iter().map(|(label, line)| (label, Cell::from(line))).collect();
        let mut text = labelled(&lines, screen);
        for table in [finding::text(&self.findings, screen), intent::text(&self.intents, screen)] {
            if !table.is_empty() {
                text.extend(["\n", &table]);
            }
        }
        text
    }
}

fn drill(last: Option<&Drill>) -> String {
    let Some(drill) = last else { return "never: `podsteward drill --wait` tries one".to_owned() };
    format!("{}: {}", drill.ended.as_deref().unwrap_or("under way"), drill.sentence)
}

fn controller(controller: &Controller) -> String {
    let runs = match (controller.running, controller.pid) {
        (true, Some(pid)) => format!("running, pid {pid}"),
        (true, None) => "running".to_owned(),
        (false, _) => "not running: start it with `podsteward run`".to_owned(),
    };
    match controller.last_check_age_seconds.map(Duration::from_secs) {
        Some(last) => format!("{runs}, last check {} ago", age::short(last)),
        None => runs,
    }
}

fn waiting(queue: Queue) -> String {
    match (queue.pending, queue.running) {
        (0, 0) => "nothing waits".to_owned(),
        (pending, running) => format!("{pending} waiting, {running} being looked at"),
    }
}

fn store(store: &StoreState) -> String {
    match &store.problem {
        Some(problem) => format!("{}: {problem}", store.path),
        None => store.path.clone(),
    }
}

fn health(score: Option<u32>) -> String {
    score.map_or_else(|| "not known yet".to_owned(), |score| format!("{score} of 100"))
}

fn approvals(waiting: usize) -> String {
    match waiting {
        0 => "none waits".to_owned(),
        1 => "1 waits for you: `podsteward approvals`".to_owned(),
        more => format!("{more} wait for you: `podsteward approvals`"),
    }
}

fn notifications(told: &Notifications) -> String {
    let Notifications { channels, undelivered, waiting, .. } = told;
    if *channels == 0 {
        return "nobody: no channel is declared (kind NotificationChannel)".to_owned();
    }
    let due = if *undelivered == 0 {
        "everything arrived".to_owned()
    } else {
        format!("{undelivered} did not arrive yet")
    };
    match waiting {
        0 => due,
        1 => format!("{due}, 1 waits for quiet hours to end or to be told again"),
        more => format!("{due}, {more} wait for quiet hours to end or to be told again"),
    }
}

/// A channel that does not get what is due.
fn lacking(channel: &ChannelDelivery) -> Option<String> {
    let error = channel.last_error.as_ref()?;
    let again = channel.next_try.as_ref().map(|at| format!("; next try {at}")).unwrap_or_default();
    Some(format!("{} lacks {}: {error}{again}", channel.channel, channel.undelivered))
}

/// Whether alerts are known to come in.
fn alert_path(condition: &Condition) -> String {
    let proven =
        if condition.status == ConditionStatus::True { "the way is proven" } else { "the way is not proven" };
    format!("{proven}: {}", condition.message)
}

fn objects(counts: &Counts) -> String {
    if counts.total == 0 {
        return "none".to_owned();
    }
    let states = counts.by_state.iter();
    let states = states.map(|(state, number)| format!("{number} {state}"));
    format!("{}: {}", counts.total, states.collect::<Vec<_>>().join(", "))
}

fn statistics(statistics: &Statistics) -> String {
    let Statistics { restarts, done, withheld, failed, success_rate, .. } = statistics;
    let rate = success_rate.map(|rate| format!("{} %", (rate.basis_points() + 50) / 100));
    let rate = rate.unwrap_or_else(|| "no data".to_owned());
    let restarts = count(usize::try_from(*restarts).unwrap_or(usize::MAX), "restart");
    format!("{done} done, {failed} failed, {withheld} withheld, success rate {rate}; {restarts} in all")
}

#[cfg(test)]
mod tests;
