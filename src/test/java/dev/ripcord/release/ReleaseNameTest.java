package dev.ripcord.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"v42", "1.2.3+build-7", "feature/x_y", "2026-11-28", "_", ".5", "sha256-0123abcd"})
  void s3_nameOfTheForm_isTakenAsItIs(String name) {
    assertThat(ReleaseName.parse(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "v2; touch pwned #",
        "v2\n2026-11-28T00:00:00.000Z ERROR x",
        "v2\u001b]0;owned\u0007",
        "v2\u0000",
        "v2\ud800",
        "v2\u202e",
        "größe",
        "-n",
        "+x",
        "$(id)",
        "`id`",
        "v2'",
        "<!channel>",
        " v2",
      })
  void s3_nameOfAnotherForm_isRefusedWithTheRule(String name) {
    assertThatThrownBy(() -> ReleaseName.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a release name: use 1 to 128 letters")
        .satisfies(e -> assertThat(Printable.isPlain(String.valueOf(e.getMessage()))).isTrue());
  }

  @Test
  void s4_nameThatIsTooLong_isRefusedWithItsLength() {
    assertThat(ReleaseName.parse("x".repeat(128))).hasSize(128);
    assertThatThrownBy(() -> ReleaseName.parse("x".repeat(129)))
        .hasMessageStartingWith("a name of 129 characters is not a release name");
    assertThatThrownBy(() -> ReleaseName.parse("x".repeat(60_000)))
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(300));
  }

  @Test
  void nameFromAnImage_hasTheForm() {
    assertThat(ReleaseName.from("sha256:0123456789ab")).isEqualTo("sha256-0123456789ab");
    assertThat(ReleaseName.from("localhost:5000/shop")).isEqualTo("localhost-5000/shop");
    assertThat(ReleaseName.from("-x")).isEqualTo("x");
    assertThat(ReleaseName.from("x".repeat(600))).hasSize(128);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "ann\nbob", "ann\u001b[31m", "ann\u0000", "ann\u2066"})
  void s4_personWhoCannotBeShown_isRefused(String name) {
    assertThatThrownBy(() -> PersonName.parse(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void s4_personInAnyScript_isTaken() {
    assertThat(PersonName.parse(" Zoë O'Brien (オン) ")).isEqualTo("Zoë O'Brien (オン)");
    assertThatThrownBy(() -> PersonName.parse("x".repeat(101)))
        .hasMessageContaining("1 to 100 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "a\tb", "a\u0000", "a\u001b[2J", "a\u202eb", "-v/:/host", "a\u0085b"})
  void s4_imageThatIsNoWord_isRefused(String image) {
    assertThatThrownBy(() -> ImageRef.parse(image))
        .hasMessageContaining("is not an image: one word such as ghcr.io/acme/shop:42 is needed")
        .satisfies(e -> assertThat(Printable.isPlain(String.valueOf(e.getMessage()))).isTrue());
  }

  @Test
  void s4_imageThatIsTooLong_isRefused() {
    assertThat(ImageRef.parse("x".repeat(512)).text()).hasSize(512);
    assertThatThrownBy(() -> ImageRef.parse("x".repeat(513)))
        .hasMessage("an image of 513 characters: use at most 512");
  }

  @Test
  void s4_imageOfAnOlderJournal_isReadAndShownEscaped() {
    assertThat(new ImageRef("a\u202eb")).hasToString("a\\u202eb");
  }

  @Test
  void a30_releasesWhoseNamesLookAlikeAsFiles_haveFilesOfTheirOwn() {
    Set<String> files = new HashSet<>();
    List<String> names =
        List.of(
            "feature/x y", "feature_x_y", "feature/x_y", "feature x/y", "../x", "v".repeat(600));
    names.forEach(name -> files.add(release(name).fileName()));

    assertThat(files)
        .hasSize(names.size())
        .contains("shop-feature_x_y")
        .allSatisfy(file -> assertThat(file).matches("[A-Za-z0-9._-]{1,220}"));
    assertThat(release("v42").fileName()).isEqualTo("shop-v42");
  }

  private static Release release(String name) {
    return new Release(new ServiceName("shop"), name, Optional.empty(), Optional.empty());
  }
}
