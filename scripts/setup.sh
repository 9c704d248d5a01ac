#!/usr/bin/env bash
# Make the project ready to run: check what the machine must have, install the Python packages into .venv, fetch the
# JVM libraries. What is done already is skipped. `--check` stops after the check; `--pages` also builds the monitor's
# pages; `--tests` does that and fetches the browser of their tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=0
complain() {
  echo "setup: $1" >&2
  missing=1
}

# Sets python to a Python 3.11 that can make virtual environments.
check_python() {
  local candidate version found=""
  for candidate in python3.11 python3 python; do
    # An installed launcher may still fail, so ask it rather than look for it.
    version=$("$candidate" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
    if [[ $version == 3.11.* ]]; then
      python=$candidate
      "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        complain "Python 3.11 cannot make virtual environments: apt-get install python3.11-venv"
      return
    fi
    found=${found:-"$version as $candidate"}
  done
  complain "Python 3.11 is missing (found: ${found:-none}): apt-get install python3.11 python3.11-venv (where Debian or Ubuntu has none: pyenv, or ppa:deadsnakes/ppa)"
}

# Sets java_says to what the Java that is used says of itself.
check_java() {
  local java version where remedy="apt-get install openjdk-17-jdk-headless, or point JAVA_HOME at a JDK 17"
  if [[ -n ${JAVA_HOME:-} ]]; then
    java=$JAVA_HOME/bin/java where="JAVA_HOME=$JAVA_HOME"
  else
    java=java where=PATH
  fi
  if ! command -v "$java" >/dev/null; then
    complain "Java 17 is missing (no java in $where): $remedy"
    return
  fi
  java_says=$("$java" -version 2>&1) || java_says=""
  # Not the first line: with JAVA_TOOL_OPTIONS Java says those first.
  version=$(sed -n 's/^[a-z]* version "\([^"]*\)".*/\1/p' <<<"$java_says")
  # Cassandra 5.0 runs on 11 and 17, Spark 3.5 on 8 to 17: 17 is the one that is still maintained.
  if [[ $version != 17 && $version != 17.* ]]; then
    complain "Java must be 17, for Cassandra 5.0 and Spark 3.5 (found: ${version:-none that runs} in $where): $remedy"
  elif [[ $("$java" --list-modules 2>/dev/null) != *jdk.compiler* ]]; then
    complain "Java 17 without a compiler is a JRE, the JDK is needed (java in $where): $remedy"
  fi
}

check_program() {
  command -v "$1" >/dev/null || complain "$1 is missing: apt-get install $2"
}

# Whether a step was done for the present state of its files and at this place (a virtual environment cannot move).
done_before() { # stamp file, state
  [[ -f $1 && $(<"$1") == "$2" ]]
}

state_of() {
  { pwd && cat "$@"; } | sha256sum
}

install_packages() {
  local stamp=.venv/setup.stamp state
  state=$(state_of requirements.txt pyproject.toml)
  done_before "$stamp" "$state" && return
  # Keep an environment that works here; its programs name the folder it was made in.
  if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null ||
    ! grep -qF "$PWD/.venv/" .venv/bin/pip; then
    echo "setup: making .venv"
    rm -rf .venv
    "$python" -m venv .venv
  fi
  echo "setup: installing the Python packages (a minute or two)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
  # What is prepared is of the jars that were there.
  rm -f .hmsf/jars/*.prepared
  echo "$state" >"$stamp"
}

fetch_jars() {
  local stamp=.hmsf/jars/setup.stamp state
  state=$(state_of pom.xml $(find jvm -type f | sort))
  done_before "$stamp" "$state" && return
  echo "setup: fetching the JVM libraries and compiling jvm/rows"
  # Jars of another version must not stay beside the new ones.
  rm -rf .hmsf/{jars,build}
  mvn -q -B package 2>&1 | sed 's,\x1b\[[0-9;]*m,,g' >&2 # it sets colours even so
  echo "$state" >"$stamp"
}

# Spark and Cassandra start sooner with what is prepared, and work without.
prepare() { # name, module, files that it is made from
  local stamp=.hmsf/jars/$1.prepared module=$2 state
  state=$(state_of requirements.txt "${@:3}" - <<<"$java_says")
  done_before "$stamp" "$state" && return
  echo "setup: preparing what lets $1 start sooner"
  .venv/bin/python -m "$module" || echo "setup: it starts without; to try again: rm $stamp" >&2
  # A JVM that can make none would be asked for it at each command.
  echo "$state" >"$stamp"
}

prepare_both() {
  prepare Spark spark_jobs.class_archive spark_jobs/class_archive.py &
  prepare Cassandra stack.prepared_cassandra stack/{prepared_cassandra,cassandra}.py $(find data_models -name '*.py' | sort)
  wait
}

# Node and npm are Python packages of .venv. No package's own scripts are run: none of these needs them.
with_node() { # folder, command
  (cd "$1" && PATH=$OLDPWD/.venv/bin:$PATH && shift && "$@")
}

build_pages() {
  local folder=monitor/frontend built=monitor/pages/static/monitor/monitor.js state
  local stamp=$folder/node_modules/setup.stamp
  state=$(state_of $folder/package-lock.json $folder/build.js $(find $folder/src -type f | sort))
  [[ -f $built ]] && done_before "$stamp" "$state" && return
  echo "setup: building the monitor's pages"
  with_node $folder npm ci --silent --ignore-scripts && with_node $folder npm run --silent build || return
  echo "$state" >"$stamp"
}

fetch_browser() {
  local folder=tests/monitor/browser state
  local stamp=$folder/node_modules/setup.stamp
  state=$(state_of $folder/package-lock.json $folder/unpack.js)
  done_before "$stamp" "$state" && return
  echo "setup: fetching a browser for the tests (90 MB)"
  with_node $folder npm ci --silent --ignore-scripts && with_node $folder node unpack.js || return
  echo "$state" >"$stamp"
}

check_python
check_java
check_program mvn maven
check_program make make
((missing == 0)) || exit 1
[[ ${1:-} != --check ]] || exit 0
install_packages
fetch_jars
prepare_both
case ${1:-} in
  --pages) build_pages ;;
  --tests)
    if ! build_pages; then
      echo "setup: npm could not build the monitor's pages: their tests will be skipped or fail" >&2
    elif ! fetch_browser; then
      echo "setup: npm brought no browser: its tests will be skipped" >&2
    fi
    ;;
esac
