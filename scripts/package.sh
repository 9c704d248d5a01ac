#!/usr/bin/env bash
# Write what a cluster needs into a folder: the project's wheel, requirements.txt, the JVM libraries that Spark takes.
#   scripts/package.sh FOLDER      (after scripts/setup.sh)
set -euo pipefail
folder=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sources=$(mktemp -d)
trap 'rm -rf "$sources"' EXIT
# From a copy: setuptools builds beside its sources, and a later wheel would hold what was deleted since.
tar -c --exclude='./.*' --exclude=./dist --exclude=__pycache__ --exclude=node_modules --exclude='*.egg-info' . | tar -x -C "$sources"
[[ -f monitor/pages/static/monitor/monitor.js ]] ||
  echo "package: without the monitor's pages, which scripts/setup.sh --pages builds" >&2
rm -rf "$folder/jars" "$folder"/hmsf-*.whl
mkdir -p "$folder/jars"
.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
  --wheel-dir "$folder" "$sources"
cp requirements.txt "$folder"
cp -R .hmsf/jars/spark-connector "$folder/jars"
echo "$folder: $(cd "$folder" && du -sh -- * | awk '{print $2 " (" $1 ")"}' | paste -sd ' ')"
