#if os(Linux)
    // The standard library's own normalisation is not public yet. Foundation's would bring all of ICU into the program,
    // which then is four times as large.
    @_spi(_Unicode) import Swift
#else
    import Foundation
#endif

/// Unicode's canonical composition, by which some file systems compare names.
enum Composition {
    /// The text in normalisation form C.
    static func composed(_ text: String) -> String {
        #if os(Linux)
            String(String.UnicodeScalarView(text._nfc))
        #else
            text.precomposedStringWithCanonicalMapping
        #endif
    }
}
