/// What a backend is told where asking nicely did not help.
enum Compliance {
    /// Put before the feedback where the same failure came back.
    ///
    /// - Parameter times: how often in a row.
    static func stricter(times: Int) -> String {
        """
        The same failure has now come back \(times) times in a row. What you changed does not touch its cause.
        Do not repeat or vary an earlier attempt. Read the failing test and the code it calls again, find out why this
        very failure arises, and change that. All of these hold, and none of them can be talked away:
        - every named test must pass, and no other may stop passing;
        - nothing is skipped, silenced, special-cased or removed to get there;
        - tests, fixtures and runner configuration stay as they are.
        If you cannot find the cause, say so with cannot_fix and what you found out.
        """
    }

    /// A person's words, after everything that still holds.
    static func message(_ words: String, times: Int) -> String {
        "\(stricter(times: times))\n\n---\nA person has looked at this and says:\n\(words)"
    }
}
