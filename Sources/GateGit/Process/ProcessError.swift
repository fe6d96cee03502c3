package import Subprocess

/// A program that could not be started.
package struct ProcessError: Error, Sendable {
    package enum Code: String, Sendable {
        case notFound = "process.not-found"
        case workingDirectory = "process.working-directory"
        case cannotStart = "process.cannot-start"
    }

    package let code: Code
    package let executable: String
    package let workingDirectory: String
    package let detail: String

    init(executable: String, detail: String) {
        code = .cannotStart
        self.executable = executable
        workingDirectory = ""
        self.detail = detail
    }

    init(request: ProcessRequest, detail: String) {
        code = .cannotStart
        executable = request.executable
        workingDirectory = request.workingDirectory
        self.detail = detail
    }

    package init(request: ProcessRequest, underlying: SubprocessError) {
        executable = request.executable
        workingDirectory = request.workingDirectory
        detail = underlying.description
        code =
            switch underlying.code {
            case .executableNotFound: .notFound
            case .failedToChangeWorkingDirectory: .workingDirectory
            default: .cannotStart
            }
    }
}
