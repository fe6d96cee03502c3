// swift-tools-version: 6.2
import PackageDescription

/// Settings every target shares: language mode 6, imports that do not leak, explicit `any`.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .swiftLanguageMode(.v6),
]

let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
    name: "git-gatekeeper",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "git-gatekeeper", targets: ["git-gatekeeper"])
    ],
    dependencies: [
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // The house is a tower: each target may import only those listed under it (docs/architecture.md).
        .systemLibrary(
            name: "CGit2",
            pkgConfig: "libgit2",
            providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]
        ),
        .target(name: "CSandbox"),
        .target(
            name: "GateGit",
            dependencies: ["CGit2", "CSandbox", subprocess, .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: house
        ),
        .target(
            name: "GateCore",
            dependencies: [
                "GateGit", .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Report/Schemas"), .embedInCode("Validation/Reporters")],
            swiftSettings: house
        ),
        .target(name: "GateBackends", dependencies: ["GateCore", "GateGit"], swiftSettings: house),
        .target(
            name: "GateReport",
            dependencies: ["GateCore", "GateGit", .product(name: "Mustache", package: "swift-mustache")],
            resources: [.embedInCode("Templates")],
            swiftSettings: house
        ),
        .executableTarget(
            name: "git-gatekeeper",
            dependencies: [
                "GateCore", "GateBackends", "GateGit", "GateReport",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .target(
            name: "GateTestSupport",
            dependencies: ["GateCore", "GateGit", "GateBackends"],
            path: "Tests/GateTestSupport",
            swiftSettings: house
        ),
        .testTarget(name: "GateGitTests", dependencies: ["GateGit", "GateTestSupport"], swiftSettings: house),
        .testTarget(
            name: "GateCoreTests",
            dependencies: ["GateCore", "GateBackends", "GateTestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: house
        ),
        .testTarget(name: "GateReportTests", dependencies: ["GateReport", "GateCore"], swiftSettings: house),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["git-gatekeeper", "GateTestSupport"],
            swiftSettings: house
        ),
        // Its data lies in Tests/Corpus, outside every target: files of other projects, which no build may see.
        .testTarget(
            name: "CorpusTests",
            dependencies: ["git-gatekeeper", "GateTestSupport"],
            swiftSettings: house
        ),
    ]
)
