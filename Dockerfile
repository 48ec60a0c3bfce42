# Ripcord as an image, from its package: mvn -Pdist package, then docker build -t ripcord .
# BASE is any Linux image with glibc, libstdc++, a shell and the locale C.UTF-8; the package brings its own Java. A tag moves: name the
# digest that you have looked at (docker build --build-arg BASE=debian:13-slim@sha256:… .). An image of yours with `pg_dump` makes backups possible.
ARG BASE=debian:13-slim
FROM ${BASE} AS package
COPY target/ripcord-*-linux-*.tar.gz /tmp/
# Without the class caches, a third of the size: a command starts half a second later. To keep them: --build-arg WITHOUT=
ARG WITHOUT=*.aot
RUN mkdir -p /opt/ripcord && tar -xzf /tmp/ripcord-*-linux-*.tar.gz -C /opt/ripcord --strip-components=1 && cd /opt/ripcord && rm -rf share $WITHOUT

FROM ${BASE}
# A user with a name, because PostgreSQL asks for it, and a number, because Kubernetes wants to see that it is not root.
# ./data beside the configuration is the volume, so that the default of `data` is right here too.
RUN echo 'ripcord:x:10001:' >> /etc/group \
 && echo 'ripcord:x:10001:10001:Ripcord:/data:/bin/sh' >> /etc/passwd \
 && mkdir -p /data /etc/ripcord /usr/local/bin \
 && ln -s /data /etc/ripcord/data \
 && ln -s /opt/ripcord/bin/ripcord /usr/local/bin/ripcord \
 && chown 10001:10001 /data
COPY --from=package /opt/ripcord /opt/ripcord

# Half of what the container may have, and what else Java takes, fits.
ENV RIPCORD_HEAP=-XX:MaxRAMPercentage=50
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 9095

# Asks the daemon whether it lives, without curl and without a second JVM. RIPCORD_PORT: where `listen` says another port.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${RIPCORD_PORT:-9095} && printf 'GET /livez HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]"]

ENTRYPOINT ["ripcord"]
CMD ["start"]
