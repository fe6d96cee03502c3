/// A kind of document that the gate prints for machines, with its published schema.
///
/// The first number of a version changes where a reader of an older one could misunderstand; the second where something
/// was added. Files of schemas are named by the first.
package enum MachineDocument: String, CaseIterable, Sendable {
    case approveScenarioProposal = "approve-scenario-proposal"
    case ask, attest
    case buildContext = "build-context"
    case ciJob = "ci-job"
    case ciMerge = "ci-merge"
    case ciProven = "ci-proven"
    case clean, config
    case configKeys = "config-keys"
    case doctor, event, evidence, hook
    case initialisation = "init"
    case install
    case listScenarios = "list-scenarios"
    case log, notification, notify, plan, report, run
    case runAll = "run-all"
    case scenarioRecords = "scenario-records"
    case signoff
    case signoffScope = "signoff-scope"
    case signoffTests = "signoff-tests"
    case signoffVerdict = "signoff-verdict"
    case status, trust, undo, verify

    /// Version of the schema.
    package var version: String { "1.0" }

    /// What stands in the field `schema` of every document: `git-gatekeeper/run/1.0`.
    package var id: String { "git-gatekeeper/\(rawValue)/\(version)" }

    /// Name of the schema's file in `docs/schemas`.
    package var fileName: String { "\(rawValue)-v\(version.prefix { $0 != "." }).schema.json" }

    /// Commands that print it, as they are typed.
    package var commands: [String] {
        switch self {
        case .run: ["run", "test", "judge", "apply", "generate-patch", "plan-clarification", "ci", "show"]
        case .event: ["run --events"]
        case .evidence: ["show --verify"]
        case .configKeys: ["config --list-keys"]
        case .scenarioRecords: ["list-scenarios --records"]
        case .install: ["install", "uninstall"]
        case .ciJob: ["install --ci", "uninstall --ci"]
        case .ciMerge: ["ci --merge"]
        case .ciProven: ["ci --trust-attestations"]
        case .hook: ["hook", "pre-commit-gate"]
        case .notification: ["notify --test"]
        case .signoffScope: ["signoff --print-scope"]
        case .signoffTests: ["signoff --approve-tests"]
        case .signoffVerdict: ["signoff --as"]
        default: [rawValue]
        }
    }

    /// Finds the document of a name: its own, or a command as it is typed.
    package static func named(_ name: String) -> MachineDocument? {
        MachineDocument(rawValue: name) ?? allCases.first { $0.commands.contains(name) }
    }

    /// Other documents that stand inside this one.
    private var parts: [MachineDocument] {
        switch self {
        case .log, .runAll: [.run]
        case .signoff: [.signoffScope]
        default: []
        }
    }

    /// The schema, with those of its parts inside, so that it needs no other file.
    package func schema() throws -> [UInt8] {
        guard var schema = JSONValue.read(content) else { throw Self.unreadable(self) }
        for part in parts {
            guard let inner = JSONValue.read(part.content) else { throw Self.unreadable(part) }
            schema["$defs"][part.rawValue] = inner
        }
        return try JSON.encode(schema)
    }

    private static func unreadable(_ document: MachineDocument) -> GateFailure {
        GateFailure("schema.unreadable", "the schema '\(document.fileName)' is no JSON document")
    }

    /// The file as it was built in.
    var content: [UInt8] {
        switch self {
        case .approveScenarioProposal: PackageResources.approve_scenario_proposal_v1_schema_json
        case .ask: PackageResources.ask_v1_schema_json
        case .attest: PackageResources.attest_v1_schema_json
        case .buildContext: PackageResources.build_context_v1_schema_json
        case .ciJob: PackageResources.ci_job_v1_schema_json
        case .ciMerge: PackageResources.ci_merge_v1_schema_json
        case .ciProven: PackageResources.ci_proven_v1_schema_json
        case .clean: PackageResources.clean_v1_schema_json
        case .config: PackageResources.config_v1_schema_json
        case .configKeys: PackageResources.config_keys_v1_schema_json
        case .doctor: PackageResources.doctor_v1_schema_json
        case .event: PackageResources.event_v1_schema_json
        case .evidence: PackageResources.evidence_v1_schema_json
        case .hook: PackageResources.hook_v1_schema_json
        case .initialisation: PackageResources.init_v1_schema_json
        case .install: PackageResources.install_v1_schema_json
        case .notification: PackageResources.notification_v1_schema_json
        case .notify: PackageResources.notify_v1_schema_json
        case .listScenarios: PackageResources.list_scenarios_v1_schema_json
        case .log: PackageResources.log_v1_schema_json
        case .plan: PackageResources.plan_v1_schema_json
        case .report: PackageResources.report_v1_schema_json
        case .run: PackageResources.run_v1_schema_json
        case .runAll: PackageResources.run_all_v1_schema_json
        case .scenarioRecords: PackageResources.scenario_records_v1_schema_json
        case .signoff: PackageResources.signoff_v1_schema_json
        case .signoffScope: PackageResources.signoff_scope_v1_schema_json
        case .signoffTests: PackageResources.signoff_tests_v1_schema_json
        case .signoffVerdict: PackageResources.signoff_verdict_v1_schema_json
        case .status: PackageResources.status_v1_schema_json
        case .trust: PackageResources.trust_v1_schema_json
        case .undo: PackageResources.undo_v1_schema_json
        case .verify: PackageResources.verify_v1_schema_json
        }
    }

    /// Encodes an answer with the name of its schema in it.
    package func encode(_ value: some Encodable) throws -> [UInt8] {
        try JSON.encode(Answer(schema: id, value: value))
    }

    /// An object with one field more.
    private struct Answer<Value: Encodable>: Encodable {
        let schema: String
        let value: Value

        private enum Key: String, CodingKey {
            case schema
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(schema, forKey: .schema)
            try value.encode(to: encoder)
        }
    }
}
