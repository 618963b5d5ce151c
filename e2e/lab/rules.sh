#!/bin/bash
# rules.sh: lets promtool check every alerting rule of metrics/alerts and run the rules' own tests, and lets promtool and
# amtool read the example configurations. What they ask for is compared with the catalogue by `cargo test`.
. "$(dirname "$0")/common.sh"
"$LAB/install.sh" prom
cd "$REPO/metrics"
promtool check rules alerts/*.yml
promtool test rules alerts/tests/*.yml
promtool check config prometheus/prometheus.yml
amtool check-config alertmanager/alertmanager.yml

# routed RECEIVERS LABEL...: where the example sends an alert with these labels.
routed() {
  local wanted=$1 is
  shift
  is=$(amtool config routes test --config.file=alertmanager/alertmanager.yml "$@" 2>/dev/null)
  [ "$is" = "$wanted" ] || die "an alert with $* goes to $is, not to $wanted"
}
routed podsteward alertname=PodstewardTest severity=none
routed people alertname=PodmanApiSlow severity=warning
routed people-now alertname=PodstewardDown severity=critical
routed podsteward,people alertname=SiteSlow severity=warning
routed podsteward,people-now alertname=SiteDown severity=critical
