/// Puts files into a context: the failing tests first, then code in the order of its rank, each cut to its share.
struct FileShelf: Sendable {
    let files: HeadFiles
    let redactor: Redactor
    let worth: LineWorth

    /// Files larger than this are shown to nobody.
    private static let largestFile = 1 << 20
    /// Files that get a share, however large the room.
    private static let most = 30
    /// Less than this of a file says nothing: about 150 tokens.
    private static let leastShare = 700
    /// The part of the room that is given out in least shares, so that many files can be seen; the rest goes by score.
    private static let spread = 0.5

    /// The failing tests: what must hold, so that nobody has to guess it.
    func addTests(
        _ evidence: CauseEvidence,
        isTest: (String) -> Bool,
        to page: inout ContextPage,
        budget: Int
    ) async throws {
        var left = min(budget, page.room)
        let paths = evidence.testFiles
        for (index, path) in paths.prefix(8).enumerated() {
            let lines = evidence.tests.filter { $0.file == path }.compactMap(\.lines)
            guard let view = try await view(path, focus: lines) else { continue }
            let kind = isTest(path) ? "read-only: it belongs to the contract" : "it holds a failing test"
            let needed = view.essential + Self.overhead(path, ["failing tests"], kind)
            let share = min(left / min(paths.count - index, 3), needed)
            if let used = add(
                view,
                path,
                ["failing tests"],
                isContract: isTest(path),
                kind: kind,
                budget: share,
                to: &page
            ) {
                left -= used
            }
        }
        for path in paths.dropFirst(8) { page.leaveOut("FILE: \(DataFence.name(path))", bytes: 0) }
    }

    /// Code, best first: in a first round each gets its share, in a second what is left goes to those that were cut.
    func addCode(_ ranked: [RankedFile], _ evidence: CauseEvidence, to page: inout ContextPage) async throws {
        var left = page.room
        let count = min(Self.most, ranked.count, max(3, Int(Double(left) * Self.spread) / Self.leastShare))
        let shares = Self.shares(ranked.prefix(count).map(\.score), of: left)
        var chosen: [(file: RankedFile, view: FileView, budget: Int)] = []
        var saved = 0
        for (index, file) in ranked.enumerated() {
            guard index < count || saved > Self.leastShare && index < 2 * count, left > Self.leastShare else {
                let bytes = index < 200 ? try await files.size(file.path) ?? 0 : 0
                page.leaveOut("FILE: \(DataFence.name(file.path))", bytes: bytes)
                continue
            }
            let focus = evidence.places.first { $0.path == file.path }?.lines.map { $0...$0 } ?? []
            guard let view = try await view(file.path, focus: focus), view.lineCount > 0 else { continue }
            let title = Self.overhead(file.path, file.reasons, "")
            let share = index < count ? shares[index] : Self.leastShare
            guard let cut = view.fit(min(share, left) - title) else {
                page.leaveOut("FILE: \(DataFence.name(file.path))", bytes: view.size)
                continue
            }
            let used = cut.text.utf8.count + title
            saved += share - used
            left -= used
            chosen.append((file, view, used))
        }
        for (file, view, budget) in chosen {
            let grown = budget + left
            if let used = add(view, file.path, file.reasons, isContract: false, kind: "", budget: grown, to: &page) {
                left = max(0, grown - used)
            }
        }
    }

    /// What each file may take: the least share, and of the rest a part by the cube of its score, so that the first of
    /// them can be seen nearly whole.
    private static func shares(_ scores: [Double], of room: Int) -> [Int] {
        let rest = max(0, Double(room) - Double(scores.count * leastShare))
        let cubes = scores.map { $0 * $0 * $0 }
        let sum = max(1, cubes.reduce(0, +))
        return cubes.map { leastShare + Int(rest * $0 / sum) }
    }

    /// Bytes that title, reasons and fences take.
    private static func overhead(_ path: String, _ reasons: [String], _ kind: String) -> Int {
        ContextPage.cost(
            "FILE: \(DataFence.name(path))",
            "",
            note: note(reasons, kind, lines: [1...99999, 1...99999], of: 99999)
        )
    }

    private func view(_ path: String, focus: [ClosedRange<Int>]) async throws -> FileView? {
        guard let content = try await files.content(path, limit: Self.largestFile) else { return nil }
        return FileView(path: path, content: redactor.redact(content), focus: focus, worth: worth.values)
    }

    private func add(
        _ view: FileView,
        _ path: String,
        _ reasons: [String],
        isContract: Bool,
        kind: String,
        budget: Int,
        to page: inout ContextPage
    ) -> Int? {
        let title = "FILE: \(DataFence.name(path))"
        let overhead = Self.overhead(path, reasons, kind)
        guard let cut = view.fit(min(budget, page.room) - overhead) else {
            page.leaveOut(title, bytes: view.size)
            return nil
        }
        let note = Self.note(reasons, kind, lines: cut.lines, of: view.lineCount)
        let shown = ShownFile(
            path: path,
            lines: cut.lines,
            lineCount: view.lineCount,
            reasons: reasons,
            isContract: isContract
        )
        page.add(shown, title: title, note: note, body: cut.text)
        return ContextPage.cost(title, cut.text, note: note)
    }

    /// Why a file is there, and what of it.
    private static func note(_ reasons: [String], _ kind: String, lines: [ClosedRange<Int>], of count: Int) -> String {
        var parts = Array(reasons.prefix(2))
        if !kind.isEmpty { parts.append(kind) }
        if lines != [1...max(1, count)], count > 0 {
            let ranges = lines.prefix(6).map {
                $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
            }
            parts.append("lines \(ranges.joined(separator: ", "))\(lines.count > 6 ? " …" : "") of \(count)")
        }
        return "(" + DataFence.plain(parts.joined(separator: "; ")) + ")"
    }
}
