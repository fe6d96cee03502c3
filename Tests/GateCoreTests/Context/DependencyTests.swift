import GateTestSupport
import Testing

@testable import GateCore

@Suite("imports are followed to files of the tree")
struct DependencyTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let files: [String: String]
        /// A file, and the files it needs, in order of their paths.
        let needs: [String: [String]]
    }

    private static func check(_ one: Case) async throws {
        try await ContextFixture.with(one.files) { fixture in
            let survey = try await fixture.survey()
            for (path, wanted) in one.needs {
                let found = survey.graph.needed[path] ?? []
                #expect(found.sorted() == wanted.sorted(), "\(one.description): \(path)")
            }
        }
    }

    @Test("of Python", arguments: python)
    func ofPython(_ one: Case) async throws { try await Self.check(one) }

    @Test("of JavaScript and TypeScript", arguments: javaScript)
    func ofJavaScript(_ one: Case) async throws { try await Self.check(one) }

    @Test("of compiled languages", arguments: compiled)
    func ofCompiled(_ one: Case) async throws { try await Self.check(one) }

    @Test("of scripts", arguments: scripts)
    func ofScripts(_ one: Case) async throws { try await Self.check(one) }

    static let python: [Case] = [
        Case(
            description: "absolute and relative, with packages around them",
            files: [
                "app/__init__.py": "", "app/a.py": "from . import b\nfrom .sub import c as d, e\nimport app.sub.c\n",
                "app/b.py": "", "app/sub/__init__.py": "e = 1\n",
                "app/sub/c.py": "from ..b import x\nfrom ... import y\n",
            ],
            needs: [
                "app/a.py": ["app/__init__.py", "app/b.py", "app/sub/__init__.py", "app/sub/c.py"],
                "app/sub/c.py": ["app/b.py"],
            ]
        ),
        Case(
            description: "src layout, namespace packages, several on a line, conditional and inside functions",
            files: [
                "src/core/io.py": "", "src/core/net.py": "",
                "tests/test_io.py":
                    "import os, core.io as io\ndef test_a():\n    from core.net import (\n        get,\n        put,\n    )\n",
                "tests/conftest.py": "import core.net\n",
            ],
            needs: ["tests/test_io.py": ["src/core/io.py", "src/core/net.py", "tests/conftest.py"]]
        ),
        Case(
            description: "comments, texts and names that only look like imports say nothing",
            files: [
                "a.py": "# import b\n\"\"\"\nimport c\n\"\"\"\nx = 'import d'\nimporter = 1\nimport_b = 2\n",
                "b.py": "", "c.py": "", "d.py": "",
            ],
            needs: ["a.py": []]
        ),
        Case(
            description: "a helper beside a test, a module by name, a backslash",
            files: [
                "tests/test_a.py":
                    "from helpers import make\nimport importlib\nm = importlib.import_module('pkg.late')\nfrom pkg import one, \\\n    two\n",
                "tests/helpers.py": "", "pkg/__init__.py": "", "pkg/late.py": "", "pkg/one.py": "", "pkg/two.py": "",
            ],
            needs: [
                "tests/test_a.py": ["pkg/__init__.py", "pkg/late.py", "pkg/one.py", "pkg/two.py", "tests/helpers.py"]
            ]
        ),
        Case(
            description: "a package below a folder that no layout tells",
            files: [
                "backend/service/api/__init__.py": "", "backend/service/api/views.py": "",
                "qa/test_v.py": "from api.views import v\n",
            ],
            needs: ["qa/test_v.py": ["backend/service/api/__init__.py", "backend/service/api/views.py"]]
        ),
    ]

    static let javaScript: [Case] = [
        Case(
            description: "import, export, require and import() with endings and indexes",
            files: [
                "lib/a.js":
                    "import x from './b'\nimport './c.mjs'\nexport * from \"../util\"\nconst d = require('./d.json')\nconst e = await import('./e.js')\nconst f = require(name)\n",
                "lib/b.js": "", "lib/c.mjs": "", "util/index.js": "", "lib/d.json": "{}", "lib/e.ts": "",
            ],
            needs: ["lib/a.js": ["lib/b.js", "lib/c.mjs", "lib/d.json", "lib/e.ts", "util/index.js"]]
        ),
        Case(
            description: "comments and templates say nothing, types and mocks do",
            files: [
                "a.ts":
                    "// import './b'\n/* require('./c') */\nconst s = `import './d'`\nimport type { E } from './e'\njest.mock('./f')\n",
                "b.ts": "", "c.ts": "", "d.ts": "", "e.ts": "", "f.ts": "",
            ],
            needs: ["a.ts": ["e.ts", "f.ts"]]
        ),
        Case(
            description: "tsconfig paths and baseUrl, with comments and inherited",
            files: [
                "tsconfig.base.json":
                    "{ // shared\n \"compilerOptions\": { \"baseUrl\": \".\", \"paths\": { \"@/*\": [\"src/*\"], \"~conf\": [\"conf/main\"], }, }, }",
                "tsconfig.json": "{\"extends\": \"./tsconfig.base.json\"}",
                "src/x/y.ts": "import { a } from '@/z'\nimport c from '~conf'\nimport k from 'src/k'\n", "src/z.ts": "",
                "conf/main.ts": "", "src/k/index.tsx": "",
            ],
            needs: ["src/x/y.ts": ["conf/main.ts", "src/k/index.tsx", "src/z.ts"]]
        ),
        Case(
            description: "packages of a workspace: main, exports, conditions, patterns, what a build makes",
            files: [
                "package.json": #"{"name": "root", "workspaces": ["packages/*"]}"#,
                "packages/a/package.json":
                    ##"{"name": "@w/a", "main": "./lib/main", "imports": {"#in": "./lib/in.js"}}"##,
                "packages/a/lib/main.js": "import '#in'\n", "packages/a/lib/in.js": "",
                "packages/b/package.json":
                    #"{"name": "b", "exports": {".": {"types": "./dist/index.d.ts", "import": "./dist/index.js"}, "./x/*": "./src/x/*.js"}}"#,
                "packages/b/src/index.ts": "", "packages/b/src/x/one.js": "",
                "app.js": "import '@w/a'\nimport 'b'\nimport 'b/x/one'\nimport 'left-pad'\n",
            ],
            needs: [
                "app.js": ["packages/a/lib/main.js", "packages/b/src/index.ts", "packages/b/src/x/one.js"],
                "packages/a/lib/main.js": ["packages/a/lib/in.js"],
            ]
        ),
    ]

    static let compiled: [Case] = [
        Case(
            description: "Swift: files of the module and of imported targets that declare what is used",
            files: [
                "Package.swift":
                    "let p = Package(name: \"p\", targets: [.target(name: \"Core\"), .target(name: \"App\", path: \"Other/App\")])\n",
                "Sources/Core/Parser.swift": "struct Parser { func run() { Lexer() } }\n",
                "Sources/Core/Lexer.swift": "struct Lexer {}\n", "Sources/Core/Unused.swift": "struct Unused {}\n",
                "Other/App/Main.swift": "import Core\n// Unused\nlet p = Parser()\n",
                "Tests/CoreTests/ParserTests.swift": "@testable import Core\nfunc test() { Parser().run() }\n",
            ],
            needs: [
                "Sources/Core/Parser.swift": ["Sources/Core/Lexer.swift"],
                "Other/App/Main.swift": ["Sources/Core/Parser.swift"],
                "Tests/CoreTests/ParserTests.swift": ["Sources/Core/Parser.swift"],
            ]
        ),
        Case(
            description: "Rust: mod, use trees, crate, super, crates of the workspace",
            files: [
                "Cargo.toml": "[package]\nname = \"my-crate\"\n",
                "src/lib.rs": "mod a;\npub mod b;\nuse b::inner::{self, deep::Thing};\n",
                "src/a.rs": "use crate::b::{x, inner};\nuse std::fmt;\n", "src/b/mod.rs": "mod inner;\n",
                "src/b/inner.rs": "use super::x;\nmod deep;\nfn f() { crate::a::go(); }\n", "src/b/inner/deep.rs": "",
                "tests/it.rs": "use my_crate::a::go;\n",
                "tool/Cargo.toml": "[package]\nname = \"tool\"\n", "tool/src/main.rs": "use my_crate::b;\n",
            ],
            needs: [
                "src/lib.rs": ["src/a.rs", "src/b/inner.rs", "src/b/inner/deep.rs", "src/b/mod.rs"],
                "src/a.rs": ["src/b/inner.rs", "src/b/mod.rs"],
                "src/b/inner.rs": ["src/a.rs", "src/b/inner/deep.rs", "src/b/mod.rs"],
                "tests/it.rs": ["src/a.rs"], "tool/src/main.rs": ["src/b/mod.rs"],
            ]
        ),
        Case(
            description: "Go: packages of the module, and what is used of the same package",
            files: [
                "go.mod": "module example.com/m\n\ngo 1.19\n",
                "main.go":
                    "package main\n\nimport (\n\t\"fmt\"\n\tu \"example.com/m/util\"\n)\n\nfunc main() { u.Do(); help() }\n",
                "help.go": "package main\n\nfunc help() {}\n", "other.go": "package main\n\nfunc other() {}\n",
                "util/do.go": "package util\n\nfunc Do() {}\n", "util/more.go": "package util\n",
                "util/do_test.go": "package util\n\nfunc TestDo() { Do() }\n",
            ],
            needs: ["main.go": ["help.go", "util/do.go", "util/more.go"], "util/do_test.go": ["util/do.go"]]
        ),
        Case(
            description: "Java and Kotlin: packages, static and star imports, the same package",
            files: [
                "src/main/java/com/x/A.java":
                    "package com.x;\nimport com.x.y.B;\nimport static com.x.y.C.go;\nclass A { D d; }\n",
                "src/main/java/com/x/D.java": "package com.x;\nclass D {}\n",
                "src/main/java/com/x/E.java": "package com.x;\nclass E {}\n",
                "src/main/java/com/x/y/B.java": "package com.x.y;\nclass B {}\n",
                "src/main/java/com/x/y/C.java": "package com.x.y;\nclass C {}\n",
                "src/test/java/com/x/ATest.java": "package com.x;\nimport java.util.*;\nclass ATest { A a; }\n",
                "src/main/kotlin/com/k/K.kt": "package com.k\nimport com.x.y.*\nclass K\n",
            ],
            needs: [
                "src/main/java/com/x/A.java": [
                    "src/main/java/com/x/D.java", "src/main/java/com/x/y/B.java", "src/main/java/com/x/y/C.java",
                ],
                "src/test/java/com/x/ATest.java": ["src/main/java/com/x/A.java"],
                "src/main/kotlin/com/k/K.kt": ["src/main/java/com/x/y/B.java", "src/main/java/com/x/y/C.java"],
            ]
        ),
        Case(
            description: "C and C++: includes, and the sources behind a header",
            files: [
                "src/a.c": "#include \"a.h\"\n#include <lib/b.hpp>\n#include <stdio.h>\n// #include \"c.h\"\n",
                "src/a.h": "",
                "include/lib/b.hpp": "", "src/b.cpp": "", "src/c.h": "", "vendor/stdio.h": "",
            ],
            needs: ["src/a.c": ["include/lib/b.hpp", "src/a.h", "src/b.cpp"]]
        ),
    ]

    static let scripts: [Case] = [
        Case(
            description: "Ruby: require, require_relative, autoload, constants",
            files: [
                "lib/shop.rb":
                    "require 'shop/cart'\nrequire_relative 'shop/item'\nautoload :Tax, 'shop/tax'\n# require 'shop/old'\n",
                "lib/shop/cart.rb": "class Cart\n  OrderLine.new\nend\n", "lib/shop/item.rb": "", "lib/shop/tax.rb": "",
                "lib/shop/old.rb": "",
                "lib/shop/order_line.rb": "", "spec/cart_spec.rb": "require 'shop'\n",
            ],
            needs: [
                "lib/shop.rb": ["lib/shop/cart.rb", "lib/shop/item.rb", "lib/shop/tax.rb"],
                "lib/shop/cart.rb": ["lib/shop/order_line.rb"], "spec/cart_spec.rb": ["lib/shop.rb"],
            ]
        ),
        Case(
            description: "shell: sourced and called, below a variable, never in a comment",
            files: [
                "test/run.sh":
                    "#!/bin/sh\n. ./lib.sh\nsource \"$ROOT/tools/env.sh\"\nbin/tool --x\npython3 src/main.py < test/in.txt\n# bin/other\n",
                "test/lib.sh": "", "tools/env.sh": "",
                "bin/tool": "#!/bin/sh\n. \"$(dirname \"$0\")/../tools/env.sh\"\n",
                "bin/other": "", "src/main.py": "", "test/in.txt": "",
            ],
            needs: [
                "test/run.sh": ["bin/tool", "src/main.py", "test/in.txt", "test/lib.sh", "tools/env.sh"],
                "bin/tool": ["tools/env.sh"],
            ]
        ),
    ]

    @Test("a text that is the path of a file counts as a need of it")
    func mentions() async throws {
        try await ContextFixture.with([
            "tests/test_cli.py": "run(['sh', 'bin/tool.sh'])\nread('data.json')\n", "bin/tool.sh": "",
            "tests/data.json": "{}",
        ]) { fixture in
            let needed = try await fixture.survey().graph.needed["tests/test_cli.py"]
            #expect(needed == ["bin/tool.sh", "tests/data.json"])
        }
    }

    @Test("files come from the tree, not from the working tree")
    func fromTheTree() async throws {
        try await ContextFixture.with(["a.py": "import b\n", "b.py": ""]) { fixture in
            let needed = try await fixture.survey().graph.needed["a.py"]
            #expect(needed == ["b.py"])
        }
    }
}
