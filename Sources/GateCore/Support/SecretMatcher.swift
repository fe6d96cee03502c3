/// Finds many secrets in one pass over bytes.
struct SecretMatcher: Sendable {
    struct Entry: Sendable {
        enum Body: Sendable {
            case form(SecretForms.Form, Redactor.Secret)
            case shape(SecretShape)
        }

        /// What a match begins with; at least three bytes.
        let prefix: [UInt8]
        let body: Body
    }

    private let entries: [Entry]
    /// Entries by the hash of their first three bytes, the longest first.
    private let buckets: [UInt16: [Int]]
    /// One bit for each hash that some entry has.
    private let filter: [UInt64]

    init(_ given: [Entry]) {
        entries = given.sorted { $0.prefix.count > $1.prefix.count }
        var buckets: [UInt16: [Int]] = [:]
        var filter = [UInt64](repeating: 0, count: 1024)
        for (index, entry) in entries.enumerated() {
            let hash = Self.hash(entry.prefix[0], entry.prefix[1], entry.prefix[2])
            buckets[hash, default: []].append(index)
            filter[Int(hash >> 6)] |= 1 << UInt64(hash & 63)
        }
        self.buckets = buckets
        self.filter = filter
    }

    private static func hash(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt16 {
        UInt16(truncatingIfNeeded: (UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)) &* 0x9E37_79B1 >> 13)
    }

    /// Tells of every match, in order and without overlaps: where it is, what it is, and the secret itself.
    func scan(_ bytes: [UInt8], _ found: (Range<Int>, String, [UInt8]) -> Void) {
        guard !entries.isEmpty else { return }
        bytes.withUnsafeBufferPointer { buffer in
            filter.withUnsafeBufferPointer { filter in
                var index = 0
                while index + 2 < buffer.count {
                    let hash = Self.hash(buffer[index], buffer[index + 1], buffer[index + 2])
                    guard filter[Int(hash >> 6)] >> UInt64(hash & 63) & 1 == 1, let match = match(buffer, index, hash)
                    else {
                        index += 1
                        continue
                    }
                    found(match.range, match.kind, match.value)
                    index = max(match.range.upperBound, index + 1)
                }
            }
        }
    }

    private func match(_ buffer: UnsafeBufferPointer<UInt8>, _ start: Int, _ hash: UInt16)
        -> (range: Range<Int>, kind: String, value: [UInt8])?
    {
        for index in buckets[hash] ?? [] {
            switch entries[index].body {
            case .form(let form, let secret):
                if let end = Self.end(of: form, in: buffer, at: start) {
                    return (start..<end, secret.kind, secret.value)
                }
            case .shape(let shape):
                guard start + shape.prefix.count <= buffer.count,
                    shape.prefix.indices.allSatisfy({ buffer[start + $0] == shape.prefix[$0] }),
                    let range = shape.find(buffer, start)
                else { continue }
                return (range, shape.kind, Array(buffer[range]))
            }
        }
        return nil
    }

    private static func end(of form: SecretForms.Form, in buffer: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        var place = start
        for byte in form.bytes {
            while form.isWrapped, place > start, place < buffer.count, buffer[place] == 0x0A || buffer[place] == 0x0D {
                place += 1
            }
            guard place < buffer.count, buffer[place] == byte else { return nil }
            place += 1
        }
        return place
    }
}
