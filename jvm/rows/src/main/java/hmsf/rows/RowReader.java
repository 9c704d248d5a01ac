package hmsf.rows;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.ColumnDefinition;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.cql.ExecutionInfo;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.Statement;
import com.datastax.spark.connector.cql.CassandraConnector;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecutionRDD;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads rows by key: a statement for each row of a frame of keys, whose answers become a frame.
 *
 * <p>The connector's direct join makes three rows of each that is read, one of them a map of converted values. Here the
 * bytes become Spark's own values.
 */
public final class RowReader implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private final CassandraConnector connector;
  private final String statement;
  private final StructType keys;
  private final int atOnce;
  private final int pageRows;
  private final ConsistencyLevel consistency;

  private RowReader(SparkConf settings, String statement, StructType keys, int atOnce) {
    this.connector = Connections.connector(settings);
    this.statement = statement;
    this.keys = keys;
    this.atOnce = atOnce;
    this.pageRows = settings.getInt("spark.cassandra.input.fetch.sizeInRows", 1000);
    this.consistency =
        DefaultConsistencyLevel.valueOf(settings.get("spark.cassandra.input.consistency.level", "LOCAL_ONE"));
  }

  /**
   * What the statement answers for each row of `keys`, whose columns are its variables in their order. Read when the
   * frame is used, each time; `atOnce`: how many statements of a task are under way.
   */
  public static Dataset<org.apache.spark.sql.Row> read(
      Dataset<org.apache.spark.sql.Row> keys, String statement, int atOnce) {
    SparkSession spark = keys.sparkSession();
    RowReader reader = new RowReader(Connections.settings(spark), statement, keys.schema(), atOnce);
    JavaRDD<InternalRow> rows = planned(spark, keys).mapPartitions(reader);
    return spark.internalCreateDataFrame(rows.rdd(), reader.answered(), false);
  }

  /** The keys as they will be made, by no adaptive plan: that would make them at once, table after table. */
  private static JavaRDD<InternalRow> planned(SparkSession spark, Dataset<org.apache.spark.sql.Row> keys) {
    return spark.withActive(
        () -> {
          SparkPlan plan = QueryExecution.prepareExecutedPlan(spark, keys.queryExecution().sparkPlan());
          return new SQLExecutionRDD(plan.execute(), spark.sessionState().conf()).toJavaRDD();
        });
  }

  private StructType answered() {
    try (CqlSession session = connector.openSession()) {
      StructType columns = new StructType();
      for (ColumnDefinition column : session.prepare(statement).getResultSetDefinitions()) {
        String name = column.getName().asInternal();
        columns = columns.add(name, Cells.sparkType(name, column.getType()), true);
      }
      return columns;
    }
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    CqlSession session = connector.openSession();
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> session.close());
    return new Answers(session, rows);
  }

  /** The rows that one task reads. */
  private final class Answers implements Iterator<InternalRow> {
    private final CqlSession session;
    private final PreparedStatement prepared;
    private final Iterator<InternalRow> asked;
    private final Cells.Encoder[] encoders;
    private final Cells.Decoder[] decoders;
    private final Queue<CompletionStage<AsyncResultSet>> underWay = new ArrayDeque<>();
    private Iterator<Row> page = Collections.emptyIterator();

    Answers(CqlSession session, Iterator<InternalRow> asked) {
      this.session = session;
      this.asked = asked;
      prepared = session.prepare(statement);
      encoders = Cells.encoders(keys, prepared.getVariableDefinitions());
      ColumnDefinitions columns = prepared.getResultSetDefinitions();
      decoders = new Cells.Decoder[columns.size()];
      for (int place = 0; place < decoders.length; place++) {
        decoders[place] = Cells.decoder(columns.get(place).getName().asInternal(), columns.get(place).getType());
      }
    }

    @Override
    public boolean hasNext() {
      while (!page.hasNext()) {
        while (underWay.size() < atOnce && asked.hasNext()) {
          underWay.add(Connections.answer(session, bound(asked.next())));
        }
        if (underWay.isEmpty()) {
          return false;
        }
        take(answer(underWay.remove()));
      }
      return true;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = page.next();
      Object[] values = new Object[decoders.length];
      for (int place = 0; place < values.length; place++) {
        ByteBuffer bytes = row.getBytesUnsafe(place);
        values[place] = bytes == null ? null : decoders[place].decode(bytes);
      }
      return new GenericInternalRow(values);
    }

    private BoundStatement bound(InternalRow key) {
      BoundStatementBuilder builder = prepared.boundStatementBuilder();
      for (int place = 0; place < encoders.length; place++) {
        if (key.isNullAt(place)) {
          throw new IllegalArgumentException(
              String.format("a key of %s has no %s", statement, keys.fields()[place].name()));
        }
        builder = builder.setBytesUnsafe(place, encoders[place].encode(key, place));
      }
      return builder.setIdempotence(true).setConsistencyLevel(consistency).setPageSize(pageRows).build();
    }

    /** The next page of an answer is asked for before this one is taken apart. */
    private void take(AsyncResultSet answer) {
      page = answer.currentPage().iterator();
      if (answer.hasMorePages()) {
        ExecutionInfo asked = answer.getExecutionInfo();
        Statement<?> next = ((Statement<?>) asked.getRequest()).setPagingState(asked.getPagingState());
        // Not by the driver's own way: it would ask the same node alone.
        underWay.add(Connections.answer(session, next));
      }
    }

    private AsyncResultSet answer(CompletionStage<AsyncResultSet> asked) {
      try {
        return asked.toCompletableFuture().get();
      } catch (ExecutionException error) {
        throw new IllegalStateException(
            String.format("not read: %s: %s", statement, error.getCause()), error.getCause());
      } catch (InterruptedException error) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(String.format("interrupted while reading: %s", statement), error);
      }
    }
  }
}
