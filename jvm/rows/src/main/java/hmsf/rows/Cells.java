package hmsf.rows;

import com.datastax.oss.driver.api.core.cql.ColumnDefinitions;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.DataTypes;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Values of Spark's rows as the bytes of CQL types, and back: the types that query tables have, no others.
 *
 * <p>The bytes are those of the native protocol, version 3 and later (section 6 of its specification). A time of Spark
 * has microseconds, one of CQL milliseconds: it is cut, towards the past.
 */
final class Cells {
  private static final long MICROSECONDS = 1000;
  /** 1970-01-01 as a date of CQL, which counts from 2^31 days before it. */
  private static final int EPOCH = Integer.MIN_VALUE;

  private Cells() {}

  /** The bytes of the value at a place of a row or list that is not NULL there. */
  interface Encoder {
    ByteBuffer encode(SpecializedGetters values, int place);
  }

  /** The value of bytes that are there. */
  interface Decoder {
    Object decode(ByteBuffer bytes);
  }

  /** For columns of Spark that are a statement's variables in their order. Raises as `encoder` does. */
  static Encoder[] encoders(StructType columns, ColumnDefinitions variables) {
    Encoder[] encoders = new Encoder[columns.size()];
    for (int place = 0; place < encoders.length; place++) {
      StructField column = columns.fields()[place];
      encoders[place] = encoder(column.name(), column.dataType(), variables.get(place).getType());
    }
    return encoders;
  }

  /** Raises IllegalArgumentException for a column that no query table could have. */
  static Encoder encoder(String column, org.apache.spark.sql.types.DataType spark, DataType cql) {
    if (spark instanceof org.apache.spark.sql.types.StringType && cql.equals(DataTypes.TEXT)) {
      return (values, place) -> ByteBuffer.wrap(values.getUTF8String(place).getBytes());
    }
    if (spark instanceof org.apache.spark.sql.types.LongType && cql.equals(DataTypes.BIGINT)) {
      return (values, place) -> eightBytes(values.getLong(place));
    }
    if (spark instanceof org.apache.spark.sql.types.IntegerType && cql.equals(DataTypes.BIGINT)) {
      return (values, place) -> eightBytes(values.getInt(place));
    }
    if (spark instanceof org.apache.spark.sql.types.IntegerType && cql.equals(DataTypes.INT)) {
      return (values, place) -> fourBytes(values.getInt(place));
    }
    if (spark instanceof org.apache.spark.sql.types.LongType && cql.equals(DataTypes.INT)) {
      return (values, place) -> fourBytes(narrowed(column, values.getLong(place)));
    }
    if (spark instanceof org.apache.spark.sql.types.DateType && cql.equals(DataTypes.DATE)) {
      return (values, place) -> fourBytes(values.getInt(place) + EPOCH);
    }
    if (spark instanceof org.apache.spark.sql.types.TimestampType && cql.equals(DataTypes.TIMESTAMP)) {
      return (values, place) -> eightBytes(Math.floorDiv(values.getLong(place), MICROSECONDS));
    }
    if (spark instanceof ArrayType array && cql instanceof ListType list) {
      Encoder element = encoder(column, array.elementType(), list.getElementType());
      return (values, place) -> listOf(column, values.getArray(place), element);
    }
    if (spark instanceof StructType struct && cql instanceof UserDefinedType type) {
      requireSameFields(column, struct, type);
      Encoder[] fields = new Encoder[struct.size()];
      for (int field = 0; field < fields.length; field++) {
        fields[field] = encoder(column, struct.fields()[field].dataType(), type.getFieldTypes().get(field));
      }
      return (values, place) -> fieldsOf(values.getStruct(place, fields.length), fields);
    }
    throw new IllegalArgumentException(
        String.format("column %s: %s of Spark is not written as %s of CQL", column, spark.sql(), cql.asCql(true, true)));
  }

  /** Raises IllegalArgumentException for a column that no query table could have. */
  static Decoder decoder(String column, DataType cql) {
    if (cql.equals(DataTypes.TEXT)) {
      return bytes -> UTF8String.fromBytes(copy(bytes));
    }
    if (cql.equals(DataTypes.BIGINT)) {
      return bytes -> bytes.getLong(bytes.position());
    }
    if (cql.equals(DataTypes.INT)) {
      return bytes -> bytes.getInt(bytes.position());
    }
    if (cql.equals(DataTypes.DATE)) {
      return bytes -> bytes.getInt(bytes.position()) - EPOCH;
    }
    if (cql.equals(DataTypes.TIMESTAMP)) {
      return bytes -> Math.multiplyExact(bytes.getLong(bytes.position()), MICROSECONDS);
    }
    if (cql instanceof ListType list) {
      Decoder element = decoder(column, list.getElementType());
      return bytes -> {
        ByteBuffer rest = bytes.duplicate();
        return new GenericArrayData(values(rest, rest.getInt(), place -> element));
      };
    }
    if (cql instanceof UserDefinedType type) {
      Decoder[] fields = type.getFieldTypes().stream().map(field -> decoder(column, field)).toArray(Decoder[]::new);
      return bytes -> new GenericInternalRow(values(bytes.duplicate(), fields.length, place -> fields[place]));
    }
    throw new IllegalArgumentException(
        String.format("column %s: %s of CQL is not read into Spark", column, cql.asCql(true, true)));
  }

  /** How Spark has a type of CQL. Raises IllegalArgumentException for one that no query table has. */
  static org.apache.spark.sql.types.DataType sparkType(String column, DataType cql) {
    if (cql.equals(DataTypes.TEXT)) {
      return org.apache.spark.sql.types.DataTypes.StringType;
    }
    if (cql.equals(DataTypes.BIGINT)) {
      return org.apache.spark.sql.types.DataTypes.LongType;
    }
    if (cql.equals(DataTypes.INT)) {
      return org.apache.spark.sql.types.DataTypes.IntegerType;
    }
    if (cql.equals(DataTypes.DATE)) {
      return org.apache.spark.sql.types.DataTypes.DateType;
    }
    if (cql.equals(DataTypes.TIMESTAMP)) {
      return org.apache.spark.sql.types.DataTypes.TimestampType;
    }
    if (cql instanceof ListType list) {
      return new ArrayType(sparkType(column, list.getElementType()), true);
    }
    if (cql instanceof UserDefinedType type) {
      StructType struct = new StructType();
      for (int field = 0; field < type.getFieldTypes().size(); field++) {
        String name = type.getFieldNames().get(field).asInternal();
        struct = struct.add(name, sparkType(column, type.getFieldTypes().get(field)), true);
      }
      return struct;
    }
    throw new IllegalArgumentException(
        String.format("column %s: %s of CQL is not read into Spark", column, cql.asCql(true, true)));
  }

  private interface PlaceDecoder {
    Decoder at(int place);
  }

  private static void requireSameFields(String column, StructType struct, UserDefinedType type) {
    String[] spark = Arrays.stream(struct.fields()).map(StructField::name).toArray(String[]::new);
    String[] cql = type.getFieldNames().stream().map(name -> name.asInternal()).toArray(String[]::new);
    // A type that was given fields later has them at its end, and they stay unset.
    if (spark.length > cql.length || !Arrays.equals(spark, Arrays.copyOf(cql, spark.length))) {
      throw new IllegalArgumentException(
          String.format(
              "column %s: fields %s of Spark are not those of type %s, %s",
              column, Arrays.toString(spark), type.getName().asInternal(), Arrays.toString(cql)));
    }
  }

  private static ByteBuffer listOf(String column, ArrayData values, Encoder element) {
    ByteBuffer[] encoded = new ByteBuffer[values.numElements()];
    for (int place = 0; place < encoded.length; place++) {
      if (values.isNullAt(place)) {
        throw new IllegalArgumentException(String.format("column %s: a list of CQL has no NULL", column));
      }
      encoded[place] = element.encode(values, place);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + sizeOf(encoded)).putInt(encoded.length);
    return putAll(bytes, encoded).flip();
  }

  private static ByteBuffer fieldsOf(SpecializedGetters values, Encoder[] fields) {
    ByteBuffer[] encoded = new ByteBuffer[fields.length];
    for (int place = 0; place < fields.length; place++) {
      encoded[place] = values.isNullAt(place) ? null : fields[place].encode(values, place);
    }
    return putAll(ByteBuffer.allocate(sizeOf(encoded)), encoded).flip();
  }

  private static int sizeOf(ByteBuffer[] encoded) {
    int size = Integer.BYTES * encoded.length;
    for (ByteBuffer value : encoded) {
      size = Math.addExact(size, value == null ? 0 : value.remaining());
    }
    return size;
  }

  private static ByteBuffer putAll(ByteBuffer bytes, ByteBuffer[] encoded) {
    for (ByteBuffer value : encoded) {
      if (value == null) {
        bytes.putInt(-1);
      } else {
        bytes.putInt(value.remaining()).put(value);
      }
    }
    return bytes;
  }

  /** What follows in `bytes`, each with its length before it; what is left out at the end is NULL. */
  private static Object[] values(ByteBuffer bytes, int count, PlaceDecoder decoders) {
    Object[] decoded = new Object[count];
    for (int place = 0; place < count && bytes.hasRemaining(); place++) {
      int length = bytes.getInt();
      if (length >= 0) {
        decoded[place] = decoders.at(place).decode(bytes.slice(bytes.position(), length));
        bytes.position(bytes.position() + length);
      }
    }
    return decoded;
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copied = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copied);
    return copied;
  }

  private static int narrowed(String column, long value) {
    if ((int) value != value) {
      throw new IllegalArgumentException(String.format("column %s: %d is no int of CQL", column, value));
    }
    return (int) value;
  }

  private static ByteBuffer eightBytes(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(0, value);
  }

  private static ByteBuffer fourBytes(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(0, value);
  }
}
