"""Takes the measurements of Benchmarks/run and writes the table. Machines are noisy: what counts is
the ratio between rows that were measured in turn in one run."""
import json
import os
import pathlib
import platform
import re
import signal
import statistics
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
BINARY = str(HERE.parent / ".build/release/sindri-watch")
# What saves as soon as a build has ended, as these measurements do, would be held back.
UNHELD = [BINARY, "watch", "--format", "json", "-c", "watch.loop-limit=0"]
WORK = pathlib.Path(sys.argv[1])
PEERS = WORK / "peers"
NAME = "sindri-bench"
HEALTH_CHECK = ["test", "-e", "/docker/script7"]
rows = []


def say(text):
    print(text, file=sys.stderr, flush=True)


def output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def spread(values, unit):
    low, high = min(values), max(values)
    digits = 0 if statistics.median(values) >= 100 else 1
    return f"{statistics.median(values):.{digits}f} {unit} ({low:.{digits}f}-{high:.{digits}f})"


def row(what, who, values, unit, base=None, target=""):
    ratio = f"{statistics.median(values) / statistics.median(base):.2f}" if base else ""
    rows.append((what, who, spread(values, unit), ratio, target))
    say(f"{what}: {who}: {spread(values, unit)} {ratio}")


class Lines:
    """A process whose lines are taken with the time at which they came."""

    running = []

    def __init__(self, command, stream="stdout", **options):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL,
               stream: subprocess.PIPE}, **options)
        Lines.running.append(self)
        self.lines, self.more = [], threading.Condition()
        source = getattr(self.process, stream)
        threading.Thread(target=self._read, args=(source,), daemon=True).start()

    def _read(self, source):
        for line in source:
            now = time.monotonic()
            with self.more:
                self.lines.append((now, line.decode(errors="replace")))
                self.more.notify_all()

    def wait(self, found, after=0.0, seconds=120.0):
        """The time of the first line after `after` for which `found` holds."""
        end, position = time.monotonic() + seconds, 0
        with self.more:
            while True:
                while position < len(self.lines):
                    when, line = self.lines[position]
                    position += 1
                    if when >= after and found(line):
                        return when
                if not self.more.wait(max(0.0, end - time.monotonic())):
                    sys.exit(f"nothing came from {self.process.args}:\n{self.lines[-5:]}")

    def stop(self):
        Lines.running.remove(self)
        # A stopped process would not hear of it.
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def event(name):
    return lambda line: line.startswith('{"event":"' + name + '"')


def status_field(pid, *names):
    fields = dict(
        line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(int(fields[name].split()[0]) for name in names)


# Watching a large tree.


def measure_watching():
    tree = WORK / "tree"
    (tree / ".sindri-watch.conf").write_text(
        '[image]\n repository = bench\n[layer "all"]\n dockerfile = Dockerfile\n path = **\n')
    ours = [BINARY, "watch", "--no-catch-up", "--format", "json"]
    watchfiles = (
        "import sys, time, watchfiles\n"
        "w = watchfiles._rust_notify.RustNotify([sys.argv[1]], False, False, 0, True, False)\n"
        "print('ready', flush=True)\ntime.sleep(600)\n")
    inotifywait = ["inotifywait", "-r", "-m", str(tree)]
    times = {name: [] for name in ("ours", "floor", "inotifywait", "watchfiles")}
    memory = {name: [] for name in ("ours", "inotifywait", "watchfiles")}
    for turn in range(8):
        floor = output(str(WORK / "crawl"), str(tree))
        runs = {
            "ours": (Lines(ours, cwd=tree), event("ready")),
        }
        for name, command, stream, mark in (
            ("ours", ours, "stdout", None),
            ("inotifywait", inotifywait, "stderr", "Watches established"),
            ("watchfiles", [str(PEERS / "venv/bin/python"), "-c", watchfiles, str(tree)],
             "stdout", "ready"),
        ):
            if name == "ours":
                running, found = runs["ours"]
            else:
                running, found = Lines(command, stream), lambda line: mark in line
            ready = running.wait(found)
            if turn > 0:
                times[name].append((ready - running.started) * 1000)
            time.sleep(0.3)
            if turn > 0:
                memory[name].append(status_field(running.process.pid, "VmRSS") / 1024)
            running.stop()
        if turn > 0:
            times["floor"].append(float(floor.split()[0]))
    what = "ready on 20,421 directories, 100,000 files"
    row(what, "sindri-watch", times["ours"], "ms", times["floor"], "at or under the C floor")
    row(what, "C floor, one thread", times["floor"], "ms", times["floor"])
    row(what, "inotifywait", times["inotifywait"], "ms", times["floor"])
    row(what, "watchfiles", times["watchfiles"], "ms", times["floor"])
    what = "resident memory there"
    row(what, "sindri-watch", memory["ours"], "MB", memory["inotifywait"], "6 MB")
    row(what, "inotifywait", memory["inotifywait"], "MB", memory["inotifywait"])
    row(what, "watchfiles", memory["watchfiles"], "MB", memory["inotifywait"])

    running = Lines(ours, cwd=tree)
    running.wait(event("ready"))
    time.sleep(1)
    switches = ("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches")
    before = status_field(running.process.pid, *switches)
    time.sleep(60)
    row("wake-ups in 60 idle seconds", "sindri-watch",
        [status_field(running.process.pid, *switches) - before], "", None, "0")
    running.stop()


# A chain of two layers, the upper of which is one COPY.


def os_image():
    local = HERE.parent / ".sindri-watch.local.conf"
    if local.exists():
        for line in output("git", "config", "-f", str(local), "--get-all",
                           "layer.base.argument").splitlines():
            if line.startswith("OS_IMAGE="):
                return line[9:]
    return "ubuntu:24.04"


def chain(folder, container):
    for name in ("base", "app/docker"):
        (folder / name).mkdir(parents=True)
    (folder / "base/Dockerfile").write_text(f"FROM {os_image()}\nCOPY base/file /base/file\n")
    (folder / "base/file").write_text("base\n")
    (folder / "app/Dockerfile").write_text(
        "ARG BASE\nFROM ${BASE}\n"
        f"HEALTHCHECK --interval=5s CMD {json.dumps(HEALTH_CHECK)}\nCOPY app/docker /docker\n")
    for number in range(40):
        (folder / f"app/docker/script{number}").write_text("#!/bin/sh\n" * 50)
    (folder / ".dockerignore").write_text("*\n!app\n!base\n")
    (folder / ".sindri-watch.conf").write_text(
        f'[image]\n repository = {NAME}\n[layer "base"]\n dockerfile = base/Dockerfile\n'
        ' stable = base-stable\n path = base/**\n[layer "application"]\n'
        ' dockerfile = app/Dockerfile\n parent = base\n parent-argument = BASE\n'
        ' stable = latest\n path = app/**\n'
        + (f'[container]\n name = {NAME}-ours\n layer = application\n command = sleep\n'
           ' command = 100000\n restart = true\n' if container else ""))
    return folder / "app/docker/script7"


def measure_saves():
    with tempfile.TemporaryDirectory() as folder:
        script = chain(pathlib.Path(folder), False)
        running = Lines(UNHELD, cwd=folder, env=client())
        running.wait(event("idle"))
        times = []
        for number in range(60):
            time.sleep(0.7)
            saved = time.monotonic()
            script.write_text(f"# {number} {saved}\n")
            started = running.wait(event("build-started"), saved)
            running.wait(event("idle"), started)
            times.append((started - saved) * 1000)
        running.stop()
    row("a save to build-started, 60 saves", "sindri-watch", times, "ms", None,
        "median under 15 ms")
    times.sort()
    rows.append(("", "its 95th percentile", f"{times[56]:.1f} ms", "", ""))


def client():
    """The same client and the same builder for everybody."""
    return dict(os.environ, DOCKER_CONFIG=str(PEERS))


def wait_until_healthy(container):
    """Waits as the watcher does: the engine itself looks only after a whole interval."""
    while subprocess.run(["docker", "exec", container, *HEALTH_CHECK],
                         capture_output=True).returncode != 0:
        time.sleep(0.02)
    return time.monotonic()


def measure_containers():
    environment = client()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        script = chain(root, True)
        running = Lines(UNHELD, cwd=folder, env=environment)
        running.wait(event("idle"))
        tag = next(
            line for line in output("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}",
                                    NAME).split() if ":base-stable" in line)
        other = root / "other"
        other.mkdir()
        for name in ("app", ".dockerignore"):
            subprocess.run(["cp", "-r", str(root / name), str(other)], check=True)
        other_script = other / "app/docker/script7"
        (other / "compose.yaml").write_text(
            f"name: {NAME}-compose\nservices:\n  app:\n    init: false\n"
            f"    container_name: {NAME}-compose\n    command: [sleep, '100000']\n"
            "    stop_grace_period: 0s\n    network_mode: bridge\n"
            f"    build:\n      context: .\n      dockerfile: app/Dockerfile\n"
            f"      args:\n        BASE: {tag}\n"
            "    develop:\n      watch:\n        - action: rebuild\n          path: app/docker\n")
        compose = ["docker", "compose", "--project-directory", str(other)]
        subprocess.run(compose + ["up", "--build", "-d"], check=True, env=environment,
                       capture_output=True)
        watch = Lines(compose + ["watch", "--no-up"], "stdout", cwd=other, env=environment)
        starts = Lines(["docker", "events", "--filter", "event=start", "--format",
                        "{{.Actor.Attributes.name}}"])
        watch.wait(lambda line: "Watch enabled" in line)
        bare = ["docker", "run", "-d", "--name", f"{NAME}-bare", f"{NAME}:bare", "sleep", "100000"]
        build = ["docker", "buildx", "build", "-q", "-f", "app/Dockerfile", "--build-arg",
                 f"BASE={tag}", "-t", f"{NAME}:bare", "."]
        subprocess.run(build, cwd=other, check=True, env=environment, capture_output=True)
        subprocess.run(bare, check=True, capture_output=True)
        time.sleep(3)
        times = {name: [] for name in ("ours", "build", "recreate", "sum", "compose")}
        for number in range(17):
            time.sleep(1)
            saved = time.monotonic()
            script.write_text(f"# {number} {saved}\n")
            done = running.wait(event("restarted"), saved)
            running.wait(event("idle"), saved)
            ours = (done - saved) * 1000
            time.sleep(1)
            saved = time.monotonic()
            other_script.write_text(f"# {number} {saved}\n")
            starts.wait(lambda line: line.strip() == f"{NAME}-compose", saved)
            theirs = (wait_until_healthy(f"{NAME}-compose") - saved) * 1000
            time.sleep(1.5)
            watch.process.send_signal(signal.SIGSTOP)
            other_script.write_text(f"# bare {number} {saved}\n")
            begun = time.monotonic()
            subprocess.run(build, cwd=other, check=True, env=environment, capture_output=True)
            built = time.monotonic()
            subprocess.run(["docker", "rm", "-f", f"{NAME}-bare"], check=True, capture_output=True)
            subprocess.run(bare, check=True, capture_output=True)
            ended = wait_until_healthy(f"{NAME}-bare")
            watch.process.send_signal(signal.SIGCONT)
            # Compose sees the edit of the bare build, too: wait until it has dealt with it.
            starts.wait(lambda line: line.strip() == f"{NAME}-compose", ended)
            if number < 2:
                continue
            times["ours"].append(ours)
            times["compose"].append(theirs)
            times["build"].append((built - begun) * 1000)
            times["recreate"].append((ended - built) * 1000)
            times["sum"].append((ended - begun) * 1000)
        seen = output("docker", "exec", f"{NAME}-ours", "cat", "/docker/script7")
        assert seen == script.read_text(), "the container does not hold the last save"
        watch.stop()
        starts.stop()
        running.stop()
        what = "a save to the healthy recreated container"
        row(what, "sindri-watch", times["ours"], "ms", times["sum"],
            "1.15x of the sum, 0.6x of Compose watch")
        row(what, "bare `docker build` + `docker rm -f`, `docker run`, check", times["sum"], "ms",
            times["sum"])
        row("", "of it the build", times["build"], "ms")
        row("", "of it the recreation", times["recreate"], "ms")
        row(what, "Compose watch, `rebuild`", times["compose"], "ms", times["sum"])
        rows.append((what, "sindri-watch against Compose watch", "",
                     f"{statistics.median(times['ours']) / statistics.median(times['compose']):.2f}",
                     "0.6"))
        subprocess.run(compose + ["down", "--rmi", "local"], env=environment, capture_output=True)


def clean_up():
    # One that a failure has left would disturb the next run: Compose watches a project only once.
    for process in list(Lines.running):
        process.stop()
    for name in ("ours", "ours.previous", "bare", "compose"):
        subprocess.run(["docker", "rm", "-f", f"{NAME}-{name}"], capture_output=True)
    tags = output("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", NAME).split()
    if tags:
        subprocess.run(["docker", "rmi", "-f", *tags], capture_output=True)


# A save to the bytes in the running container, without a new one.


def merged(name):
    """The container's root directory, as the host sees it."""
    return pathlib.Path(output("docker", "inspect", "-f", "{{.GraphDriver.Data.MergedDir}}",
                               name).strip())


def until_there(path, contents):
    """The time at which a file of a container has these contents, looked at without a pause."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if path.read_bytes() == contents:
                return time.monotonic()
        except OSError:
            pass
    sys.exit(f"{path} never got its contents")


def until_all_there(folder, count, last):
    """The time at which a directory holds `count` files of the last round."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            names = os.listdir(folder)
            if len(names) == count and all(
                    (folder / name).read_bytes().startswith(last) for name in names):
                return time.monotonic()
        except OSError:
            pass
        time.sleep(0.005)
    sys.exit(f"{folder} never got its {count} files")


def sync_peers(root, tag):
    """Compose watch with `sync` on a copy of the same files; gives its directory of them."""
    other = root / "other"
    other.mkdir()
    for name in ("app", ".dockerignore"):
        subprocess.run(["cp", "-r", str(root / name), str(other)], check=True)
    (other / "compose.yaml").write_text(
        f"name: {NAME}-compose\nservices:\n  app:\n    init: false\n"
        f"    container_name: {NAME}-compose\n    command: [sleep, '100000']\n"
        "    stop_grace_period: 0s\n    network_mode: bridge\n"
        f"    build:\n      context: .\n      dockerfile: app/Dockerfile\n"
        f"      args:\n        BASE: {tag}\n"
        "    develop:\n      watch:\n        - action: sync\n          path: app/docker\n"
        "          target: /docker\n")
    return other


def measure_sync():
    environment = client()
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        script = chain(root, True)
        with (root / ".sindri-watch.conf").open("a") as file:
            file.write('[sync "app/docker"]\n target = /docker\n')
        running = Lines(UNHELD + ["--sync"], cwd=folder, env=environment)
        running.wait(event("idle"))
        tag = next(
            line for line in output("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}",
                                    NAME).split() if ":base-stable" in line)
        other = sync_peers(root, tag)
        compose = ["docker", "compose", "--project-directory", str(other)]
        subprocess.run(compose + ["up", "--build", "-d"], check=True, env=environment,
                       capture_output=True)
        watch = Lines(compose + ["watch", "--no-up"], "stdout", cwd=other, env=environment)
        ours, theirs = merged(f"{NAME}-ours") / "docker", merged(f"{NAME}-compose") / "docker"
        time.sleep(3)
        times = {name: [] for name in ("ours", "compose", "ours-many", "compose-many")}
        for number in range(62):
            contents = (f"# {number} {time.monotonic()}\n" + "#!/bin/sh\n" * 50).encode()
            saved = time.monotonic()
            script.write_bytes(contents)
            took = (until_there(ours / script.name, contents) - saved) * 1000
            # The image follows; that is not what is measured, and must not be in the way.
            running.wait(event("idle"), saved)
            if number >= 2:
                times["ours"].append(took)
            if number % 2:
                continue
            saved = time.monotonic()
            (other / "app/docker" / script.name).write_bytes(contents)
            took = (until_there(theirs / script.name, contents) - saved) * 1000
            if number >= 2:
                times["compose"].append(took)
            time.sleep(0.3)
        for number in range(6):
            for name, source, copy in (("ours-many", root, ours), ("compose-many", other, theirs)):
                there = source / "app/docker/many"
                there.mkdir(exist_ok=True)
                mark = f"# {number} \n".encode()
                contents = mark + b"x" * (2048 - len(mark))
                saved = time.monotonic()
                for index in range(3000):
                    (there / f"file{index}").write_bytes(contents)
                took = until_all_there(copy / "many", 3000, mark) - saved
                if number > 0:
                    times[name].append(took)
                time.sleep(4)
        watch.stop()
        running.stop()
        what = "a save to its bytes in the running container"
        row(what, "sindri-watch, live sync", times["ours"], "ms", times["compose"],
            "20 ms, 1/25 of Compose watch")
        row(what, "Compose watch, `sync`", times["compose"], "ms", times["compose"])
        rows.append(("", "the 99th percentile of live sync",
                     f"{sorted(times['ours'])[-1]:.1f} ms", "", "60 ms"))
        what = "3,000 files of 2 KB, from the first write"
        row(what, "sindri-watch, live sync", times["ours-many"], "s", times["compose-many"],
            "1 s, half of Compose watch")
        row(what, "Compose watch, `sync`", times["compose-many"], "s", times["compose-many"])
        subprocess.run(compose + ["down", "--rmi", "local"], env=environment, capture_output=True)


# Classification.


def measure_paths():
    folders = ["docker/lib/extensions.d/nodejs", "docker/scripts", "docker/config", "src/a/b/c",
               "docs", "Sources/LayerPlanner/Patterns", "docker/lib", "node_modules/x/y"]
    paths = WORK / "paths"
    with paths.open("w") as file:
        for number in range(1_000_000):
            file.write(f"{folders[number % len(folders)]}/file{number}.sh\n")
    times = []
    for _ in range(5):
        with paths.open() as file:
            begun = time.monotonic()
            subprocess.run([BINARY, "plan", "--stdin"], stdin=file, stdout=subprocess.DEVNULL,
                           check=True, cwd=HERE.parent)
            times.append(time.monotonic() - begun)
    row("`plan` of 1,000,000 paths, whole process", "sindri-watch", times, "s", None, "under 1 s")


def measure_hashing():
    tree = WORK / "inputs"
    if not tree.exists():
        say("making 100,000 files of 4 KB")
        for directory in range(1000):
            (tree / f"d{directory}").mkdir(parents=True)
            for file in range(100):
                (tree / f"d{directory}" / f"f{file}").write_bytes(os.urandom(4096))
        (tree / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
        (tree / ".sindri-watch.conf").write_text(
            '[image]\n repository = bench\n[layer "all"]\n dockerfile = Dockerfile\n path = **\n')
    times = {"ours": [], "sha256sum": []}
    commands = {
        # The whole command, with the engine's answer.
        "ours": [BINARY, "status"],
        "sha256sum": ["sh", "-c", "find . -type f -print0 | xargs -0 sha256sum"],
    }
    for turn in range(8):
        for name, command in commands.items():
            begun = time.monotonic()
            subprocess.run(command, cwd=tree, check=True, stdout=subprocess.DEVNULL)
            # The first turn fills the page cache.
            if turn > 0:
                times[name].append(time.monotonic() - begun)
    what = "hashing 100,000 input files of 4 KB"
    row(what, "sindri-watch, with asking the engine", times["ours"], "s", times["sha256sum"],
        "at or under sha256sum")
    row(what, "`find` and `sha256sum`", times["sha256sum"], "s", times["sha256sum"])


def measure_catch_up():
    once = [BINARY, "watch", "--once", "-c", "image.repository=sindri-bench-noop",
            "-c", "container.restart=false"]
    subprocess.run(once, cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
    times = []
    for _ in range(20):
        begun = time.monotonic()
        subprocess.run(once, cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
        times.append((time.monotonic() - begun) * 1000)
    row("a catch-up of three layers with nothing to do", "sindri-watch, with asking the engine",
        times, "ms", None, "under 300 ms")
    tags = output("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}",
                  "sindri-bench-noop").split()
    subprocess.run(["docker", "rmi", "-f", *tags], check=False, capture_output=True)


# This project's own three images.


def copy_of_the_project(folder):
    """The files of the images, with image names of their own and this machine's choices."""
    files = output("git", "ls-files", "docker", "Dockerfile*", ".dockerignore",
                   ".sindri-watch.conf", cwd=HERE.parent)
    for name in files.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(HERE.parent / name, folder / name)
    local = HERE.parent / ".sindri-watch.local.conf"
    (folder / local.name).write_text(
        (local.read_text() if local.exists() else "")
        + f"[image]\n repository = {NAME}\n[container]\n name = {NAME}-ours\n restart = false\n")
    return folder / "docker/lib/extensions.d/nodejs/nodejs.extension"


def measure_layers():
    environment = client()
    bare = ["docker", "buildx", "build", "-q", "-f", "-", "-t", f"{NAME}:bare", "."]
    times = {name: [] for name in ("all", "built", "tagged", "bare")}
    with tempfile.TemporaryDirectory() as folder:
        script = copy_of_the_project(pathlib.Path(folder))

        def everything():
            begun = time.monotonic()
            subprocess.run([BINARY, "build", "--no-cache"], cwd=folder, env=environment, check=True,
                           stdout=subprocess.DEVNULL)
            times["all"].append(time.monotonic() - begun)

        everything()
        running = Lines([BINARY, "watch", "--format", "json"], cwd=folder, env=environment)
        running.wait(event("idle"))
        # One COPY, of the same files, on the same image.
        dockerfile = f"FROM {NAME}:tooling-stable\nCOPY docker/lib/ /docker/lib/\n"
        for number in range(22):
            time.sleep(1)
            saved = time.monotonic()
            script.write_text(script.read_text() + f"# {number} {saved}\n")
            built = running.wait(event("build-finished"), saved)
            tagged = running.wait(event("tagged"), built)
            running.wait(event("idle"), tagged)
            time.sleep(1)
            # The watcher must not build meanwhile.
            running.process.send_signal(signal.SIGSTOP)
            script.write_text(script.read_text() + f"# bare {number} {saved}\n")
            begun = time.monotonic()
            subprocess.run(bare, cwd=folder, env=environment, check=True, capture_output=True,
                           text=True, input=dockerfile)
            ended = time.monotonic()
            running.process.send_signal(signal.SIGCONT)
            running.wait(event("idle"), ended)
            if number < 2:
                continue
            times["built"].append(built - saved)
            times["tagged"].append(tagged - saved)
            times["bare"].append(ended - begun)
        results = [json.loads(line) for _, line in running.lines]
        layers = {line["layer"] for line in results[1:] if line["event"] == "build-finished"}
        assert layers == {"application"}, f"more than the application was built: {layers}"
        running.stop()
        everything()
    for name in ("built", "tagged", "bare"):
        times[name] = [seconds * 1000 for seconds in times[name]]
    what = "an application rebuild after one extension edit"
    row(what, "sindri-watch, from the save to the image", times["built"], "ms", times["bare"],
        "1.15x of the bare build")
    row(what, "sindri-watch, from the save to the moved stable tag", times["tagged"], "ms",
        times["bare"])
    row(what, "bare `docker build` of one COPY", times["bare"], "ms", times["bare"])
    row("all three layers without a cache", "sindri-watch", times["all"], "s")
    saving = 100 * (1 - statistics.median(times["built"]) / 1000 / statistics.median(times["all"]))
    rows.append((what, "saves, against all three layers", f"{saving:.2f}%", "", "99%"))
    say(f"saves, against all three layers: {saving:.2f}%")


def write_table(measured):
    """Writes the sections of the parts that were measured; the others stay as they are."""
    memory = next(line for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    versions = output("docker", "version", "--format", "{{.Server.Version}}").strip()
    compose = output("docker", "compose", "version", "--short", env=client()).strip()
    lines = [
        "# Benchmarks", "",
        "Written by `make bench`; all rows of a part were measured in turn in one run. Medians, the",
        "spread in parentheses. The ratio is to the floor of the part: the C program, inotifywait",
        "(memory), or the sum of the bare engine commands. Absolute times of a shared machine prove",
        "little; the ratios are what counts.", "",
        f"Machine: {os.cpu_count()} cores, {int(memory.split()[1]) // 1048576 + 1} GiB, Linux "
        f"{platform.release().split('-')[0]} {platform.machine()}; engine {versions}, Compose "
        f"{compose}.",
    ]
    before = RESULTS.read_text() if RESULTS.exists() else ""
    tables = dict(re.findall(r"^## (\S+)\n\n((?:\|.*\n)+)", before, re.MULTILINE))
    for part, cells in measured.items():
        tables[part] = "| what | who | median (spread) | ratio | target |\n|---|---|---|---|---|\n"
        tables[part] += "".join("| " + " | ".join(line) + " |\n" for line in cells)
    for part in PARTS:
        if part in tables:
            lines += ["", f"## {part}", "", tables[part].rstrip("\n")]
    RESULTS.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


PARTS = {
    "watching": measure_watching, "saves": measure_saves, "containers": measure_containers,
    "sync": measure_sync, "layers": measure_layers, "paths": measure_paths, "hashing": measure_hashing,
    "catch-up": measure_catch_up,
}


def main():
    asked = sys.argv[2:] or list(PARTS)
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    measured = {}
    try:
        for part in asked:
            begin = len(rows)
            PARTS[part]()
            measured[part] = rows[begin:]
    finally:
        clean_up()
    write_table(measured)


main()
