package dev.ripcord.postgres.journal.wire;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.migration.Version;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Order;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Step;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Any record that the journal can hold, with random contents, found by reflection: a record that is
 * added anywhere is made without a change here, and a type that is not known here fails.
 */
public final class RandomValues {
  private final Random random;

  public RandomValues(Random random) {
    this.random = random;
  }

  /** A plan with one step given. */
  Plan planOf(Step step) {
    return new Plan(
        (Release) of(Release.class),
        Order.IMAGE_FIRST,
        List.of(step),
        text(),
        List.of(text()),
        List.of(text()),
        text());
  }

  /** A value of a type. */
  public Object of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    Class<?> raw = (Class<?>) type;
    if (raw.isSealed()) {
      Class<?>[] kinds = raw.getPermittedSubclasses();
      return of(kinds[random.nextInt(kinds.length)]);
    }
    if (raw.isEnum()) {
      Object[] constants = raw.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    Object checked = checked(raw);
    return checked != null ? checked : raw.isRecord() ? record(raw) : plain(raw);
  }

  /** Records whose constructors refuse most random contents. */
  private @Nullable Object checked(Class<?> raw) {
    if (raw == ServiceName.class) {
      return new ServiceName("shop-" + random.nextInt(100));
    }
    if (raw == ImageRef.class) {
      return new ImageRef("registry/shop:" + random.nextInt(100));
    }
    if (raw == Version.class) {
      return new Version("0" + random.nextInt(1_000));
    }
    if (raw == Release.class) {
      return new Release(
          (ServiceName) of(ServiceName.class),
          "v" + random.nextInt(),
          random.nextBoolean() ? Optional.empty() : Optional.of((ImageRef) of(ImageRef.class)),
          Optional.of((ImageRef) of(ImageRef.class)));
    }
    if (raw == Ratio.class) {
      return new Ratio(1 + random.nextInt(1_000_000));
    }
    if (raw == Breaches.class) {
      int needed = 1 + random.nextInt(5);
      return new Breaches(needed, needed + random.nextInt(5));
    }
    if (raw == Counts.class) {
      long requests = random.nextLong(1, Long.MAX_VALUE);
      return new Counts(requests, random.nextLong(requests));
    }
    if (raw == Limit.class) {
      return new Limit(random.nextDouble() + 0.1, Escalation.ALERT);
    }
    if (raw == Rules.class) {
      return new Rules(
          (Ratio) of(Ratio.class),
          (Breaches) of(Breaches.class),
          1 + random.nextInt(100),
          (Ratio) of(Ratio.class),
          Escalation.ASK,
          Map.of(
              Measure.CPU,
              (Limit) of(Limit.class),
              Measure.LATENCY_P99,
              new Limit(0.8, Escalation.ASK)));
    }
    return null;
  }

  private Object record(Class<?> raw) {
    RecordComponent[] components = raw.getRecordComponents();
    try {
      var constructor =
          raw.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(
          Arrays.stream(components).map(c -> of(c.getGenericType())).toArray());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(raw + " cannot be made", e);
    }
  }

  private Object generic(ParameterizedType type) {
    Type[] of = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return random.nextBoolean() ? Optional.empty() : Optional.of(of(of[0]));
    }
    if (type.getRawType() == List.class) {
      List<Object> list = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        list.add(of(of[0]));
      }
      return list;
    }
    if (type.getRawType() == Map.class) {
      Map<Object, Object> map = new HashMap<>();
      map.put(of(of[0]), of(of[1]));
      return map;
    }
    throw new AssertionError("no random " + type + " yet: teach it here and in JournalJson");
  }

  private Object plain(Class<?> raw) {
    if (raw == String.class) {
      return text();
    } else if (raw == int.class) {
      return random.nextInt();
    } else if (raw == long.class) {
      return random.nextLong();
    } else if (raw == double.class) {
      return random.nextDouble();
    } else if (raw == boolean.class) {
      return random.nextBoolean();
    } else if (raw == OptionalDouble.class) {
      return random.nextBoolean() ? OptionalDouble.empty() : OptionalDouble.of(random.nextDouble());
    } else if (raw == OptionalInt.class) {
      return random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt());
    } else if (raw == Duration.class) {
      return Duration.ofMillis(random.nextInt(1_000_000));
    } else if (raw == Instant.class) {
      return Instant.ofEpochSecond(
          1_700_000_000L + random.nextInt(100_000_000), random.nextInt(1_000_000_000));
    }
    throw new AssertionError("no random " + raw + " yet: teach it here and in JournalJson");
  }

  private String text() {
    String[] parts = {"shop", " ", "\"", "\\", "\u00e9", "\uD83D\uDE80", "\n", "'", "{}", ""};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }
}
