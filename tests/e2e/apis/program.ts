//! A real server for a test: a program that listens on a port of its own and works in a folder of its own.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../ports.ts';

/** How long a server may take until it answers, on a machine that is busy with other tests. */
const START_SECONDS = 60;

/** How to start it. */
export interface Start {
  command: string;
  /** What it is told, once it is known where it may work and listen. */
  args: (folder: string, port: number) => string[] | Promise<string[]>;
  env?: (port: number) => Record<string, string>;
  /** A path that it answers as soon as it is ready. */
  probe: string;
}

/** A running server. */
export class Program {
  /** Its address, without a slash at the end. */
  readonly origin: string;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string, origin: string) {
    this.#process = process;
    this.#folder = folder;
    this.origin = origin;
  }

  /** Starts it and waits until it answers. */
  static async start({ command, args, env, probe }: Start): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), 'tokendeck-e2e-'));
    const port = await freePort();
    const child = spawn(command, await args(folder, port), {
      cwd: folder,
      env: { ...process.env, ...env?.(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let failure: Error | undefined;
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', (error) => (failure = error));
    const program = new Program(child, folder, `http://127.0.0.1:${port}`);
    for (const end = Date.now() + START_SECONDS * 1000; Date.now() < end && program.#runs && !failure;) {
      const isReady = await fetch(program.origin + probe).then(
        (it) => it.ok,
        () => false,
      );
      if (isReady) return program;
      await setTimeout(100);
    }
    await program.stop();
    throw new Error(`${command} does not answer; has \`cargo xtask setup\` run? ${failure?.message ?? ''}\n${said}`);
  }

  get #runs(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Ends it and clears up after it. */
  async stop(): Promise<void> {
    if (this.#runs && this.#process.pid !== undefined) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
