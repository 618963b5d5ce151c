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
