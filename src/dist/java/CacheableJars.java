import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the libraries of a folder such as the JVM's AOT cache can hold them; jars that it can
 * already are left alone.
 *
 * <ul>
 *   <li>Classes older than Java 6 get the form of Java 8: same code, with stack maps. The JVM keeps
 *       no older class in its cache, and picocli, compiled for Java 5, was a third of every start.
 *   <li>A jar is unsealed: with a sealed package in its cache the JVM does not start at all
 *       ("sealing violation") once the program lies in another folder than the one where the cache
 *       was made.
 * </ul>
 *
 * Run by the build: {@code java CacheableJars.java FOLDER}.
 */
final class CacheableJars {
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

  private CacheableJars() {}

  public static void main(String[] args) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      files.filter(file -> file.toString().endsWith(".jar")).forEach(jars::add);
    }
    for (Path jar : jars) {
      if (needsIt(jar)) {
        Path written = Path.of(jar + ".new");
        rewrite(jar, written);
        Files.move(written, jar, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static boolean needsIt(Path jar) throws IOException {
    try (JarFile in = new JarFile(jar.toFile())) {
      if (in.getManifest() != null && isSealed(in.getManifest())) {
        return true;
      }
      for (ZipEntry entry : Collections.list(in.entries())) {
        if (entry.getName().endsWith(".class")) {
          try (InputStream content = in.getInputStream(entry)) {
            if (isOld(content.readNBytes(8))) {
              return true;
            }
          }
        }
      }
      return false;
    }
  }

  /** Whether a class file that begins with these bytes is older than Java 6. */
  private static boolean isOld(byte[] head) {
    return ((head[6] & 0xff) << 8 | head[7] & 0xff) < JAVA_6;
  }

  private static boolean isSealed(Manifest manifest) {
    return Stream.concat(
            Stream.of(manifest.getMainAttributes()), manifest.getEntries().values().stream())
        .anyMatch(attributes -> attributes.containsKey(Attributes.Name.SEALED));
  }

  private static void rewrite(Path jar, Path written) throws IOException {
    try (JarFile in = new JarFile(jar.toFile());
        OutputStream file = Files.newOutputStream(written);
        ZipOutputStream out = new ZipOutputStream(file)) {
      ClassFile form = form(in);
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] bytes;
        try (InputStream content = in.getInputStream(entry)) {
          bytes = content.readAllBytes();
        }
        if (entry.getName().endsWith(".class") && isOld(bytes)) {
          bytes = form.transformClass(form.parse(bytes), TO_JAVA_8);
        } else if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
          bytes = unsealed(bytes);
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(
            LocalDateTime.of(2026, 1, 1, 0, 0)); // the same bytes whenever it is built
        out.putNextEntry(copy);
        out.write(bytes);
      }
    }
  }

  private static byte[] unsealed(byte[] text) throws IOException {
    Manifest manifest = new Manifest(new ByteArrayInputStream(text));
    manifest.getMainAttributes().remove(Attributes.Name.SEALED);
    manifest.getEntries().values().forEach(attributes -> attributes.remove(Attributes.Name.SEALED));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
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
