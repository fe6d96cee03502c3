/// An amount of US dollars, exact to a millionth.
package struct Cost: Sendable, Hashable, Comparable {
    package let micros: Int

    package init(micros: Int) { self.micros = micros }

    /// From digits with at most one point and six places: `2`, `2.50`.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Self.digits(parts[0], most: 9) else { return nil }
        var micros = whole * 1_000_000
        if parts.count == 2 {
            guard let places = Self.digits(parts[1], most: 6) else { return nil }
            micros += places * [100_000, 10_000, 1000, 100, 10, 1][parts[1].count - 1]
        }
        self.micros = micros
    }

    /// The nearest amount to what a backend says.
    package init(dollars: Double) {
        micros = dollars.isFinite ? Int(min(max(dollars, 0), 1e9) * 1_000_000) : 0
    }

    /// With two places at least: `2.50`.
    package var text: String {
        let places = String(micros % 1_000_000 + 1_000_000).dropFirst()
        let short = places.dropLast(places.reversed().prefix { $0 == "0" }.count)
        return "\(micros / 1_000_000)." + short + String(repeating: "0", count: max(0, 2 - short.count))
    }

    package static func < (left: Cost, right: Cost) -> Bool { left.micros < right.micros }

    private static func digits(_ text: Substring, most: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= most, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
