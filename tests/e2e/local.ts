//! The program that serves the page on one's own machine and reaches the systems, run for a test.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Running } from './proxy.ts';
import { DIST } from './server.ts';

const PROGRAM = process.env['TOKENDECK_SERVER'] ?? resolve('../../target/debug/tokendeck-server');

/** Starts it on a free port with these arguments; stopping it cuts what is under way. */
export async function local(args: string[]): Promise<Running> {
  return started(PROGRAM, ['--page', DIST, ...args]);
}

/** The same of another build of it, with the page that is in it. */
export async function started(program: string, args: string[]): Promise<Running> {
  const child = spawn(program, ['--listen', '0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const url = await new Promise<string>((ready, failed) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const address = /ready at (http:\S+)/.exec(said);
      if (address?.[1]) ready(address[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`the program ended (${code}): ${said}`)));
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  };
  return { url, stop };
}

/** The same for a configuration. */
export async function localWith(config: unknown): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'tokendeck-e2e-'));
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  const running = await local(['--config', file]);
  const stop = async () => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...running, stop };
}
