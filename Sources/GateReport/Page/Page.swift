import GateCore
import Mustache

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One HTML file that needs nothing but itself.
struct Page {
    let title: String
    let version: String
    var run: RunView?
    var trend: TrendView?

    /// The content-security policy: nothing is loaded, and only our own style and script count, by their digests.
    let policy: String
    let style: String
    let script: String

    init(title: String, version: String, run: RunView? = nil, trend: TrendView? = nil) {
        self.title = title
        self.version = version
        self.run = run
        self.trend = trend
        style = Self.text(PackageResources.report_css)
        script = Self.text(PackageResources.report_js)
        policy = [
            "default-src 'none'", "style-src '\(Self.digest(style))'", "script-src '\(Self.digest(script))'",
            "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
    }

    /// The file's bytes.
    ///
    /// - Throws: `GateFailure` where a template is broken.
    func render() throws -> [UInt8] {
        MustacheContentTypes.register(SafeText(), named: SafeText.name)
        var library = MustacheLibrary()
        for (name, content) in Self.templates {
            do {
                // Every template has to say so itself: a partial starts with the library's own escaping.
                try library.register("{{% CONTENT_TYPE:\(SafeText.name)}}" + Self.text(content), named: name)
            } catch {
                throw GateFailure("report.template", "the template '\(name)' cannot be read: \(error)")
            }
        }
        guard let text = library.render(self, withTemplate: "page") else {
            throw GateFailure("report.template", "there is no template 'page'")
        }
        return Array(text.utf8)
    }

    /// Every template by its name.
    static let templates: [(name: String, content: [UInt8])] = [
        ("page", PackageResources.page_mustache), ("run", PackageResources.run_mustache),
        ("road", PackageResources.road_mustache), ("transitions", PackageResources.transitions_mustache),
        ("attempt", PackageResources.attempt_mustache), ("step", PackageResources.step_mustache),
        ("artifact", PackageResources.artifact_mustache), ("trend", PackageResources.trend_mustache),
    ]

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The digest of a text as a content-security policy names it.
    private static func digest(_ text: String) -> String {
        var hash = SHA256()
        hash.update(Array(text.utf8))
        return "sha256-\(Data(hash.finish()).base64EncodedString())"
    }
}
