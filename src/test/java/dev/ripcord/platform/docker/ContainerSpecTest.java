package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.platform.docker.api.DockerSocket.ApiVersion;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken over from an old container, and what is left to the new image. */
final class ContainerSpecTest {
  private static final ApiVersion OLD_API = new ApiVersion(1, 41);
  private static final ApiVersion NEW_API = new ApiVersion(1, 44);

  @ParameterizedTest(name = "{0}: container {1}, image {2} → {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "User        | 'app'              | 'app'           | none",
        "User        | 'root'             | 'app'           | 'root'",
        "WorkingDir  | '/a'               | '/a'            | none",
        "StopSignal  | 'SIGINT'           | none            | 'SIGINT'",
        "StopTimeout | 3                  | none            | 3",
        "Env         | ['A=1','B=2']      | ['A=1']         | ['B=2']",
        "Env         | ['A=9']            | ['A=1']         | ['A=9']",
        "Labels      | {'v':'1','k':'m'}  | {'v':'1'}       | {'k':'m'}",
        "Labels      | {'v':'9'}          | {'v':'1'}       | {'v':'9'}",
        "Labels      | {'v':'1'}          | {'v':'1'}       | none",
        "ExposedPorts| {'80/tcp':{},'9/tcp':{}} | {'80/tcp':{}} | {'9/tcp':{}}",
        "Healthcheck | {'Test':['x'],'Interval':5} | {'Test':['x'],'Interval':9} | {'Interval':5}",
        "Healthcheck | {'Test':['NONE']}  | {'Test':['x']}  | {'Test':['NONE']}",
        "Healthcheck | {'Test':['x']}     | {'Test':['x']}  | none",
        "Cmd         | ['run']            | ['run']         | none",
        "Cmd         | ['mine']           | ['run']         | ['mine']",
        "Entrypoint  | ['/e']             | ['/e']          | none",
        "Entrypoint  | ['/mine']          | ['/e']          | ['/mine']",
        "Entrypoint  | none               | ['/e']          | ['']",
      })
  void setting_equalToTheImagesOwn_isLeftToTheNewImage(
      String key, @Nullable String container, @Nullable String image, @Nullable String expected) {
    JsonObject old = container(config(key, container));

    JsonObject body = ContainerSpec.of(old, config(key, image), "shop:1", OLD_API).body();

    Object wanted = expected == null ? null : value(expected);
    assertThat(body.getValue(key)).isEqualTo(wanted);
    assertThat(body.getString("Image")).isEqualTo("shop:1");
  }

  @Test
  void a2_publishedPort_staysExposedThoughOnlyTheOldImageExposedIt() {
    JsonObject old = container(config("ExposedPorts", "{'8080/tcp':{},'9/tcp':{}}"));
    old.getJsonObject("HostConfig")
        .put("PortBindings", value("{'8080/tcp':[{'HostIp':'127.0.0.1','HostPort':'18081'}]}"));
    JsonObject image = config("ExposedPorts", "{'8080/tcp':{},'9/tcp':{}}");

    JsonObject body = ContainerSpec.of(old, image, "shop:1", OLD_API).body();

    assertThat(body.getValue("ExposedPorts")).isEqualTo(value("{'8080/tcp':{}}"));
  }

  @Test
  void a2_allPublished_keepsEveryPortExposed() {
    JsonObject old = container(config("ExposedPorts", "{'8080/tcp':{}}"));
    old.getJsonObject("HostConfig").put("PublishAllPorts", true);

    JsonObject body =
        ContainerSpec.of(old, config("ExposedPorts", "{'8080/tcp':{}}"), "shop:1", OLD_API).body();

    assertThat(body.getValue("ExposedPorts")).isEqualTo(value("{'8080/tcp':{}}"));
  }

  @Test
  void command_underAnEntryPointOfTheUsersOwn_isKeptEvenIfTheImageHasTheSame() {
    JsonObject config = config("Entrypoint", "['/mine']").put("Cmd", new JsonArray().add("run"));
    JsonObject image = config("Entrypoint", "['/e']").put("Cmd", new JsonArray().add("run"));

    JsonObject body = ContainerSpec.of(container(config), image, "shop:1", OLD_API).body();

    assertThat(body.getJsonArray("Cmd")).containsExactly("run");
  }

  @ParameterizedTest(name = "network {0}, uts \"{1}\", host name {2} → {3}")
  @CsvSource(
      nullValues = "none",
      value = {
        "default,     '',   0123456789ab, none",
        "default,     '',   front,        front",
        "host,        '',   machine,      machine",
        "host,        host, machine,      none",
        "container:x, '',   whose,        none",
      })
  void hostName_isKeptWhereItIsTheUsersAndAllowed(
      String mode, String uts, String hostName, @Nullable String expected) {
    JsonObject old = container(new JsonObject().put("Hostname", hostName));
    old.getJsonObject("HostConfig").put("NetworkMode", mode).put("UTSMode", uts);

    JsonObject body = ContainerSpec.of(old, new JsonObject(), "shop:1", OLD_API).body();

    assertThat(body.getString("Hostname")).isEqualTo(expected);
    assertThat(body.getJsonObject("HostConfig").getString("NetworkMode")).isEqualTo(mode);
  }

  @Test
  void networks_areTakenOverAsTheUserGaveThem() {
    JsonObject old = container(new JsonObject());
    old.getJsonObject("HostConfig").put("NetworkMode", "front");
    String fixed = "{'IPAMConfig':{'IPv4Address':'10.0.0.9'},'Aliases':['api','0123456789ab'],";
    old.getJsonObject("NetworkSettings")
        .put(
            "Networks",
            new JsonObject()
                .put("back", value("{'Aliases':['b'],'IPAddress':'10.1.0.2','MacAddress':'x'}"))
                .put("front", value(fixed + "'IPAddress':'10.0.0.9','NetworkID':'n'}")));

    ContainerSpec spec = ContainerSpec.of(old, new JsonObject(), "shop:1", OLD_API);

    assertThat(spec.body().getJsonObject("NetworkingConfig"))
        .isEqualTo(
            value(
                "{'EndpointsConfig':{'front':{'IPAMConfig':{'IPv4Address':'10.0.0.9'},'Aliases':['api']}}}"));
    assertThat(spec.furtherNetworks()).isEqualTo(Map.of("back", value("{'Aliases':['b']}")));
  }

  @Test
  void network_thatTheContainerWasTakenOff_isNotTakenUpAgain() {
    JsonObject old = container(new JsonObject());
    old.getJsonObject("HostConfig").put("NetworkMode", "default");
    JsonObject networks = old.getJsonObject("NetworkSettings").getJsonObject("Networks");
    networks.clear();

    JsonObject none = ContainerSpec.of(old, new JsonObject(), "shop:1", OLD_API).body();
    networks.put("other", new JsonObject());
    JsonObject other = ContainerSpec.of(old, new JsonObject(), "shop:1", OLD_API).body();

    assertThat(none.getJsonObject("HostConfig").getString("NetworkMode")).isEqualTo("none");
    assertThat(other.getJsonObject("HostConfig").getString("NetworkMode")).isEqualTo("other");
  }

  @Test
  void fixedMacAddress_goesWhereTheApiWantsIt() {
    JsonObject old = container(new JsonObject().put("MacAddress", "02:42:0a:00:00:09"));

    JsonObject before = ContainerSpec.of(old, new JsonObject(), "shop:1", OLD_API).body();
    JsonObject since = ContainerSpec.of(old, new JsonObject(), "shop:1", NEW_API).body();

    assertThat(before.getString("MacAddress")).isEqualTo("02:42:0a:00:00:09");
    assertThat(since.containsKey("MacAddress")).isFalse();
    assertThat(since.getJsonObject("NetworkingConfig"))
        .isEqualTo(value("{'EndpointsConfig':{'bridge':{'MacAddress':'02:42:0a:00:00:09'}}}"));
  }

  @Test
  void volumes_withoutAName_areNamed() {
    JsonObject old = container(new JsonObject());
    old.getJsonObject("HostConfig")
        .put("Binds", value("['/srv:/srv','named:/n/:ro','/loose']"))
        .put("Mounts", value("[{'Type':'volume','Target':'/m'},{'Type':'tmpfs','Target':'/t'}]"));
    old.put(
        "Mounts",
        value(
            """
            [{'Type':'bind','Source':'/srv','Destination':'/srv','RW':true},
             {'Type':'volume','Name':'named','Destination':'/n','RW':false},
             {'Type':'volume','Name':'aaa','Destination':'/loose','RW':true},
             {'Type':'volume','Name':'bbb','Destination':'/m','RW':true},
             {'Type':'volume','Name':'ccc','Destination':'/image','RW':false}]
            """));

    JsonObject host =
        ContainerSpec.of(old, new JsonObject(), "shop:1", OLD_API)
            .body()
            .getJsonObject("HostConfig");

    assertThat(host.getJsonArray("Binds"))
        .containsExactly("/srv:/srv", "named:/n/:ro", "aaa:/loose", "ccc:/image:ro");
    assertThat(host.getJsonArray("Mounts"))
        .isEqualTo(
            value(
                "[{'Type':'volume','Target':'/m','Source':'bbb'},{'Type':'tmpfs','Target':'/t'}]"));
  }

  @Test
  void log_withoutATerminal_isReadOutOfItsFrames() {
    Buffer log =
        Buffer.buffer()
            .appendBytes(new byte[] {1, 0, 0, 0, 0, 0, 0, 4})
            .appendString("one\n")
            .appendBytes(new byte[] {2, 0, 0, 0, 0, 0, 0, 9})
            .appendString("cut");

    assertThat(ContainerLog.tail(log, false)).isEqualTo("one\ncut");
    assertThat(ContainerLog.tail(Buffer.buffer("\u001b[31mred\r\n"), true)).isEqualTo("[31mred");
    assertThat(ContainerLog.tail(Buffer.buffer("x".repeat(9_000)), true)).hasSize(2_049);
  }

  private static JsonObject config(String key, @Nullable String text) {
    JsonObject config = new JsonObject();
    return text == null ? config : config.put(key, value(text));
  }

  private static JsonObject container(JsonObject config) {
    return new JsonObject()
        .put("Id", "0123456789abcdef")
        .put("Config", config)
        .put("HostConfig", new JsonObject().put("NetworkMode", "bridge"))
        .put("NetworkSettings", value("{'Networks':{'bridge':{'IPAMConfig':null}}}"));
  }

  private static Object value(String text) {
    return new JsonObject("{\"v\":" + text.replace('\'', '"') + "}").getValue("v");
  }
}
