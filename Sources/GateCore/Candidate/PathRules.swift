package import GateGit

/// Which names a candidate may write at all, whatever the repository.
package enum PathRules {
    /// What is wrong with a path, with a stable code; `nil` where nothing is.
    package static func finding(_ path: RepositoryPath) -> AdmissionFinding? {
        func refuse(_ code: String, _ what: String) -> AdmissionFinding {
            AdmissionFinding(code: code, path: path, message: "'\(path)' \(what)")
        }
        guard Defence.paths.isOn else { return nil }
        guard !path.bytes.isEmpty else { return refuse("path.empty", "is no path") }
        guard path.bytes.count <= 4096 else { return refuse("path.too-long", "is longer than 4096 bytes") }
        guard let text = path.text else { return refuse("path.charset", "is not valid UTF-8") }
        if path.bytes.first == UInt8(ascii: "/") || path.bytes.first == UInt8(ascii: "~") {
            return refuse("path.absolute", "is not relative to the repository")
        }
        if path.bytes.count > 1, path.bytes[1] == UInt8(ascii: ":"), text.first?.isLetter == true {
            return refuse("path.absolute", "names a drive")
        }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F, 0x80..<0xA0: return refuse("path.charset", "contains a control character")
            case 0x5C: return refuse("path.charset", "contains a backslash")
            case 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C:
                return refuse("path.charset", "contains a character that changes the direction of text")
            default: break
            }
        }
        // Split by bytes as git does: as characters, a slash before a combining mark would not be a slash.
        for component in path.components.map({ String(decoding: $0, as: UTF8.self)[...] }) {
            if component.isEmpty { return refuse("path.empty-component", "has an empty component") }
            if component == "." || component == ".." {
                return refuse("path.traversal", "leaves the folder it starts in")
            }
            if isDotGit(component) {
                return refuse(
                    component == ".git" ? "path.dotgit" : "path.dotgit-alias",
                    "reaches into git's own folder"
                )
            }
            if component.utf8.first == UInt8(ascii: "-") {
                return refuse("path.charset", "has a component that looks like an option")
            }
            if component.utf8.last == UInt8(ascii: " ") || component.utf8.last == UInt8(ascii: ".") {
                return refuse("path.charset", "has a component that ends in a space or a dot")
            }
            if component.utf8.contains(UInt8(ascii: ":")) {
                return refuse("path.charset", "has a colon, which some systems read as a stream")
            }
            if isIgnorable(component) { return refuse("path.charset", "contains an invisible character") }
            if isShortName(component) {
                return refuse("path.charset", "has a component that NTFS may take for the short name of another file")
            }
            let stem = component.prefix { $0 != "." }.lowercased().split(separator: " ").joined(separator: " ")
            if devices.contains(stem) { return refuse("path.charset", "has a component that is a device on Windows") }
            if component.utf8.count > 255 { return refuse("path.too-long", "has a component longer than 255 bytes") }
        }
        return nil
    }

    /// Every way in which some file system reads a name as `.git`.
    private static func isDotGit(_ component: Substring) -> Bool {
        let visible = String(String.UnicodeScalarView(component.unicodeScalars.filter { !isIgnorable($0) }))
            .lowercased()
        // NTFS drops trailing dots and spaces, and everything from a colon on.
        var name = visible.prefix { $0 != ":" }
        while let last = name.last, last == "." || last == " " { name = name.dropLast() }
        if name == ".git" { return true }
        // Short names that NTFS makes for `.git`.
        return name.hasPrefix("git~") && name.dropFirst(4).allSatisfy(\.isNumber) && name.count > 4
    }

    /// Names such as `CONFTE~1.PY`, by which NTFS also finds `conftest.py`.
    private static func isShortName(_ component: Substring) -> Bool {
        let parts = component.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].count <= 8, parts.count == 1 || parts[1].count <= 3,
            let tilde = parts[0].lastIndex(of: UInt8(ascii: "~")), tilde != parts[0].startIndex
        else { return false }
        let number = parts[0][parts[0].index(after: tilde)...]
        return !number.isEmpty && number.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isIgnorable(_ component: Substring) -> Bool {
        component.unicodeScalars.contains(where: isIgnorable)
    }

    /// Characters that HFS+ leaves out when it compares names.
    private static func isIgnorable(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x206A...0x206F, 0xFEFF, 0x00AD: true
        default: false
        }
    }

    private static let devices: Set<String> = Set(
        ["con", "prn", "aux", "nul", "conin$", "conout$"]
            + ["1", "2", "3", "4", "5", "6", "7", "8", "9", "\u{B9}", "\u{B2}", "\u{B3}"].flatMap {
                ["com\($0)", "lpt\($0)"]
            }
    )
}
