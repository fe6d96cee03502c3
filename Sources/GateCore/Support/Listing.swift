/// Names in a sentence.
package enum Listing {
    /// Some names, safe for a terminal, and how many more there are.
    package static func some(_ names: [String], most: Int = 5) -> String {
        let shown = names.prefix(most).map { Excerpt.visible($0) }.joined(separator: ", ")
        return names.count > most ? "\(shown) and \(names.count - most) more" : shown
    }
}
