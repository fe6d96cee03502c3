/// The version of git that answers here, and what it takes to have what.
package struct GitVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let major: Int
    package let minor: Int

    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// - Parameter text: what `git --version` prints; `nil` comes of anything without two numbers.
    package init?(printed text: String) {
        let numbers = text.split { !$0.isNumber && $0 != "." }.first?.split(separator: ".").compactMap { Int($0) } ?? []
        guard numbers.count >= 2 else { return nil }
        self.init(numbers[0], numbers[1])
    }

    // git 2.54: hooks in the configuration, `hook.<name>.command` and `hook.<name>.event`.
    package static let configuredHooks = GitVersion(2, 54)

    package static func < (left: GitVersion, right: GitVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    package var description: String { "\(major).\(minor)" }
}
