package dev.ripcord.postgres.journal.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.ripcord.migration.Version;
import dev.ripcord.port.JournalException;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Step;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Pure values as the JSON that the journal keeps, and back. The pure types carry no annotation:
 * what is special about them stands here.
 *
 * <p>Written once, read for years: a field that a newer version added is ignored, one that an older
 * version did not write is empty where the value allows it, and so is one that was left out since
 * it was empty. Thread-safe.
 */
public final class JournalJson {
  private static final WireNames NAMES = WireNames.ofTheJournal();
  private static final ObjectMapper MAPPER = mapper(NAMES);

  private JournalJson() {}

  /** A value as JSON. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          "a " + value.getClass().getSimpleName() + " cannot be written as JSON; please report it",
          e);
    }
  }

  /** The value that {@link #write} wrote. */
  public static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new JournalException(
          "the journal holds a "
              + type.getSimpleName()
              + " that this version cannot read ("
              + e.getOriginalMessage()
              + "); was it written by a newer ripcord?",
          e);
    }
  }

  /** A list that {@link #write} wrote. */
  public static <T> List<T> readList(String json, Class<T[]> type) {
    return Arrays.asList(read(json, type));
  }

  /** The names of the types that entries have in the journal. */
  public static WireNames names() {
    return NAMES;
  }

  /** A mapper that writes and reads by these names. */
  static ObjectMapper mapper(WireNames names) {
    SimpleModule texts = new SimpleModule();
    texts.addSerializer(String.class, new StorableText());
    JsonMapper mapper =
        JsonMapper.builder()
            .annotationIntrospector(new WireIntrospector(names))
            .disable(MapperFeature.AUTO_DETECT_GETTERS, MapperFeature.AUTO_DETECT_IS_GETTERS)
            .addModules(new Jdk8Module(), new JavaTimeModule(), texts)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(ServiceName.class, OneText.class)
            .addMixIn(ImageRef.class, OneText.class)
            .addMixIn(Version.class, OneText.class)
            .addMixIn(Step.class, Named.class)
            .build();
    names.types().entrySet().stream()
        .filter(type -> Step.class.isAssignableFrom(type.getKey()))
        .forEach(step -> mapper.registerSubtypes(new NamedType(step.getKey(), step.getValue())));
    return mapper;
  }

  /** A record of one text is that text. */
  private abstract static class OneText {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    OneText(@SuppressWarnings("unused") String text) {}

    @JsonValue
    abstract String text();
  }

  /** A value of a sealed type carries its name. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Named {}

  /** PostgreSQL's texts and jsonb cannot hold the character U+0000; what a service sent may. */
  private static final class StorableText extends StdSerializer<String> {
    private static final long serialVersionUID = 1L;

    StorableText() {
      super(String.class);
    }

    @Override
    public void serialize(String value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(storable(value));
    }
  }

  /** A text as PostgreSQL can hold it: U+0000 is replaced by U+FFFD. */
  public static String storable(String text) {
    return text.replace('\0', '\uFFFD');
  }
}
