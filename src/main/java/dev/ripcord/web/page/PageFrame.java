package dev.ripcord.web.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What stands around every page: its head, the navigation, the footer. From any thread. */
public final class PageFrame {
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Assets assets;
  private final String version;

  /**
   * A frame.
   *
   * @param version of this program, for the footer
   */
  public PageFrame(Assets assets, String version) {
    this.assets = assets;
    this.version = version;
  }

  /**
   * A page to be framed.
   *
   * @param title for the browser's tab, without the name of the program
   * @param depth how many folders deep its address is: 0 for {@code /}, 1 for {@code /releases/17};
   *     all addresses on it are relative, so that a proxy may put the daemon below any path
   * @param follows which events make it worth asking for again
   * @param account who is signed in, or the link to sign in; at the right of the navigation
   * @param main the page itself, with one {@code h1}
   */
  public record Page(String title, int depth, Follows follows, Html account, Html main) {
    /** A page on which nobody can sign in. */
    public Page(String title, int depth, Follows follows, Html main) {
      this(title, depth, follows, Html.NOTHING, main);
    }
  }

  /**
   * Which events a page follows while it is open.
   *
   * @param kind how: by its rows, as a whole, or not at all
   * @param what the service or the watch that it is about; empty where it is about all
   */
  public record Follows(Kind kind, String what) {
    /** How a page follows. */
    public enum Kind {
      /** Not at all. */
      NOTHING,
      /** Asks for the rows of the services that events name: {@code /rows}. */
      ROWS,
      /** Asks for the whole page at each event of its service. */
      SERVICE,
      /** Asks for the whole page at each event of its watch. */
      WATCH
    }

    /** A page that stays as it is. */
    public static final Follows NOTHING = new Follows(Kind.NOTHING, "");

    /** The page of silences, which stays as it is too. */
    public static final Follows SILENCES = new Follows(Kind.NOTHING, "silences");

    /** One that is asked for once more, at once. */
    public static final Follows AGAIN = new Follows(Kind.NOTHING, "again");

    private String kindText() {
      return kind.name().toLowerCase(Locale.ROOT);
    }
  }

  /** The way from a page to {@code /}, which every relative address begins with. */
  public static String base(int depth) {
    return depth == 0 ? "./" : "../".repeat(depth);
  }

  private static Html current(boolean is) {
    return is ? Html.of(" aria-current=\"page\"") : Html.NOTHING;
  }

  /** The whole page. */
  public String around(Page page, Instant now) {
    String base = base(page.depth());
    return Html.of(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            {}<title>{} · Ripcord</title>
            <link rel="icon" type="image/svg+xml" href="{}{}">
            <link rel="stylesheet" href="{}{}">
            <link rel="stylesheet" href="{}{}">
            <script src="{}{}" defer></script>
            <script src="{}{}" defer></script>
            </head>
            <body data-follow="{}" data-what="{}" data-base="{}">
            <a class="skip" href="#main">Skip to the content</a>
            <header class="top">
            <nav aria-label="Pages"><a class="brand" href="{}"><svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="M3 11a9 8 0 0 1 18 0zM3 11l9 10 9-10M9 11l3 10 3-10"/></svg>Ripcord</a> <a href="{}"{}>Overview</a> <a href="{}silences"{}>Silences</a></nav>
            <div class="right"><span id="account" class="account">{}</span><span id="link" class="link" role="status">not live</span></div>
            </header>
            <p id="lost" class="lost" role="alert" hidden></p>
            <noscript><p class="lost">Without JavaScript this page does not follow by itself. <a href="">Load it again</a> to see what is new.</p></noscript>
            <main id="main" tabindex="-1">
            {}
            </main>
            <footer class="foot">
            <span>Ripcord {}</span>
            <span>As of <time id="asof" datetime="{}" data-as="moment">{}</time></span>
            <span>UTC <time id="utc" datetime="{}">{}</time></span>
            </footer>
            </body>
            </html>
            """,
            page.follows().equals(Follows.AGAIN)
                ? Html.of("<meta http-equiv=\"refresh\" content=\"0\">\n")
                : Html.NOTHING,
            page.title(),
            base,
            assets.address("ripcord.svg"),
            base,
            assets.address("ripcord.css"),
            base,
            assets.address("release.css"),
            base,
            assets.address("ripcord.js"),
            base,
            assets.address("release.js"),
            page.follows().kindText(),
            page.follows().what(),
            base,
            base,
            base,
            current(page.follows().kind() == Follows.Kind.ROWS),
            base,
            current(page.follows().equals(Follows.SILENCES)),
            page.account(),
            page.main(),
            version,
            now,
            FULL.format(now),
            now,
            UTC.format(now))
        .toString();
  }
}
