import GateCore

/// Reports as single HTML files: nothing is fetched, nothing but our own style and script counts, and every word of
/// others is escaped.
package enum HTMLReport {
    /// The report of one run.
    package static func page(_ material: RunMaterial) throws -> [UInt8] {
        let view = RunView(material)
        return try Page(title: "\(view.mark.word): run \(view.id)", version: material.version, run: view).render()
    }

    /// The report of several runs.
    ///
    /// - Throws: `GateFailure` with `report.empty` where no run of them was finished.
    package static func page(_ material: TrendMaterial) throws -> [UInt8] {
        guard !material.records.isEmpty else {
            throw GateFailure(
                "report.empty",
                material.altered.isEmpty
                    ? "no finished run has been recorded here" : "no finished run here is as it was written",
                hints: ["start one with 'git gatekeeper run'"]
            )
        }
        let view = TrendView(material)
        return try Page(title: "\(view.title) of \(view.repository)", version: material.version, trend: view).render()
    }
}
