import GateGit

/// Names that win over the real thing when something is looked up by name.
enum Shadowing {
    /// Why a new path is refused, as the end of a sentence; `nil` where it shadows nothing.
    static func reason(_ path: RepositoryPath) -> String? {
        let components = path.components.map { String(decoding: $0, as: UTF8.self) }
        guard let name = components.last else { return nil }
        for folder in components.dropLast() where folders.contains(folder) {
            return "inside '\(folder)', which is looked up before the real thing"
        }
        if let ending = endings.first(where: { name.hasSuffix($0) }) {
            return "a '\(ending)' file, which is loaded unread"
        }
        if names.contains(name) { return "which is loaded or chosen by its name alone" }
        let isNearTop = components.count == 1 || (components.count == 2 && ["src", "lib"].contains(components[0]))
        let stem = name.hasSuffix(".py") ? String(name.dropLast(3)) : nil
        if let stem, isNearTop, modules.contains(stem) {
            return "which would be imported instead of the module '\(stem)'"
        }
        let first = components.count >= 2 ? components.first : nil
        let package = ["src", "lib"].contains(first ?? "") && components.count > 2 ? components[1] : first
        if let package, modules.contains(package), name.hasSuffix(".py") {
            return "which would be imported instead of the module '\(package)'"
        }
        if components.count == 1, targets.contains(name) { return "which has the name of a make target" }
        if let first, targets.contains(first), components.count >= 2, first != "test", first != "tests" {
            return "in a folder that has the name of a make target"
        }
        return nil
    }

    private static let names: Set = [
        "pytest.py", "unittest.py", "_pytest.py", "sitecustomize.py", "usercustomize.py", "conftest.py", ".npmrc",
        "gnumakefile", "makefile", ".pythonstartup", "pyvenv.cfg",
    ]
    private static let folders: Set = ["pytest", "_pytest", "unittest", "node_modules", ".node_modules", "__pycache__"]
    private static let endings = [".pth", ".pyc", ".pyo", ".so", ".dylib", ".dll", ".node", ".pyd"]
    private static let targets: Set = ["all", "check", "test"]
    /// Modules that test frameworks and most tests import.
    private static let modules: Set = Set(
        """
        abc argparse ast asyncio atexit base64 bdb builtins bisect calendar cmath codecs collections colorsys concurrent \
        configparser contextlib contextvars copy copyreg csv ctypes dataclasses datetime decimal difflib dis doctest email \
        encodings enum errno faulthandler fnmatch fractions functools gc getpass gettext glob gzip hashlib heapq hmac html \
        http importlib inspect io ipaddress itertools json keyword linecache locale logging lzma marshal math mimetypes mock \
        multiprocessing numbers operator os packaging pathlib pdb pickle pkgutil platform pluggy pprint profile pstats py \
        queue random re reprlib runpy sched secrets select selectors shelve shlex shutil signal site six socket socketserver \
        sqlite3 ssl stat statistics string struct subprocess sys sysconfig tarfile tempfile textwrap threading time timeit \
        token tokenize tomllib traceback tracemalloc types typing unicodedata urllib uuid warnings weakref xml xmlrpc zipfile \
        zlib zoneinfo iniconfig hypothesis xdist nose exceptiongroup attr attrs
        """.split(separator: " ").map(String.init)
    )
}
