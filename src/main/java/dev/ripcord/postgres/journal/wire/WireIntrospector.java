package dev.ripcord.postgres.journal.wire;

import com.fasterxml.jackson.databind.PropertyName;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.AnnotatedConstructor;
import com.fasterxml.jackson.databind.introspect.AnnotatedField;
import com.fasterxml.jackson.databind.introspect.AnnotatedMethod;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives Jackson the {@link WireNames} of records and enums, which carry no annotation. */
final class WireIntrospector extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;
  private final transient WireNames names;

  WireIntrospector(WireNames names) {
    this.names = names;
  }

  @Override
  public @Nullable PropertyName findNameForSerialization(Annotated part) {
    return named(part).orElseGet(() -> super.findNameForSerialization(part));
  }

  @Override
  public @Nullable PropertyName findNameForDeserialization(Annotated part) {
    return named(part).orElseGet(() -> super.findNameForDeserialization(part));
  }

  private Optional<PropertyName> named(Annotated part) {
    Optional<String> name =
        switch (part) {
          case AnnotatedField field -> names.field(field.getDeclaringClass(), field.getName());
          case AnnotatedMethod method when method.getParameterCount() == 0 ->
              names.field(method.getDeclaringClass(), method.getName());
          case AnnotatedParameter parameter when isCanonical(parameter) ->
              names.field(parameter.getDeclaringClass(), parameter.getIndex());
          default -> Optional.empty();
        };
    return name.map(PropertyName::construct);
  }

  /** Whether a parameter is one of the constructor that takes all components of its record. */
  private static boolean isCanonical(AnnotatedParameter parameter) {
    if (!(parameter.getOwner() instanceof AnnotatedConstructor constructor)
        || !parameter.getDeclaringClass().isRecord()) {
      return false;
    }
    var components = parameter.getDeclaringClass().getRecordComponents();
    if (components.length != constructor.getParameterCount()) {
      return false;
    }
    for (int i = 0; i < components.length; i++) {
      if (components[i].getType() != constructor.getRawParameterType(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String[] findEnumValues(
      MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] found) {
    String[] known = super.findEnumValues(config, type, constants, found);
    for (int i = 0; i < constants.length; i++) {
      known[i] = names.constant(constants[i]);
    }
    return known;
  }
}
