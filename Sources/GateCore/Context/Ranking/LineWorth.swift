/// What the lines of a file are worth for a failure, so that a long file can be cut to those that matter.
struct LineWorth: Sendable {
    let words: [FailureWords.Word]
    let rarity: [Double]
    private let counter: WordCounter

    init(_ ranking: Ranking) {
        words = ranking.evidence.words.words
        rarity = ranking.rarity
        counter = WordCounter(ranking.evidence.words)
    }

    /// The worth of each line. A word counts less each further time, and most where it is declared.
    func values(_ source: SourceText?, _ bytes: [UInt8], _ starts: [Int], _ definitions: [Definition]) -> [Double] {
        var values = [Double](repeating: 0, count: starts.count)
        var counter = counter
        var seen: [Int: Int] = [:]
        func add(_ places: [Int], at line: Int) {
            guard values.indices.contains(line - 1) else { return }
            for place in places {
                seen[place, default: 0] += 1
                values[line - 1] += worth(place) / Double(seen[place] ?? 1)
            }
        }
        if let source, !source.tokens.isEmpty {
            for token in source.tokens {
                switch token.kind {
                case .word: add(counter.places(of: token.text), at: token.line)
                case .text where token.text.utf8.count <= 4096:
                    for word in Identifiers.words(in: token.text, most: 200) {
                        add(counter.places(of: word), at: token.line)
                    }
                default: break
                }
            }
        } else {
            for line in 1...max(1, starts.count) where starts.count >= line {
                let text = String(decoding: bytes[LineText.range(line, of: bytes, starts).prefix(1000)], as: UTF8.self)
                for word in Identifiers.words(in: text, most: 100) { add(counter.places(of: word), at: line) }
            }
        }
        for one in definitions where !one.isTitle {
            // Only the name itself: what is made of the same parts is something else.
            for place in counter.places(of: one.name) where words[place].text == one.name.lowercased() {
                values[one.lines.lowerBound - 1] += 3 * worth(place)
            }
        }
        return values
    }

    private func worth(_ place: Int) -> Double { Double(words[place].weight) * rarity[place] }
}
