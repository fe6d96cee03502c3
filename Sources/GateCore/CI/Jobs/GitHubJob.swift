/// Workflows of GitHub Actions.
enum GitHubJob {
    static let next = [
        "name an image that has git-gatekeeper, with its digest: gh variable set GATEKEEPER_IMAGE --body <image@sha256:…>",
        "replace the versions of the actions by full commit ids: git ls-remote https://github.com/actions/checkout",
        "require the check 'gatekeeper' in the rules of the branch",
        "for fixes: gh variable set GATEKEEPER_BACKEND and GATEKEEPER_MODEL, and the model's key as a secret of the "
            + "environment 'gatekeeper-ask'",
    ]

    static let nextOfFleet = [
        "put the private key that signs evidence into the environment 'gatekeeper-sign' as GATEKEEPER_SIGNING_KEY, and "
            + "its public half into '.gatekeeper/allowed_signers' of the target branch"
    ]

    /// Events and rights that both have.
    private static let head = #"""
        name: gatekeeper

        on:
          pull_request:
          merge_group:
          push:
            branches: ["@TARGET@"]

        # Nothing may be written but where a job says so.
        permissions:
          contents: read

        concurrency:
          group: gatekeeper-${{ github.workflow }}-${{ github.ref }}
          cancel-in-progress: ${{ github.event_name == 'pull_request' }}

        jobs:

        """#

    /// Jobs for a fix, behind the job that tests: the one with the key runs nothing, the ones that run have no key.
    private static let repair = #"""
          # 2. The model's key is here, and nothing of the repository is: no checkout, nothing is run.
          ask:
            needs: test
            if: >-
              ${{ failure() && needs.test.outputs.asks == 'true' && vars.GATEKEEPER_BACKEND != ''
              && github.event.pull_request.head.repo.fork != true }}
            runs-on: ubuntu-latest
            container: ${{ vars.GATEKEEPER_IMAGE }}
            timeout-minutes: 20
            environment: gatekeeper-ask
            permissions: {}
            steps:
              - uses: actions/download-artifact@v4
                with:
                  name: gatekeeper-handover
                  path: handover
              - run: >-
                  git gatekeeper ask handover/request.json --output reply.json
                  --backend "$GATEKEEPER_BACKEND" --model "$GATEKEEPER_MODEL"
                env:
                  GATEKEEPER_BACKEND: ${{ vars.GATEKEEPER_BACKEND }}
                  GATEKEEPER_MODEL: ${{ vars.GATEKEEPER_MODEL }}
                  OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}
                  ANTHROPIC_API_KEY: ${{ secrets.ANTHROPIC_API_KEY }}
              - uses: actions/upload-artifact@v4
                with:
                  name: gatekeeper-reply
                  path: reply.json
                  retention-days: 7

          # 3. The reply is judged like any other candidate. No secret is here.
          prove:
            needs: ask
            if: ${{ always() && needs.ask.result == 'success' }}
            runs-on: ubuntu-latest
            container: ${{ vars.GATEKEEPER_IMAGE }}
            timeout-minutes: 60
            permissions:
              contents: read
            steps:
              - uses: actions/checkout@v4
                with:
                  fetch-depth: 0
                  persist-credentials: false
              - run: git config --global --add safe.directory "$GITHUB_WORKSPACE"
              - uses: actions/download-artifact@v4
                with:
                  name: gatekeeper-reply
                  path: gatekeeper-reply
              # Red with a fix, too: what was pushed is still broken.
              - run: git gatekeeper ci --candidate gatekeeper-reply/reply.json --on-fix artifact
                continue-on-error: true
              - uses: actions/upload-artifact@v4
                with:
                  name: gatekeeper-fix
                  path: gatekeeper-fix
                  if-no-files-found: ignore

        """#

    /// One job tests, and one is the check that branches require.
    static let plain =
        head + #"""
              # 1. Tests of whoever opened the request run here. No secret is here.
              test:
                runs-on: ubuntu-latest
                container: ${{ vars.GATEKEEPER_IMAGE }}
                timeout-minutes: 60
                outputs:
                  asks: ${{ steps.asks.outputs.asks }}
                steps:
                  - uses: actions/checkout@v4
                    with:
                      fetch-depth: 0
                      persist-credentials: false
                  - run: git config --global --add safe.directory "$GITHUB_WORKSPACE"
                  - run: >-
                      git gatekeeper ci --handover gatekeeper-handover
                      --junit gatekeeper-junit.xml --sarif gatekeeper.sarif
                  - uses: actions/upload-artifact@v4
                    if: ${{ always() }}
                    with:
                      name: gatekeeper-reports
                      path: |
                        gatekeeper-junit.xml
                        gatekeeper.sarif
                      if-no-files-found: ignore
                  - id: asks
                    if: ${{ failure() }}
                    run: |
                      if test -e gatekeeper-handover/request.json; then echo asks=true >> "$GITHUB_OUTPUT"; fi
                  - uses: actions/upload-artifact@v4
                    if: ${{ failure() }}
                    with:
                      name: gatekeeper-handover
                      path: gatekeeper-handover
                      if-no-files-found: ignore
                      retention-days: 7


            """# + repair + #"""
              # The check to require. A job that is skipped counts as passed, so this one always runs and says no itself.
              gatekeeper:
                needs: test
                if: ${{ always() }}
                runs-on: ubuntu-latest
                timeout-minutes: 5
                permissions: {}
                steps:
                  - run: |
                      echo "tests: $RESULT"
                      test "$RESULT" = success
                    env:
                      RESULT: ${{ needs.test.result }}

            """#

    /// The plan fanned out, evidence signed and fetched through git, one job that decides over it.
    static let fleet =
        head + #"""
              plan:
                runs-on: ubuntu-latest
                container: ${{ vars.GATEKEEPER_IMAGE }}
                timeout-minutes: 10
                outputs:
                  matrix: ${{ steps.plan.outputs.matrix }}
                steps:
                  - uses: actions/checkout@v4
                    with:
                      fetch-depth: 0
                      persist-credentials: false
                  - run: git config --global --add safe.directory "$GITHUB_WORKSPACE"
                  - id: plan
                    run: |
                      matrix=$(git gatekeeper plan --format github)
                      echo "matrix=$matrix" >> "$GITHUB_OUTPUT"

              part:
                name: part ${{ matrix.name }}
                needs: plan
                strategy:
                  fail-fast: false
                  matrix: ${{ fromJSON(needs.plan.outputs.matrix) }}
                runs-on: ubuntu-latest
                container: ${{ vars.GATEKEEPER_IMAGE }}
                timeout-minutes: 60
                environment: gatekeeper-sign
                permissions:
                  contents: write
                steps:
                  - uses: actions/checkout@v4
                    with:
                      fetch-depth: 0
                      persist-credentials: false
                  - run: git config --global --add safe.directory "$GITHUB_WORKSPACE"
                  # Tests run here: no secret is in the environment of this step.
                  - run: git gatekeeper ci --shard "$SHARD" --no-attest
                    env:
                      SHARD: ${{ matrix.shard }}
                  # The key is here: nothing of the repository is run in this step.
                  - if: ${{ always() }}
                    run: |
                      umask 077
                      printf '%s\n' "$SIGNING_KEY" > "$RUNNER_TEMP/gatekeeper-key"
                      auth=$(printf 'x-access-token:%s' "$TOKEN" | base64 -w0)
                      export GIT_CONFIG_COUNT=1
                      export GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
                      export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $auth"
                      git gatekeeper attest --key "$RUNNER_TEMP/gatekeeper-key" --push origin
                      rm -f "$RUNNER_TEMP/gatekeeper-key"
                    env:
                      SIGNING_KEY: ${{ secrets.GATEKEEPER_SIGNING_KEY }}
                      TOKEN: ${{ github.token }}

              # The check to require. It decides over signed evidence, whatever became of the jobs.
              gatekeeper:
                needs: [plan, part]
                if: ${{ always() }}
                runs-on: ubuntu-latest
                container: ${{ vars.GATEKEEPER_IMAGE }}
                timeout-minutes: 10
                steps:
                  - uses: actions/checkout@v4
                    with:
                      fetch-depth: 0
                      persist-credentials: true
                  - run: git config --global --add safe.directory "$GITHUB_WORKSPACE"
                  - run: git gatekeeper ci --merge

            """#
}
