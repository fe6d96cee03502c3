/// Draws what a live view knows, as lines for a terminal of a given size. The same state gives the same lines.
package struct LiveFrame: Sendable {
    private let state: LiveState
    private let now: Duration
    private let size: (columns: Int, rows: Int)
    private let isUnicode: Bool

    /// What is read easily; a wider terminal is not filled.
    private static let widest = 120

    /// - Parameters:
    ///   - now: on the clock of the events.
    ///   - columns: of the terminal; no line is wider.
    ///   - rows: lines that may be taken, at least 1.
    package static func lines(
        _ state: LiveState,
        now: Duration,
        columns: Int,
        rows: Int,
        isUnicode: Bool
    ) -> [LiveLine] {
        LiveFrame(state: state, now: now, size: (max(1, columns), max(1, rows)), isUnicode: isUnicode).lines
    }

    private var width: Int { min(size.columns, Self.widest) }
    private var mark: String { isUnicode ? "…" : "..." }

    private var lines: [LiveLine] {
        guard state.isOpen else { return state.between.map { [line(of: $0)] } ?? [] }
        var blocks: [(isNeeded: Bool, lines: [LiveLine])] = []
        for station in LiveState.Station.allCases {
            guard let progress = state.progress(of: station) else { continue }
            blocks.append((progress == .now, [row(of: station, progress)] + activities(at: station)))
        }
        // Where there is little room, what waits goes first, then what is over.
        while blocks.reduce(1, { $0 + $1.lines.count }) > size.rows,
            let least = blocks.lastIndex(where: { !$0.isNeeded && $0.lines.count == 1 })
        {
            blocks.remove(at: least)
        }
        let body = blocks.flatMap(\.lines)
        let room = size.rows - 1
        guard body.count > room else { return [header] + body }
        guard room > 0 else { return [header] }
        var rest = LiveLine()
        rest.add(fitted("    and \(body.count - room + 1) more", width), .faint)
        return [header] + body.prefix(room - 1) + [rest]
    }

    /// The run, its time, and what of each budget is used.
    private var header: LiveLine {
        let bar = isUnicode ? "─" : "-"
        var line = LiveLine()
        line.add(fitted("\(bar)\(bar) ", width), .faint)
        var facts = ["run \(state.run)", time(now - state.began)]
        if let most = state.lanes.max(by: { $0.key < $1.key }) {
            facts.append("attempt \(most.key) of at most \(most.value.most)")
        }
        if let began = state.attemptsBegan {
            facts.append("repair \(time(now - began)) of \(time(state.budget.time))")
        }
        let tokens = (state.spent.inputTokens ?? 0) + (state.spent.outputTokens ?? 0)
        if tokens > 0 {
            facts.append("\(tokens)\(state.budget.tokens > 0 ? " of \(state.budget.tokens)" : "") tokens")
        }
        if let cost = state.spent.costUSD {
            facts.append("$\(Cost(dollars: cost).text)" + (state.budget.cost.map { " of $\($0.text)" } ?? ""))
        }
        for (index, fact) in facts.enumerated() {
            let separator = index == 0 ? "" : " \(bar)\(bar) "
            let wanted = DisplayWidth.of(separator) + DisplayWidth.of(fact)
            guard line.width + wanted <= width else { break }
            line.add(separator, .faint)
            line.add(fact, index == 0 ? .strong : .plain)
        }
        let left = width - line.width
        if left > 1 { line.add(" " + String(repeating: bar, count: left - 1), .faint) }
        return line
    }

    private func row(of station: LiveState.Station, _ progress: LiveState.Progress) -> LiveLine {
        var line = LiveLine()
        let style = style(of: progress)
        line.add("\(symbol(of: progress)) ", style)
        line.add(station.rawValue, progress == .waits ? .faint : .strong)
        line.pad(to: 10)
        line.add(progress.rawValue, style)
        let detail = detail(of: station)
        if !detail.isEmpty {
            line.pad(to: 20)
            line.add(fitted(detail, width - line.width))
        }
        return cut(line)
    }

    /// What goes on while no run does.
    private func line(of between: LiveState.Between) -> LiveLine {
        let doing = between.doing.isEmpty ? "" : ": \(between.doing)"
        return activity("\(symbol(of: .now)) \(between.what)\(doing)", since: between.since, indent: 0)
    }

    /// What has been found so far.
    private func detail(of station: LiveState.Station) -> String {
        switch station {
        case .head:
            let found = state.found.filter { LiveState.station(of: $0.key) == .head }.sorted { $0.key < $1.key }
            if let targets = state.targets { return "\(targets) test\(targets == 1 ? "" : "s") to repair" }
            return found.first?.value ?? ""
        case .base: return state.found["base"] ?? ""
        case .repair:
            var parts = state.backends.isEmpty ? [] : ["by \(state.backends.joined(separator: ", "))"]
            let over = state.lanes.values.compactMap(\.outcome)
            for outcome in LiveState.Progress.allCases where outcome != .accepted {
                let count = over.count { $0 == outcome }
                if count > 0 { parts.append("\(count) \(outcome.rawValue)") }
            }
            if state.trials > 0 { parts.append("\(state.trials) tried out") }
            return parts.joined(separator: ", ")
        case .confirm, .keep: return ""
        }
    }

    /// What runs at a station just now, a line each.
    private func activities(at station: LiveState.Station) -> [LiveLine] {
        let steps = state.running.sorted { $0.key < $1.key }
        switch station {
        case .head, .base:
            return steps.filter { LiveState.station(of: $0.key.phase) == station }.map { place, since in
                let phase = place.phase.split(separator: "/").dropFirst().joined(separator: "/")
                return activity(place.step + (phase.isEmpty ? "" : ", \(phase)"), since: since)
            }
        case .repair, .confirm:
            var lines: [LiveLine] = []
            for (number, lane) in state.open where (lane.stage == .confirms) == (station == .confirm) {
                let own = steps.filter { LiveState.attempt(of: $0.key.phase) == number }
                let name = "attempt \(number)" + (lane.author.map { " by \($0)" } ?? "")
                let step = own.first.map { place, _ in
                    place.phase.split(separator: "/").dropFirst().joined(separator: "/") + " " + place.step
                }
                let more = own.count > 1 ? " and \(own.count - 1) more" : ""
                let what = [step.map { $0 + more } ?? "", lane.doing].filter { !$0.isEmpty }.first ?? ""
                lines.append(
                    activity(
                        "\(name) \(lane.stage.rawValue)" + (what.isEmpty ? "" : ": \(what.trimmedBlanks)"),
                        since: own.map(\.value).min() ?? lane.since
                    )
                )
            }
            // What is tried before the first attempt has no line of its own yet.
            for (place, since) in steps where LiveState.attempt(of: place.phase) == 0 && station == .repair {
                lines.append(activity("looks for what to suspect: \(place.step)", since: since))
            }
            return lines
        case .keep: return []
        }
    }

    /// An indented line with the time at its end.
    private func activity(_ text: String, since: Duration, indent: Int = 4) -> LiveLine {
        var line = LiveLine()
        let clock = time(now - since)
        let margin = String(repeating: " ", count: indent)
        let room = width - indent - DisplayWidth.of(clock) - 2
        guard room > 0 else {
            line.add(fitted(margin + text, width))
            return line
        }
        line.add(margin)
        line.add(fitted(text, room))
        line.pad(to: width - DisplayWidth.of(clock))
        line.add(clock, .faint)
        return cut(line)
    }

    /// A time in at most two units.
    private func time(_ duration: Duration) -> String {
        let seconds = max(0, Int(duration.components.seconds))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60):\(two(seconds % 60)) min"
        default: return "\(seconds / 3600):\(two(seconds / 60 % 60)) h"
        }
    }

    /// Text of others as this terminal can show it, within so many columns.
    private func fitted(_ text: String, _ columns: Int) -> String {
        let shown = isUnicode ? text : String(text.map { $0.isASCII ? $0 : "?" })
        return DisplayWidth.cut(shown, to: max(0, columns), mark: mark)
    }

    /// The same line within the width.
    private func cut(_ line: LiveLine) -> LiveLine {
        guard line.width > width else { return line }
        var short = LiveLine()
        for part in line.parts where short.width < width {
            short.add(DisplayWidth.cut(part.text, to: width - short.width, mark: ""), part.style)
        }
        return short
    }

    private func symbol(of progress: LiveState.Progress) -> String {
        switch progress {
        case .waits: isUnicode ? "·" : "."
        case .now: isUnicode ? "▸" : ">"
        case .done, .green, .accepted: isUnicode ? "✓" : "+"
        case .red, .refused, .rejected, .failed: isUnicode ? "✗" : "x"
        case .undecided: "?"
        }
    }

    private func style(of progress: LiveState.Progress) -> LiveLine.Style {
        switch progress {
        case .waits: .faint
        case .now: .busy
        case .done, .green, .accepted: .good
        case .red, .refused, .rejected, .failed: .bad
        case .undecided: .strong
        }
    }
}
