"""Every `run:` step of every workflow, executed here against a real engine and a real registry."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import expressions
import fixtures
import runner
from fixtures import PASSWORD, SECRETS, USER, WORKFLOWS

STABLE = {"base-stable", "tooling-stable", "latest"}
NOTHING = {f"{prefix}{layer}": "false"
           for prefix in ("", "build-") for layer in ("base", "tooling", "application")}


def steps(definition):
    return [step for job in definition["jobs"].values() for step in job["steps"]]


class Files(unittest.TestCase):
    """What can be said of the files without running them."""

    def setUp(self):
        self.files = {path: runner.load(path) for path in sorted(WORKFLOWS.glob("*.yml"))}

    def test_the_files_are_those_that_the_documentation_names(self):
        documentation = (fixtures.ROOT / "docs/ci.md").read_text()
        for path in self.files:
            self.assertIn(path.name, documentation)
        self.assertEqual(len(self.files), 4)

    def test_actions_are_pinned_by_commit_and_say_their_version(self):
        for path in self.files:
            for line in re.findall(r"uses:.*", path.read_text()):
                self.assertRegex(line, r"^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")

    def test_nothing_is_allowed_but_to_read(self):
        for definition in self.files.values():
            self.assertEqual(definition["permissions"], {"contents": "read"})
            for job in definition["jobs"].values():
                self.assertNotIn("permissions", job)
            for step in steps(definition):
                if step.get("uses", "").startswith("actions/checkout@"):
                    self.assertIs(step["with"]["persist-credentials"], False)

    def test_no_run_text_is_made_of_expressions(self):
        for definition in self.files.values():
            for step in steps(definition):
                self.assertNotIn("${{", step.get("run", ""))

    def test_everything_ends_and_nothing_races(self):
        for definition in self.files.values():
            self.assertIn("group", definition["concurrency"])
            for job in definition["jobs"].values():
                self.assertGreater(job["timeout-minutes"], 0)

    def test_secrets_reach_the_log_in_alone(self):
        for definition in self.files.values():
            self.assertNotIn("pull_request_target", definition["on"])
            for step in steps(definition):
                if "secrets." in str(step):
                    self.assertEqual(step["run"], "scripts/ci/log-in")
            for job in definition["jobs"].values():
                self.assertNotIn("secrets.", str(job.get("env", "")))

    def test_the_cache_depends_on_what_the_program_is_made_of(self):
        for path in self.files:
            for patterns in re.findall(r"hashFiles\(([^)]*)\)", path.read_text()):
                for pattern in re.findall(r"'([^']*)'", patterns):
                    self.assertTrue(list(fixtures.ROOT.glob(pattern)), pattern)
                self.assertIn("'Sources/**'", patterns)
                self.assertIn("'Package.swift'", patterns)


class Expressions(unittest.TestCase):
    """The stand-in evaluates as GitHub does what the workflows use."""

    def test_operators(self):
        names = {"github": {"event_name": "push", "event": {"merged": True}}, "inputs": {}}
        for text, value in {
                "github.event_name == 'push'": True, "github.event_name != 'PUSH'": False,
                "github.event.number || github.event_name": "push",
                "github.event.merged && !inputs.dry-run": True,
                "(inputs.x == 'true' || false) && true": False, "'it''s'": "it's",
                "inputs.x == false": True}.items():
            self.assertEqual(expressions.evaluate(text, names, {}), value, text)
        self.assertEqual(expressions.interpolate("a-${{ inputs.x }}-${{ true }}", names, {}),
                         "a--true")


class Workflows(unittest.TestCase):
    """Each test is a story about one project, one job after the other, each on a new runner."""

    @classmethod
    def setUpClass(cls):
        cls.registry = fixtures.Registry()
        cls.addClassCleanup(cls.registry.close)

    def setUp(self):
        self.project = fixtures.Project(self.registry)
        self.addCleanup(self.project.close)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sindri-programs-"))
        self.addCleanup(shutil.rmtree, folder)
        self.programs = folder / "bin"
        self.programs.mkdir()
        # Every command line of docker is written down: it must never show the password.
        self.calls = folder / "calls"
        self.program("docker", f'exec {shutil.which("docker")} "$@"')

    def program(self, name, script):
        file = self.programs / name
        file.write_text(f'#!/bin/bash\nprintf "%s\\n" "{name} $*" >>{self.calls}\n{script}\n')
        file.chmod(0o755)

    def job(self, workflow, job, event, secrets=SECRETS, inputs=None, binary=True):
        self.project.forget()
        self.calls.write_text("")
        result = runner.Runner(
            self.project.url, fixtures.binary() if binary else None, self.programs).run(
                WORKFLOWS / workflow, job, event, secrets, inputs)
        for place in (result.log, result.summary, self.calls.read_text(),
                      str([step.outputs for step in result.steps])):
            self.assertNotIn(PASSWORD, place)
        return result

    def event(self, name, ref, sha, **event):
        return {"event_name": name, "ref": ref, "sha": sha, "repository": "owner/sindri",
                "event": event}

    def push(self, before, after, **options):
        return self.job("build-image.yml", "images", self.event(
            "push", "refs/heads/main", after, before=before), **options)

    def pull_request(self, base, head, number=7, **options):
        return self.job("build-image.yml", "images", self.event(
            "pull_request", f"refs/pull/{number}/merge", "0" * 40,
            pull_request={"number": number, "base": {"sha": base}, "head": {"sha": head}}),
            **options)

    def manual(self, layer, version="", **options):
        return self.job("build-base-images.yml", "images", self.event(
            "workflow_dispatch", "refs/heads/main", self.project.git("rev-parse", "main")),
            inputs={"layer": layer, "version": version}, **options)

    def cleanup(self, name="schedule", inputs=None, **event):
        return self.job("cleanup-registry.yml", "cleanup", self.event(
            name, "refs/heads/main", self.project.git("rev-parse", "main"), **event),
            inputs=inputs)

    def release(self):
        """The first commit of main, built and pushed; gives the commit."""
        commit = self.project.git("rev-parse", "main")
        done = self.push("0" * 40, commit)
        self.assertEqual(done.status, "success", done.log)
        return commit

    def assert_done(self, run, status="success"):
        self.assertEqual(run.status, status, run.log)

    @staticmethod
    def results(run):
        """What became of each layer, as `base pulled`."""
        said = re.findall(r"^\S+  (pulled|built|failed) +(\S+)", run.log, re.MULTILINE)
        return [f"{layer} {result}" for result, layer in said]

    def test_the_first_push_builds_everything(self):
        commit = self.project.git("rev-parse", "main")
        done = self.push("0" * 40, commit)
        self.assert_done(done)
        everything = {name: "true" for name in NOTHING}
        self.assertEqual(done.step("Decide what to build").outputs, everything)
        self.assertEqual(done.step("Log in to the registry").outputs, {"push": "true"})
        self.assertEqual(self.results(done), ["base built", "tooling built", "application built"])
        tags = set(self.project.images())
        short = commit[:7]
        self.assertGreaterEqual(
            tags, STABLE | {f"base-{short}", f"tooling-{short}", f"main-{short}"})
        self.assertEqual(len([tag for tag in tags if re.search("-[0-9a-f]{64}$", tag)]), 3)
        self.assertEqual(len([tag for tag in tags if re.search(r"-\d{8}-\d{6}$", tag)]), 2)
        for text in ("### What the changes concern", "### Images", "base/file", "pushed"):
            self.assertIn(text, done.summary)
        login = next(line for line in self.calls.read_text().splitlines() if "login" in line)
        self.assertIn("--password-stdin", login)
        self.assertIn(USER, login)

    def test_a_push_builds_what_changed_on_what_the_registry_has(self):
        self.release()
        old = self.project.images()
        before, after = self.project.edit("app/file")
        done = self.push(before, after)
        self.assert_done(done)
        self.assertEqual(
            done.step("Decide what to build").outputs,
            NOTHING | {"application": "true", "build-application": "true"})
        self.assertEqual(self.results(done), ["base pulled", "tooling pulled", "application built"])
        new = self.project.images()
        self.assertEqual(new["base-stable"], old["base-stable"])
        self.assertEqual(new["tooling-stable"], old["tooling-stable"])
        self.assertNotEqual(new["latest"], old["latest"])
        self.assertEqual(new[f"main-{after[:7]}"], new["latest"])
        # Nothing that is built: the images get the new commit's name.
        before, after = self.project.edit("README.md")
        done = self.push(before, after)
        self.assert_done(done)
        self.assertEqual(done.step("Decide what to build").outputs, NOTHING)
        self.assertNotIn("application built", self.results(done))
        self.assertEqual(self.project.images()[f"main-{after[:7]}"], new["latest"])

    def test_a_push_that_failed_is_made_good_by_the_next(self):
        self.release()
        old = self.project.images()
        good = (self.project.url / "tooling/Dockerfile").read_text()
        before = self.project.git("rev-parse", "HEAD")
        self.project.write("tooling/Dockerfile", good + "RUN echo the reason >&2; exit 3\n")
        after = self.project.commit()
        done = self.push(before, after)
        self.assert_done(done, "failure")
        self.assertIn("the reason", done.summary)
        new = self.project.images()
        self.assertEqual({tag: new[tag] for tag in STABLE}, {tag: old[tag] for tag in STABLE})
        # The mistake was in one commit, its remedy in another that concerns no layer by itself.
        self.project.write("tooling/Dockerfile", good + "RUN true\n")
        self.project.commit()
        before, after = self.project.edit("README.md")
        done = self.push(before, after)
        self.assert_done(done)
        self.assertEqual(done.step("Decide what to build").outputs, NOTHING)
        self.assertEqual(
            self.results(done), ["base pulled", "tooling built", "application built"])
        self.assertNotEqual(self.project.images()["tooling-stable"], old["tooling-stable"])

    def test_a_pull_request_is_pushed_under_its_number_and_moves_no_stable_tag(self):
        base = self.release()
        old = self.project.images()
        self.project.git("checkout", "-q", "-b", "topic")
        _, head = self.project.edit("tooling/file")
        # Main goes on meanwhile; its changes are none of the pull request's.
        self.project.git("checkout", "-q", "main")
        self.project.edit("base/file")
        done = self.pull_request(self.project.git("rev-parse", "main"), head)
        self.assert_done(done)
        self.assertEqual(
            done.step("Decide what to build").outputs,
            NOTHING | {"tooling": "true", "build-tooling": "true", "build-application": "true"})
        self.assertEqual(
            self.results(done), ["base pulled", "tooling built", "application built"])
        self.assertIn("this is pull request 7", done.log)
        new = self.project.images()
        self.assertEqual({tag: new[tag] for tag in STABLE}, {tag: old[tag] for tag in STABLE})
        self.assertIn(f"pr-7-{head[:7]}", new)
        self.assertIn(f"tooling-{head[:7]}", new)
        self.assertNotEqual(base, head)

    def test_a_pull_request_that_concerns_no_layer_builds_nothing(self):
        base = self.release()
        old = self.project.images()
        self.project.git("checkout", "-q", "-b", "topic")
        _, head = self.project.edit("README.md")
        done = self.pull_request(base, head)
        self.assert_done(done)
        self.assertEqual(done.step("Build, tag and push").status, "skipped")
        self.assertEqual(self.project.images(), old)

    def test_a_pull_request_of_a_fork_builds_and_does_not_push(self):
        base = self.release()
        old = self.project.images()
        self.project.git("checkout", "-q", "-b", "topic")
        _, head = self.project.edit("app/file")
        done = self.pull_request(base, head, secrets={})
        self.assert_done(done)
        self.assertEqual(done.step("Log in to the registry").outputs, {"push": "false"})
        self.assertIn("images are built, not pushed", done.log)
        self.assertIn("images are built, not pushed", done.summary)
        # A registry that answers nobody without a password is no obstacle.
        self.assertEqual(self.results(done), ["base built", "tooling built", "application built"])
        self.assertNotIn("docker login", self.calls.read_text())
        self.assertEqual(self.project.images(), old)

    def test_a_push_without_credentials_is_an_error(self):
        commit = self.project.git("rev-parse", "main")
        done = self.push("0" * 40, commit, secrets={})
        self.assert_done(done, "failure")
        self.assertIn("set the secrets REGISTRY_USER and REGISTRY_PASSWORD", done.log)
        self.assertEqual(done.step("Build, tag and push").status, "skipped")
        wrong = {"REGISTRY_USER": USER, "REGISTRY_PASSWORD": "wrong"}
        done = self.push("0" * 40, commit, secrets=wrong)
        self.assert_done(done, "failure")
        self.assertEqual(self.project.images(), {})

    def test_base_images_are_built_by_hand_with_a_version(self):
        self.release()
        old = self.project.images()
        done = self.manual("both", "v1.0.0")
        self.assert_done(done)
        self.assertEqual(self.results(done), ["base built", "tooling built", "application built"])
        first = self.project.images()
        self.assertEqual(first["base-v1.0.0"], first["base-stable"])
        self.assertEqual(first["tooling-v1.0.0"], first["tooling-stable"])
        self.assertNotIn("application-v1.0.0", first)
        for tag in STABLE:
            self.assertNotEqual(first[tag], old[tag])
        self.assertIn("base-v1.0.0", done.summary)
        # Tooling alone stands on the base that there is.
        done = self.manual("tooling", "v1.2.0")
        self.assert_done(done)
        self.assertNotIn("base built", self.results(done))
        self.assertIn("tooling built", self.results(done))
        second = self.project.images()
        self.assertEqual(second["base-stable"], first["base-stable"])
        self.assertNotIn("base-v1.2.0", second)
        self.assertEqual(second["tooling-v1.2.0"], second["tooling-stable"])
        self.assertNotEqual(second["tooling-stable"], first["tooling-stable"])

    def test_base_images_need_no_version_and_no_registry_that_has_any(self):
        done = self.manual("base")
        self.assert_done(done)
        tags = set(self.project.images())
        self.assertGreaterEqual(tags, STABLE)
        self.assertEqual([tag for tag in tags if "-v" in tag], [])

    def test_inputs_are_words_and_nothing_else(self):
        for layer, version in (
                ("both", "v1; touch /tmp/sindri-ci-injected"), ("both", "--force"),
                ("$(touch /tmp/sindri-ci-injected)", "v1"), ("application", "v1")):
            done = self.manual(layer, version)
            self.assert_done(done, "failure")
        self.assertFalse(pathlib.Path("/tmp/sindri-ci-injected").exists())
        self.assertEqual(self.project.images(), {})

    def history(self):
        """A registry with a pull request's image and the main branch's."""
        base = self.release()
        self.project.git("checkout", "-q", "-b", "topic")
        _, head = self.project.edit("app/file")
        self.assert_done(self.pull_request(base, head))
        self.project.git("checkout", "-q", "main")
        before = self.project.git("rev-parse", "HEAD")
        self.project.write("app/file", "another\n")
        after = self.project.commit()
        self.assert_done(self.push(before, after))
        return f"pr-7-{head[:7]}"

    def test_the_cleanup_foretells_and_removes(self):
        request = self.history()
        old = self.project.images()
        # Nothing is a week old.
        done = self.cleanup()
        self.assert_done(done)
        self.assertIn(request, self.project.images())
        self.project.write(".sindri-watch.conf", (
            self.project.url / ".sindri-watch.conf").read_text()
            + "[retention]\n  pull-requests = 0\n")
        self.project.commit()
        foretold = self.cleanup("workflow_dispatch", inputs={"dry-run": True})
        self.assert_done(foretold)
        self.assertIn(f"remove  {request}", foretold.log)
        self.assertIn(f"remove  {request}", foretold.summary)
        self.assertIn(request, self.project.images())
        done = self.cleanup("workflow_dispatch", inputs={"dry-run": False})
        self.assert_done(done)
        new = self.project.images()
        self.assertNotIn(request, new)
        self.assertLess(len(new), len(old))
        self.assertEqual({tag: new[tag] for tag in STABLE}, {tag: old[tag] for tag in STABLE})
        # A registry needs no engine.
        self.assertNotIn("docker image", done.log)

    def closed(self, merged=True, repository="owner/sindri", number=7):
        return self.cleanup("pull_request", number=number, pull_request={
            "number": number, "merged": merged, "head": {"repo": {"full_name": repository}}})

    def test_a_merged_pull_request_takes_its_images_with_it(self):
        request = self.history()
        self.assertEqual(self.closed(merged=False).status, "skipped")
        self.assertEqual(self.closed(repository="somebody/sindri").status, "skipped")
        self.assert_done(self.closed(number=70))
        self.assertIn(request, self.project.images())
        done = self.closed()
        self.assert_done(done)
        self.assertIn("pull request 7 is merged", done.log)
        new = self.project.images()
        self.assertNotIn(request, new)
        self.assertGreaterEqual(set(new), STABLE)

    def test_the_program_is_built_where_no_cache_has_it(self):
        binary = fixtures.binary()
        self.program("make", f"mkdir -p .build/release && cp {binary} .build/release/")
        commit = self.project.git("rev-parse", "main")
        done = self.push("0" * 40, commit, binary=False)
        self.assert_done(done)
        self.assertIn("make build", self.calls.read_text().splitlines())
        self.assertIn("sindri-watch", done.step("Set sindri-watch up").log)

    def test_the_suites_run_by_the_command_that_runs_them_everywhere(self):
        self.program("make", 'echo "stand-in for make"')
        commit = self.project.git("rev-parse", "main")
        done = self.job("ci.yml", "tests", self.event(
            "push", "refs/heads/main", commit, before="0" * 40))
        self.assert_done(done)
        self.assertEqual(self.calls.read_text().splitlines(), ["make lint test"])
        self.program("make", "exit 1")
        done = self.job("ci.yml", "tests", self.event(
            "push", "refs/heads/main", commit, before="0" * 40))
        self.assert_done(done, "failure")

    def test_the_same_scripts_run_on_a_developers_machine(self):
        work = self.project.url
        (work / ".build/release").mkdir(parents=True)
        shutil.copy2(fixtures.binary(), work / ".build/release/sindri-watch")
        environment = {
            "PATH": f"{work}/.build/release:{self.programs}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.programs), "BASE": "HEAD"}
        done = subprocess.run(["scripts/ci/detect-changes"], cwd=work, env=environment, text=True,
                              capture_output=True, check=True)
        self.assertIn("build-application=false", done.stdout)
        done = subprocess.run(["scripts/ci/build-images"], cwd=work, env=environment, text=True,
                              capture_output=True, check=True)
        self.assertIn("application", done.stdout)


if __name__ == "__main__":
    program = unittest.main(verbosity=2, exit=False, module="test_workflows")
    result = program.result
    failed = len({case.id() for case, _ in result.failures + result.errors})
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(0 if result.wasSuccessful() else 1)
