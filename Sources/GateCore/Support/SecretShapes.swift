/// Shapes by which tokens of well-known issuers are recognised, whoever they belong to.
struct SecretShape: Sendable {
    /// What the mark says it was.
    let kind: String
    /// What it begins with; at least three bytes.
    let prefix: [UInt8]
    /// Finds its end.
    ///
    /// - Returns: the part that is secret; `nil` where it only looks like one.
    let find: @Sendable (_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Range<Int>?

    static let all: [SecretShape] =
        tokens.map { kind, prefix, least, most, extra in token(kind, prefix, least...most, extra) }
        + [
            SecretShape(kind: "jwt", prefix: Array("eyJ".utf8), find: webToken),
            SecretShape(kind: "private-key", prefix: Array("-----BEGIN ".utf8), find: privateKey),
            SecretShape(kind: "url-password", prefix: Array("://".utf8), find: userInfo),
        ]
        + ["aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", "secretAccessKey"].map { name in
            SecretShape(kind: "aws-secret", prefix: Array(name.utf8)) { assigned($0, $1 + name.utf8.count, 40...40) }
        }
        + ["Bearer ", "bearer ", "Basic ", "basic "].map { name in
            SecretShape(kind: "authorization", prefix: Array(name.utf8)) { authorization($0, $1, name.utf8.count) }
        }

    /// Kind, prefix, number of characters after it, and which of `-`, `_`, `.` may be among them.
    private static let tokens: [(String, String, Int, Int, String)] = [
        ("github", "ghp_", 30, 255, ""), ("github", "gho_", 30, 255, ""), ("github", "ghu_", 30, 255, ""),
        ("github", "ghs_", 30, 255, ""), ("github", "ghr_", 30, 255, ""), ("github", "github_pat_", 40, 255, "_"),
        ("aws-key-id", "AKIA", 16, 16, ""), ("aws-key-id", "ASIA", 16, 16, ""),
        ("anthropic", "sk-ant-", 20, 255, "-_"), ("openai", "sk-proj-", 20, 255, "-_"),
        ("openai", "sk-svcacct-", 20, 255, "-_"), ("openai", "sk-", 32, 255, ""),
        ("slack", "xoxb-", 20, 255, "-"), ("slack", "xoxp-", 20, 255, "-"), ("slack", "xoxa-", 20, 255, "-"),
        ("slack", "xoxr-", 20, 255, "-"), ("slack", "xoxs-", 20, 255, "-"), ("slack", "xapp-", 20, 255, "-"),
        ("google", "AIza", 35, 35, "-_"), ("gitlab", "glpat-", 20, 255, "-_."), ("gitlab", "glptt-", 20, 255, "-_"),
        ("npm", "npm_", 36, 36, ""), ("pypi", "pypi-AgE", 40, 255, "-_"), ("hugging-face", "hf_", 30, 60, ""),
        ("digitalocean", "dop_v1_", 64, 64, ""), ("sendgrid", "SG.", 60, 80, "-_."),
        ("stripe", "sk_live_", 20, 255, ""), ("stripe", "rk_live_", 20, 255, ""),
        ("age", "AGE-SECRET-KEY-1", 50, 60, ""),
    ]

    private static func token(
        _ kind: String,
        _ prefix: String,
        _ count: ClosedRange<Int>,
        _ extra: String
    ) -> SecretShape {
        let extra = Array(extra.utf8)
        let length = prefix.utf8.count
        return SecretShape(kind: kind, prefix: Array(prefix.utf8)) { bytes, start in
            guard start == 0 || !isWord(bytes[start - 1]) else { return nil }
            var end = start + length
            while end < bytes.count, end - start - length <= count.upperBound,
                isWord(bytes[end]) && bytes[end] != 0x5F || extra.contains(bytes[end])
            {
                end += 1
            }
            return count.contains(end - start - length) ? start..<end : nil
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        isWord(byte) || byte == 0x2B || byte == 0x2F || byte == 0x3D || byte == 0x2D
    }

    /// Three parts with dots between them, the first two of which begin as JSON does.
    private static func webToken(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Range<Int>? {
        guard start == 0 || !isWord(bytes[start - 1]) else { return nil }
        var end = start
        var parts = 0
        var length = 0
        while end < bytes.count, end - start < 16 << 10 {
            if isWord(bytes[end]) || bytes[end] == 0x2D {
                length += 1
            } else if bytes[end] == 0x2E, parts < 2, length >= 8 {
                parts += 1
                length = 0
            } else {
                break
            }
            end += 1
        }
        return parts == 2 && length >= 8 ? start..<end : nil
    }

    /// A private key with its armour; where its end was cut off, as far as it goes.
    private static func privateKey(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Range<Int>? {
        var end = start + 11
        let header = end
        while end < bytes.count, end - header < 60, bytes[end] != 0x2D { end += 1 }
        let name = bytes[header..<end]
        guard end < bytes.count, name.firstRange(of: Array("PRIVATE KEY".utf8)) != nil else { return nil }
        while end < bytes.count, bytes[end] == 0x2D { end += 1 }
        let limit = min(bytes.count, end + (64 << 10))
        // Lines may be written with their ends escaped, and may carry a few words of their own before the key.
        let closing = Array("-----END ".utf8)
        if let found = bytes[end..<limit].firstRange(of: closing) {
            var close = found.upperBound
            while close < bytes.count, bytes[close] != 0x2D, bytes[close] != 0x0A { close += 1 }
            while close < bytes.count, bytes[close] == 0x2D { close += 1 }
            return start..<close
        }
        while end < limit, isBase64(bytes[end]) || bytes[end] <= 0x20 || bytes[end] == 0x5C { end += 1 }
        return start..<end
    }

    /// The password of a URL, or a name so long that it is one.
    private static func userInfo(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Range<Int>? {
        var end = start + 3
        var colon: Int?
        while end < bytes.count, end - start < 1024 {
            let byte = bytes[end]
            if byte == 0x40 { break }
            if byte == 0x3A, colon == nil { colon = end }
            if byte <= 0x20 || [0x2F, 0x22, 0x27, 0x3C, 0x3E, 0x3F, 0x23, 0x60].contains(byte) { return nil }
            end += 1
        }
        guard end < bytes.count, bytes[end] == 0x40 else { return nil }
        let secret = (colon.map { $0 + 1 } ?? start + 3)..<end
        return colon != nil ? (secret.isEmpty ? nil : secret) : secret.count >= 20 ? secret : nil
    }

    /// What is assigned to a name: behind quotes, colons and equals signs.
    private static func assigned(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ after: Int,
        _ count: ClosedRange<Int>
    ) -> Range<Int>? {
        var start = after
        while start < bytes.count, start - after < 8, [0x20, 0x22, 0x27, 0x3A, 0x3D, 0x5C].contains(bytes[start]) {
            start += 1
        }
        var end = start
        while end < bytes.count, end - start <= count.upperBound, isBase64(bytes[end]) { end += 1 }
        return start > after && count.contains(end - start) ? start..<end : nil
    }

    private static func authorization(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ start: Int,
        _ length: Int
    ) -> Range<Int>? {
        let from = start + length
        var end = from
        var hasDigit = false
        while end < bytes.count, end - from < 4096, isBase64(bytes[end]) || bytes[end] == 0x2E {
            hasDigit = hasDigit || (0x30...0x39).contains(bytes[end])
            end += 1
        }
        return end - from >= 16 && hasDigit ? from..<end : nil
    }
}
