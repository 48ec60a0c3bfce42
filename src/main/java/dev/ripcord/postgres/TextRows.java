package dev.ripcord.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Set;

/**
 * Has the client read as text whatever a row of the simple query protocol holds.
 *
 * <p>The client turns each value into one of Java's as soon as it comes, whether anybody asks for
 * it or not, and Java has not all that PostgreSQL has: {@code time '24:00'}, years before Christ
 * and after 9999. Where it cannot, the connection breaks although the server has done all. Nobody
 * reads the rows of a migration's statements, so nothing about them may fail it: before the client
 * sees how a row is made up, every type that Java could refuse is called text here.
 *
 * <p>Statements with parameters, which are Ripcord's own, keep their types. They are told apart by
 * what the server sends before the description of a row. Used by one connection's event loop.
 */
final class TextRows extends ByteToMessageDecoder {
  private static final String CODEC = "codec";
  private static final int HEAD_BYTES = 5;
  private static final byte ROW_DESCRIPTION = 'T';

  /** What stands before the description of a row of the extended protocol. */
  private static final Set<Byte> EXTENDED = Set.of((byte) 't', (byte) '1', (byte) '2');

  /** {@code boolean}, {@code smallint}, {@code integer}, {@code bigint}: Java has all of each. */
  private static final Set<Integer> PLAIN = Set.of(16, 20, 21, 23);

  private static final int TEXT = 25;
  private static final short TEXT_FORMAT = 0;
  private static final short VARIABLE_SIZE = -1;

  private byte before;

  private TextRows() {}

  /** For all that comes over a connection from now on, while nothing is on its way. */
  static void before(ChannelPipeline pipeline) {
    pipeline.addBefore(CODEC, "rows-as-text", new TextRows());
  }

  /** Hands on as many whole messages as there are. */
  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int end = in.readerIndex();
    while (in.writerIndex() - end >= HEAD_BYTES) {
      long next = end + 1L + in.getInt(end + 1);
      if (next > in.writerIndex()) {
        break;
      }
      byte type = in.getByte(end);
      if (type == ROW_DESCRIPTION && !EXTENDED.contains(before)) {
        callText(in, end + HEAD_BYTES);
      }
      before = type;
      end = (int) next;
    }
    if (end > in.readerIndex()) {
      out.add(in.readRetainedSlice(end - in.readerIndex()));
    }
  }

  /**
   * A description: the number of columns, and for each its name, table (4 bytes), column (2), type
   * (4), size (2), modifier (4) and format (2).
   */
  private static void callText(ByteBuf in, int start) {
    int columns = in.getUnsignedShort(start);
    int at = start + 2;
    for (int i = 0; i < columns; i++) {
      at = in.indexOf(at, in.writerIndex(), (byte) 0) + 1;
      int type = at + 6;
      int format = type + 10;
      if (!PLAIN.contains(in.getInt(type)) || in.getShort(format) != TEXT_FORMAT) {
        in.setInt(type, TEXT);
        in.setShort(type + 4, VARIABLE_SIZE);
        in.setShort(format, TEXT_FORMAT);
      }
      at = format + 2;
    }
  }
}
