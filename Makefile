# Every door of the project. `make demo` and `make test` are all a newcomer needs.
SHELL := /bin/sh
PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share
BUILD := .build/release/git-gatekeeper
SOURCES := Package.swift Sources Tests

.PHONY: all build debug test e2e fleet terminal pages corpus check demo bench install uninstall deb fmt man dependencies clean

all: build

# Says what it installs, and installs only what is missing.
dependencies:
	@sh scripts/dependencies.sh

build: dependencies
	swift build -c release --static-swift-stdlib --product git-gatekeeper

debug: dependencies
	swift build --build-tests

test: debug
	sh scripts/test.sh

# The tests that ask the real codex and claude, against a scripted server on this machine; only the model is scripted.
# Among them those of integrations/, and of the MCP server with the official client library.
# And those that install the real pre-commit and lefthook beside our hooks.
e2e: debug
	sh scripts/agents.sh
	sh scripts/hook-managers.sh
	GIT_GATEKEEPER_AGENTS=required GIT_GATEKEEPER_HOOK_MANAGERS=required swift test --disable-xctest --skip-build \
		--filter 'AgentProgram|SignoffAgent|HookManagers'

# The tests with a real Buildbot master and two workers on this machine, and the published schemas of engines' files.
fleet: debug
	sh scripts/fleet.sh
	GIT_GATEKEEPER_FLEET=required swift test --disable-xctest --skip-build --filter 'BuildbotTests|JobSchemaTests|CICommentTests'

# The live view at every width, on the screens of a terminal written in Python; what stood there is in .build/terminal/screens.
terminal: debug
	sh scripts/terminal.sh
	GIT_GATEKEEPER_TERMINAL=required swift test --disable-xctest --skip-build --filter 'LiveView|LiveFrame|TerminalTraits'

# Pages of real runs in a real browser: no error, no request, nothing for axe to find; and screenshots to look at.
pages: debug
	sh scripts/pages.sh

# Every cheat and attack we know, at every level of isolation, and the table of what stopped it (docs/corpus.md).
corpus: debug
	sh scripts/corpus.sh

# What has to hold before anything lands: style, no warnings, all tests.
check: dependencies
	swift format lint --strict --recursive $(SOURCES)
	swift build --build-tests -Xswiftc -warnings-as-errors
	sh scripts/test.sh

demo: build
	PATH="$(CURDIR)/.build/release:$$PATH" sh demo/run.sh

bench: build
	@echo "see bench/README.md; each table names the command that makes it"

install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(SHARE)/man/man1" "$(SHARE)/man/man5" \
		"$(SHARE)/bash-completion/completions" "$(SHARE)/zsh/site-functions" "$(SHARE)/fish/vendor_completions.d"
	install -m 755 -s $(BUILD) "$(DESTDIR)$(PREFIX)/bin/git-gatekeeper"
	install -m 644 man/*.1 "$(SHARE)/man/man1/"
	install -m 644 man/*.5 "$(SHARE)/man/man5/"
	install -m 644 completions/git-gatekeeper.bash "$(SHARE)/bash-completion/completions/git-gatekeeper"
	install -m 644 completions/_git-gatekeeper "$(SHARE)/zsh/site-functions/"
	install -m 644 completions/git-gatekeeper.fish "$(SHARE)/fish/vendor_completions.d/"

uninstall:
	rm -f "$(DESTDIR)$(PREFIX)/bin/git-gatekeeper" "$(SHARE)"/man/man1/git-gatekeeper*.1 \
		"$(SHARE)/man/man5/gatekeeper-config.5" "$(SHARE)/bash-completion/completions/git-gatekeeper" \
		"$(SHARE)/zsh/site-functions/_git-gatekeeper" "$(SHARE)/fish/vendor_completions.d/git-gatekeeper.fish"

# A Debian package of the release build, below .build.
deb: build
	sh scripts/deb.sh

# The manual and the completions are written from what the built program says of itself.
man: debug
	python3 -B scripts/man.py
	python3 -B scripts/completions.py
	python3 -B scripts/reference.py

fmt:
	swift format --in-place --recursive $(SOURCES)

clean:
	rm -rf .build
