import Testing

@testable import GateCore

/// Manifests and lock files as their tools write them, as they are when one of both was forgotten, and as nobody should.
@Suite("manifests and lock files")
struct PackageReaderTests {
    private func state(_ files: [String: String], in folder: String = "") throws -> PackageState {
        let states = PackageReader.states(in: folder, PackageShelf(texts: files))
        return try #require(states.count == 1 ? states.first : nil)
    }

    // MARK: npm

    private static let node = #"{"name":"app","version":"1.1.0","dependencies":{"core":"^1.3.0"}}"#

    private static func nodeLock(version: String = "1.1.0", wants: String = "^1.3.0", core: String = "1.3.0") -> String
    {
        """
        {"name":"app","version":"\(version)","lockfileVersion":3,"packages":{
        "":{"name":"app","version":"\(version)","dependencies":{"core":"\(wants)"}},
        "node_modules/core":{"version":"\(core)"}}}
        """
    }

    @Test("npm: manifest and lock agree")
    func nodeAgrees() throws {
        let state = try state(["package.json": Self.node, "package-lock.json": Self.nodeLock()])
        #expect(state.disagreements == [] && state.unclear == [] && state.lock == "package-lock.json")
        #expect(state.name == "app" && state.version == "1.1.0" && state.locked == ["core": ["1.3.0"]])
    }

    @Test(
        "npm: each way in which the lock is stale is named",
        arguments: [
            (nodeLock(version: "1.0.0"), "'package.json' has version 1.1.0, and 'package-lock.json' has 1.0.0 of it"),
            (nodeLock(wants: "^1.2.0"), "requires 'core' as '^1.3.0', and 'package-lock.json' was made for '^1.2.0'"),
            (nodeLock(core: "1.2.9"), "'package.json' requires 'core' as '^1.3.0', and 'package-lock.json' has 1.2.9"),
            (nodeLock().replacing("node_modules/core", with: "node_modules/other"), "has no 'core'"),
            (nodeLock().replacing(#""core":"^1.3.0""#, with: #""core":"^1.3.0","old":"1""#), "was made with 'old'"),
            (
                #"{"lockfileVersion":1,"version":"1.0.0","dependencies":{"core":{"version":"1.3.0"}}}"#,
                "has 1.0.0 of it"
            ),
            (#"{"lockfileVersion":1,"version":"1.1.0","dependencies":{"core":{"version":"1.2.0"}}}"#, "has 1.2.0"),
            (
                #"{"lockfileVersion":2,"packages":{"":{"dependencies":{"core":"^1.3.0"}},"node_modules/core":{"version":"1.3.0"}}}"#,
                "has none of it"
            ),
        ]
    )
    func nodeStale(_ lock: String, _ words: String) throws {
        let state = try state(["package.json": Self.node, "package-lock.json": lock])
        #expect(state.disagreements.contains { $0.contains(words) }, "\(state.disagreements)")
    }

    @Test("npm: a workspace is held against the lock file of its root, by links and the nearest copy")
    func workspaces() throws {
        var files = [
            "package.json": #"{"name":"root","private":true,"workspaces":["packages/*"]}"#,
            "packages/core/package.json": #"{"name":"core","version":"1.3.0"}"#,
            "packages/app/package.json":
                #"{"name":"app","version":"2.0.0","dependencies":{"core":"^1.3.0","left":"^1.0.0"}}"#,
            "packages/new/package.json": #"{"name":"new","version":"0.1.0"}"#,
            "tools/x/package.json": #"{"name":"x","version":"0.1.0","dependencies":{"core":"^9.0.0"}}"#,
            "package-lock.json": """
            {"lockfileVersion":3,"packages":{"":{"name":"root","workspaces":["packages/*"]},
            "packages/core":{"version":"1.3.0"},
            "packages/app":{"version":"2.0.0","dependencies":{"core":"^1.3.0","left":"^1.0.0"}},
            "node_modules/core":{"resolved":"packages/core","link":true},
            "node_modules/left":{"version":"2.0.0"},
            "packages/app/node_modules/left":{"version":"1.4.0"}}}
            """,
        ]
        let app = try state(files, in: "packages/app")
        #expect(app.disagreements == [] && app.locked == ["core": ["1.3.0"], "left": ["1.4.0"]])
        #expect(
            try state(files, in: "packages/new").disagreements == [
                "'package-lock.json' does not know the workspace 'packages/new'"
            ]
        )
        // What is no workspace has nothing to do with the lock file.
        let apart = try state(files, in: "tools/x")
        #expect(apart.disagreements == [] && apart.lock == nil)
        files["packages/core/package.json"] = #"{"name":"core","version":"1.4.0"}"#
        #expect(
            try state(files, in: "packages/core").disagreements
                == ["'packages/core/package.json' has version 1.4.0, and 'package-lock.json' has 1.3.0 of it"]
        )
    }

    @Test(
        "npm: what cannot be made out is named, and agrees with nothing",
        arguments: [
            ["package.json": "{"], ["package.json": "[]"], ["package.json": #"{"version":"1.0.0","version":"2.0.0"}"#],
            ["package.json": #"{"dependencies":{"a":1}}"#], ["package.json": #"{"dependencies":[]}"#],
            ["package.json": node, "package-lock.json": "{}"], ["package.json": node, "package-lock.json": "\u{0}"],
            ["package.json": node, "package-lock.json": #"{"lockfileVersion":9,"packages":{}}"#],
            ["package.json": node, "package-lock.json": #"{"lockfileVersion":3}"#],
            [
                "package.json": node,
                "package-lock.json": nodeLock().replacing("{\"name\":\"app\",\"v", with: "{\"version\":\"1.1.0\",\"v"),
            ],
            ["package.json": node, "yarn.lock": ""], ["package.json": node, "pnpm-lock.yaml": ""],
            ["package.json": #"{"dependencies":{"core":"latest"}}"#, "package-lock.json": nodeLock(wants: "latest")],
            ["package.json": String(repeating: "[", count: 100_000)],
        ]
    )
    func nodeUnclear(_ files: [String: String]) throws {
        let state = try state(files)
        #expect(!state.unclear.isEmpty, "\(state)")
    }

    // MARK: Cargo

    private static let cargo =
        "[package]\nname = \"app\"\nversion = \"0.3.0\"\n[dependencies]\ncore = \"1.2\"\nrenamed = { package = \"serde\", version = \"1\" }\n"
    private static let cargoLock = """
        version = 3

        [[package]]
        name = "app"
        version = "0.3.0"
        dependencies = ["core 1.4.0", "serde"]

        [[package]]
        name = "core"
        version = "1.4.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"

        [[package]]
        name = "core"
        version = "0.9.0"
        source = "registry+https://github.com/rust-lang/crates.io-index"

        [[package]]
        name = "serde"
        version = "1.0.200"
        source = "registry+https://github.com/rust-lang/crates.io-index"

        """

    @Test("Cargo: manifest and lock agree, also of two versions of one name and of what is renamed")
    func cargoAgrees() throws {
        let state = try state(["Cargo.toml": Self.cargo, "Cargo.lock": Self.cargoLock])
        #expect(state.disagreements == [] && state.unclear == [] && state.lock == "Cargo.lock")
        #expect(state.locked == ["core": ["1.4.0"], "serde": ["1.0.200"]])
    }

    @Test(
        "Cargo: each way in which the lock is stale is named",
        arguments: [
            (cargo.replacing("0.3.0", with: "0.4.0"), cargoLock, "has version 0.4.0, and 'Cargo.lock' has 0.3.0 of it"),
            (cargo.replacing("1.2", with: "1.5"), cargoLock, "requires 'core' as '1.5', and 'Cargo.lock' has 1.4.0"),
            (cargo + "rand = \"0.8\"\n", cargoLock, "has no 'rand'"),
            (
                cargo.replacing("core = \"1.2\"\n", with: ""), cargoLock,
                "has 'core' for 'app', and 'Cargo.toml' does not"
            ),
            (cargo.replacing("\"app\"", with: "\"other\""), cargoLock, "does not know 'other'"),
        ]
    )
    func cargoStale(_ manifest: String, _ lock: String, _ words: String) throws {
        let state = try state(["Cargo.toml": manifest, "Cargo.lock": lock])
        #expect(state.disagreements.contains { $0.contains(words) }, "\(state.disagreements)")
    }

    @Test("Cargo: members take version and requirements from their workspace")
    func cargoWorkspace() throws {
        let files = [
            "Cargo.toml":
                "[workspace]\nmembers = [\"crates/*\"]\n[workspace.package]\nversion = \"2.1.0\"\n[workspace.dependencies]\ncore = { version = \"2.1\", path = \"crates/core\" }\n",
            "crates/app/Cargo.toml":
                "[package]\nname = \"app\"\nversion.workspace = true\n[dependencies]\ncore.workspace = true\n",
            "crates/core/Cargo.toml": "[package]\nname = \"core\"\nversion.workspace = true\n",
            "crates/new/Cargo.toml": "[package]\nname = \"new\"\nversion = \"0.1.0\"\n",
            "Cargo.lock":
                "[[package]]\nname = \"app\"\nversion = \"2.1.0\"\ndependencies = [\"core\"]\n[[package]]\nname = \"core\"\nversion = \"2.0.0\"\n",
        ]
        let app = try state(files, in: "crates/app")
        #expect(app.version == "2.1.0" && app.lock == "Cargo.lock")
        #expect(app.disagreements == ["'crates/app/Cargo.toml' requires 'core' as '2.1', and 'Cargo.lock' has 2.0.0"])
        #expect(try state(files, in: "crates/core").disagreements.count == 1)
        #expect(try state(files, in: "crates/new").disagreements == ["'Cargo.lock' does not know 'new'"])
    }

    @Test(
        "Cargo: what cannot be made out is named",
        arguments: [
            ["Cargo.toml": "[package\n"], ["Cargo.toml": "a = 1\na = 2\n"], ["Cargo.toml": "a = \"\u{0}\"\n"],
            ["Cargo.toml": "a = " + String(repeating: "[", count: 100_000)], ["Cargo.toml": "[dependencies]\nx = {}\n"],
            ["Cargo.toml": "[package]\nname = \"a\"\n[dependencies]\nx.workspace = true\n"],
            ["Cargo.toml": cargo, "Cargo.lock": "nan = nan\n"],
        ]
    )
    func cargoUnclear(_ files: [String: String]) throws {
        #expect(try state(files).unclear.isEmpty == false)
    }

    // MARK: Python

    private static let project =
        "[project]\nname = \"My.App\"\nversion = \"2.0\"\ndependencies = [\"Core_Lib>=1.2,<2\", \"six\"]\n"
    private static let uvLock = """
        version = 1

        [[package]]
        name = "core-lib"
        version = "1.3.0"
        source = { registry = "https://pypi.org/simple" }

        [[package]]
        name = "my-app"
        version = "2.0"
        source = { editable = "." }
        dependencies = [{ name = "core-lib" }, { name = "six" }]

        [package.metadata]
        requires-dist = [{ name = "core-lib", specifier = ">=1.2,<2" }, { name = "six" }]

        [[package]]
        name = "six"
        version = "1.16.0"
        source = { registry = "https://pypi.org/simple" }

        """

    @Test("uv: manifest and lock agree, however names are spelt")
    func uvAgrees() throws {
        let state = try state(["pyproject.toml": Self.project, "uv.lock": Self.uvLock])
        #expect(state.disagreements == [] && state.unclear == [] && state.lock == "uv.lock")
        #expect(state.requirements(of: "core.lib").map(\.written) == [">=1.2,<2"])
    }

    @Test(
        "uv: each way in which the lock is stale is named",
        arguments: [
            (project.replacing("\"2.0\"", with: "\"2.1\""), "has version 2.1, and 'uv.lock' has 2.0 of it"),
            (
                project.replacing(">=1.2,<2", with: ">=1.4,<2"),
                "requires 'core-lib' as '>=1.4,<2', and 'uv.lock' was made for '>=1.2,<2'"
            ),
            (project.replacing(">=1.2,<2", with: ">=1.4"), "requires 'core-lib' as '>=1.4', and 'uv.lock' has 1.3.0"),
            (project.replacing("\"six\"", with: "\"seven\""), "'uv.lock' was made without it"),
            (project.replacing(", \"six\"", with: ""), "was made with 'six'"),
            (project.replacing("My.App", with: "other"), "does not know 'other'"),
        ]
    )
    func uvStale(_ manifest: String, _ words: String) throws {
        let state = try state(["pyproject.toml": manifest, "uv.lock": Self.uvLock])
        #expect(state.disagreements.contains { $0.contains(words) }, "\(state.disagreements)")
    }

    @Test("uv: it spells versions in its own way, which says nothing else")
    func uvSpelling() throws {
        let manifest = Self.project.replacing("\"2.0\"", with: "\"2.0-beta.1\"")
            .replacing(">=1.2,<2", with: "<2, >=1.2-RC1")
        let lock = Self.uvLock.replacing("\"2.0\"", with: "\"2.0b1\"").replacing(">=1.2,<2", with: ">=1.2rc1,<2")
        #expect(try state(["pyproject.toml": manifest, "uv.lock": lock]).disagreements == [])
        let longer = lock.replacing(">=1.2rc1", with: ">=1.2.0rc1")
        #expect(try state(["pyproject.toml": manifest, "uv.lock": longer]).disagreements.count == 1)
    }

    @Test("Poetry: requirements in its own table and in that of the project are held against poetry.lock")
    func poetry() throws {
        let lock =
            "[[package]]\nname = \"core-lib\"\nversion = \"1.3.0\"\n[[package]]\nname = \"pytest\"\nversion = \"8.0\"\n"
        let manifest =
            "[tool.poetry]\nname = \"app\"\nversion = \"1.0\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\ncore-lib = \"^1.2\"\n[tool.poetry.group.dev.dependencies]\npytest = { version = \"^8\" }\n"
        let good = try state(["pyproject.toml": manifest, "poetry.lock": lock])
        #expect(good.disagreements == [] && good.unclear == [] && good.version == "1.0")
        let stale = try state(["pyproject.toml": manifest.replacing("^1.2", with: "^1.4"), "poetry.lock": lock])
        #expect(stale.disagreements == ["'pyproject.toml' requires 'core-lib' as '^1.4', and 'poetry.lock' has 1.3.0"])
        let missing = try state(["pyproject.toml": manifest + "other = \"*\"\n", "poetry.lock": lock])
        #expect(missing.disagreements == ["'poetry.lock' has no 'other', which 'pyproject.toml' requires"])
    }

    @Test("pip: pins of a list are held against the project, and against themselves where there is none")
    func pip() throws {
        let list =
            "# pins\ncore-lib==1.1 --hash=sha256:00 \\\n  --hash=sha256:11\n-r base.txt\nsix>=1 ; python_version<'3'\n-e ./local\n./wheel.whl\n"
        let both = try state(["pyproject.toml": Self.project, "requirements.txt": list])
        #expect(
            both.disagreements == ["'pyproject.toml' requires 'core-lib' as '>=1.2,<2', and 'requirements.txt' has 1.1"]
        )
        #expect(both.unclear == ["'requirements.txt' goes on in a file that is not read: base.txt"])
        let alone = try state(["requirements.txt": list])
        #expect(alone.locked == ["core-lib": ["1.1"]] && alone.disagreements == [] && alone.lock == "requirements.txt")
        let third = try state([
            "pyproject.toml": Self.project, "uv.lock": Self.uvLock, "requirements.txt": "core-lib==2.0\n",
        ])
        #expect(third.disagreements.contains { $0.contains("pins 2.0") })
        let away = try state(["requirements.txt": "-r ../../../etc/passwd\n"])
        #expect(away.unclear.contains { $0.contains("is not read") })
    }

    @Test(
        "Python: what cannot be made out is named",
        arguments: [
            ["pyproject.toml": "[project]\ndependencies = [1]\n"], ["pyproject.toml": "x"], ["setup.py": "import os"],
            ["pyproject.toml": "[project]\ndependencies = [\"!\"]\n"], ["requirements.txt": "???\n"],
            ["pyproject.toml": project, "pdm.lock": ""], ["pyproject.toml": project, "uv.lock": "="],
        ]
    )
    func pythonUnclear(_ files: [String: String]) throws {
        #expect(try state(files).unclear.isEmpty == false)
    }

    // MARK: SwiftPM

    private static func manifest(_ dependency: String) -> String {
        """
        // swift-tools-version: 6.0
        import PackageDescription
        /* .package(url: "https://example.com/comment", from: "9.0.0") */
        let package = Package(
            name: "App",
            dependencies: [
                // .package(url: "https://example.com/other", from: "9.0.0")
                \(dependency),
            ],
            targets: [.target(name: "App", dependencies: [.product(name: "Core", package: "core")])]
        )
        """
    }

    private static func resolved(_ state: String, version: Int = 3) -> String {
        version == 1
            ? #"{"object":{"pins":[{"package":"Core","repositoryURL":"https://example.com/Core.git","state":{\#(state)}}]},"version":1}"#
            : #"{"pins":[{"identity":"core","kind":"remoteSourceControl","location":"https://example.com/Core.git","state":{\#(state)}}],"version":\#(version)}"#
    }

    @Test(
        "SwiftPM: declarations of every form are held against Package.resolved",
        arguments: [
            (#".package(url: "https://example.com/Core.git", from: "1.2.0")"#, #""version":"1.9.0""#, true),
            (#".package(url: "https://example.com/Core.git", from: "1.2.0")"#, #""version":"2.0.0""#, false),
            (#".package(url: "https://example.com/Core", exact: "1.2.0")"#, #""version":"1.2.0""#, true),
            (#".package(url: "https://example.com/Core", exact: "1.2.0")"#, #""version":"1.2.1""#, false),
            (
                #".package(url: "https://example.com/Core", .upToNextMinor(from: "1.2.0"))"#, #""version":"1.3.0""#,
                false
            ),
            (#".package(url: "https://example.com/Core", .upToNextMajor(from: "1.2.0"))"#, #""version":"1.3.0""#, true),
            (#".package(url: "https://example.com/Core", "1.0.0"..<"1.3.0")"#, #""version":"1.3.0""#, false),
            (#".package(url: "https://example.com/Core", "1.0.0"..."1.3.0")"#, #""version":"1.3.0""#, true),
            (#".package(url: "https://example.com/Core", branch: "main")"#, #""branch":"main","revision":"a""#, true),
            (#".package(url: "https://example.com/Core", branch: "main")"#, #""branch":"next","revision":"a""#, false),
            (#".package(url: "https://example.com/Other", from: "1.2.0")"#, #""version":"1.9.0""#, false),
            (#".package(name: "Core", path: "../Core")"#, #""version":"1.9.0""#, true),
        ]
    )
    func swift(_ dependency: String, _ pin: String, _ agrees: Bool) throws {
        for version in 1...3 {
            let state = try state([
                "Package.swift": Self.manifest(dependency), "Package.resolved": Self.resolved(pin, version: version),
            ])
            #expect(state.name == "App" && state.unclear == [] && state.requirements.count == 1)
            #expect(state.disagreements.isEmpty == agrees, "\(state.disagreements)")
        }
    }

    @Test(
        "SwiftPM: a manifest that computes is not guessed at",
        arguments: [
            #".package(url: base + "core", from: "1.2.0")"#, #".package(url: "https://x/\(name)", from: "1.2.0")"#,
            #".package(url: "https://example.com/Core", from: version)"#,
            ##".package(url: #"https://x"#, from: "1.2.0")"##,
            #".package(url: "https://example.com/Core", "2.0.0"..<"1.0.0")"#, #".package(url: "https://x"#,
        ]
    )
    func swiftUnclear(_ dependency: String) throws {
        let state = try state(["Package.swift": Self.manifest(dependency)])
        #expect(!state.unclear.isEmpty && state.disagreements.isEmpty)
    }

    // MARK: Hostile places

    @Test(
        "no path leads out of the repository",
        arguments: [
            ("../x", "x"), ("../../x", nil), ("a/../../../x", nil), ("/etc/passwd", nil), ("a/../b", "p/b"),
            ("./x", "p/x"), ("a\\b", nil),
        ]
            as [(String, String?)]
    )
    func paths(_ path: String, _ meant: String?) { #expect(FolderPath.resolve(path, in: "p") == meant) }

    @Test("a file that is too large, or none, is named")
    func unreadable() throws {
        let shelf = PackageShelf([
            "package.json": .bytes(Array(Self.node.utf8)), "package-lock.json": .unreadable("it is no regular file"),
        ])
        #expect(
            PackageReader.states(in: "", shelf).first?.unclear == [
                "'package-lock.json' is not read: it is no regular file"
            ]
        )
    }
}
