package dev.ripcord.probe.page;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The buffers that metrics pages are read into, used again. Any thread may call it. */
public final class PagePool {
  private static final int IDLE_MAX = 64;

  private final Queue<PageDesk> idle = new ArrayBlockingQueue<>(IDLE_MAX);

  PageDesk take() {
    @Nullable PageDesk used = idle.poll();
    return used == null ? new PageDesk() : used;
  }

  void giveBack(PageDesk desk) {
    idle.offer(desk);
  }
}
