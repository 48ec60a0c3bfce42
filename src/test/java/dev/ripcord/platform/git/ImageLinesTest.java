package dev.ripcord.platform.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.release.ImageRef;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which image a file names, and what is changed of it. */
final class ImageLinesTest {
  private static ImageLines lines(String text) {
    return new ImageLines(text, "main:f", Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "image: shop:2|shop:2",
        "  image:   'host:5000/acme/shop:2'  # x|host:5000/acme/shop:2",
        "- image:"
            + " \"shop@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"|shop@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "  - name: shop\\n    image: shop:2|shop:2",
        "{\"image\": \"shop:2\", \"a\": 1}|shop:2",
        "  \"image\" : \"shop:2\",|shop:2",
      })
  void image_isFound(String text, String image) {
    assertThat(lines(text.replace("\\n", "\n")).current()).isEqualTo(new ImageRef(image));
  }

  @ParameterizedTest
  @CsvSource({"host:5000/a/b, host:5000/a/b", "host:5000/a/b:c, host:5000/a/b", "a:1@sha256:x, a"})
  void name_isWithoutTagAndDigest(String reference, String name) {
    assertThat(ImageLines.nameOf(reference)).isEqualTo(name);
  }

  @Test
  void onlyTheOneThatIsMeant_isChanged() {
    String text =
        "a: {image: x}\nimage: shop:2\nmyimage: shop:2\n# image: shop:2\n image: side:9\n";

    assertThat(lines(text).with(new ImageRef("shop:1")))
        .isEqualTo(text.replaceFirst("(?m)^image: shop:2", "image: shop:1"));
    assertThat(new ImageLines(text, "f", Optional.of("side")).with(new ImageRef("side:8")))
        .isEqualTo(text.replace("side:9", "side:8"));
    assertThat(new ImageLines(text, "f", Optional.of("side")).current())
        .isEqualTo(new ImageRef("side:9"));
  }

  @Test
  void severalNamesOrVersions_areNotGuessed() {
    assertThatThrownBy(() -> lines("image: shop:2\nimage: side:9\n").current())
        .hasMessage("main:f names several images: shop, side; say which with platform.git.image");
    assertThatThrownBy(() -> lines("image: shop:2\nimage: shop:3\n").current())
        .hasMessageContaining("one image in several versions: shop:2, shop:3");
    assertThatThrownBy(() -> lines("kind: x\n").current()).hasMessageContaining("names no image");
    assertThatThrownBy(() -> new ImageLines("image: a:1", "f", Optional.of("b")).current())
        .hasMessage("f does not name b (platform.git.image); it names a");
    assertThatThrownBy(() -> lines("image: {{.Values.image}}\n").current())
        .hasMessageContaining("is it still a template?");
  }
}
