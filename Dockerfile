# Application: extensions, helper scripts and configuration. Changes daily.
#
#   docker build -t sindri --build-arg TOOLING_IMAGE=sindri-tooling .
#
# Everything that has to be run comes first and what changes daily comes last, so that an edited
# extension rebuilds one COPY and nothing else.

ARG TOOLING_IMAGE=registry.fly.io/sindri-registry:tooling-stable
FROM ${TOOLING_IMAGE}

LABEL org.opencontainers.image.title="sindri"
ENV SINDRI_ROOT=/docker WORKSPACE=/workspace

# The links point at files that the last steps bring.
RUN ln -s /docker/lib/extension-manager.sh /usr/local/bin/extension-manager \
 && ln -s /docker/scripts/health-check.sh /usr/local/bin/sindri-health \
 && ln -s /docker/scripts/system-status.sh /usr/local/bin/sindri-status \
 && ln -s /docker/scripts/backup.sh /usr/local/bin/sindri-backup \
 && ln -s /docker/scripts/restore.sh /usr/local/bin/sindri-restore \
 && ln -s /docker/config/bash-environment.sh /etc/profile.d/sindri.sh \
 && printf '\nif [ -r %s ]; then . %s; fi\n' /etc/profile.d/sindri.sh /etc/profile.d/sindri.sh \
      >>/etc/bash.bashrc \
 && ln -sf /docker/config/motd /etc/motd

WORKDIR /workspace
EXPOSE 22
HEALTHCHECK --interval=5s --timeout=4s --start-period=5s --retries=3 \
  CMD ["/docker/scripts/health-check.sh"]
ENTRYPOINT ["/usr/bin/tini", "--", "/docker/scripts/entrypoint.sh"]
CMD ["/usr/sbin/sshd", "-D", "-e"]

COPY docker/config/ /docker/config/
COPY docker/scripts/ /docker/scripts/
COPY docker/lib/ /docker/lib/
