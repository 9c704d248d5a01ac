package hmsf.rows;

import java.io.Serializable;

/**
 * What is sent to Cassandra together.
 *
 * @param byReplicas rows of any partitions that have the same replicas, else consecutive rows of one partition
 * @param rows the most rows of a batch
 * @param bytes a batch is sent when it has as many
 * @param atOnce how many batches of a task are under way
 */
public record Batches(boolean byReplicas, int rows, int bytes, int atOnce) implements Serializable {}
