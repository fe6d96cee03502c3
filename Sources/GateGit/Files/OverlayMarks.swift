internal import CSandbox

/// What overlays write beside the files of an upper layer.
package enum OverlayMarks {
    /// Whether a folder of an upper layer hides everything of its name in the layers below.
    package static func isOpaque(_ path: RepositoryPath, below layer: String) -> Bool {
        withName(Array("\(layer)/".utf8) + path.bytes) { gk_is_opaque($0) } == 1
    }
}
