package dev.ripcord.config;

import java.net.URI;
import java.util.Map;

/**
 * A JSON document that holds figures.
 *
 * @param pointers where each stands in it (RFC 6901)
 */
public record JsonSettings(URI url, Map<Figure, String> pointers) {
  public JsonSettings {
    pointers = Map.copyOf(pointers);
  }
}
