//! Measures the built page beside two React pages in a browser, with the harness in the folder that TOKENDECK_BENCH names.
//!
//!   TOKENDECK_BENCH=path/to/harness node bench/run.mjs [--n 1000,10000,100000] [--runs 7] [--warmup 1] [--out FILE]
//!
//! A whole run (all sizes, five runs or more) writes bench/RESULTS.md. Any other only prints what it would say, unless
//! `--out` names a file for it. The page is the one in dist/: `cargo xtask build` makes it.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { release, totalmem } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const RESULTS = join(ROOT, 'bench', 'RESULTS.md');
const JSON_FILE = join(ROOT, 'target', 'bench', 'results.json');

/** All sizes, and the fewest runs, that a table worth keeping rests on. */
const SIZES = [1000, 10_000, 100_000];
const ENOUGH_RUNS = 5;

const MINE = 'tokendeck';
const PEERS = ['react-tanstack', 'react-ag-grid'];

/** What the ratio to the first peer shall be at most, at each of the sizes. */
const RATIOS = {
  bytes: [1, 1, 1],
  fcp: [0.7, 0.7, 0.7],
  firstRow: [1, 1, 1],
  loaded: [1, 0.9, 0.6],
  loadCpu: [1.2, 1, 0.7],
  filterFirst_dom: [0.5, 0.5, 0.2],
  filterNext_dom: [0.5, 0.5, 0.2],
  sort1_dom: [0.5, 0.4, 0.2],
  sort2_dom: [0.7, 0.7, 1],
  dialog_dom: [0.7, 0.7, 0.7],
  useTotal: [1.2, 0.8, 0.5],
};

/** What the number itself shall be at most, at every size. */
const LIMITS = { scroll_longest: 34, scroll_dropped: 0, scroll_blank: 0 };

/** Ends with words for the reader. */
function giveUp(...lines) {
  console.error(lines.join('\n'));
  process.exit(2);
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        n: { type: 'string', default: SIZES.join(',') },
        runs: { type: 'string', default: '7' },
        warmup: { type: 'string', default: '1' },
        out: { type: 'string' },
      },
    });
    const sizes = values.n.split(',').map(Number);
    const whole = (it, least) => Number.isInteger(it) && it >= least;
    if (!sizes.every((it) => whole(it, 1))) giveUp(`--n takes numbers of tokens, such as 1000,10000, not ${values.n}`);
    if (!whole(Number(values.runs), 1)) giveUp(`--runs takes a number from 1 on, not ${values.runs}`);
    if (!whole(Number(values.warmup), 0)) giveUp(`--warmup takes a number from 0 on, not ${values.warmup}`);
    return { sizes, runs: Number(values.runs), warmup: Number(values.warmup), out: values.out };
  } catch (error) {
    return giveUp(error.message);
  }
}

/** Whether nobody is meant to write into a folder. root may write into every one, but should not. */
function isReadOnly(folder) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return true;
  }
  return (statSync(folder).mode & 0o222) === 0;
}

/** The harness's folder, made ready. */
function prepareHarness() {
  const named = process.env.TOKENDECK_BENCH;
  if (!named) {
    giveUp(
      'TOKENDECK_BENCH is not set. It names the folder of the browser benchmark, the one with bench.mjs and peers/:',
      '  TOKENDECK_BENCH=path/to/harness node bench/run.mjs',
    );
  }
  const folder = resolve(named);
  if (!existsSync(join(folder, 'bench.mjs'))) giveUp(`TOKENDECK_BENCH names ${named}, but there is no bench.mjs in it.`);
  const steps = [
    [['node_modules', 'playwright-core'], ['ci']],
    ...PEERS.map((it) => [['peers', it, 'dist', 'index.html'], ['run', 'build:peers']]),
  ];
  for (const [made, args] of steps) {
    if (existsSync(join(folder, ...made))) continue;
    if (isReadOnly(folder)) {
      giveUp(`The folder that TOKENDECK_BENCH names is read-only, and \`npm ${args.join(' ')}\` has not run there yet: copy it, and name the copy.`);
    }
    console.error(`$ npm ${args.join(' ')} (in the harness's folder)`);
    const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] });
    if (status !== 0) giveUp(`\`npm ${args.join(' ')}\` failed in the harness's folder.`);
  }
  return folder;
}

/** Runs the harness with its output shown as it comes; hands back what it said and whether all was well. */
function measure(folder, { sizes, runs, warmup }) {
  const apps = [...PEERS.map((it) => `${it}=${join(folder, 'peers', it, 'dist')}`), `${MINE}=${DIST}`];
  const args = ['bench.mjs', ...apps.flatMap((it) => ['--app', it])];
  args.push('--n', sizes.join(','), '--runs', String(runs), '--warmup', String(warmup), '--json', JSON_FILE);
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      process.stdout.write(text);
    });
    child.once('error', failed);
    child.once('exit', (code) => done({ said, code }));
  });
}

function read(program, args) {
  try {
    return execFileSync(program, args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** The commit that was measured, and whether it was that alone. What is in bench/ does not count. */
function commit() {
  const hash = read('git', ['rev-parse', '--short=10', 'HEAD']);
  if (hash === null) return 'unknown';
  const changed = read('git', ['status', '--porcelain', '--', '.', ':!bench', ':!tests']);
  return changed === '' ? hash : `${hash}, with changes that are not committed`;
}

function system() {
  let name = process.platform;
  try {
    name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? name;
  } catch {
    // Only Linux has that file.
  }
  return `${name}, kernel ${release()}`;
}

const shown = (value) => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0) : '–');

const times = (ratio) => (Number.isFinite(ratio) ? `${ratio.toFixed(2)}×` : '–');

/** One measure at one size, with its goal where it has one. What could not be measured has not reached it. */
function judge({ n, key, medians }) {
  const [mine, peer] = [medians[MINE] ?? NaN, medians[PEERS[0]] ?? NaN];
  const ratio = peer > 0 ? mine / peer : NaN;
  if (key in LIMITS) return { ratio, goal: `≤ ${LIMITS[key]}`, reached: mine <= LIMITS[key] };
  const most = RATIOS[key]?.[SIZES.indexOf(n)];
  return most === undefined ? { ratio } : { ratio, goal: `≤ ${most.toFixed(2)}×`, reached: ratio <= most };
}

function table(summary, n) {
  const rows = [
    ['median', MINE, ...PEERS, `${MINE} ÷ ${PEERS[0]}`, 'goal', 'reached'],
    [':--', ...PEERS.map(() => '--:'), '--:', '--:', '--:', ':-:'],
  ];
  for (const measured of summary.filter((it) => it.n === n)) {
    const { metric, unit, medians } = measured;
    const { ratio, goal = '', reached } = judge(measured);
    const verdict = reached === undefined ? '' : reached ? 'yes' : '**no**';
    const numbers = [MINE, ...PEERS].map((it) => shown(medians[it]));
    rows.push([unit ? `${metric}, ${unit}` : metric, ...numbers, times(ratio), goal, verdict]);
  }
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What the harness said about each app's contract, and what went wrong while measuring. */
function audit(said, failures) {
  const lines = [MINE, ...PEERS].map((app) => {
    const verdict = new RegExp(`^${app}: (keeps|breaks) the UI contract$`, 'm').exec(said)?.[1];
    return `- ${app}: ${verdict === undefined ? 'was not audited' : `${verdict} the UI contract`}`;
  });
  if (failures.length === 0) return [...lines, '- No step failed, and no page reported an error.'];
  return [...lines, `- ${failures.length} problem(s):`, ...failures.map((it) => `  - ${it}`)];
}

/** The size of each file of the page that was downloaded, as packed. */
function files(results) {
  const run = results.find((it) => it.app === MINE);
  const list = (run?.files ?? []).toSorted((one, other) => other.bytes - one.bytes);
  return list.map(({ name, bytes }) => `${name.slice(1)} ${shown(bytes / 1000)}`).join(', ');
}

function report({ meta, failures, summary, results }, said, { sizes, runs }) {
  const goals = summary.map((it) => ({ ...it, ...judge(it) })).filter((it) => it.goal !== undefined);
  const missed = goals.filter((it) => !it.reached);
  const bytes = (app) => shown(summary.find((it) => it.n === sizes[0] && it.key === 'bytes')?.medians[app]);
  const lines = [
    '# Results',
    '',
    'Written by `node bench/run.mjs`, never by hand. Medians; lower is better everywhere.',
    `The goals are ratios to ${PEERS[0]}, or limits.`,
    '',
    `- Machine: ${meta.cpu}, ${meta.cores} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${system()}`,
    `- Chromium ${meta.chromium}, Node.js ${meta.node}`,
    `- ${meta.date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit()}`,
    `- ${runs} run(s) of each app and size, in turns, each in a fresh browser`,
    `- Downloaded (brotli 11, kB): ${[MINE, ...PEERS].map((it) => `${it} ${bytes(it)}`).join(', ')}`,
    `- Of ${MINE}: ${files(results)}`,
    `- Goals reached: ${goals.length - missed.length} of ${goals.length}`,
    '',
    ...(missed.length === 0 ? [] : ['## Goals missed', '', ...missed.map((it) => `- ${it.n.toLocaleString('en')} tokens: ${it.metric}: ${it.key in LIMITS ? shown(it.medians[MINE]) : times(it.ratio)}, goal ${it.goal}`), '']),
    '## Contract',
    '',
    ...audit(said, failures),
    ...sizes.flatMap((n) => ['', `## ${n.toLocaleString('en')} tokens`, '', table(summary, n)]),
    '',
  ];
  return lines.join('\n');
}

const options = readArguments();
if (!existsSync(join(DIST, 'index.html'))) giveUp('There is no page in dist/ yet: `cargo xtask build` makes it.');
const folder = prepareHarness();
mkdirSync(join(JSON_FILE, '..'), { recursive: true });
writeFileSync(JSON_FILE, '');
const { said, code } = await measure(folder, options);
const measured = readFileSync(JSON_FILE, 'utf8');
if (measured === '') giveUp('', `The harness ended (${code}) before it had measured anything.`);

const text = report(JSON.parse(measured), said, options);
const isWhole = options.runs >= ENOUGH_RUNS && SIZES.every((it) => options.sizes.includes(it));
const out = options.out ?? (isWhole ? RESULTS : undefined);
if (out === undefined) {
  console.log(`\n${text}`);
  console.error(`bench/RESULTS.md stays as it is: that takes ${SIZES.join(', ')} tokens and ${ENOUGH_RUNS} runs or more.`);
} else {
  writeFileSync(out, text);
  console.log(`\nWritten: ${relative(process.cwd(), resolve(out))}`);
}
process.exitCode = code;
