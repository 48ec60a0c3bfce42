package dev.ripcord.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Reason;
import dev.ripcord.json.Examples;
import dev.ripcord.watch.Outcome;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** What a build server reads: a suite for the service, a case for each rule. */
final class JunitXmlTest {
  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static Element only(Document document, String name) {
    assertThat(document.getElementsByTagName(name).getLength()).as(name).isEqualTo(1);
    return (Element) document.getElementsByTagName(name).item(0);
  }

  @Test
  void breachedRule_isAFailure() throws Exception {
    Document document = parsed(JunitXml.of(Stories.bad()));

    Element suite = only(document, "testsuite");
    assertThat(suite.getAttribute("name")).isEqualTo("shop");
    assertThat(suite.getAttribute("tests")).isEqualTo("1");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-01-02T03:04:05");
    assertThat(only(document, "testcase").getAttribute("name")).isEqualTo("error-rate");
    assertThat(only(document, "failure").getAttribute("message"))
        .startsWith("error rate 9.0% (93 of 1031 requests), limit 5%");
  }

  @Test
  void healthyRelease_hasNeitherFailureNorErrorNorSkipped() throws Exception {
    Document document = parsed(JunitXml.of(Stories.good()));

    for (String element : new String[] {"failure", "error", "skipped"}) {
      assertThat(document.getElementsByTagName(element).getLength()).as(element).isZero();
    }
  }

  @Test
  void sourceThatWasNotReached_isAnError_andTooLittleEvidenceSkipped() throws Exception {
    Document unreached =
        parsed(
            JunitXml.of(
                Stories.begun()
                    .blind(Reason.Code.TIMEOUT, "no answer within 5 s")
                    .ended(Outcome.INCONCLUSIVE, "not enough evidence")));
    Document quiet =
        parsed(
            JunitXml.of(
                Stories.begun().poll(3, 0).ended(Outcome.INCONCLUSIVE, "not enough evidence")));

    assertThat(only(unreached, "error").getAttribute("message")).isEqualTo("no answer within 5 s");
    assertThat(only(quiet, "skipped").getAttribute("message")).contains("20 are needed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "]]> <!-- <failure> & \" ' é",
        "\u0000\u0001\u001b[31m\u0085\uFFFE",
        "lone \uD800 and \uDC00, whole \uD83D\uDE00",
        "a\r\nb\tc",
      })
  void whateverAServiceSends_isWellFormed(String sent) throws Exception {
    WatchReport report =
        Stories.begun().blind(Reason.Code.BODY, sent).ended(Outcome.INCONCLUSIVE, sent);

    Document document = parsed(JunitXml.of(report));

    assertThat(only(document, "error").getAttribute("message")).isNotEmpty();
    assertThat(parsed(JunitXml.notWatched(sent, sent, Examples.AT, false, sent))).isNotNull();
  }

  @Test
  void watchThatWasBrokenOff_isADocumentToo() throws Exception {
    Document document = parsed(JunitXml.of(Stories.begun().poll(1000, 4).underWay()));

    assertThat(only(document, "skipped").getAttribute("message")).startsWith("too little to tell");
  }

  @Test
  void deployThatNeverCameToTheWatch_isAnError_orSkippedWhereThatWasWanted() throws Exception {
    assertThat(
            only(parsed(JunitXml.notWatched("shop", "v42", Examples.AT, false, "refused")), "error")
                .getAttribute("message"))
        .isEqualTo("refused");
    assertThat(
            only(
                    parsed(JunitXml.notWatched("shop", "v42", Examples.AT, true, "as wanted")),
                    "skipped")
                .getAttribute("message"))
        .isEqualTo("as wanted");
  }
}
