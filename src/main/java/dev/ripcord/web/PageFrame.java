package dev.ripcord.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What stands around the status page: its style, its script, and the content security policy that
 * allows just these two by their hashes.
 */
final class PageFrame {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; font: 16px/1.4 system-ui, sans-serif; }
      body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
      h1 { font-size: 1.3rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem .4rem; border-bottom: 1px solid #8884; }
      thead th { font-weight: normal; opacity: .7; }
      small { display: block; opacity: .75; overflow-wrap: anywhere; }
      .breach > th, p.breach { border-left: 4px solid #d33; }
      .warning > th { border-left: 4px solid #c80; }
      .unknown > th { border-left: 4px solid #888; }
      .healthy > th { border-left: 4px solid #2a4; }
      p.breach { padding-left: .4rem; }
      """;

  private static final String SCRIPT =
      """
      const link = document.getElementById('link');
      let busy = false, again = false;
      async function refresh() {
        if (busy) { again = true; return; }
        busy = true; again = false;
        try {
          const answer = await fetch('./');
          const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
          document.querySelector('main').replaceWith(page.querySelector('main'));
          document.title = page.title;
        } catch (failure) { again = true; }
        setTimeout(() => { busy = false; if (again) refresh(); }, 1000);
      }
      function listen() {
        const events = new EventSource('api/v1/events?polls=true');
        events.onopen = () => { link.textContent = 'live'; refresh(); };
        events.onmessage = refresh;
        events.onerror = () => {
          link.textContent = 'connection lost; what you see may be old';
          if (events.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
        };
      }
      listen();
      """;

  private final String policy =
      "default-src 'none'; style-src "
          + hash(STYLE)
          + "; script-src "
          + hash(SCRIPT)
          + "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The value of Content-Security-Policy. */
  String policy() {
    return policy;
  }

  /** The whole page. Both texts must be escaped already. */
  String around(String title, String main) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <noscript><meta http-equiv="refresh" content="10"></noscript>
    """
        + "<title>"
        + title
        + "</title>\n<style>"
        + STYLE
        + "</style></head>\n<body><main>\n"
        + main
        + "</main>\n<footer><small id=\"link\">not live</small></footer>\n<script>"
        + SCRIPT
        + "</script></body></html>\n";
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
