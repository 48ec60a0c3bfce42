import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar which are older than Java 6 the form of Java 8: same code, with stack maps. The JVM
 * keeps no older class in its AOT cache, and picocli is compiled for Java 5: it was half of every start. Run by the
 * build: {@code java RecentClasses.java JAR…}; a jar without such classes is left as it is.
 */
final class RecentClasses {
  private static final int JAVA_6 = 50;
  private static final int JAVA_8 = 52;

  private static final ClassTransform TO_JAVA_8 =
      ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
          .andThen(
              (builder, element) -> {
                if (element instanceof ClassFileVersion) {
                  builder.withVersion(JAVA_8, 0);
                } else {
                  builder.with(element);
                }
              });

  private RecentClasses() {}

  public static void main(String[] jars) throws IOException {
    for (String name : jars) {
      Path jar = Path.of(name);
      Path written = Path.of(name + ".new");
      if (rewrite(jar, written)) {
        Files.move(written, jar, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(written);
      }
    }
  }

  /** Whether a class was too old. */
  private static boolean rewrite(Path jar, Path written) throws IOException {
    boolean changed = false;
    try (JarFile in = new JarFile(jar.toFile());
        OutputStream file = Files.newOutputStream(written);
        ZipOutputStream out = new ZipOutputStream(file)) {
      ClassFile form = form(in);
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] bytes;
        try (InputStream content = in.getInputStream(entry)) {
          bytes = content.readAllBytes();
        }
        if (entry.getName().endsWith(".class")) {
          ClassModel model = form.parse(bytes);
          if (model.majorVersion() < JAVA_6) {
            bytes = form.transformClass(model, TO_JAVA_8);
            changed = true;
          }
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0)); // the same bytes whenever it is built
        out.putNextEntry(copy);
        out.write(bytes);
      }
    }
    return changed;
  }

  /** Stack maps need to know what a class extends: one of the same jar, or of the JDK. */
  private static ClassFile form(JarFile jar) {
    ClassHierarchyResolver own = ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type));
    return ClassFile.of(
        StackMapsOption.GENERATE_STACK_MAPS,
        ClassHierarchyResolverOption.of(own.orElse(ClassHierarchyResolver.defaultResolver())));
  }

  private static InputStream open(JarFile jar, ClassDesc type) {
    String descriptor = type.descriptorString();
    ZipEntry entry = jar.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
