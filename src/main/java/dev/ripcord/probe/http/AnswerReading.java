package dev.ripcord.probe.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnectionInternal;

/**
 * Reads the answers of one connection as other clients do: lines may end in LF alone, headers may
 * be large, a repeated Content-Length is one. Interim answers (1xx) are passed over. What cannot be
 * read even so ends as an {@link UnreadableAnswerException}, which tells it from a connection that
 * broke. Vert.x offers no setting for any of this, so its decoder is exchanged.
 */
final class AnswerReading extends ChannelInboundHandlerAdapter {
  static final int HEADER_BYTES_MAX = 1024 * 1024;
  private static final int FIRST_LINE_BYTES_MAX = 64 * 1024;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final String CODEC = "codec";

  private boolean interim;
  private boolean begun;
  private boolean bareCarriageReturn;

  private AnswerReading() {}

  /** Sets a connection up on which no request is under way; the second call does nothing. */
  static void of(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((HttpClientConnectionInternal) connection).channelHandlerContext().pipeline();
    if (pipeline.get(AnswerReading.class) == null) {
      HttpDecoderConfig config =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(FIRST_LINE_BYTES_MAX)
              .setMaxHeaderSize(HEADER_BYTES_MAX)
              .setStrictLineParsing(false)
              .setUseRfc9112TransferEncoding(false)
              .setAllowDuplicateContentLengths(true)
              .setValidateHeaders(false);
      pipeline.replace(CODEC, CODEC, new HttpClientCodec(config, false, false));
      AnswerReading reading = new AnswerReading();
      pipeline.addBefore(CODEC, "first-bytes", new FirstBytes(reading));
      pipeline.addAfter(CODEC, "answers", reading);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
      Throwable failure = part.decoderResult().cause();
      // An answer that ends too early is a connection that broke, which is known by its own type.
      if (!(failure instanceof PrematureChannelClosureException)) {
        part.setDecoderResult(DecoderResult.failure(new UnreadableAnswerException(what(failure))));
      }
    } else if (message instanceof HttpResponse head) {
      begun = true;
      interim = isInterim(head);
      readVersion(head);
    }
    if (interim) {
      interim = !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!begun && bareCarriageReturn) {
      context.fireExceptionCaught(new UnreadableAnswerException("its lines end in CR alone"));
    }
    context.fireChannelInactive();
  }

  /** Any HTTP/1 in any spelling is read as one of the two that Vert.x knows. */
  private static void readVersion(HttpResponse head) {
    HttpVersion version = head.protocolVersion();
    if (version.majorVersion() != 1) {
      String what = "it is HTTP/" + version.majorVersion() + ", and HTTP/1.1 was asked for";
      head.setDecoderResult(DecoderResult.failure(new UnreadableAnswerException(what)));
    } else {
      boolean old = version.minorVersion() == 0;
      head.setProtocolVersion(old ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
    }
  }

  private static boolean isInterim(HttpResponse head) {
    return head.status().codeClass() == HttpStatusClass.INFORMATIONAL
        && head.status().code() != SWITCHING_PROTOCOLS;
  }

  private static String what(Throwable failure) {
    if (failure instanceof TooLongHttpHeaderException) {
      return "headers above " + HEADER_BYTES_MAX / 1024 / 1024 + " MiB";
    }
    return failure instanceof TooLongHttpLineException
        ? "a line above " + FIRST_LINE_BYTES_MAX / 1024 + " KiB"
        : "it is HTTP that breaks the standard";
  }

  /**
   * Looks at the first bytes of a connection: a program that speaks something else is found out by
   * them, where the decoder would wait for the end of a line that may never come.
   */
  private static final class FirstBytes extends ChannelInboundHandlerAdapter {
    private static final String START = "HTTP/";

    private final AnswerReading reading;
    private int matched;

    FirstBytes(AnswerReading reading) {
      this.reading = reading;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf bytes && !reading.begun) {
        if (!isStart(bytes)) {
          bytes.release();
          context.fireExceptionCaught(new UnreadableAnswerException("it is not HTTP"));
          return;
        }
        int at = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '\r');
        reading.bareCarriageReturn |=
            at >= 0 && at + 1 < bytes.writerIndex() && bytes.getByte(at + 1) != '\n';
      }
      context.fireChannelRead(message);
    }

    private boolean isStart(ByteBuf bytes) {
      for (int i = bytes.readerIndex(); i < bytes.writerIndex() && matched < START.length(); i++) {
        char c = Character.toUpperCase((char) (bytes.getByte(i) & 0xFF));
        boolean blank = Character.isWhitespace(c) && matched == 0;
        if (!blank && c != START.charAt(matched)) {
          return false;
        }
        matched += blank ? 0 : 1;
      }
      return true;
    }
  }
}
