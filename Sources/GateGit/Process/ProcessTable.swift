#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The processes of this machine at one moment.
struct ProcessTable: Sendable {
    struct Entry: Sendable, Hashable {
        let id: pid_t
        let parent: pid_t
        let group: pid_t
        let session: pid_t
        /// When it started, in a unit of the system's own; a number that is used again has a later one.
        let start: UInt64
        /// Whether it has ended and only waits for its parent to take notice.
        let isZombie: Bool
    }

    let entries: [pid_t: Entry]

    /// Everything that descends from a process, without that process itself.
    func descendants(of root: pid_t) -> [Entry] {
        var children: [pid_t: [Entry]] = [:]
        for entry in entries.values { children[entry.parent, default: []].append(entry) }
        var found: [Entry] = []
        var pending = [root]
        var seen: Set<pid_t> = [root]
        while let next = pending.popLast() {
            for child in children[next] ?? [] where seen.insert(child.id).inserted {
                found.append(child)
                pending.append(child.id)
            }
        }
        return found
    }

    #if os(Linux)
        static func now() -> ProcessTable {
            var entries: [pid_t: Entry] = [:]
            guard let folder = opendir("/proc") else { return ProcessTable(entries: [:]) }
            defer { closedir(folder) }
            while let found = readdir(folder) {
                let name = withUnsafePointer(to: &found.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard let id = pid_t(name), let entry = entry(of: id) else { continue }
                entries[id] = entry
            }
            return ProcessTable(entries: entries)
        }

        /// One process; `nil` where there is none of that number.
        static func entry(of id: pid_t) -> Entry? {
            guard let bytes = contents("/proc/\(id)/stat", limit: 2048),
                // The name of the program stands in brackets, and may itself hold any.
                let bracket = bytes.lastIndex(of: UInt8(ascii: ")"))
            else { return nil }
            let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
            func number(_ index: Int) -> Int64 { Int64(String(decoding: fields[index], as: UTF8.self)) ?? 0 }
            guard fields.count > 19 else { return nil }
            return Entry(
                id: id,
                parent: pid_t(truncatingIfNeeded: number(1)),
                group: pid_t(truncatingIfNeeded: number(2)),
                session: pid_t(truncatingIfNeeded: number(3)),
                start: UInt64(max(0, number(19))),
                isZombie: fields[0].first == UInt8(ascii: "Z") || fields[0].first == UInt8(ascii: "X")
            )
        }

        /// The environment a process was started with; empty where that cannot be read.
        static func environment(of id: pid_t) -> [UInt8] { contents("/proc/\(id)/environ", limit: 4 << 20) ?? [] }

        /// Memory in bytes that a process has for itself; what it shares with others, as libraries, is left out.
        static func ownMemory(of id: pid_t) -> Int {
            guard let bytes = contents("/proc/\(id)/statm", limit: 256) else { return 0 }
            let pages = bytes.split(separator: UInt8(ascii: " ")).map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
            return pages.count > 2 ? max(0, pages[1] - pages[2]) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
        }

        private static func contents(_ path: String, limit: Int) -> [UInt8]? {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            // Most of these are short: a buffer of the usual size would cost more than reading.
            let start = [UInt8](unsafeUninitializedCapacity: min(limit, 4096)) { buffer, count in
                count = max(0, read(file, buffer.baseAddress, buffer.count))
            }
            guard start.count == 4096, limit > 4096 else { return start.isEmpty ? nil : start }
            return start + readAll(file, limit: limit).content
        }
    #else
        static func now() -> ProcessTable {
            var ids = [pid_t](repeating: 0, count: 65_536)
            let size = Int32(ids.count * MemoryLayout<pid_t>.stride)
            let count = ids.withUnsafeMutableBytes { proc_listallpids($0.baseAddress, size) }
            var entries: [pid_t: Entry] = [:]
            for id in ids.prefix(max(0, Int(count))) where id > 0 { entries[id] = entry(of: id) }
            return ProcessTable(entries: entries)
        }

        /// One process; `nil` where there is none of that number.
        static func entry(of id: pid_t) -> Entry? {
            var info = proc_bsdinfo()
            let length = Int32(MemoryLayout<proc_bsdinfo>.size)
            guard proc_pidinfo(id, PROC_PIDTBSDINFO, 0, &info, length) == length else { return nil }
            return Entry(
                id: id,
                parent: pid_t(truncatingIfNeeded: info.pbi_ppid),
                group: pid_t(truncatingIfNeeded: info.pbi_pgid),
                session: getsid(id),
                start: info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec,
                isZombie: info.pbi_status == UInt32(SZOMB)
            )
        }

        /// No other process's environment is read here: what was seen while it ran is what is known.
        static func environment(of id: pid_t) -> [UInt8] { [] }

        static func ownMemory(of id: pid_t) -> Int {
            var info = rusage_info_v2()
            let status = withUnsafeMutablePointer(to: &info) { pointer in
                pointer.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
                    proc_pid_rusage(id, RUSAGE_INFO_V2, $0)
                }
            }
            return status == 0 ? Int(clamping: info.ri_phys_footprint) : 0
        }
    #endif
}
