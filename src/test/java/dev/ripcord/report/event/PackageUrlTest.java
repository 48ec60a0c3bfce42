package dev.ripcord.report.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackageUrlTest {
  private static final String DIGEST =
      "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";

  private static Release release(Optional<ImageRef> image) {
    return new Release(new ServiceName("shop"), "v42", image, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ghcr.io/acme/shop:42         | pkg:oci/shop?repository_url=ghcr.io/acme/shop&tag=42",
        "acme/shop:42                 | pkg:oci/shop?repository_url=acme/shop&tag=42",
        "shop:42                      | pkg:oci/shop?tag=42",
        "localhost:5000/shop          | pkg:oci/shop?repository_url=localhost%3A5000/shop",
        "Ghcr.IO/acme/shop:Beta_1     | pkg:oci/shop?repository_url=ghcr.io/acme/shop&tag=Beta_1",
        "shop                         | pkg:generic/shop@shop",
        "2026-01-02                   | pkg:generic/shop@2026-01-02",
        "releases/42                  | pkg:generic/shop@releases%2F42",
        "Shop_2.1+b7                  | pkg:generic/shop@Shop_2.1%2Bb7",
        "s3://builds/shop.tgz?v=7#x   | pkg:generic/shop@s3%3A%2F%2Fbuilds%2Fshop.tgz%3Fv%3D7%23x",
        "größe                        | pkg:generic/shop@gr%C3%B6%C3%9Fe",
      })
  void image_asAPackageUrl(String image, String url) {
    assertThat(PackageUrl.of(release(Optional.of(new ImageRef(image))))).isEqualTo(url);
  }

  @Test
  void digest_isTheVersion() {
    ImageRef image = new ImageRef("ghcr.io/acme/shop:42@" + DIGEST);

    assertThat(PackageUrl.of(release(Optional.of(image))))
        .isEqualTo(
            "pkg:oci/shop@"
                + DIGEST.replace(":", "%3A")
                + "?repository_url=ghcr.io/acme/shop&tag=42");
  }

  @Test
  void noImageKnown_isTheReleaseOfTheService() {
    assertThat(PackageUrl.of(release(Optional.empty()))).isEqualTo("pkg:generic/shop@v42");
  }
}
