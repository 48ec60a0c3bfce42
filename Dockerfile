# Ripcord as an image. Build the program first, on Linux: ./ripcord --version (or mvn package). Then: docker build -t ripcord .
# BASE is any image with Java 25, bash, libstdc++ and the locale C.UTF-8, so that this also builds where only a registry of your own is
# reachable. A tag moves: name the digest that you have looked at (docker build --build-arg BASE=eclipse-temurin:25-jre@sha256:… .).
ARG BASE=eclipse-temurin:25-jre
FROM ${BASE}

# A user with a name, because PostgreSQL asks for it, and a number, because Kubernetes wants to see that it is not root.
# ./data beside the configuration is the volume, so that the default of `data` is right here too.
RUN echo 'ripcord:x:10001:' >> /etc/group \
 && echo 'ripcord:x:10001:10001:Ripcord:/data:/bin/sh' >> /etc/passwd \
 && mkdir -p /data /etc/ripcord \
 && ln -s /data /etc/ripcord/data \
 && chown 10001:10001 /data \
 && printf '%s\n' '#!/bin/sh' \
      'exec java -XX:+UseSerialGC -XX:MaxRAMPercentage=50 -XX:+ExitOnOutOfMemoryError -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 $RIPCORD_JAVA_OPTS -jar /opt/ripcord/ripcord.jar "$@"' \
      > /usr/local/bin/ripcord \
 && chmod 755 /usr/local/bin/ripcord

COPY target/lib /opt/ripcord/lib
COPY target/ripcord.jar /opt/ripcord/

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 9095

# Asks the daemon whether it lives, without curl and without a second JVM. RIPCORD_PORT: where `listen` says another port.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${RIPCORD_PORT:-9095} && printf 'GET /livez HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]

ENTRYPOINT ["ripcord"]
CMD ["start"]
