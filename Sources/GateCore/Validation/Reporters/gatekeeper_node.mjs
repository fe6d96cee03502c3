// Reporter of git gatekeeper for node's own test runner (18 and newer): JSON lines, an end record last.
//
// Node tells of a test after its subtests. So results wait, by depth, until their parent is told, and then take its
// name in front of theirs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MESSAGE = 2000;
const DETAIL = 16000;
const root = process.cwd();

function text(value, limit) {
  let all;
  try {
    all = String(value);
  } catch {
    all = '<unprintable>';
  }
  if (all.toWellFormed) all = all.toWellFormed();
  return all.length <= limit ? all : `${all.slice(0, (limit * 3) / 4)}\n[...]\n${all.slice(-limit / 4)}`;
}

function line(record) {
  return `${JSON.stringify(record)}\n`;
}

function relative(file) {
  if (!file) return undefined;
  const plain = file.startsWith('file:') ? fileURLToPath(file) : file;
  return path.relative(root, path.resolve(root, plain));
}

/** Whether a file declares tests; one that does not is a test itself, and its exit status is the outcome. */
function declaresTests(file) {
  try {
    const source = readFileSync(path.resolve(root, file), 'utf8');
    return /['"](node:)?test(\/[a-z]+)?['"]/.test(source);
  } catch {
    // What cannot be read is no test either: its failure is one of finding tests.
    return true;
  }
}

function failureOf(error) {
  const cause = error?.cause;
  const inner = cause && typeof cause === 'object' ? cause : undefined;
  const message = inner?.message ?? (typeof cause === 'string' ? cause : error?.message);
  return {
    type: error?.failureType,
    message: text(message ?? 'failed', MESSAGE),
    detail: text(inner?.stack ?? error?.stack ?? message ?? '', DETAIL),
  };
}

/** Line of the test file in a trace, else where the test is declared. */
function place(trace, file, declared) {
  if (!file || !trace) return declared;
  const at = trace.indexOf(file);
  const found = at < 0 ? null : /^:(\d+)/.exec(trace.slice(at + file.length));
  return found ? Number(found[1]) : declared;
}

class Node {
  constructor(event) {
    const { name, file, details = {}, skip, todo, line: declared } = event.data;
    this.name = text(name ?? '', 100000);
    this.file = relative(file);
    this.isSuite = details.type === 'suite';
    this.passed = event.type === 'test:pass';
    this.failure = this.passed ? undefined : failureOf(details.error);
    this.seconds = Number.isFinite(details.duration_ms) ? details.duration_ms / 1000 : undefined;
    this.mark = skip !== undefined && skip !== false ? 'skip' : todo !== undefined && todo !== false ? 'todo' : undefined;
    this.reason = this.mark === 'skip' ? skip : todo;
    this.line = this.passed ? declared : place(this.failure.detail, this.file, declared);
    this.children = [];
  }

  get outcome() {
    // A mark wins: node itself does not count a failing todo.
    if (this.mark) return 'skipped';
    if (this.passed) return 'passed';
    switch (this.failure.type) {
      case 'testTimeoutFailure': return 'timedOut';
      case 'cancelledByParent': case 'hookFailed': case 'testAborted': return 'errored';
      default: return 'failed';
    }
  }

  /** Whether this stands for a whole file and not for a test in it. */
  get isFile() {
    return this.file === undefined
      ? /\.[cm]?[jt]sx?$/.test(this.name) && path.isAbsolute(this.name)
      : relative(this.name) === this.file || this.name === this.file;
  }
}

class Recorder {
  constructor() {
    this.levels = [];
    this.results = 0;
    this.out = [];
  }

  take(event) {
    const depth = event.data.nesting ?? 0;
    const node = new Node(event);
    node.children = this.levels.splice(depth + 1).flat();
    (this.levels[depth] ??= []).push(node);
    if (depth === 0) {
      const all = this.levels[0];
      this.levels = [];
      for (const one of all) this.top(one);
    }
    return this.flush();
  }

  top(node) {
    if (!node.isFile) {
      this.emit(node, node.file, []);
      return;
    }
    const file = node.file ?? relative(node.name);
    if (node.children.length > 0) {
      for (const child of node.children) this.emit(child, file, []);
      if (!node.passed && node.failure.type !== 'subtestsFailed') this.problem(`${file}: ${node.failure.message}`);
    } else if (!declaresTests(file)) {
      this.result(node, file, file, node.outcome);
    } else if (!node.passed) {
      this.problem(`${file}: ${node.failure.message}`);
    }
  }

  emit(node, file, above) {
    const names = [...above, node.name];
    const where = node.file ?? file;
    for (const child of node.children) this.emit(child, where, names);
    // Node starts a test's name anew in each file; where a test is imported from elsewhere its own file counts.
    const id = [where ?? '', ...names].join(' > ');
    if (!node.isSuite) {
      if (node.name === '') this.problem(`${where}: a test without a name`, 'report-nameless-case');
      this.result(node, id, where, node.outcome);
    } else if (!node.passed && !node.mark && node.failure.type !== 'subtestsFailed') {
      // A hook of the suite, or its body, broke: no test has that as its own, so each test of the suite gets it.
      const under = [...this.under(node, names, where)];
      if (under.length === 0) this.problem(`${id}: ${node.failure.message}`);
      for (const [child, name] of under) {
        this.result({ ...child, failure: node.failure, line: child.line, seconds: 0 }, name, where, 'errored', 'suite');
      }
    }
  }

  *under(node, names, file) {
    for (const child of node.children) {
      const path = [...names, child.name];
      if (!child.isSuite) yield [child, [file ?? '', ...path].join(' > ')];
      yield* this.under(child, path, file);
    }
  }

  result(node, id, file, outcome, phase) {
    this.results += 1;
    const red = outcome !== 'passed' && outcome !== 'skipped';
    const reason = typeof node.reason === 'string' && node.reason ? node.reason : node.mark;
    this.out.push(line({
      kind: 'result', id, outcome, phase, file, line: node.line, seconds: node.seconds,
      message: red ? node.failure?.message : reason === undefined ? undefined : text(reason, MESSAGE),
      detail: red ? node.failure?.detail : undefined,
    }));
  }

  problem(message, problem = 'collection-failed') {
    this.out.push(line({ kind: 'problem', problem, message: text(message, MESSAGE) }));
  }

  flush() {
    return this.out.splice(0).join('');
  }
}

export default async function* gatekeeper(source) {
  const recorder = new Recorder();
  yield line({ kind: 'start', runner: 'node', version: process.version });
  for await (const event of source) {
    if (event.type === 'test:pass' || event.type === 'test:fail') yield recorder.take(event);
  }
  // What still waits here has no parent that was told: the run did not come to its end.
  const lost = recorder.levels.flat().length;
  if (lost > 0) yield line({ kind: 'problem', problem: 'report-malformed', message: `${lost} tests without their parent` });
  yield line({ kind: 'end', results: recorder.results });
}
