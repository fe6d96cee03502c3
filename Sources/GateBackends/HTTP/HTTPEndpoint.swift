import GateCore

/// The address of a server's interface: `https`, or `http` on this machine.
struct HTTPEndpoint: Sendable, Hashable {
    /// As it is handed to curl, without a slash at its end.
    let url: String
    let isEncrypted: Bool
    /// Without port and brackets, in lower case.
    let host: String
    /// Host and port, as git's credential helpers know a server.
    let authority: String

    /// - Parameters:
    ///   - url: as the user configured it.
    ///   - backend: whose it is, for the message.
    /// - Throws: `GateFailure` with `backend.endpoint` where it is no such address.
    init(_ url: String, of backend: String) throws(GateFailure) {
        func fail(_ why: String) -> GateFailure {
            // The address itself is not repeated: what is wrong with it may be a password in it.
            GateFailure(
                "backend.endpoint",
                "the endpoint of the backend '\(backend)' \(why)",
                hints: ["git config gatekeeper.backend.\(backend).endpoint https://host/path"]
            )
        }
        let isPlain = url.utf8.allSatisfy { (0x21..<0x7F).contains($0) && !"\"\\<>^`{|}".utf8.contains($0) }
        guard isPlain, url.utf8.count <= 2048 else { throw fail("has characters that no address has") }
        let lower = url.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else {
            throw fail("begins with neither 'https://' nor 'http://'")
        }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty else { throw fail("names no host") }
        guard !authority.contains("@") else { throw fail("holds a user name or a password, which belong elsewhere") }
        guard !rest.contains("?"), !rest.contains("#") else { throw fail("has a query, which no base address has") }
        var host = String(authority)
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            host = String(host[host.index(after: host.startIndex)..<end])
        } else if let colon = host.lastIndex(of: ":") {
            host = String(host[..<colon])
        }
        var trimmed = url
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.url = trimmed
        isEncrypted = scheme == "https://"
        self.host = host.lowercased()
        self.authority = String(authority)
    }

    private init(url: String, like other: HTTPEndpoint) {
        self.url = url
        isEncrypted = other.isEncrypted
        host = other.host
        authority = other.authority
    }

    /// Whether it is this very machine, by a name that nobody else can answer to.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// An address below this one.
    func appending(_ path: String) -> HTTPEndpoint { HTTPEndpoint(url: "\(url)/\(path)", like: self) }

    /// Refuses to send a key in the clear over a network.
    func admitKey(of backend: String) throws(GateFailure) {
        guard isEncrypted || isLoopback else {
            throw GateFailure(
                "backend.cleartext",
                "the endpoint of the backend '\(backend)' would get its key in the clear",
                hints: ["use https://, or a server on this machine"]
            )
        }
    }
}
