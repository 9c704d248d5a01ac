package hmsf.rows;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.spark.connector.cql.CassandraConnector;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Sessions with Cassandra by the connector's settings (`spark.cassandra...`), those of the running session included. */
final class Connections {
  private static final String PREFIX = "spark.cassandra.";
  /** With growing pauses, 14 seconds in all: a busy queue, or one node of several that is started anew. */
  private static final int MOST_TRIES = 8;
  private static final long PAUSE_MILLISECONDS = 500;

  private Connections() {}

  /** The settings in force: the log-in is given to the running session alone. */
  static SparkConf settings(SparkSession spark) {
    SparkConf settings = spark.sparkContext().getConf();
    spark.conf().getAll().foreach(
        setting -> setting._1().startsWith(PREFIX) ? settings.set(setting._1(), setting._2()) : settings);
    return settings;
  }

  /** What opens sessions here and on executors; the connector keeps one for each JVM. */
  static CassandraConnector connector(SparkConf settings) {
    return CassandraConnector.apply(settings);
  }

  /** The nodes of the local data centre that hold a partition of a table; none where that is not known. */
  static Set<Node> replicas(CqlSession session, ColumnDefinitions columns, ByteBuffer routingKey, String dataCentre) {
    TokenMap tokens = session.getMetadata().getTokenMap().orElse(null);
    if (tokens == null) {
      return Set.of();
    }
    return tokens.getReplicas(columns.get(0).getKeyspace(), routingKey).stream()
        .filter(node -> dataCentre.isEmpty() || dataCentre.equals(node.getDatacenter()))
        .collect(Collectors.toSet());
  }

  /** What a statement gives. While a server has too much to do or none is there it is asked again, after a while. */
  static CompletableFuture<AsyncResultSet> answer(CqlSession session, Statement<?> statement) {
    return answer(session, statement, 1);
  }

  private static CompletableFuture<AsyncResultSet> answer(CqlSession session, Statement<?> statement, int tries) {
    return session
        .executeAsync(statement)
        .toCompletableFuture()
        .handle(
            (found, error) -> {
              if (error == null) {
                return CompletableFuture.completedFuture(found);
              }
              Throwable cause = error instanceof CompletionException ? error.getCause() : error;
              boolean passes = cause instanceof OverloadedException || cause instanceof NoNodeAvailableException;
              if (!passes || tries == MOST_TRIES) {
                return CompletableFuture.<AsyncResultSet>failedFuture(cause);
              }
              Executor later = CompletableFuture.delayedExecutor(tries * PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
              return CompletableFuture.runAsync(() -> {}, later)
                  .thenCompose(paused -> answer(session, statement, tries + 1));
            })
        .thenCompose(Function.identity());
  }
}
