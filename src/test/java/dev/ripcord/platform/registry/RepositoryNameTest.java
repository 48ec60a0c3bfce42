package dev.ripcord.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.release.ImageRef;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as Docker reads them. */
final class RepositoryNameTest {
  @ParameterizedTest
  @CsvSource({
    "shop,                  registry-1.docker.io, library/shop",
    "acme/shop,             registry-1.docker.io, acme/shop",
    "docker.io/acme/shop,   registry-1.docker.io, acme/shop",
    "docker.io/shop,        registry-1.docker.io, library/shop",
    "ghcr.io/acme/web/shop, ghcr.io,              acme/web/shop",
    "127.0.0.1:5000/shop,   127.0.0.1:5000,       shop",
    "localhost/shop,        localhost,            shop"
  })
  void name_isHostAndPath(String name, String host, String path) {
    assertThat(RepositoryName.of(name)).isEqualTo(new RepositoryName(host, path));
  }

  @ParameterizedTest
  @CsvSource({
    "h:5000/shop:2,             2",
    "h:5000/shop,               latest",
    "h:5000/shop@sha256:abc,    sha256:abc",
    "h:5000/shop:2@sha256:abc,  sha256:abc",
    "h:5000/other:2,            ''",
    "shop:2,                    ''"
  })
  void reference_isTagOrDigest_ofThisRepositoryOnly(String image, String reference) {
    assertThat(RepositoryName.of("h:5000/shop").reference(new ImageRef(image)).orElse(""))
        .isEqualTo(reference);
  }
}
