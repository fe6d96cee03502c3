import Testing

@testable import GateCore

/// Tables of what the package managers themselves say: node-semver, Cargo, PEP 440 with `packaging`, Poetry.
@Suite("ranges of versions")
struct VersionRangeTests {
    @Test(
        "semantic versions are ordered as semver.org orders them",
        arguments: [
            ("1.0.0-alpha", "1.0.0-alpha.1"), ("1.0.0-alpha.1", "1.0.0-alpha.beta"), ("1.0.0-alpha.beta", "1.0.0-beta"),
            ("1.0.0-beta", "1.0.0-beta.2"), ("1.0.0-beta.2", "1.0.0-beta.11"), ("1.0.0-beta.11", "1.0.0-rc.1"),
            ("1.0.0-rc.1", "1.0.0"), ("1.0.0", "1.0.1"), ("1.9.9", "1.10.0"), ("1.99.99", "2.0.0"),
            ("1.0.0-99999999999999999999", "1.0.0-100000000000000000000"),
        ]
    )
    func order(_ low: String, _ high: String) throws {
        let (one, other) = (try #require(SemanticVersion(low)), try #require(SemanticVersion(high)))
        #expect(one < other && !(other < one) && one != other)
    }

    @Test(
        "what is no semantic version is none",
        arguments: [
            "", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.x", "a.b.c", "1.2.3 ",
            "-1.2.3",
            "1.2.3+", "99999999999999999999.0.0", "1.2.3-\u{202E}", "١.٢.٣",
        ]
    )
    func noVersion(_ text: String) { #expect(SemanticVersion(text) == nil) }

    @Test(
        "npm",
        arguments: [
            ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-rc.1 1.3.0-rc.1"),
            ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
            ("^0.0.3", "0.0.3", "0.0.4 0.0.2"),
            ("^0.0", "0.0.0 0.0.9", "0.1.0"),
            ("^0.x", "0.0.0 0.9.0", "1.0.0"),
            ("^1.x", "1.0.0 1.9.9", "2.0.0 0.9.0"),
            ("^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.4.0", "1.2.3-beta.1 1.2.4-beta.2 2.0.0"),
            ("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2"),
            ("~1.2", "1.2.0 1.2.9", "1.3.0"),
            ("~1", "1.0.0 1.9.0", "2.0.0"),
            ("~0.2.3", "0.2.3 0.2.9", "0.3.0"),
            ("1.2.3", "1.2.3 1.2.3+build", "1.2.4"),
            ("v1.2.3", "1.2.3", "1.2.2"),
            ("=1.2.3", "1.2.3", "1.2.2"),
            ("1.2", "1.2.0 1.2.7", "1.3.0"),
            ("1.2.x", "1.2.0", "1.3.0"),
            ("1.*", "1.0.0 1.7.0", "2.0.0"),
            ("*", "0.0.0 9.9.9", "1.0.0-rc.1"),
            ("", "0.0.0 9.9.9", "1.0.0-rc.1"),
            (">=1.2.3 <2", "1.2.3 1.9.9", "2.0.0 1.2.2 2.0.0-rc.1"),
            (">= 1.2.3 < 2", "1.2.3", "2.0.0"),
            (">1.2", "1.3.0", "1.2.9"),
            (">1", "2.0.0", "1.9.9"),
            ("<=1.2", "1.2.9 0.0.1", "1.3.0"),
            ("<1.2", "1.1.9", "1.2.0"),
            ("1.2.3 - 2.3.4", "1.2.3 2.3.4", "2.3.5 1.2.2"),
            ("1.2 - 2.3", "1.2.0 2.3.9", "2.4.0"),
            ("1.2.3 - 2", "2.9.9", "3.0.0"),
            ("^1 || ^3", "1.5.0 3.0.1", "2.0.0 4.0.0"),
            ("<1.0.0||>=2.3.1 <2.4.5", "0.9.0 2.3.1", "1.0.0 2.4.5"),
        ]
    )
    func npm(_ range: String, _ taken: String, _ refused: String) throws {
        let parsed = try #require(SemanticRange(npm: range))
        check(.semantic(parsed), taken, refused)
    }

    @Test(
        "what npm takes for a tag or an address is no range",
        arguments: [
            "latest", "next", "git+ssh://git@example.com/x.git", "http://example.com/x.tgz", "user/repo", ">",
            "1.2.3 -",
            "^", "1..2", ">1.2.3 <", "^^1.2.3", "1.2.3, 1.2.4", "<*", String(repeating: "1.2.3 || ", count: 1000),
        ]
    )
    func noRangeOfNpm(_ text: String) { #expect(SemanticRange(npm: text) == nil) }

    @Test(
        "Cargo",
        arguments: [
            ("1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0"), ("1.2", "1.2.0 1.9.0", "2.0.0"), ("1", "1.0.0 1.9.0", "2.0.0"),
            ("0.2.3", "0.2.3 0.2.9", "0.3.0"), ("0.0.3", "0.0.3", "0.0.4"), ("0.0", "0.0.9", "0.1.0"),
            ("0", "0.9.0", "1.0.0"), ("^1.2.3", "1.9.0", "2.0.0"), ("~1.2.3", "1.2.9", "1.3.0"),
            ("~1", "1.9.0", "2.0.0"), ("*", "0.1.0 7.0.0", "1.0.0-rc.1"), ("1.*", "1.9.0", "2.0.0"),
            ("1.2.*", "1.2.0 1.2.9", "1.3.0"), (">= 1.2.0", "1.2.0 3.0.0", "1.1.9"), ("> 1", "2.0.0", "1.9.9"),
            ("< 2", "1.9.9", "2.0.0"), ("= 1.2.3", "1.2.3", "1.2.4"), ("=1.2", "1.2.9", "1.3.0"),
            (">= 1.2, < 1.5", "1.2.0 1.4.9", "1.5.0 1.1.0"),
            ("1.0.0-rc.1", "1.0.0-rc.1 1.0.0 1.3.0", "1.0.1-rc.1 1.0.0-alpha"),
        ]
    )
    func cargo(_ range: String, _ taken: String, _ refused: String) throws {
        let parsed = try #require(SemanticRange(cargo: range))
        check(.semantic(parsed), taken, refused)
    }

    @Test("what is no range of Cargo's", arguments: ["", "1.2 1.3", "latest", "1.2,", "^1 || ^2", "v1.2.3", "1.2.3.4"])
    func noRangeOfCargo(_ text: String) { #expect(SemanticRange(cargo: text) == nil) }

    @Test("versions of Python packages are ordered by PEP 440")
    func orderOfPython() throws {
        let texts = [
            "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
            "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34", "1.0.post456", "1.1.dev1", "1.10", "2!0.1",
        ]
        let versions = try texts.map { try #require(PythonVersion($0), "\($0)") }
        for (index, version) in versions.enumerated().dropFirst() {
            #expect(versions[index - 1] < version && !(version < versions[index - 1]), "\(texts[index])")
        }
    }

    @Test(
        "spellings of one version are one version",
        arguments: [
            ("1.0", "1.0.0"), ("v1.0", "1.0"), ("1.0alpha1", "1.0a1"), ("1.0-a.1", "1.0a1"), ("1.0c1", "1.0rc1"),
            ("1.0.PRE2", "1.0rc2"), ("1.0-1", "1.0.post1"), ("1.0.rev1", "1.0.post1"), ("1.0a", "1.0a0"),
            ("1.0_post_2", "1.0.post2"), ("1.0.DEV", "1.0.dev0"), ("01.2", "1.2"), ("1.0+ABC-1", "1.0+abc.1"),
        ]
    )
    func spellings(_ one: String, _ other: String) throws {
        #expect(try #require(PythonVersion(one)) == #require(PythonVersion(other)))
    }

    @Test(
        "what is no version of PEP 440",
        arguments: [
            "", "a", "1.0x", "1.0+", "1.0+a..b", "1!", "1.0-", "1..0", "1.0 1", "latest", "9999999999999999999",
        ]
    )
    func noVersionOfPython(_ text: String) { #expect(PythonVersion(text) == nil) }

    @Test(
        "PEP 440",
        arguments: [
            (">=1.2,<2", "1.2 1.9.9", "1.1 2.0"), ("~=1.4.2", "1.4.2 1.4.9", "1.5 1.4.1"), ("~=1.4", "1.4 1.9", "2.0"),
            ("==1.*", "1.0 1.9", "2.0"), ("==1.4.*", "1.4 1.4.9", "1.5"), ("==1.4", "1.4 1.4.0 1.4+local", "1.4.1"),
            ("==1.4+local", "1.4+local", "1.4"), ("!=1.5", "1.4", "1.5"), ("!=1.5.*", "1.4", "1.5.3"),
            ("<2", "1.9", "2.0 2.0rc1"), (">1.7", "1.8", "1.7 1.7.post1 1.7.0"), (">=1.7", "1.7.post1", "1.6"),
            ("<=1.7", "1.7", "1.7.post1"), ("===1.4", "1.4", "1.4.0"), ("", "0.1 9", ""),
            (">=1.0rc1", "1.0rc2 1.0", "1.0b1"),
            (">= 1.2 , < 2", "1.3", "2"), (">=1.2,", "1.3", "1.1"),
        ]
    )
    func python(_ range: String, _ taken: String, _ refused: String) throws {
        check(.python(try #require(PythonRange(range))), taken, refused)
    }

    @Test("a pre-release that no clause speaks of is left undecided")
    func prerelease() throws {
        guard case .unclear = try #require(PythonRange(">=1.0")).accepts("2.0b1") else {
            Issue.record("it was decided")
            return
        }
        #expect(try #require(PythonRange(">=1.0")).accepts("0.9b1") == .no)
    }

    @Test(
        "what is no clause of PEP 440",
        arguments: ["1.2", "^1.2", ">=", "~=1", ">=1.*", "==1.0.*.2", ">1.0+local", "=1.2", ",>=1", "==1.0 ==2.0"]
    )
    func noRangeOfPython(_ text: String) { #expect(PythonRange(text) == nil) }

    @Test(
        "Poetry",
        arguments: [
            ("^1.2.3", "1.2.3 1.9", "2.0 1.2.2"), ("^0.2", "0.2 0.2.9", "0.3"), ("^0.0.3", "0.0.3", "0.0.4"),
            ("~1.2", "1.2.9", "1.3"), ("~1", "1.9", "2.0"), ("1.2.*", "1.2.5", "1.3"), ("*", "0.1 9", ""),
            ("1.2.3", "1.2.3", "1.2.4"), (">=1.2,<1.5", "1.4", "1.5"), ("^1 || ^3", "1.1 3.2", "2.0"),
            (">= 1.2 < 1.5", "1.4", "1.5"),
        ]
    )
    func poetry(_ range: String, _ taken: String, _ refused: String) throws {
        check(.python(try #require(PythonRange(poetry: range))), taken, refused)
    }

    private func check(_ range: VersionRange, _ taken: String, _ refused: String) {
        for version in taken.split(separator: " ").map(String.init) {
            #expect(range.accepts(version) == .yes, "\(version)")
        }
        for version in refused.split(separator: " ").map(String.init) {
            #expect(range.accepts(version) == .no, "\(version)")
        }
    }
}
