import Foundation

#if canImport(Glibc)
    import Glibc
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
    private let datagramSocket = Int32(SOCK_DGRAM.rawValue)
#elseif canImport(Darwin)
    import Darwin
    private let streamSocket = SOCK_STREAM
    private let datagramSocket = SOCK_DGRAM
#endif

/// Sockets on which nobody should ever knock: TCP and UDP on one port of the loopback, and on Linux an abstract one.
final class Listener: Sendable {
    let port: UInt16
    /// Name of the abstract socket, without its leading NUL.
    let name: String
    private let stream: Int32
    private let datagram: Int32
    private let local: Int32

    struct Failure: Error { let what: String }

    init(name: String) throws {
        self.name = name
        stream = socket(AF_INET, streamSocket, 0)
        datagram = socket(AF_INET, datagramSocket, 0)
        port = try Self.bindLoopback(stream, port: 0)
        _ = try? Self.bindLoopback(datagram, port: port)
        guard listen(stream, 16) == 0 else { throw Failure(what: "listen") }
        #if os(Linux)
            local = socket(AF_UNIX, streamSocket, 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { path in
                for (index, byte) in ([0] + Array(name.utf8)).prefix(path.count).enumerated() { path[index] = byte }
            }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(local, $0, length) }
            }
            guard bound == 0, listen(local, 16) == 0 else { throw Failure(what: "abstract socket") }
        #else
            local = -1
        #endif
        for descriptor in [stream, datagram, local] where descriptor >= 0 {
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit { for descriptor in [stream, datagram, local] where descriptor >= 0 { close(descriptor) } }

    /// How often somebody knocked since the last time that this was asked.
    func knocks() -> Int {
        var count = 0
        for descriptor in [stream, local] where descriptor >= 0 {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                close(connection)
                count += 1
            }
        }
        var bytes = [UInt8](repeating: 0, count: 64)
        while recv(datagram, &bytes, bytes.count, 0) >= 0 { count += 1 }
        return count
    }

    private static func bindLoopback(_ descriptor: Int32, port: UInt16) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard bound == 0 else { throw Failure(what: "bind") }
        let named = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard named == 0 else { throw Failure(what: "getsockname") }
        return UInt16(bigEndian: address.sin_port)
    }
}
