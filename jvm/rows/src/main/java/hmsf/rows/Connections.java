package hmsf.rows;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.metadata.TokenMap;
import com.datastax.spark.connector.cql.CassandraConnector;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Sessions with Cassandra by the connector's settings (`spark.cassandra...`), those of the running session included. */
final class Connections {
  static final String PREFIX = "spark.cassandra.";

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

  /** The nodes that hold a partition of the table that the columns are of; none where that is not known. */
  static Set<?> replicas(CqlSession session, ColumnDefinitions columns, ByteBuffer routingKey) {
    TokenMap tokens = session.getMetadata().getTokenMap().orElse(null);
    return tokens == null ? Set.of() : tokens.getReplicas(columns.get(0).getKeyspace(), routingKey);
  }
}
