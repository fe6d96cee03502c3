extension String {
    /// Without white space at both ends.
    package var trimmedBlanks: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
