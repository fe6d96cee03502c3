extension Session {
    /// Whether somebody set the gate up for this repository; commands that were only detected are nobody's wish.
    package var isGated: Bool {
        if policy.trackedFile != nil { return true }
        return policy.effective.contains { setting in
            guard case .gitConfig = setting.source else { return false }
            return setting.key.lowercased().hasPrefix("gatekeeper.check.")
        }
    }
}
