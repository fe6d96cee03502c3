/// What a job of GitLab CI prints: parts of the log that are folded.
package enum GitLabReport {
    /// A part of the log with text of others in it.
    ///
    /// GitLab knows no commands in a log but these marks, so what a text brings of them is made visible.
    ///
    /// - Parameters:
    ///   - name: a word that nobody can know beforehand.
    ///   - time: seconds since 1970.
    package static func section(_ title: String, _ text: String, name: String, time: Int) -> String {
        opening(title, name: name, time: time) + "\n" + Excerpt.visible(text) + (text.hasSuffix("\n") ? "" : "\n")
            + closing(name: name, time: time)
    }

    package static func opening(_ title: String, name: String, time: Int) -> String {
        "\(escape)section_start:\(time):\(name)[collapsed=true]\r\(escape)\(Excerpt.visible(title))"
    }

    package static func closing(name: String, time: Int) -> String {
        "\(escape)section_end:\(time):\(name)\r\(escape)"
    }

    private static let escape = "\u{1B}[0K"
}
