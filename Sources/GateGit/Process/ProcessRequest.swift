/// What to start, with which limits: everything a child process will ever see.
package struct ProcessRequest: Sendable {
    /// Program: an absolute path, or a name looked up in the request's own `PATH`.
    package var executable: String
    package var arguments: [String]
    /// The whole environment of the child; nothing is inherited.
    package var environment: [String: String]
    /// Absolute path of the working directory.
    package var workingDirectory: String
    /// Bytes for standard input; `nil` connects it to `/dev/null`.
    package var input: [UInt8]?
    package var limits: ProcessLimits
    /// Text in the child's environment that no other run has there. With it the child is held together with everything
    /// it starts: all of that is counted, and none of it outlives the run.
    package var mark: String?
    /// Sees each chunk of output as it comes, for live progress; must not block.
    package var onOutput: (@Sendable (OutputStreamKind, [UInt8]) -> Void)?

    package init(
        executable: String,
        arguments: [String] = [],
        environment: [String: String],
        workingDirectory: String,
        input: [UInt8]? = nil,
        limits: ProcessLimits = ProcessLimits(),
        onOutput: (@Sendable (OutputStreamKind, [UInt8]) -> Void)? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.limits = limits
        self.onOutput = onOutput
    }
}

/// Which of a child's two output streams.
package enum OutputStreamKind: String, Sendable {
    case standardOutput, standardError
}

/// Bounds of one process run; every one of them always holds.
package struct ProcessLimits: Sendable {
    /// Longest the process may live.
    package var wallTime: Duration
    /// Longest silence on both streams before the process is taken to hang; `nil` allows any silence.
    package var idleTime: Duration?
    /// Bytes kept from the start of each stream.
    package var headBytes: Int
    /// Bytes kept from the end of each stream.
    package var tailBytes: Int
    /// Bytes of one stream after which the process is killed.
    package var maximumBytes: Int
    /// Time between the polite and the sure signal.
    package var grace: Duration
    /// Processes at one time, for a child that is held together; `nil` allows any number.
    package var processes: Int?
    /// Bytes of memory that those processes have for themselves, in sum.
    package var memory: Int?
    /// Bytes that files below some folders may come to.
    package var written: (folders: [String], bytes: Int)?

    package init(
        wallTime: Duration = .seconds(60),
        idleTime: Duration? = nil,
        headBytes: Int = 4 << 20,
        tailBytes: Int = 4 << 20,
        maximumBytes: Int = 256 << 20,
        grace: Duration = .seconds(2)
    ) {
        self.wallTime = wallTime
        self.idleTime = idleTime
        self.headBytes = headBytes
        self.tailBytes = tailBytes
        self.maximumBytes = maximumBytes
        self.grace = grace
    }
}
