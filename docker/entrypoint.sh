#!/usr/bin/env bash
# Run a command with the container's secrets in its environment: each file of SECRETS (/run/secrets) becomes the variable
# of its name. Spark reads its own from a file, Airflow the password of its UI. Health checks and commands of operators
# come through here, too, beside the container's own.
set -euo pipefail
umask 077

# Put a file there in one piece: a driver may be reading it.
replace() {
  local new
  new=$(mktemp "$1.XXXXXX")
  cat >"$new"
  mv "$new" "$1"
}

for file in "${SECRETS:-/run/secrets}"/*; do
  [[ -f $file ]] || continue
  [[ -s $file ]] || { echo "secret ${file##*/} is empty: run docker/environment.py" >&2; exit 1; }
  export "${file##*/}=$(<"$file")"
done

if [[ -n ${SPARK_SECRET:-} ]]; then
  # Master, workers, drivers and executors know each other by it, and encrypt what they say.
  replace "$SPARK_CONF_DIR/spark-defaults.conf" <<CONF
spark.authenticate true
spark.authenticate.secret $SPARK_SECRET
spark.network.crypto.enabled true
spark.executor.memory ${SPARK_EXECUTOR_MEMORY:-2g}
spark.worker.cleanup.enabled true
CONF
  unset SPARK_SECRET
fi

if [[ -n ${AIRFLOW_ADMIN_PASSWORD:-} ]]; then
  # Airflow knows no other way than plain JSON; \ and " have to be escaped in it.
  password=${AIRFLOW_ADMIN_PASSWORD//\\/\\\\}
  printf '{"admin": "%s"}\n' "${password//\"/\\\"}" | replace "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
  unset AIRFLOW_ADMIN_PASSWORD
fi

exec "$@"
