#!/bin/bash
# rules.sh: lets promtool check every alerting rule of metrics/alerts and run the rules' own tests.
. "$(dirname "$0")/common.sh"
"$LAB/install.sh" prom
cd "$REPO/metrics"
shopt -s nullglob globstar
for file in alerts/**/*.y*ml; do
  case $file in
    *test*) promtool test rules "$file" ;;
    *) promtool check rules "$file" ;;
  esac
done
for dashboard in dashboards/**/*.json; do
  python3 -m json.tool "$dashboard" >/dev/null || die "$dashboard is no JSON"
done
