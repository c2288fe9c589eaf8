//! The dev server's four systems past the page: tokens of each, and which of them live.

import type { DevServer } from './server.ts';
import { Air, Mist, PtSandbox } from './systems.ts';

/** The systems by their connections' names, in the order of the configuration. */
export const NAMES = ['Scoped tokens', 'PT Sandbox', 'NVIDIA Air', 'Juniper Mist'] as const;
export type Name = (typeof NAMES)[number];

/** For each system. */
export type Each<T> = Record<Name, T>;

/** The same for each system. */
export function each<T>(value: (name: Name) => T): Each<T> {
  return Object.fromEntries(NAMES.map((it) => [it, value(it)])) as Each<T>;
}

/** The deletion of a token, as a method and a path; the part in brackets is its id. */
export const DELETES: Each<RegExp> = {
  'Scoped tokens': /^DELETE \/api\/v1\/tokens\/([^/?]+)$/,
  'PT Sandbox': /^DELETE \/sim\/pt-sandbox\/.*\/tokens\/([^/?]+)$/,
  'NVIDIA Air': /^DELETE \/sim\/air\/.*\/api-tokens\/([^/?]+)\/$/,
  'Juniper Mist': /^DELETE \/sim\/mist\/.*\/apitokens\/([^/?]+)$/,
};

/** The same as a path for failures that are asked for. */
export const DELETED: Each<string> = {
  'Scoped tokens': '/api/v1/tokens/*',
  'PT Sandbox': '/sim/pt-sandbox/*/tokens/*',
  'NVIDIA Air': '/sim/air/*/api-tokens/*',
  'Juniper Mist': '/sim/mist/*/apitokens/*',
};

/** The systems. */
export class Four {
  readonly server: DevServer;
  readonly pt: PtSandbox;
  readonly air: Air;
  readonly mist: Mist;

  constructor(server: DevServer) {
    this.server = server;
    this.pt = new PtSandbox(server);
    this.air = new Air(server);
    this.mist = new Mist(server, 'org');
  }

  /** Makes a token, and gives its id. */
  async add(system: Name, name: string): Promise<string> {
    const make = {
      'Scoped tokens': () => this.server.add({ name }),
      'PT Sandbox': () => this.pt.add(name),
      'NVIDIA Air': () => this.air.add(name),
      'Juniper Mist': () => this.mist.add(name),
    };
    return String((await make[system]()).id);
  }

  /** Makes so many of each; their ids. */
  async fill(n: number): Promise<Each<string[]>> {
    const ids = each<string[]>(() => []);
    for (const system of NAMES) {
      for (let number = 1; number <= n; number += 1) ids[system].push(await this.add(system, called(system, number)));
    }
    return ids;
  }

  /** Removes a token. */
  async remove(system: Name, id: string): Promise<void> {
    if (system === 'Scoped tokens') await this.server.fetch(`api/v1/tokens/${id}`, { method: 'DELETE' });
    if (system === 'PT Sandbox') await this.pt.remove({ id: Number(id) });
    if (system === 'NVIDIA Air') await this.air.remove({ id });
    if (system === 'Juniper Mist') await this.mist.remove({ id });
  }

  /** The names of the tokens that are there and not deleted, sorted. */
  async living(): Promise<Each<string[]>> {
    const named = (tokens: { name: string }[]) => tokens.map((it) => it.name).sort();
    return {
      'Scoped tokens': named(await this.server.tokens()),
      'PT Sandbox': named((await this.pt.tokens()).filter((it) => it.deleted === null)),
      'NVIDIA Air': named(await this.air.tokens()),
      'Juniper Mist': named(await this.mist.tokens()),
    };
  }
}

/** What the tokens of a system are called, as all of them allow it: `run-01-Air`. */
export function called(system: Name, number: number): string {
  return `run-${String(number).padStart(2, '0')}-${system.split(' ').at(-1)}`;
}
