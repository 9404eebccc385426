"""Runs the jobs of a workflow file here as GitHub's runner does: a checkout of its own, a home of its
own, `bash --noprofile --norc -eo pipefail` for each `run:`, files for outputs, PATH and summary."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import expressions
from ruamel.yaml import YAML

SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], None: ["bash", "-e"]}


def load(path):
    return YAML(typ="safe", pure=True).load(pathlib.Path(path))


class Step:
    """What became of one step."""

    def __init__(self, name):
        self.name, self.status, self.log, self.outputs = name, "skipped", "", {}


class Run:
    """What became of a job."""

    def __init__(self):
        self.status, self.steps, self.summary, self.environments = "skipped", [], "", []

    def step(self, name):
        return next(step for step in self.steps if step.name == name)

    @property
    def log(self):
        return "".join(step.log for step in self.steps)


class Runner:
    """A machine that is thrown away after one job.

    - origin: the repository that is checked out.
    - binary: what the cache brings for sindri-watch; None when it has nothing.
    - programs: a directory that stands first on PATH.
    """

    def __init__(self, origin, binary, programs):
        self.origin, self.binary, self.programs = origin, binary, programs

    def run(self, workflow, job, event, secrets=None, inputs=None):
        """`event` is the `github` context: event_name, ref, sha, repository, event."""
        definition = load(workflow)
        result = Run()
        with tempfile.TemporaryDirectory(prefix="sindri-runner-") as folder:
            machine = pathlib.Path(folder)
            for name in ("home", "temp", "work"):
                (machine / name).mkdir()
            names = {
                "github": event, "secrets": secrets or {}, "inputs": inputs or {}, "steps": {},
                "runner": {"os": "Linux", "arch": "X64"}, "env": {}}
            functions = {
                "hashFiles": lambda *patterns: "hash", "always": lambda: True,
                "success": lambda: result.status == "success",
                "failure": lambda: result.status == "failure"}
            self._job(definition, definition["jobs"][job], names, functions, machine, result)
            summary = machine / "summary"
            result.summary = summary.read_text() if summary.exists() else ""
        return result

    def _job(self, definition, job, names, functions, machine, result):
        if "if" in job and not expressions.truth(
                expressions.evaluate(job["if"], names, functions)):
            return
        result.status = "success"
        environment = self._environment(names["github"], machine)
        for source in (definition.get("env", {}), job.get("env", {})):
            for key, value in source.items():
                environment[key] = expressions.interpolate(value, names, functions)
        shell = definition.get("defaults", {}).get("run", {}).get("shell")
        for item in job["steps"]:
            step = Step(item["name"])
            result.steps.append(step)
            condition = expressions.text(item.get("if", "success()"))
            # Without a word about it, a step is for runs in which nothing has failed.
            if not any(name in condition for name in ("always()", "failure()", "success()")):
                condition = f"success() && ({condition})"
            if not expressions.truth(expressions.evaluate(condition, names, functions)):
                continue
            if "uses" in item:
                options = {
                    key: expressions.interpolate(value, names, functions)
                    for key, value in item.get("with", {}).items()}
                self._action(item["uses"], options, names["github"], machine, step)
            else:
                own = {
                    key: expressions.interpolate(value, names, functions)
                    for key, value in item.get("env", {}).items()}
                result.environments.append((step.name, own))
                self._command(
                    SHELLS[item.get("shell", shell)], item["run"], environment, own, machine, step)
            if step.status == "failure":
                result.status = "failure"
            if "id" in item:
                names["steps"][item["id"]] = {"outputs": step.outputs}

    def _environment(self, event, machine):
        ref = event["ref"]
        kind, _, name = ref.removeprefix("refs/").partition("/")
        return {
            "PATH": os.pathsep.join([str(self.programs), os.environ["PATH"]]),
            "HOME": str(machine / "home"), "CI": "true", "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event["event_name"], "GITHUB_REF": ref,
            "GITHUB_REF_NAME": name, "GITHUB_REF_TYPE": "branch" if kind != "tags" else "tag",
            "GITHUB_SHA": event["sha"], "GITHUB_REPOSITORY": event["repository"],
            "GITHUB_WORKSPACE": str(machine / "work"), "RUNNER_TEMP": str(machine / "temp"),
            "GITHUB_STEP_SUMMARY": str(machine / "summary"),
            **{key: os.environ[key] for key in ("DOCKER_HOST", "LANG") if key in os.environ}}

    def _action(self, action, options, event, machine, step):
        name = action.partition("@")[0]
        work = machine / "work"
        if name == "actions/checkout":
            commit = options.get("ref") or event["sha"]
            depth = int(options.get("fetch-depth", 1))
            some = ["--depth", str(depth)] if depth else []
            for command in (
                    ["init", "-q"], ["fetch", "-q", *some, f"file://{self.origin}", commit],
                    *([] if depth else [
                        ["fetch", "-q", f"file://{self.origin}",
                         "+refs/heads/*:refs/remotes/origin/*"]]),
                    ["checkout", "-q", "--detach", commit]):
                subprocess.run(["git", *command], cwd=work, check=True)
        elif name == "actions/cache":
            if self.binary:
                target = work / options["path"]
                target.parent.mkdir(parents=True)
                shutil.copy2(self.binary, target)
        else:
            raise ValueError(f"no stand-in for {action}")
        step.status = "success"

    @staticmethod
    def _command(shell, script, environment, own, machine, step):
        file, outputs, paths = machine / "script", machine / "outputs", machine / "paths"
        file.write_text(script)
        outputs.write_text("")
        paths.write_text("")
        done = subprocess.run(
            [*shell, str(file)], cwd=machine / "work", stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600, check=False,
            env={**environment, "GITHUB_OUTPUT": str(outputs), "GITHUB_PATH": str(paths), **own})
        step.log, step.status = done.stdout, "failure" if done.returncode else "success"
        step.outputs = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        for path in paths.read_text().splitlines():
            environment["PATH"] = path + os.pathsep + environment["PATH"]
