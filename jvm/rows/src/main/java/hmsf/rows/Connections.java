package hmsf.rows;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.oss.driver.api.core.loadbalancing.NodeDistance;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import com.datastax.oss.driver.api.core.servererrors.OverloadedException;
import com.datastax.spark.connector.cql.CassandraConnector;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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

  /** The nodes that hold the partition of a statement, but for those that are not asked; none where it is not known. */
  static Set<Node> replicas(CqlSession session, Statement<?> statement) {
    TokenMap tokens = session.getMetadata().getTokenMap().orElse(null);
    CqlIdentifier keyspace = statement.getRoutingKeyspace();
    ByteBuffer key = statement.getRoutingKey();
    Set<Node> found = new HashSet<>();
    if (tokens != null && keyspace != null && key != null) {
      for (Node node : tokens.getReplicas(keyspace, key)) {
        // The connector's policy ignores nodes of other data centres.
        if (node.getDistance() != NodeDistance.IGNORED) {
          found.add(node);
        }
      }
    }
    return found;
  }

  /**
   * Which of a partition's nodes is to be asked first, on this machine if there is one; null for the policy's choice.
   *
   * <p>The connector's policy finds it too, but sorts all nodes of the cluster for each statement: a sixth of what tasks
   * of a small load did, with one node (sampled).
   */
  private static Node first(Set<Node> replicas) {
    Node chosen = null;
    int seen = 0;
    for (Node node : replicas) {
      if (node.getState() == NodeState.UP) {
        if (node.getDistance() == NodeDistance.LOCAL) {
          return node;
        }
        seen++;
        if (ThreadLocalRandom.current().nextInt(seen) == 0) {
          chosen = node;
        }
      }
    }
    return chosen;
  }

  /**
   * What a statement gives. Where the node that is asked first does not do, others are; while a server has too much to
   * do or none is there it is asked again, after a while.
   */
  static CompletableFuture<AsyncResultSet> answer(CqlSession session, Statement<?> statement) {
    return answer(session, statement.setNode(first(replicas(session, statement))), 1);
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
              if (cause instanceof AllNodesFailedException && statement.getNode() != null) {
                return answer(session, statement.setNode(null), tries);
              }
              boolean passes = cause instanceof OverloadedException || cause instanceof NoNodeAvailableException;
              if (!passes || tries == MOST_TRIES) {
                return CompletableFuture.<AsyncResultSet>failedFuture(cause);
              }
              Executor later = CompletableFuture.delayedExecutor(tries * PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
              return CompletableFuture.runAsync(() -> {}, later)
                  .thenCompose(paused -> answer(session, statement.setNode(null), tries + 1));
            })
        .thenCompose(Function.identity());
  }
}
