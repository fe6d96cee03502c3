/// Somebody who has to be satisfied.
struct SignoffReviewer: Sendable {
    let backend: any Backend
    let role: Sourced<SignoffSettings.Role>
    let family: String
    /// What its files are called; no two reviewers have the same.
    let folder: String
    var isPerson: Bool { role.value.isPerson }

    /// The reviewers that policy names, each a backend of its own.
    ///
    /// - Throws: `GateFailure` with `signoff.reviewers` where there are not two who are independent, with
    ///   `signoff.same-family` where two are of one family and policy wants otherwise.
    static func all(
        _ session: Session,
        make: @Sendable (Session) async throws -> BackendChoice
    ) async throws -> [SignoffReviewer] {
        let settings = session.policy.signoff
        let roles = settings.reviewers
        let names = roles.map { "'\($0.value.backend)\($0.value.model.map { " \($0)" } ?? "")'" }
        guard Set(roles.map(\.value)).count == roles.count, roles.count >= 2 else {
            throw GateFailure(
                "signoff.reviewers",
                "a sign-off needs two reviewers that are not the same; named are \(Listing.some(names))",
                hints: ["name two with 'gatekeeper.signoff.reviewer', or with '--reviewer' twice"]
            )
        }
        var reviewers: [SignoffReviewer] = []
        for role in roles {
            let family = ModelFamily.of(role.value.backend, in: session.policy)
            if !role.value.isPerson, settings.otherFamily.value,
                let same = reviewers.first(where: { $0.family == family })
            {
                throw GateFailure(
                    "signoff.same-family",
                    "the reviewers '\(same.role.value.backend)' and '\(role.value.backend)' are both of the family "
                        + "'\(family)'",
                    hints: [
                        "name reviewers of different makers: gatekeeper.signoff.reviewer",
                        "or say who made its models: gatekeeper.backend.\(role.value.backend).family",
                    ]
                )
            }
            let same = roles.prefix(reviewers.count).count { $0.value.backend == role.value.backend }
            // What is built in as a backend may be replaced by what answers; who reviews is nobody's guess.
            let source = role.source == .builtIn ? PolicySource.detected("usual reviewer") : role.source
            let name = Sourced(role.value.backend, source)
            reviewers.append(
                SignoffReviewer(
                    backend: role.value.isPerson
                        ? AbsentPerson(principal: role.value.model) : try await make(session.asking(name)).backend,
                    role: role,
                    family: family,
                    folder: plain(role.value.backend) + (same == 0 ? "" : "-\(same + 1)")
                )
            )
        }
        return reviewers
    }

    /// Who repairs what is found; `nil` where policy names nobody.
    static func fixer(
        _ session: Session,
        make: @Sendable (Session) async throws -> BackendChoice
    ) async throws -> SignoffReviewer? {
        guard let role = session.policy.signoff.fixer else { return nil }
        return SignoffReviewer(
            backend: try await make(session.fixing(by: role)).backend,
            role: role,
            family: ModelFamily.of(role.value.backend, in: session.policy),
            folder: "fixer-\(plain(role.value.backend))"
        )
    }

    private static func plain(_ name: String) -> String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) ? $0 : "_" })
    }
}

extension Session {
    /// The same session with a fixer as the one who is asked for candidates.
    func fixing(by role: Sourced<SignoffSettings.Role>) -> Session {
        var policy = policy
        policy.backend = Sourced(role.value.backend, role.source)
        policy.council = []
        if let model = role.value.model {
            policy.backendSettings[role.value.backend, default: .init()].model = Sourced(model, role.source)
        }
        return with(policy)
    }
}
