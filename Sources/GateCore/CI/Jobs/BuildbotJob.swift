/// A module for the configuration of a Buildbot master.
enum BuildbotJob {
    static let next = [
        "put it beside master.cfg, and call there: gatekeeper_buildbot.add(c, repository=…, workers=[…])",
        "give each worker a key that signs evidence: git config --global gatekeeper.signingKey <file>, and put the public half "
            + "into '.gatekeeper/allowed_signers' of '@TARGET@'",
        "let workers reach the repository for reading, and for pushing refs/notes/gatekeeper",
    ]

    static let text = #"""
        """Builders that let a Buildbot master run the gate: a plan that is fanned out, and one build that decides.

        In master.cfg, after workers and change sources:

            import gatekeeper_buildbot
            gatekeeper_buildbot.add(c, repository="ssh://git@server/project.git", workers=["one", "two"])

        Whoever pushes to a branch below for/@TARGET@/ has it judged. Where every part of its plan is proven, and only
        then, @TARGET@ is fast-forwarded to that very commit. The build that decides waits for its parts, so that a worker
        of `deciders` must be able to run two builds at a time.
        """
        import json

        from buildbot.plugins import schedulers, steps, util
        from buildbot.process import buildstep, logobserver
        from buildbot.process.results import EXCEPTION, FAILURE, SUCCESS, WARNINGS
        from twisted.internet import defer

        TARGET = "@TARGET@"
        SHARDS = "gatekeeper_shards"
        # 0 green, 1 red; anything else says nothing about the commit.
        CODES = {0: SUCCESS, 1: FAILURE}


        def add(c, repository, workers, target=TARGET, deciders=None, prefix=None, moves=True, tries=3, git="git"):
            """Adds builders and schedulers to a configuration.

            repository  where workers fetch from and push to
            workers     names of those that run parts
            deciders    names of those that plan and decide; they need no time, and a second slot
            prefix      branches that are judged begin with it
            moves       whether a green commit is pushed to the target branch
            tries       how often parts whose evidence is missing are run, in all
            """
            prefix = f"for/{target}/" if prefix is None else prefix
            begin = [
                steps.Git(repourl=repository, mode="incremental", haltOnFailure=True),
                steps.ShellCommand(
                    name="fetch target",
                    command=[git, "fetch", "--no-tags", repository, f"+refs/heads/{target}:refs/remotes/origin/{target}"],
                    haltOnFailure=True,
                ),
                steps.ShellCommand(
                    name="name remote",
                    command=[git, "config", "remote.origin.url", repository],
                    haltOnFailure=True,
                ),
            ]
            part = util.BuildFactory(begin + [
                steps.ShellCommand(
                    name="part",
                    command=[git, "gatekeeper", "ci", "--shard", util.Property("shard"), "--trust-attestations"],
                    env=environment(target),
                    decodeRC={**{code: EXCEPTION for code in (125, 128, 129, 130, 143)}, **CODES},
                    haltOnFailure=True,
                    timeout=7200,
                ),
            ])
            whole = util.BuildFactory(begin + [
                Plan(command=[git, "gatekeeper", "plan", "--format", "buildbot"], env=environment(target)),
                FanOut(),
                Decide(command=[git, "gatekeeper", "ci", "--merge", "--format", "json"], env=environment(target), tries=tries),
            ])
            if moves:
                # Not forced: where the target has gone on meanwhile, this fails, and the commit has to be judged anew.
                whole.addStep(steps.ShellCommand(
                    name="move target",
                    command=[git, "push", repository, util.Interpolate(f"%(prop:got_revision)s:refs/heads/{target}")],
                    haltOnFailure=True,
                ))
            # Buildbot would take waiting parts for one another, because they differ in nothing that it compares.
            c.setdefault("builders", []).extend([
                util.BuilderConfig(
                    name="gatekeeper", workernames=deciders or workers, factory=whole, collapseRequests=False
                ),
                util.BuilderConfig(
                    name="gatekeeper-part", workernames=workers, factory=part, collapseRequests=False
                ),
            ])
            c.setdefault("schedulers", []).extend([
                schedulers.AnyBranchScheduler(
                    name="gatekeeper",
                    change_filter=util.ChangeFilter(branch_fn=lambda branch: bool(branch) and branch.startswith(prefix)),
                    builderNames=["gatekeeper"],
                    treeStableTimer=None,
                ),
                schedulers.Triggerable(name="gatekeeper-part", builderNames=["gatekeeper-part"]),
            ])


        def environment(target):
            """What the gate reads; Buildbot itself says nothing in variables."""
            return {
                "BUILDBOT_BUILDERNAME": util.Interpolate("%(prop:buildername)s"),
                "BUILDBOT_BRANCH": util.Interpolate("%(prop:branch:-)s"),
                "BUILDBOT_GOT_REVISION": util.Interpolate("%(prop:got_revision:-)s"),
                "BUILDBOT_BUILD_URL": util.URLForBuild,
                "GIT_GATEKEEPER_TARGET": target,
            }


        class Command(buildstep.ShellMixin, steps.BuildStep):
            """A command whose answer is read."""

            haltOnFailure = True

            def __init__(self, **kwargs):
                kwargs = self.setupShellMixin(kwargs)
                super().__init__(**kwargs)
                self.observer = logobserver.BufferLogObserver()
                self.addLogObserver("stdio", self.observer)

            @defer.inlineCallbacks
            def answer(self):
                command = yield self.makeRemoteShellCommand()
                yield self.runCommand(command)
                return command.rc, self.observer.getStdout()


        class Plan(Command):
            """Reads the matrix."""

            name = "plan"

            @defer.inlineCallbacks
            def run(self):
                code, text = yield self.answer()
                if code != 0:
                    return CODES.get(code, EXCEPTION)
                shards = [row["shard"] for row in json.loads(text)["shards"]]
                self.setProperty(SHARDS, shards, "gatekeeper")
                self.descriptionDone = [f"{len(shards)} parts"]
                return SUCCESS


        class FanOut(steps.Trigger):
            """Runs one part on each worker that is free, and waits; what came of them the evidence says."""

            def __init__(self, **kwargs):
                super().__init__(
                    name="parts", schedulerNames=["gatekeeper-part"], waitForFinish=True, flunkOnFailure=False,
                    haltOnFailure=False, **kwargs
                )

            def getSchedulersAndProperties(self):
                return [
                    {"sched_name": "gatekeeper-part", "props_to_set": {"shard": shard}, "unimportant": True}
                    for shard in self.getProperty(SHARDS, [])
                ]


        class Decide(Command):
            """Decides over the evidence; parts of which there is none are run again."""

            name = "decide"

            def __init__(self, tries=1, **kwargs):
                self.tries = tries
                self.again = dict(kwargs)
                super().__init__(**kwargs)

            @defer.inlineCallbacks
            def run(self):
                code, text = yield self.answer()
                if code != 125:
                    return CODES.get(code, EXCEPTION)
                missing = [part["shard"] for part in json.loads(text)["parts"] if part["state"] == "missing"]
                self.descriptionDone = ["undecided: no evidence of " + ", ".join(missing)]
                if self.tries <= 1 or not missing:
                    return EXCEPTION
                self.setProperty(SHARDS, missing, "gatekeeper")
                self.build.addStepsAfterCurrentStep([FanOut(), Decide(tries=self.tries - 1, **self.again)])
                return WARNINGS

        """#
}
