# Cassandra that asks for a log-in: the published image has no variable for that.
ARG CASSANDRA_VERSION
FROM cassandra:${CASSANDRA_VERSION}
COPY --chown=cassandra:cassandra --chmod=644 docker/cassandra.yaml /etc/cassandra/cassandra.yaml
