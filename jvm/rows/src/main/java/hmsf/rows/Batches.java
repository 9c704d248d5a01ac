package hmsf.rows;

import java.io.Serializable;

/**
 * What is sent to Cassandra together: rows, of any partitions, that have the same replicas.
 *
 * @param partitions the most partitions of a batch
 * @param rows its most rows
 * @param bytes the most bytes of a batch of several rows
 * @param atOnce how many batches of a task are under way
 */
public record Batches(int partitions, int rows, int bytes, int atOnce) implements Serializable {}
