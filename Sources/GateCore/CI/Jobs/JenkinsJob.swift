/// A declarative pipeline of Jenkins.
enum JenkinsJob {
    static let next = [
        "name it as the script of a multibranch pipeline: Jenkinsfile.gatekeeper, taken from the target branch for changes of "
            + "strangers",
        "give agents that have git-gatekeeper the label 'gatekeeper', and one without any other work 'gatekeeper-ask'",
        "for fixes: set GATEKEEPER_BACKEND and GATEKEEPER_MODEL, and the credential 'gatekeeper-model-key'",
    ]

    static let text = #"""
        pipeline {
            agent none
            options {
                skipDefaultCheckout()
                timeout(time: 2, unit: 'HOURS')
            }
            environment {
                GIT_GATEKEEPER_TARGET = '@TARGET@'
            }
            stages {
                // 1. Tests of whoever opened the change run here. No credential is bound.
                stage('test') {
                    agent { label 'gatekeeper' }
                    steps {
                        checkout scm
                        sh 'into="${CHANGE_TARGET:-$GIT_GATEKEEPER_TARGET}"; git fetch --no-tags origin "+refs/heads/$into:refs/remotes/origin/$into"'
                        catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') {
                            sh 'git gatekeeper ci --handover gatekeeper-handover --junit gatekeeper-junit.xml'
                        }
                    }
                    post {
                        always {
                            junit testResults: 'gatekeeper-junit.xml', allowEmptyResults: true
                            stash name: 'handover', includes: 'gatekeeper-handover/**', allowEmpty: true
                        }
                    }
                }
                // 2. The model's key is bound here, and nothing of the repository is: no checkout, nothing is run.
                stage('ask') {
                    when {
                        beforeAgent true
                        expression { currentBuild.currentResult == 'FAILURE' && env.GATEKEEPER_BACKEND }
                    }
                    agent { label 'gatekeeper-ask' }
                    steps {
                        deleteDir()
                        unstash 'handover'
                        withCredentials([string(credentialsId: 'gatekeeper-model-key', variable: 'GATEKEEPER_MODEL_KEY')]) {
                            sh 'git gatekeeper ask gatekeeper-handover/request.json --output gatekeeper-reply.json --backend "$GATEKEEPER_BACKEND" --model "$GATEKEEPER_MODEL" --key-variable GATEKEEPER_MODEL_KEY'
                        }
                        stash name: 'reply', includes: 'gatekeeper-reply.json'
                    }
                }
                // 3. The reply is judged like any other candidate. No credential is bound.
                stage('prove') {
                    when {
                        beforeAgent true
                        expression { currentBuild.currentResult == 'FAILURE' && env.GATEKEEPER_BACKEND }
                    }
                    agent { label 'gatekeeper' }
                    steps {
                        checkout scm
                        sh 'into="${CHANGE_TARGET:-$GIT_GATEKEEPER_TARGET}"; git fetch --no-tags origin "+refs/heads/$into:refs/remotes/origin/$into"'
                        unstash 'reply'
                        catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') {
                            sh 'git gatekeeper ci --candidate gatekeeper-reply.json --on-fix artifact'
                        }
                        archiveArtifacts artifacts: 'gatekeeper-fix/**', allowEmptyArchive: true
                    }
                }
            }
        }

        """#
}
