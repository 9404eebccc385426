"""What the tests of the workflows stand on: a registry that asks for a password, and a repository
with this project's scripts and workflows and three tiny layers."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github/workflows"
USER = "robot"
PASSWORD = 'pass word$"x'
# PASSWORD, as htpasswd has it.
HASH = "$2b$04$U9Xtmf0JxQEhc5CXVvVpLOmdylZeWeGKsc9QswgfcyZP5YWU.xzQi"
SECRETS = {"REGISTRY_USER": USER, "REGISTRY_PASSWORD": PASSWORD}


def output(*command, **options):
    return subprocess.run(
        command, check=True, capture_output=True, text=True, **options).stdout.strip()


def binary():
    """The program under test."""
    named = os.environ.get("SINDRI_WATCH_BINARY")
    places = [named] if named else [ROOT / f".build/{kind}/sindri-watch"
                                    for kind in ("release", "debug")]
    return next(pathlib.Path(place) for place in places if os.access(place, os.X_OK))


def os_image():
    """The set-up's choice of OS image, or the default one."""
    found = subprocess.run(
        ["git", "config", "-f", ROOT / ".sindri-watch.local.conf", "--get-all",
         "layer.base.argument"], capture_output=True, text=True, check=False).stdout
    named = re.findall(r"^OS_IMAGE=(.*)$", found, re.MULTILINE)
    return named[-1] if named else "ubuntu:24.04"


class Registry:
    """A real registry on loopback. Nobody reads or writes it without the password."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sindri-registry-"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{probe.getsockname()[1]}"
        (self.folder / "htpasswd").write_text(f"{USER}:{HASH}\n")
        (self.folder / "config.yml").write_text(json.dumps({
            "version": "0.1", "http": {"addr": self.host},
            "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")},
                        "delete": {"enabled": True}},
            "auth": {"htpasswd": {"realm": "test", "path": str(self.folder / "htpasswd")}}}))
        self.process = subprocess.Popen(
            ["docker-registry", "serve", str(self.folder / "config.yml")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(self.host.split(":")[1]))) == 0:
                    return
            if time.monotonic() > end:
                raise RuntimeError("the registry does not start")
            time.sleep(0.05)

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)

    def images(self, repository):
        """The digest of each tag."""
        access = ["--tls-verify=false", "--creds", f"{USER}:{PASSWORD}"]
        listed = subprocess.run(
            ["skopeo", "list-tags", *access, f"docker://{repository}"], capture_output=True,
            text=True, check=False)
        # Nothing has been pushed there yet.
        if "404" in listed.stderr:
            return {}
        listed.check_returncode()
        return {
            tag: output("skopeo", "inspect", "--no-tags", *access, "--format", "{{.Digest}}",
                        f"docker://{repository}:{tag}")
            for tag in json.loads(listed.stdout)["Tags"] or []}


class Project:
    """A repository on its own, as GitHub holds it, and a clone that a developer works in."""

    def __init__(self, registry):
        self.registry = registry
        self.repository = f"{registry.host}/sindri-ci-{uuid.uuid4().hex[:8]}"
        self.url = pathlib.Path(tempfile.mkdtemp(prefix="sindri-ci-"))
        self.git("init", "-q", "-b", "main")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.git("config", "user.name", "t")
        self.git("config", "user.email", "t@example.org")
        files = output("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
                       "scripts", ".ci", ".github", "Makefile", ".gitignore", cwd=ROOT)
        for name in files.split("\0"):
            if name and (ROOT / name).is_file():
                (self.url / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.url / name)
        self.write("base/Dockerfile", f"FROM {os_image()}\nCOPY base/file /base\n")
        self.write("tooling/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY tooling/file /tool\n")
        self.write("app/Dockerfile", "ARG BASE\nFROM ${BASE}\nCOPY app/file /app\n")
        for layer in ("base", "tooling", "app"):
            # Layers of no other test's images.
            self.write(f"{layer}/file", f"{self.repository}\n")
        self.write("README.md", "nothing\n")
        self.write(".sindri-watch.conf", f"""
[image]
  repository = {self.repository}
[registry]
  tls-verify = false
  attempts = 1
[layer "base"]
  dockerfile = base/Dockerfile
  stable = base-stable
  path = base/**
[layer "tooling"]
  dockerfile = tooling/Dockerfile
  parent = base
  parent-argument = BASE
  stable = tooling-stable
  path = tooling/**
[layer "application"]
  dockerfile = app/Dockerfile
  parent = tooling
  parent-argument = BASE
  stable = latest
  path = app/**
""")
        self.commit()

    def close(self):
        self.forget()
        shutil.rmtree(self.url)

    def git(self, *arguments):
        return output("git", *arguments, cwd=self.url)

    def write(self, path, content):
        (self.url / path).parent.mkdir(parents=True, exist_ok=True)
        (self.url / path).write_text(content)

    def commit(self):
        """Commits everything and gives the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def edit(self, path):
        """Appends a line, commits, and gives the commits before and after."""
        before = self.git("rev-parse", "HEAD")
        self.write(path, (self.url / path).read_text() + "more\n")
        return before, self.commit()

    def forget(self):
        """Takes this project's images away from the engine: no runner has the images of another."""
        images = set(output("docker", "image", "ls", "--quiet", self.repository).split())
        if images:
            output("docker", "rmi", "--force", *images)

    def images(self):
        return self.registry.images(self.repository)
