import GateCore
import Mustache

/// How every value gets into a page: escaped for HTML, with what cannot be seen made visible.
///
/// The library's own escaping goes by characters as people see them, so a quotation mark that bears a combining accent
/// passes it as it is, and ends an attribute. This one goes by scalars.
struct SafeText: MustacheContentType {
    /// What templates call it.
    static let name = "GATE"

    func escapeText(_ text: String) -> String {
        var safe = ""
        safe.reserveCapacity(text.utf8.count + text.utf8.count / 8)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            case "`": safe += "&#96;"
            case "\n", "\t": safe.unicodeScalars.append(scalar)
            default:
                if let seen = Self.visible(scalar.value) { safe += seen } else { safe.unicodeScalars.append(scalar) }
            }
        }
        return safe
    }

    /// What stands for a scalar that nobody could see, or that would turn or steer what stands beside it.
    private static func visible(_ value: UInt32) -> String? {
        switch value {
        case 0x20...0x7E: nil
        case 0..<0x20, 0x7F: "^" + String(UnicodeScalar(UInt8(truncatingIfNeeded: value ^ 0x40)))
        case 0x80..<0xA0: "&lt;U+\(String(value, radix: 16, uppercase: true))&gt;"
        // What HTML takes for no character at all.
        case _
        where value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value) || HiddenCharacters.isInvisible(value):
            "&lt;U+\(String(value, radix: 16, uppercase: true))&gt;"
        default: nil
        }
    }
}
