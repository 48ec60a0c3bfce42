package dev.ripcord.probe.page.text;

import java.util.List;

/** What the labels of a request counter say about the requests that it counts. */
public enum RequestResult {
  /** They were answered, whatever the answer: 1xx to 4xx, or a word for it. */
  SUCCEEDED,
  /** The service failed: 5xx, no answer, or a word for it. */
  FAILED,
  /** There is a label for it, and its value cannot be understood or contradicts another one. */
  NOT_UNDERSTOOD,
  /** There is no label for it. */
  UNLABELLED;

  private static final List<RequestResult> ALL = List.of(values());

  /** Its place among them, from 0 to 3. */
  public int index() {
    return ALL.indexOf(this);
  }

  /** The one at a place. */
  public static RequestResult at(int index) {
    return ALL.get(index);
  }
}
