//! Probes: podsteward's are those of Kubernetes.
//!
//! Owns the ports that are given by name. Never judges a number.

use serde_yaml::Value;

use super::Gathered;
use super::view::View;
use crate::draft::Draft;
use crate::value::{list, map, number, text};

/// The numbers of a probe.
const NUMBERS: [&str; 5] =
    ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];

/// Reads the three probes.
pub(super) fn probes(view: &View<'_>, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    for (key, name) in
        [("startupProbe", "startup"), ("readinessProbe", "readiness"), ("livenessProbe", "liveness")]
    {
        let Some(probe) = view.get(key) else { continue };
        let Some((handler, asked)) = handler(view, &probe, gathered) else { continue };
        let path = format!("spec.probes.{name}");
        draft.field(&format!("{path}.{handler}"), asked, &probe.at());
        for key in NUMBERS {
            if let Some(value) = probe.text(key) {
                draft.field(&format!("{path}.{key}"), number(&value), &probe.at());
            }
        }
        probe.tell_rest(
            &[("terminationGracePeriodSeconds", "stopTimeoutSeconds holds for every stop")],
            gathered.warnings,
        );
    }
}

fn handler(
    container: &View<'_>,
    probe: &View<'_>,
    gathered: &mut Gathered<'_>,
) -> Option<(&'static str, Value)> {
    if let Some(exec) = probe.get("exec") {
        return Some(("exec", map([("command", Some(list(exec.texts("command"))))])));
    }
    if let Some(http) = probe.get("httpGet") {
        let headers: Vec<Value> = http
            .items("httpHeaders")
            .iter()
            .map(|header| {
                map([("name", header.text("name").map(text)), ("value", header.text("value").map(text))])
            })
            .collect();
        let asked = map([
            ("path", http.text("path").map(text)),
            ("port", port(container, &http)),
            ("host", http.text("host").map(text)),
            ("scheme", http.text("scheme").map(text)),
            ("httpHeaders", (!headers.is_empty()).then_some(Value::Sequence(headers))),
        ]);
        return Some(("httpGet", asked));
    }
    if let Some(tcp) = probe.get("tcpSocket") {
        let asked = map([("port", port(container, &tcp)), ("host", tcp.text("host").map(text))]);
        return Some(("tcpSocket", asked));
    }
    gathered
        .warnings
        .add(&probe.at(), "asks in a way that is not known here (exec, httpGet, tcpSocket): left out");
    None
}

/// A port by number, or by the name that the container gives it.
fn port(container: &View<'_>, handler: &View<'_>) -> Option<Value> {
    let wanted = handler.text("port")?;
    let named = container.items("ports").into_iter().find(|port| port.text("name").as_ref() == Some(&wanted));
    Some(named.and_then(|port| port.number("containerPort")).map_or_else(|| number(&wanted), Value::from))
}
