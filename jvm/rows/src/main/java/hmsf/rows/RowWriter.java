package hmsf.rows;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.spark.connector.cql.CassandraConnector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Writes the rows of a frame: its values are bound as bytes, column by column as the statement has them.
 *
 * <p>The connector's own writer looks up and applies a converter for each value: a fifth of what Spark did to publish
 * and verify a load (sampled). A NULL stays unset: written, it would be a tombstone.
 */
public final class RowWriter implements VoidFunction<Iterator<InternalRow>> {
  /** Batches of a task that are not full yet, of different replicas: 20 MB at most. */
  private static final int MOST_OPEN = 1000;

  private final CassandraConnector connector;
  private final String statement;
  private final StructType columns;
  private final Batches batches;
  private final ConsistencyLevel consistency;

  private RowWriter(SparkConf settings, String statement, StructType columns, Batches batches) {
    this.connector = Connections.connector(settings);
    this.statement = statement;
    this.columns = columns;
    this.batches = batches;
    this.consistency =
        DefaultConsistencyLevel.valueOf(settings.get("spark.cassandra.output.consistency.level", "LOCAL_QUORUM"));
  }

  /**
   * Write all rows of a frame, whose columns are the statement's variables in their order, the write time last.
   *
   * <p>Raises (as Spark's exception) IOException for what Cassandra refuses, IllegalArgumentException for a column whose
   * type does not fit.
   */
  public static void write(Dataset<Row> frame, String statement, Batches batches) {
    SparkConf settings = Connections.settings(frame.sparkSession());
    RowWriter writer = new RowWriter(settings, statement, frame.schema(), batches);
    // Only within an execution do tasks have the session's settings, such as how expressions are computed.
    SQLExecution.withNewExecutionId(
        frame.queryExecution(),
        Option.apply(statement),
        () -> {
          frame.queryExecution().toRdd().toJavaRDD().foreachPartition(writer);
          return null;
        });
  }

  @Override
  public void call(Iterator<InternalRow> rows) throws Exception {
    if (!rows.hasNext()) {
      return;
    }
    try (CqlSession session = connector.openSession()) {
      new Task(session).write(rows);
    }
  }

  /** One task's writing. */
  private final class Task {
    private final CqlSession session;
    private final PreparedStatement prepared;
    private final Cells.Encoder[] encoders;
    private final Semaphore free = new Semaphore(batches.atOnce());
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Map<Set<Node>, Batch> open = new HashMap<>();

    Task(CqlSession session) {
      this.session = session;
      prepared = session.prepare(statement);
      encoders = Cells.encoders(columns, prepared.getVariableDefinitions());
    }

    void write(Iterator<InternalRow> rows) throws IOException, InterruptedException {
      while (rows.hasNext()) {
        add(rows.next());
      }
      sendAll();
      free.acquire(batches.atOnce());
      requireWritten();
    }

    private void add(InternalRow row) throws IOException, InterruptedException {
      if (row.isNullAt(encoders.length - 1)) {
        // Cassandra would take its own clock, and the row outlive what later loads write.
        throw new IllegalArgumentException(String.format("a row has no write time: %s", statement));
      }
      BoundStatementBuilder builder = prepared.boundStatementBuilder();
      int bytes = 0;
      for (int place = 0; place < encoders.length; place++) {
        if (!row.isNullAt(place)) {
          ByteBuffer value = encoders[place].encode(row, place);
          bytes += value.remaining();
          builder = builder.setBytesUnsafe(place, value);
        }
      }
      BoundStatement bound = builder.setIdempotence(true).setConsistencyLevel(consistency).build();
      Set<Node> replicas = Connections.replicas(session, bound);
      if (open.containsKey(replicas) && !open.get(replicas).takes(bound, bytes)) {
        send(open.remove(replicas));
      }
      open.computeIfAbsent(replicas, key -> new Batch()).add(bound, bytes);
      if (open.size() > MOST_OPEN) {
        send(open.remove(largest()));
      }
    }

    private Set<Node> largest() {
      return Collections.max(open.entrySet(), Map.Entry.comparingByValue(Comparator.comparingInt(batch -> batch.bytes)))
          .getKey();
    }

    private void sendAll() throws IOException, InterruptedException {
      for (Batch batch : open.values()) {
        send(batch);
      }
      open.clear();
    }

    private void send(Batch batch) throws IOException, InterruptedException {
      free.acquire();
      requireWritten();
      Connections.answer(session, batch.statement(consistency)).whenComplete(this::sent);
    }

    private void sent(Object result, Throwable error) {
      if (error != null) {
        failure.compareAndSet(null, error);
      }
      free.release();
    }

    private void requireWritten() throws IOException {
      if (failure.get() != null) {
        throw new IOException(String.format("not written: %s: %s", statement, failure.get()), failure.get());
      }
    }
  }

  /** Rows that are sent together. */
  private final class Batch {
    private final List<BatchableStatement<?>> rows = new ArrayList<>();
    private final Set<ByteBuffer> partitions = new HashSet<>();
    private int bytes = 0;

    /** Whether a row may join: Cassandra warns of many partitions, and refuses what is too large, but no row alone. */
    boolean takes(BoundStatement row, int itsBytes) {
      return rows.size() < batches.rows()
          && bytes + itsBytes <= batches.bytes()
          && (partitions.size() < batches.partitions() || partitions.contains(row.getRoutingKey()));
    }

    void add(BoundStatement row, int itsBytes) {
      rows.add(row);
      partitions.add(row.getRoutingKey());
      bytes += itsBytes;
    }

    Statement<?> statement(ConsistencyLevel consistency) {
      if (rows.size() == 1) {
        return (BoundStatement) rows.get(0);
      }
      return BatchStatement.newInstance(BatchType.UNLOGGED, rows)
          .setIdempotent(true)
          .setConsistencyLevel(consistency);
    }
  }
}
