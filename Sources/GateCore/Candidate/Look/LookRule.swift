/// One kind of construct that the second look asks a person about.
struct LookRule: Sendable {
    /// Stable: `look.frame-inspection`.
    let code: String
    let languages: Set<LookLanguage>
    let patterns: [TokenPattern]
    /// One sentence, lower case, no full stop.
    let why: String

    private init(_ code: String, _ languages: Set<LookLanguage>, _ patterns: [String], _ why: String) {
        self.code = code
        self.languages = languages
        self.patterns = patterns.map(TokenPattern.init)
        self.why = why
    }

    static let all: [LookRule] =
        [testFrameworks, frames, hooks, exits, skips, processes, patches, paths, equality, environment].flatMap { $0 }

    private static let framework = "product code that reaches into a test framework can change what tests see"
    private static let testFrameworks: [LookRule] = [
        LookRule(
            "look.test-framework",
            [.python],
            [
                "!. import pytest|_pytest|unittest|nose|doctest|hypothesis|pluggy",
                "!. import .. , pytest|_pytest|unittest",
                "from pytest|_pytest|unittest|nose|doctest|hypothesis|pluggy .. import",
                #"__import__|import_module|find_spec ( "pytest*|_pytest*|unittest*|pluggy*""#,
                #"!in modules [ "pytest*|_pytest*|unittest*""#, #"!in modules . get ( "pytest*|_pytest*|unittest*""#,
            ],
            framework
        ),
        LookRule(
            "look.test-framework",
            [.javaScript],
            ["from", "import", "require (", "import ("].map {
                "\($0) \"node:test*|node:assert*|assert|assert/strict|@jest/*|jest*|vitest*|mocha*|chai|ava|tap|"
                    + "jasmine*|sinon|bun:test|node:inspector*|inspector\""
            },
            framework
        ),
        LookRule("look.test-framework", [.swift], ["import XCTest|Testing|Quick|Nimble"], framework),
        LookRule("look.test-framework", [.go], [#""testing|testing/*|github.com/stretchr/testify*""#], framework),
        LookRule(
            "look.test-framework",
            [.java],
            [
                "import org . junit|testng|mockito|assertj|hamcrest", "import static org . junit|testng|assertj",
                "import kotlin . test", "import junit . framework",
            ],
            framework
        ),
        LookRule(
            "look.test-framework",
            [.c],
            [
                "include < gtest|gmock|catch2|doctest|cmocka|CUnit|cppunit",
                #"include "gtest/*|gmock/*|catch2/*|doctest*|cmocka*|catch.hpp*""#,
            ],
            framework
        ),
    ]

    private static let frame = "code that looks at its callers can tell a test from a user"
    private static let frames: [LookRule] = [
        LookRule(
            "look.frame-inspection",
            [.python],
            [
                "!. import inspect|linecache", "!. import .. , inspect|linecache", "from inspect|linecache import",
                "inspect . stack|currentframe|trace|getouterframes|getinnerframes|getframeinfo|getsource|getsourcelines",
                "inspect . getsourcefile|getfile|getmodule|getclosurevars", "sys . _getframe|_current_frames",
                "_getframe (", "gc . get_objects|get_referrers|get_referents",
                "traceback . extract_stack|walk_stack|format_stack|print_stack|StackSummary|walk_tb|extract_tb",
                ". f_back|f_locals|f_globals|f_builtins|f_code|tb_frame|gi_frame|cr_frame",
                #""_getframe|f_back|f_locals|f_globals|tb_frame""#,
                #"__import__|import_module ( "inspect|gc|linecache|traceback""#,
            ],
            frame
        ),
        LookRule(
            "look.frame-inspection",
            [.javaScript],
            [
                "Error ( ) . stack", "Error ( _ ) . stack", "Error . prepareStackTrace", "arguments . callee",
                ". stack . split|match|matchAll|includes|indexOf|replace|slice", ". stack ? . split|match|includes",
                "getCallSites|callsites (",
            ],
            frame
        ),
        LookRule(
            "look.frame-inspection",
            [.swift],
            ["callStackSymbols|callStackReturnAddresses", "dladdr|backtrace|dlsym ("],
            frame
        ),
        LookRule(
            "look.frame-inspection",
            [.java],
            ["getStackTrace (", "StackWalker"],
            frame
        ),
        LookRule("look.frame-inspection", [.go], ["runtime . Caller|Callers|CallersFrames"], frame),
        LookRule("look.frame-inspection", [.rust], ["Backtrace : : _ (", "backtrace : :"], frame),
        LookRule(
            "look.frame-inspection",
            [.c],
            ["backtrace|backtrace_symbols|dladdr (", "__builtin_return_address|__builtin_frame_address"],
            frame
        ),
        LookRule(
            "look.frame-inspection",
            [.shell],
            ["FUNCNAME", "BASH_LINENO", "BASH_SOURCE [ 1|2|3|-1|@|*", "caller 0|1|2"],
            frame
        ),
    ]

    private static let hook = "code that hooks into the interpreter or its end runs where no test looks"
    private static let hooks: [LookRule] = [
        LookRule(
            "look.runtime-hook",
            [.python],
            [
                "!. import ctypes|atexit|cffi", "!. import .. , ctypes|atexit", "from ctypes|atexit ... import",
                "atexit . register", "sys . settrace|setprofile|addaudithook|meta_path|path_hooks|monitoring",
                "sys . excepthook|unraisablehook|displayhook <-", "threading . settrace|setprofile",
                #"__import__|import_module ( "ctypes|atexit|builtins""#,
            ],
            hook
        ),
        LookRule(
            "look.runtime-hook",
            [.javaScript],
            [
                #"process . on|once|addListener|prependListener ( "exit|beforeExit|uncaughtException|unhandledRejection""#,
                "process . binding|_linkedBinding|dlopen", "Module . _load|_resolveFilename|_extensions|_compile",
            ],
            hook
        ),
        LookRule("look.runtime-hook", [.swift, .c, .rust], ["!. atexit|on_exit|at_quick_exit ("], hook),
        LookRule("look.runtime-hook", [.c], ["__attribute__ ( ( constructor|destructor|__constructor__"], hook),
        LookRule("look.runtime-hook", [.java], [". addShutdownHook"], hook),
        LookRule(
            "look.trap",
            [.shell],
            ["trap .. EXIT|0|ERR|DEBUG|RETURN", #"trap .. "EXIT|0|ERR|DEBUG|RETURN""#],
            "a trap can change the exit status of the script that sources this file"
        ),
    ]

    private static let exit = "code that ends the process ends the tests with it, and chooses their exit status"
    private static let exits: [LookRule] = [
        LookRule(
            "look.exit",
            [.python],
            ["os . _exit|abort", "from os import .. _exit", "!.|def|class exit|quit|_exit (", #"os , "_exit""#],
            exit
        ),
        LookRule(
            "look.exit",
            [.javaScript],
            [
                "process . exit|reallyExit|abort|kill", #"process [ "exit|reallyExit|abort|kill""#,
                "process . exitCode <-", "Deno . exit",
            ],
            exit
        ),
        LookRule(
            "look.exit",
            [.swift, .c],
            ["!.|func|void|int|: exit|_exit|_Exit|quick_exit ("],
            exit
        ),
        LookRule("look.exit", [.rust], ["process : : exit|abort", "!.|fn exit|_exit ("], exit),
        LookRule("look.exit", [.go], ["os . Exit", "syscall . Exit", "runtime . Goexit"], exit),
        LookRule("look.exit", [.java], ["System . exit", ". halt (", "exitProcess ("], exit),
    ]

    private static let skip = "product code that skips the test it runs under hides a failure"
    private static let skips: [LookRule] = [
        LookRule(
            "look.skip",
            [.python],
            [
                "raise .. SkipTest|Skipped|XFailed|OutcomeException", "pytest . skip|xfail|importorskip|exit",
                "SkipTest",
            ],
            skip
        ),
        LookRule(
            "look.skip",
            [.swift],
            ["XCTSkip|XCTSkipIf|XCTSkipUnless", "withKnownIssue", "XCTExpectFailure"],
            skip
        ),
        LookRule("look.skip", [.go], [". SkipNow|Skipf ("], skip),
        LookRule(
            "look.skip",
            [.java],
            ["TestAbortedException|AssumptionViolatedException|SkipException", "assumeTrue|assumeFalse|assumeThat ("],
            skip
        ),
        LookRule(
            "look.skip",
            [.shell],
            [#"echo|printf .. "ok~*|not~ok~*|1..*|Bail~out!*""#, "echo|printf ok|1..0"],
            "product code that prints in the protocol of the tests can speak in their name"
        ),
    ]

    private static let process = "code that reaches for other processes can outlive its run or end it"
    private static let processes: [LookRule] = [
        LookRule(
            "look.process",
            [.python],
            ["os . fork|forkpty|setsid|getppid|killpg|kill", "from os import .. fork|setsid|getppid"],
            process
        ),
        LookRule("look.process", [.javaScript], ["process . ppid", ". unref ( )"], process),
        LookRule("look.process", [.shell], ["PPID", "setsid|nohup|disown"], process),
        LookRule("look.process", [.c], ["!.|:|- getppid|setsid|daemon|fork|ptrace ("], process),
    ]

    private static let patch = "code that replaces what others rely on changes the tests' own tools"
    private static let patches: [LookRule] = [
        LookRule(
            "look.monkeypatch",
            [.python],
            [
                "builtins|__builtins__ . _ <-", "builtins|__builtins__ [ _ ] <-", "setattr ( builtins|__builtins__",
                #"setattr ( sys , "modules|exit|settrace""#, "sys . modules [", "sys . modules <-",
                "sys . modules . update|setdefault|pop|clear", "sys . exit|stdout|stderr|__stdout__ <-",
                "AssertionError <-", "TestCase . _ <-", #"vars|globals ( ... "AssertionError""#,
            ],
            patch
        ),
        LookRule(
            "look.monkeypatch",
            [.javaScript],
            [
                "Object|Array|String|Number|Function|Promise|Error|Map|Set|RegExp|Boolean . prototype . _ <-",
                "defineProperty ( Object|Array|String|Number|Function|Promise|Error|Map|Set|globalThis|global ,",
                "defineProperty ( Object|Array|String|Number|Function|Error . prototype", "Object . is <-",
                "JSON . stringify|parse <-", "process . stdout|stderr . write <-", "console . log|error <-",
                "require . cache [", "assert . _ <-",
            ],
            patch
        ),
        LookRule(
            "look.monkeypatch",
            [.swift],
            ["method_exchangeImplementations|method_setImplementation|class_replaceMethod"],
            patch
        ),
        LookRule(
            "look.monkeypatch",
            [.shell],
            [
                "!- diff|cmp|test|grep|expr|printf|echo|cat|exit|command|make ( )", "alias .. diff|cmp|test|grep|exit",
                "enable -n", "function diff|cmp|test|grep|expr|exit",
            ],
            patch
        ),
    ]

    private static let path = "code that changes where programs or modules are found can put its own in their place"
    private static let paths: [LookRule] = [
        LookRule(
            "look.path",
            [.python],
            [
                "sys . path . insert|append|extend", "sys . path <-", "sys . path [ ... ] <-",
                #"environ [ "PATH|PYTHONPATH|PYTEST_ADDOPTS|LD_PRELOAD" ] <-"#,
                #"putenv ( "PATH|PYTHONPATH|PYTEST_ADDOPTS|LD_PRELOAD""#,
            ],
            path
        ),
        LookRule("look.path", [.javaScript], ["env . PATH|NODE_OPTIONS|NODE_PATH <-"], path),
        LookRule(
            "look.path",
            [.shell],
            ["PATH|LD_PRELOAD|LD_LIBRARY_PATH|BASH_ENV|NODE_OPTIONS|PYTHONPATH <-", "hash -p"],
            path
        ),
        LookRule("look.path", [.c, .swift], [#"setenv|putenv ( "PATH*|LD_PRELOAD*|DYLD_INSERT_LIBRARIES*""#], path),
    ]

    private static let equal = "an equality that always holds makes every comparison pass"
    private static let equality: [LookRule] = [
        LookRule(
            "look.always-equal",
            [.python],
            ["__eq__ <- lambda ... : True|1", "__ne__ <- lambda ... : False|0"],
            equal
        ),
        LookRule(
            "look.always-equal",
            [.swift],
            ["func = = ( ... ) - > Bool { true", "func = = ( ... ) - > Bool { return true"],
            equal
        ),
        LookRule(
            "look.always-equal",
            [.rust],
            ["fn eq ( ... ) - > bool { true", "fn eq ( ... ) - > bool { return true"],
            equal
        ),
        LookRule(
            "look.always-equal",
            [.java],
            ["equals ( ... ) { return true", "equals ( ... ) : Boolean = true", "equals ( ... ) = true"],
            equal
        ),
        LookRule("look.always-equal", [.c], ["operator = = ( ... { return true|1"], equal),
    ]

    private static let sniffing = "code that asks whether it runs under test can behave there as nowhere else"
    private static let environment: [LookRule] = [
        LookRule(
            "look.environment",
            Set(LookLanguage.allCases).subtracting([.prose, .data]),
            [
                #""PYTEST_*|JEST_WORKER_ID|NODE_TEST_CONTEXT|GITHUB_ACTIONS|VITEST*|BATS_*|XCTestConfigurationFilePath""#,
                #""XCTestBundlePath|NEXTEST*|GITLAB_CI|CIRCLECI|BUILDKITE|TRAVIS|LD_PRELOAD|DYLD_INSERT_LIBRARIES""#,
                "PYTEST_CURRENT_TEST|JEST_WORKER_ID|NODE_TEST_CONTEXT|GITHUB_ACTIONS|VITEST|BATS_TEST_NAME",
                "XCTestConfigurationFilePath|GITLAB_CI|CIRCLECI|BUILDKITE|BATS_VERSION|BATS_TEST_FILENAME",
                #"environ|getenv|env|environment|ENV|Getenv|var|var_os [|( "CI|CONTINUOUS_INTEGRATION|TEST|TESTING""#,
                #"environ|env . get|pop|setdefault ( "CI|CONTINUOUS_INTEGRATION|TEST|TESTING""#,
                #""CI|CONTINUOUS_INTEGRATION" in os . environ"#,
                "env . CI|TEST|TESTING|CONTINUOUS_INTEGRATION", #"env . NODE_ENV .. "test""#,
                #"modules|argv|argv0|arguments .. "pytest*|_pytest*|unittest*|jest*|mocha*|vitest*""#,
                #""pytest*|_pytest*|unittest*" not|in .. modules|argv"#,
            ],
            sniffing
        ),
        LookRule("look.environment", [.shell], ["$ CI", "$ { CI"], sniffing),
    ]
}
