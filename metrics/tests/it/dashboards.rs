//! Every dashboard of `dashboards/` is well-formed, asks for what exists, and says what it shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::catalogue::Catalogue;
use crate::promql::selectors;

/// The width of Grafana's grid.
const COLUMNS: u64 = 24;

/// Every dashboard with its name.
fn dashboards() -> Vec<(String, Value)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dashboards");
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut all: Vec<_> = files
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap())
        })
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(all.len() >= 4, "{} dashboards", all.len());
    all
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Every panel that shows something, with the name of its dashboard and its own.
fn panels() -> Vec<(String, Value)> {
    let all = dashboards().into_iter().flat_map(|(name, dashboard)| {
        let panels = list(&dashboard, "panels").to_vec();
        panels.into_iter().map(move |panel| (format!("{name}: {}", text(&panel, "title")), panel))
    });
    all.filter(|(_, panel)| text(panel, "type") != "row").collect()
}

#[test]
fn every_dashboard_can_be_imported_anywhere() {
    let mut uids = BTreeSet::new();
    for (name, dashboard) in dashboards() {
        assert_eq!(text(&dashboard, "uid"), format!("podsteward-{name}"));
        assert!(uids.insert(text(&dashboard, "uid").to_owned()), "{name}");
        assert!(dashboard.get("id").is_none(), "{name} carries the id of one Grafana");
        assert!(dashboard["schemaVersion"].as_u64().is_some_and(|version| version >= 39), "{name}");
        assert!(!text(&dashboard, "description").is_empty(), "{name}");
        let variables: Vec<&str> =
            list(&dashboard["templating"], "list").iter().map(|variable| text(variable, "name")).collect();
        for needed in ["datasource", "job", "instance"] {
            assert!(variables.contains(&needed), "{name} has no variable {needed}");
        }
    }
}

#[test]
fn panels_have_ids_of_their_own_and_do_not_overlap() {
    for (name, dashboard) in dashboards() {
        let panels = list(&dashboard, "panels");
        let ids: BTreeSet<u64> = panels.iter().filter_map(|panel| panel["id"].as_u64()).collect();
        assert_eq!(ids.len(), panels.len(), "ids of {name}");
        let place = |panel: &Value| {
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|key| panel["gridPos"][key].as_u64().unwrap());
            assert!(w > 0 && h > 0 && x + w <= COLUMNS, "{name}: {}", text(panel, "title"));
            [x, y, x + w, y + h]
        };
        for (number, one) in panels.iter().enumerate() {
            let [left, top, right, bottom] = place(one);
            for other in &panels[number + 1..] {
                let [l, t, r, b] = place(other);
                let apart = r <= left || right <= l || b <= top || bottom <= t;
                assert!(apart, "{name}: {} lies on {}", text(one, "title"), text(other, "title"));
            }
        }
    }
}

#[test]
fn every_panel_says_what_it_shows_and_in_which_unit() {
    for (name, panel) in panels() {
        assert!(!text(&panel, "title").is_empty(), "{name} has no title");
        assert!(text(&panel, "description").ends_with('.'), "{name} is not described");
        assert_eq!(text(&panel["datasource"], "uid"), "${datasource}", "{name}");
        if text(&panel, "type") != "table" {
            assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{name} has no unit");
        }
        assert!(!list(&panel, "targets").is_empty(), "{name} asks for nothing");
        let legends: Vec<&str> = list(&panel, "targets").iter().map(|it| text(it, "legendFormat")).collect();
        let named = text(&panel, "type") == "table" || legends.iter().all(|legend| !legend.is_empty());
        assert!(named, "{name} has a line without a name");
    }
}

#[test]
fn every_query_is_about_the_chosen_instance_and_asks_for_what_exists() {
    let catalogue = Catalogue::read();
    for (name, panel) in panels() {
        for target in list(&panel, "targets") {
            let expression = text(target, "expr");
            assert_eq!(text(&target["datasource"], "uid"), "${datasource}", "{name}: {expression}");
            let selectors = selectors(expression);
            assert!(!selectors.is_empty(), "{name} asks for nothing of podsteward: {expression}");
            for (metric, matchers) in selectors {
                assert_eq!(catalogue.complaint(&metric, &matchers), None, "{name}");
                for label in ["job", "instance"] {
                    let chosen =
                        matchers.iter().any(|(of, value)| of == label && value == &format!("${label}"));
                    assert!(chosen, "{name}: {metric} is not limited to ${label}");
                }
            }
        }
    }
}

#[test]
fn every_variable_is_filled_by_what_exists() {
    let catalogue = Catalogue::read();
    for (name, dashboard) in dashboards() {
        let variables = list(&dashboard["templating"], "list");
        for variable in variables.iter().filter(|variable| text(variable, "type") == "query") {
            for (metric, matchers) in selectors(text(&variable["query"], "query")) {
                assert_eq!(
                    catalogue.complaint(&metric, &matchers),
                    None,
                    "{name}: {}",
                    text(variable, "name")
                );
            }
        }
    }
}

#[test]
fn links_lead_to_dashboards_that_are_there() {
    let all = dashboards();
    let uids: BTreeSet<&str> = all.iter().map(|(_, dashboard)| text(dashboard, "uid")).collect();
    for (name, dashboard) in &all {
        let links = list(dashboard, "links");
        assert!(!links.is_empty(), "{name} leads nowhere");
        for link in links {
            let uid = text(link, "url").trim_start_matches("/d/").split('?').next().unwrap_or_default();
            let is_there = uids.contains(uid) || text(link, "type") == "dashboards";
            assert!(is_there, "{name}: {link}");
        }
    }
}
