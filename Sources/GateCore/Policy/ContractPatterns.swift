extension Contract {
    /// Files that decide which tests run and how they are judged, in any ecosystem we know. All in small letters.
    static let standard =
        tests + python + javaScript + builds + languages + linters + repository

    /// Tests and what they compare with.
    private static let tests = [
        "test/", "tests/", "/spec/**", "/t/**", "__tests__/", "__mocks__/", "*.tests/", "*_tests/", "*-tests/", "e2e/",
        "cypress/", "*.feature", "/features/steps/**", "/features/step_definitions/**", "/features/support/**",
        "testdata/", "fixtures/", "__fixtures__/", "cassettes/", "test_utils/", "test-utils/",
        "testutils/", "testsupport/", "__snapshots__/", "__image_snapshots__/", "test.*", "tests.*", "*_test.*",
        "test_*.*",
        "*.test.*", "*.spec.*", "*_spec.*", "*.bats", "*.snap", "*.golden", "*.approved.*", "spec_helper.*",
        "rails_helper.*",
    ]

    private static let python = [
        "conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg", "setup.py",
        "pyproject.toml", "noxfile.py", "requirements*.txt", "constraints*.txt", "pipfile", "pipfile.lock",
        "poetry.lock",
        "uv.lock", "uv.toml", ".python-version", ".coveragerc",
    ]

    private static let javaScript = [
        "package.json", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "pnpm-workspace.yaml",
        "yarn.lock",
        "bun.lock", "bun.lockb", "bunfig.toml", "deno.json", "deno.jsonc", "deno.lock", ".npmrc", ".yarnrc*",
        "jest.config.*", "jest.setup.*", "setuptests.*", "vite.config.*", "vitest.config.*", "vitest.setup.*",
        "vitest.workspace.*", "karma.conf.*", "playwright.config.*", "cypress.config.*", "ava.config.*", "wdio.conf.*",
        ".mocharc*", ".nycrc*", "babel.config.*", ".babelrc*", ".swcrc", "tsconfig*.json", "jsconfig.json",
        "turbo.json",
        "nx.json", "lerna.json", ".nvmrc", ".node-version",
    ]

    /// Make, CMake, Bazel, the JVM and other builders.
    private static let builds = [
        "makefile", "makefile.am", "gnumakefile", "*.mk", "justfile", ".justfile", "taskfile.yml", "taskfile.yaml",
        "cmakelists.txt", "cmakepresets.json", "ctesttestfile.cmake", "*.cmake", "meson.build", "meson_options.txt",
        "configure.ac", "build.bazel", "workspace.bazel", "module.bazel", ".bazelrc", "*.bzl",
        "build.gradle*", "settings.gradle*", "gradle.properties", "pom.xml", "build.sbt", "build.xml",
    ]

    private static let languages = [
        // Swift, Rust, Go, Zig.
        "package.swift", "package@swift-*.swift", "package.resolved", "cargo.toml", "cargo.lock", "build.rs", ".cargo/",
        ".config/nextest.toml", "rust-toolchain*", "go.mod", "go.sum", "go.work", "go.work.sum", "build.zig",
        // Perl, Ruby, PHP, Elixir, .NET.
        ".proverc", ".rspec", "rakefile", "gemfile", "gemfile.lock", "phpunit.xml*", "composer.json", "composer.lock",
        "mix.exs", "mix.lock", "directory.build.props", "directory.build.targets", "directory.packages.props",
        "/global.json", "*.runsettings",
    ]

    /// What linters and analysers go by, because a check may be one.
    private static let linters = [
        ".eslintrc*", ".eslintignore", "eslint.config.*", "biome.json", "biome.jsonc", ".prettierrc*",
        ".prettierignore",
        "prettier.config.*", ".stylelintrc*", "ruff.toml", ".ruff.toml", "mypy.ini", ".mypy.ini", ".flake8",
        ".pylintrc",
        "pylintrc", "pyrightconfig.json", ".bandit", ".isort.cfg", ".swiftlint.yml", ".swift-format", ".golangci.*",
        "clippy.toml", ".clippy.toml", "rustfmt.toml", ".rustfmt.toml", "deny.toml", ".rubocop*.yml", ".clang-format",
        ".clang-tidy", ".shellcheckrc", ".yamllint*", ".hadolint.*", ".semgrep*", "sonar-project.properties",
        ".gitleaks.toml", ".editorconfig",
    ]

    /// The repository, its machines, and what instructs coding agents.
    private static let repository = [
        ".github/", ".gitlab-ci.yml", ".circleci/", "jenkinsfile", ".travis.yml", "azure-pipelines.yml", ".buildkite/",
        ".drone.yml", ".woodpecker*", ".ci/", ".gitattributes", ".gitmodules", ".gitignore", ".lfsconfig", ".mailmap",
        ".envrc", ".env", ".env.*", ".tool-versions", "mise.toml", ".mise.toml", "dockerfile*", ".dockerignore",
        ".devcontainer/", ".pre-commit-config.yaml", ".husky/", ".githooks/", "lefthook.yml", ".gatekeeper/",
        "agents.md", "claude.md", ".claude/", ".codex/", ".cursor/", ".cursorrules",
    ]

    /// Test files that only their capital letters tell from others: `LatestTest.java` is a test, `Latest.java` is not.
    static let capitalised: [Glob] = [
        "java", "kt", "scala", "groovy", "cs", "fs", "vb", "php", "swift", "m", "cpp", "cc",
    ]
    .flatMap { ending in ["*Test.\(ending)", "*Tests.\(ending)", "*TestCase.\(ending)", "*Spec.\(ending)"] }
    .compactMap { try? Glob($0) }
}
