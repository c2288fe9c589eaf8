//! A Scoped Token API that answers as a test tells it, behind a path of the page's own origin.

import { StandIn, type Asked, type Given } from './apis/stand-in.ts';
import { test as base } from './fixture.ts';
import { Desk } from './desk.ts';
import { proxy, wayTo } from './proxy.ts';
import { only, type Connection } from './systems.ts';

/** The connection to it. */
export const ODD: Connection = { name: 'Odd', dialect: 'scoped', base: '/odd' };

/** A system whose answers are a test's own. */
export class Odd extends StandIn {
  /** What it answers to the list; `asked.query` has the cursor. */
  list: (asked: Asked) => unknown = () => page([]);

  /** The status of that answer. */
  status: (asked: Asked) => number = () => 200;

  /** A token by itself, where there is one. */
  token: (id: string) => unknown = () => undefined;

  /** The scopes that it lists. */
  scopes: () => unknown = () => [{ id: 'read', name: 'Read' }];

  protected answer(asked: Asked): Given {
    const [resource, id] = asked.path;
    if (asked.method === 'GET' && resource === 'scopes') return { status: 200, body: this.scopes() };
    if (asked.method === 'GET' && resource === 'tokens' && id === undefined) {
      return { status: this.status(asked), body: this.list(asked) };
    }
    const token = asked.method === 'GET' && resource === 'tokens' ? this.token(id ?? '') : undefined;
    if (token !== undefined) return { status: 200, body: token };
    return { status: 404, body: { title: 'There is no such thing.' } };
  }

  /** How often its list was asked for. */
  get nLists(): number {
    return this.heard.filter((it) => it.path.join('/') === 'tokens').length;
  }
}

/** A page of a list. */
export function page(entries: unknown[], next: string | null = null, total = entries.length): unknown {
  return { total, entries, next };
}

/** A token of a list, number 0 and up. */
export function entry(number: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const id = `0000000a-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return { id, guid: id, name: `token ${number}`, scopes: ['read'], is_active: true, ...more };
}

/** So many of them, from one number on. */
export function entries(from: number, count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, idx) => entry(from + idx));
}

/** A test with the page over such a system. */
export const test = base.extend<{ odd: Odd; desk: Desk }>({
  serve: { config: only(ODD) },
  odd: async ({ keep }, use) => use(await keep(new Odd().start())),
  desk: async ({ keep, odd, page, server }, use) => {
    const host = await keep(proxy(server, { '/odd': wayTo(odd.origin) }));
    await use(new Desk(page, host.url));
  },
});
