package hmsf.rows;

import java.io.Serializable;

/**
 * What is sent to Cassandra together: rows, of any partitions, that have the same replicas.
 *
 * @param rows the most rows of a batch
 * @param bytes the most bytes of a batch of several rows
 * @param atOnce how many batches of a task are under way
 */
public record Batches(int rows, int bytes, int atOnce) implements Serializable {}
