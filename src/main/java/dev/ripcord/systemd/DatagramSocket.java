package dev.ripcord.systemd;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to a Unix socket of Linux, which the JDK's own sockets cannot. Never waits: what
 * the receiver has no room for is an error. From any thread.
 */
final class DatagramSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final byte[] address;
  private final MethodHandle socket;
  private final MethodHandle sendTo;
  private final MethodHandle close;

  DatagramSocket(byte[] address) {
    this.address = address.clone();
    Linker.Option errno = Linker.Option.captureCallState("errno");
    socket =
        call(
            "socket",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT),
            errno);
    sendTo =
        call(
            "sendto",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT),
            errno);
    close = call("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), errno);
  }

  @SuppressWarnings("restricted") // the manifest of the jar allows native calls
  private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option errno) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type, errno);
  }

  /** Sends one datagram with this text; names the number of the error (errno) where it fails. */
  void send(String text) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor = (int) socket.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      check("socket", descriptor, state);
      try {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_BYTE, address);
        long sent =
            (long)
                sendTo.invokeExact(
                    state,
                    descriptor,
                    message,
                    (long) bytes.length,
                    MSG_DONTWAIT_NOSIGNAL,
                    to,
                    address.length);
        check("sendto", sent, state);
      } finally {
        int _ = (int) close.invokeExact(state, descriptor);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static void check(String call, long result, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with errno " + (int) ERRNO.get(state, 0L));
    }
  }
}
