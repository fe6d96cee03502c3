/// Jobs of GitLab CI, to be included by a project's own file.
enum GitLabJob {
    static let next = [
        "include it in '.gitlab-ci.yml': include: [{ local: .gitlab/gatekeeper.gitlab-ci.yml }]",
        "set the CI variable GATEKEEPER_IMAGE to an image that has git-gatekeeper, with its digest",
        "switch 'Pipelines must succeed' on, and merged results pipelines, so that what merges is what is judged",
        "for fixes: GATEKEEPER_BACKEND and GATEKEEPER_MODEL as variables, and the model's key as a masked variable of the "
            + "environment 'gatekeeper-ask' only",
    ]

    private static let rules = #"""
          rules:
            - if: $CI_PIPELINE_SOURCE == "merge_request_event"
            - if: $CI_COMMIT_BRANCH == "@TARGET@"

        """#

    static let plain =
        #"""
        # 1. Tests of whoever opened the request run here. No key of a model is here.
        gatekeeper:test:
          stage: test
          image: $GATEKEEPER_IMAGE

        """# + rules + #"""
              variables:
                GIT_DEPTH: "0"
              script:
                - into="${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-@TARGET@}"
                - git fetch --no-tags origin "+refs/heads/$into:refs/remotes/origin/$into"
                - git gatekeeper ci --handover gatekeeper-handover --junit gatekeeper-junit.xml --codequality gl-code-quality-report.json
              artifacts:
                when: always
                expire_in: 1 week
                paths: [gatekeeper-handover, gatekeeper-junit.xml, gl-code-quality-report.json]
                reports:
                  junit: gatekeeper-junit.xml
                  codequality: gl-code-quality-report.json

            # 2. The model's key is here, and nothing of the repository is: no checkout, nothing is run.
            gatekeeper:ask:
              stage: .post
              image: $GATEKEEPER_IMAGE
              needs:
                - job: gatekeeper:test
                  artifacts: true
              rules:
                - if: $GATEKEEPER_BACKEND && $CI_PIPELINE_SOURCE == "merge_request_event"
                  when: on_failure
              allow_failure: true
              variables:
                GIT_STRATEGY: none
              environment:
                name: gatekeeper-ask
                action: access
              script:
                - git gatekeeper ask gatekeeper-handover/request.json --output gatekeeper-reply.json
                  --backend "$GATEKEEPER_BACKEND" --model "$GATEKEEPER_MODEL"
              artifacts:
                expire_in: 1 week
                paths: [gatekeeper-reply.json]

            # 3. The reply is judged like any other candidate. No key of a model is here.
            gatekeeper:prove:
              stage: .post
              image: $GATEKEEPER_IMAGE
              needs:
                - job: gatekeeper:ask
                  artifacts: true
              rules:
                - if: $GATEKEEPER_BACKEND && $CI_PIPELINE_SOURCE == "merge_request_event"
              allow_failure: true
              variables:
                GIT_DEPTH: "0"
              script:
                - into="${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-@TARGET@}"
                - git fetch --no-tags origin "+refs/heads/$into:refs/remotes/origin/$into"
                - git gatekeeper ci --candidate gatekeeper-reply.json --on-fix artifact
              artifacts:
                when: always
                expire_in: 1 week
                paths: [gatekeeper-fix]

            """#

    /// The plan as a child pipeline, and its decision as this one's.
    static let fleet =
        #"""
        gatekeeper:plan:
          stage: test
          image: $GATEKEEPER_IMAGE

        """# + rules + #"""
              variables:
                GIT_DEPTH: "0"
              script:
                - into="${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-@TARGET@}"
                - git fetch --no-tags origin "+refs/heads/$into:refs/remotes/origin/$into"
                - git gatekeeper plan --format gitlab > gatekeeper-parts.yml
              artifacts:
                expire_in: 1 week
                paths: [gatekeeper-parts.yml]

            gatekeeper:parts:
              stage: test
              needs: ["gatekeeper:plan"]

            """# + rules + #"""
              trigger:
                include:
                  - artifact: gatekeeper-parts.yml
                    job: gatekeeper:plan
                strategy: depend

            """#
}
