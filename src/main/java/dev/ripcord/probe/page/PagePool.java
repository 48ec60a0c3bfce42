package dev.ripcord.probe.page;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The buffers that metrics pages are read into, used again. Any thread may call it. */
public final class PagePool {
  private static final int IDLE_MAX = 64;

  private final Queue<PageBuffers> idle = new ArrayBlockingQueue<>(IDLE_MAX);

  PageBuffers take() {
    @Nullable PageBuffers used = idle.poll();
    return used == null ? new PageBuffers() : used;
  }

  void giveBack(PageBuffers buffers) {
    idle.offer(buffers);
  }
}
