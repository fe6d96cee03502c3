/// Says what stands in a context, for people.
package enum ContextReport {
    /// Its size and place, the files it shows with why, and what was left out.
    package static func text(_ contents: RunRecord.ContextContents?, bytes: Int, run: String, artifact: String)
        -> String
    {
        var lines = [
            "\(bytes) bytes, about \(contents?.tokens ?? bytes / 4) tokens; print them with 'git gatekeeper show \(run) \(artifact)'"
        ]
        if let files = contents?.files, !files.isEmpty {
            lines.append("files:")
            for file in files {
                let part =
                    file.lines.map { ", \($0.reduce(0) { $0 + $1[1] - $1[0] + 1 }) of \(file.lineCount) lines" } ?? ""
                let why = file.reasons.first.map { ": \($0)" } ?? ""
                lines.append(
                    "  \(Excerpt.visible(file.path))\(part)\(file.contract ? ", read-only" : "")\(Excerpt.visible(why))"
                )
            }
        }
        if let out = contents?.leftOut, !out.isEmpty {
            lines.append("left out: \(Listing.some(out.map(\.title), most: 8))")
        }
        return lines.joined(separator: "\n")
    }
}
