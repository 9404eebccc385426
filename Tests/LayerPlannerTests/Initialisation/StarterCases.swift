/// Repositories of many shapes.
enum StarterCases {
  static let all: [StarterCase] = [
    sindri, twoApplications, heredocs, multiStage, argumentsInFrom, jsonForm, wildcards,
    continuations, ignoreFile, contexts, names, literalFrom, mounts, twoParents,
  ]

  private static let sindri = StarterCase(
    name: "sindri",
    files: [
      (
        "Dockerfile.base",
        """
        ARG OS_IMAGE=ubuntu:24.04
        FROM ${OS_IMAGE}
        COPY docker/lib/registry-retry.sh /docker/lib/
        COPY docker/scripts/install-packages.sh /docker/scripts/
        """
      ),
      (
        "Dockerfile.tooling",
        """
        ARG BASE_IMAGE=registry.fly.io/sindri-registry:base-stable
        FROM ${BASE_IMAGE} AS mise
        COPY docker/scripts/install-mise.sh /docker/scripts/
        FROM ${BASE_IMAGE}
        COPY docker/config/sshd_config /docker/config/
        COPY --from=mise /out/ /
        """
      ),
      (
        "Dockerfile",
        """
        ARG TOOLING_IMAGE=registry.fly.io/sindri-registry:tooling-stable
        FROM ${TOOLING_IMAGE}
        EXPOSE 22
        COPY docker/config/ /docker/config/
        COPY docker/scripts/ /docker/scripts/
        COPY docker/lib/ /docker/lib/
        """
      ),
      (".dockerignore", "*\n!docker\n**/*~\n"), ("README.md", ""),
      ("docker/lib/registry-retry.sh", ""), ("docker/lib/extensions.d/go/go.extension", ""),
      ("docker/scripts/install-packages.sh", ""), ("docker/scripts/install-mise.sh", ""),
      ("docker/scripts/entrypoint.sh", ""), ("docker/config/sshd_config", ""),
      ("docker/config/motd", ""),
    ],
    layers: ["base", "tooling<base", "application<tooling"],
    repository: "registry.fly.io/sindri-registry",
    edits: [
      ("docker/lib/registry-retry.sh", ["base", "tooling", "application"]),
      ("docker/scripts/install-mise.sh", ["tooling", "application"]),
      ("docker/config/sshd_config", ["tooling", "application"]),
      ("docker/lib/extensions.d/go/go.extension", ["application"]),
      ("docker/lib/new/file", ["application"]), ("docker/config/motd", ["application"]),
      ("docker/config/motd~", []), ("README.md", []), ("Dockerfile.base~", []),
      ("Dockerfile.base", ["base", "tooling", "application"]),
    ])

  private static let twoApplications = StarterCase(
    name: "a tree with two applications",
    files: [
      ("Dockerfile.base", "FROM debian:12\nCOPY shared/ /shared/\n"),
      (
        "services/api/Dockerfile",
        "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY services/api/src /src\nCOPY shared/conf /c\n"
      ),
      (
        "services/web/Dockerfile",
        "ARG BASE_IMAGE=r.example.org/shop:base-stable\nFROM $BASE_IMAGE\nCOPY services/web/src /s\n"
      ),
      ("shared/conf/a", ""), ("shared/b", ""), ("services/api/src/main.go", ""),
      ("services/web/src/index.html", ""), ("services/web/README.md", ""),
    ],
    layers: ["base", "api<base", "web<base"], repository: "r.example.org/shop",
    edits: [
      ("services/api/src/main.go", ["api"]), ("services/web/src/index.html", ["web"]),
      ("shared/b", ["base", "api", "web"]), ("shared/conf/a", ["base", "api", "web"]),
      ("services/web/README.md", []), ("services/api/Dockerfile", ["api"]),
    ])

  private static let heredocs = StarterCase(
    name: "heredocs",
    files: [
      (
        "Dockerfile.base",
        """
        # syntax=docker/dockerfile:1
        FROM debian:12
        RUN <<EOF
        COPY fake/in-a-script /x
        FROM nowhere
        EOF
        COPY <<-"ONE" <<TWO /etc/
        \tCOPY fake/in-a-document /x
        \tONE
        two
        TWO
        COPY real/base.txt /etc/
        """
      ),
      (
        "Dockerfile",
        """
        ARG BASE_IMAGE=base
        FROM ${BASE_IMAGE}
        COPY real/app.txt <<END /srv/
        text
        END
        """
      ),
      ("real/base.txt", ""), ("real/app.txt", ""), ("fake/in-a-script", ""),
      ("fake/in-a-document", ""),
    ],
    layers: ["base", "application<base"],
    edits: [
      ("real/base.txt", ["base", "application"]), ("real/app.txt", ["application"]),
      ("fake/in-a-script", []), ("fake/in-a-document", []), ("END", []), ("TWO", []),
    ])

  private static let multiStage = StarterCase(
    name: "several stages",
    files: [
      (
        "Dockerfile.toolchain",
        """
        FROM golang:1.22 AS fetch
        COPY go.mod go.sum ./
        FROM debian:12
        COPY --from=fetch /go /go
        COPY --from=docker.io/library/busybox /bin/sh /sh
        COPY tools/ /tools/
        """
      ),
      (
        "Dockerfile.app",
        """
        ARG TOOLCHAIN_IMAGE=toolchain
        FROM ${TOOLCHAIN_IMAGE} AS Build
        COPY cmd/ /src/cmd/
        FROM build AS test
        COPY testing/ /src/testing/
        FROM scratch
        COPY --from=BUILD /out /out
        COPY --from=0 /etc/ssl /etc/ssl
        COPY static/index.html /static/
        """
      ),
      ("go.mod", ""), ("go.sum", ""), ("tools/x", ""), ("cmd/main.go", ""), ("testing/t.go", ""),
      ("static/index.html", ""), ("out/x", ""),
    ],
    layers: ["toolchain", "app<toolchain"],
    edits: [
      ("go.mod", ["toolchain", "app"]), ("go.sum", ["toolchain", "app"]),
      ("tools/x", ["toolchain", "app"]), ("cmd/main.go", ["app"]), ("testing/t.go", ["app"]),
      ("static/index.html", ["app"]), ("out/x", []),
    ])

  private static let argumentsInFrom = StarterCase(
    name: "arguments in FROM",
    files: [
      ("images/os.Dockerfile", "ARG V=12\nFROM debian:${V}\nCOPY os/ /os/\n"),
      (
        "images/runtime.Dockerfile",
        """
        ARG REGISTRY=ghcr.io/team
        ARG LOWER=${REGISTRY}/dev:os-edge
        FROM --platform=$TARGETPLATFORM "${LOWER}"
        ARG DIR=runtime
        COPY ${DIR}/ /runtime/
        COPY runtime/${MISSING:-extra}.txt $HOME/
        """
      ),
      (
        "images/service.Dockerfile",
        """
        ARG UPPER
        FROM ${UPPER:-ghcr.io/team/dev:runtime-edge}
        COPY service/ /service/
        """
      ),
      ("os/a", ""), ("runtime/extra.txt", ""), ("service/x", ""),
    ],
    layers: ["os", "runtime<os", "service<runtime"], repository: "ghcr.io/team/dev",
    edits: [
      ("os/a", ["os", "runtime", "service"]), ("runtime/extra.txt", ["runtime", "service"]),
      ("service/x", ["service"]), ("images/runtime.Dockerfile", ["runtime", "service"]),
    ])

  private static let jsonForm = StarterCase(
    name: "the JSON form",
    files: [
      (
        "base/Dockerfile",
        "FROM debian:12\nCOPY [\"with space/a b.txt\", \"plain\", \"/x/\"]\nADD [\"t.tar\",\"/\"]\n"
      ),
      (
        "app/Dockerfile",
        """
        ARG BASE
        FROM $BASE
        COPY --chown=1:1 ["app/#odd;[1]", "app/{x}", "/y/"]
        COPY ["app/sub", "/z"]
        """
      ),
      ("with space/a b.txt", ""), ("plain", ""), ("t.tar", ""), ("app/#odd;[1]", ""),
      ("app/{x}", ""), ("app/sub/deep/file", ""), ("app/x", ""),
    ],
    layers: ["base", "app<base"],
    edits: [
      ("with space/a b.txt", ["base", "app"]), ("plain", ["base", "app"]),
      ("t.tar", ["base", "app"]), ("app/{x}", ["app"]), ("app/sub/deep/file", ["app"]),
      ("app/x", []),
    ])

  private static let wildcards = StarterCase(
    name: "wildcards",
    files: [
      (
        "Dockerfile.base",
        """
        FROM debian:12
        COPY conf/*.conf conf/[a-c]?.txt /etc/
        ADD https://example.org/x.tar git@example.org:x/y.git /opt/
        COPY lib*/ /lib/
        """
      ),
      (
        "Dockerfile",
        """
        ARG BASE_IMAGE
        FROM $BASE_IMAGE
        COPY services/*/package.json /s/
        COPY src/* /src/
        COPY ./docs/../conf/extra.* /e/
        """
      ),
      ("conf/a.conf", ""), ("conf/b1.txt", ""), ("conf/d1.txt", ""), ("conf/extra.yml", ""),
      ("conf/sub/x.conf", ""), ("libone/a", ""), ("library/deep/b", ""), ("lib.txt", ""),
      ("services/a/package.json", ""), ("services/a/main.js", ""), ("src/top.c", ""),
      ("src/deep/er/x.c", ""),
    ],
    layers: ["base", "application<base"],
    edits: [
      ("conf/a.conf", ["base", "application"]), ("conf/new.conf", ["base", "application"]),
      ("conf/b1.txt", ["base", "application"]), ("conf/d1.txt", []), ("conf/sub/x.conf", []),
      ("libone/a", ["base", "application"]), ("library/deep/b", ["base", "application"]),
      ("services/a/package.json", ["application"]), ("services/b/package.json", ["application"]),
      ("services/a/main.js", []), ("src/top.c", ["application"]),
      ("src/deep/er/x.c", ["application"]), ("conf/extra.yml", ["application"]),
    ])

  private static let continuations = StarterCase(
    name: "continued lines and the escape directive",
    files: [
      (
        "Dockerfile.base",
        """
        # escape=`
        FROM debian:12
        COPY one `
          # a comment between
          two `

          /dir/
        RUN echo \\
        COPY three /three
        """
      ),
      (
        "Dockerfile",
        """
        arg BASE_IMAGE
        from \\
          ${BASE_IMAGE}
        copy four \\
             five\\
             /dir/
        """
      ),
      ("one", ""), ("two", ""), ("three", ""), ("four", ""), ("five", ""),
    ],
    layers: ["base", "application<base"],
    edits: [
      ("one", ["base", "application"]), ("two", ["base", "application"]),
      ("three", ["base", "application"]), ("four", ["application"]), ("five", ["application"]),
    ])

  private static let ignoreFile = StarterCase(
    name: "a whole context and ignore files",
    files: [
      ("Dockerfile", "FROM debian:12\nCOPY --exclude=*.md . /src\n"),
      ("Dockerfile.dev", "ARG APP_IMAGE\nFROM ${APP_IMAGE}\nADD . /dev\n"),
      (".dockerignore", "build\n*.log\n!keep.log\n"), ("Dockerfile.dev.dockerignore", "*\n!dev\n"),
      ("main.c", ""), ("build/out.o", ""), ("keep.log", ""), ("x.log", ""), ("dev/tool", ""),
    ],
    layers: ["base", "dev<base"],
    edits: [
      ("main.c", ["base", "dev"]), ("build/out.o", []), ("keep.log", ["base", "dev"]),
      ("x.log", []), ("dev/tool", ["base", "dev"]),
    ])

  private static let contexts = StarterCase(
    name: "contexts below the root",
    files: [
      ("base/Dockerfile", "FROM debian:12\nCOPY install.sh /\n"),
      (
        "apps/one/docker/Dockerfile",
        "ARG BASE_IMAGE\nFROM $BASE_IMAGE\nCOPY package.json ./\nCOPY src/ /src/\nCOPY docker/run /\n"
      ),
      ("apps/two/Dockerfile", "ARG BASE_IMAGE\nFROM $BASE_IMAGE\nCOPY . /app\n"),
      ("base/install.sh", ""), ("apps/one/package.json", ""), ("apps/one/src/a", ""),
      ("apps/one/docker/run", ""), ("apps/two/x", ""), ("package.json", ""), ("install", ""),
    ],
    layers: ["base", "one<base", "two<base"],
    edits: [
      ("base/install.sh", ["base", "one", "two"]), ("apps/one/package.json", ["one"]),
      ("apps/one/src/a", ["one"]), ("apps/one/docker/run", ["one"]), ("apps/two/x", ["two"]),
      ("apps/two/new/file", ["two"]), ("package.json", []), ("install", []),
    ])

  private static let names = StarterCase(
    name: "names of files",
    files: [
      ("a/Dockerfile.base", "FROM debian:12\nCOPY a/x /\n"),
      ("b/Dockerfile.base", "FROM debian:12\nCOPY b/x /\n"),
      ("a/Containerfile", "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY a/y /\n"),
      ("b/App.dockerfile", "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nCOPY b/y /\n"),
      ("a/Dockerfile.base.dockerignore", "z\n"), ("a/Dockerfile.orig", "FROM x\n"),
      ("a/x", ""), ("b/x", ""), ("a/y", ""), ("b/y", ""),
    ],
    layers: ["a-base", "b-base", "a<a-base", "app<b-base"],
    edits: [
      ("a/x", ["a-base", "a"]), ("b/x", ["b-base", "app"]), ("a/y", ["a"]), ("b/y", ["app"]),
    ])

  private static let literalFrom = StarterCase(
    name: "FROM without an argument",
    files: [
      ("Dockerfile.base", "FROM debian:12\nCOPY x /\n"),
      ("Dockerfile", "FROM team/base:1.0\nCOPY y /\n"), ("x", ""), ("y", ""),
    ],
    layers: ["application?<base", "base"], repository: "team/sindri",
    edits: [("x", ["base"]), ("y", ["application"])],
    notes: [
      "Dockerfile:1: application is built from base, but FROM takes no argument for it; write ARG "
        + "BASE_IMAGE=team/base:1.0 before the first FROM, and FROM ${BASE_IMAGE}, and take the # "
        + "from its parent"
    ])

  private static let mounts = StarterCase(
    name: "bind mounts and what is not known",
    files: [
      (
        "Dockerfile",
        """
        FROM debian:12 AS a
        RUN --mount=type=bind,source=lock.txt,target=/l --mount=type=cache,target=/c cat /l
        RUN --mount=type=bind,from=a,source=/x,target=/x true
        RUN --mount=type=secret,id=s true
        COPY gone/ /gone/
        """
      ),
      ("tool/Dockerfile", "FROM python:3.12\nCOPY ${PYTHON_SOURCES} /\n"),
      ("lock.txt", ""), ("x", ""),
    ],
    layers: ["application", "tool"],
    edits: [
      ("lock.txt", ["application", "tool"]), ("x", ["tool"]),
      ("gone/later", ["application", "tool"]),
    ],
    notes: [
      "Dockerfile:5: gone is not there",
      "tool/Dockerfile:2: $PYTHON_SOURCES is not known, so that every file counts; write the real "
        + "patterns",
    ])

  private static let twoParents = StarterCase(
    name: "two images below",
    files: [
      ("Dockerfile.base", "FROM debian:12\nCOPY x /\n"),
      ("Dockerfile.tools", "FROM debian:12\nCOPY t /\n"),
      (
        "Dockerfile",
        """
        ARG TOOLS_IMAGE
        ARG BASE_IMAGE
        FROM $TOOLS_IMAGE AS tools
        FROM $BASE_IMAGE
        COPY --from=tools /t /t
        COPY y /
        """
      ),
      ("x", ""), ("t", ""), ("y", ""),
    ],
    layers: ["base", "tools", "application<base"],
    edits: [
      ("x", ["base", "application"]), ("t", ["tools"]), ("y", ["application"]),
    ],
    notes: [
      "Dockerfile:3: application is built from tools, too, but has one parent only, base: a change "
        + "of tools does not rebuild it"
    ])
}
