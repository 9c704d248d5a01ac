package hmsf.rows;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.spark.connector.cql.CassandraConnector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the rows of a frame: its values are bound as bytes, column by column as the statement has them.
 *
 * <p>The connector's own writer looks up and applies a converter for each value, which took as long as all else that
 * Spark did for a load. A NULL stays unset: written, it would be a tombstone.
 */
public final class RowWriter implements VoidFunction<Iterator<InternalRow>> {
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
   * Write all rows of a frame, whose columns are the statement's variables in their order.
   *
   * <p>Raises (as Spark's exception) IOException for what Cassandra refuses, IllegalArgumentException for a column whose
   * type does not fit.
   */
  public static void write(Dataset<Row> frame, String statement, Batches batches) {
    SparkConf settings = Connections.settings(frame.sparkSession());
    RowWriter writer = new RowWriter(settings, statement, frame.schema(), batches);
    frame.queryExecution().toRdd().toJavaRDD().foreachPartition(writer);
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
    private final Map<Object, Batch> open = new HashMap<>();

    Task(CqlSession session) {
      this.session = session;
      prepared = session.prepare(statement);
      ColumnDefinitions variables = prepared.getVariableDefinitions();
      encoders = new Cells.Encoder[columns.size()];
      for (int place = 0; place < encoders.length; place++) {
        String name = columns.fields()[place].name();
        encoders[place] = Cells.encoder(name, columns.fields()[place].dataType(), variables.get(place).getType());
      }
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
      Object group =
          batches.byReplicas()
              ? Connections.replicas(session, prepared.getVariableDefinitions(), bound.getRoutingKey())
              : bound.getRoutingKey();
      if (!batches.byReplicas() && !open.containsKey(group)) {
        sendAll();
      }
      Batch batch = open.computeIfAbsent(group, key -> new Batch());
      batch.rows.add(bound);
      batch.bytes += bytes;
      if (batch.rows.size() >= batches.rows() || batch.bytes >= batches.bytes()) {
        open.remove(group);
        send(batch);
      }
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
      session.executeAsync(batch.statement(consistency)).whenComplete(this::sent);
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
  private static final class Batch {
    private final List<BatchableStatement<?>> rows = new ArrayList<>();
    private int bytes = 0;

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
