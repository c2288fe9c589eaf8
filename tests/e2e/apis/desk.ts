//! The page over a system that a shipped description connects, by way of the program that serves the page.

import { test as base, type Keep } from '../fixture.ts';
import { localWith } from '../local.ts';
import { only, SystemDesk, type Connection, type Typed } from '../systems.ts';
import type { StandIn } from './stand-in.ts';
import { say } from '../texts.ts';

/** A shipped description as a test uses it. */
export interface Described<C extends string> {
  connection: Connection & { api: string };
  /** What is typed to sign in. */
  account: Typed;
  /** The columns of its table, in their order. */
  columns: readonly C[];
}

/** What a system has to have so that the page can be led to it. */
interface Reachable {
  origin: string;
}

/** The page over such a system. */
export class ApiDesk<C extends string> extends SystemDesk<C> {
  /** Gives a token a new secret; what is asked for first is by the inputs' labels. */
  async rotate(name: string, typed: Typed = {}): Promise<void> {
    await this.page.getByRole('button', { name: `Rotate ${name}`, exact: true }).click();
    const question = this.page.getByRole('alertdialog', { name: /^Rotate .*\?$/ });
    for (const [label, value] of Object.entries(typed)) await question.getByLabel(label).fill(value);
    await question.getByRole('button', { name: say.action.rotate }).click();
  }

  /** Switches a token off or on. */
  async switch(verb: 'Disable' | 'Enable', name: string): Promise<void> {
    await this.action(verb, name).click();
    await this.question(`${verb} token`).getByRole('button', { name: verb, exact: true }).click();
  }
}

/** A test over a description and a system, which is already running or is kept for the test. */
export function overApi<S extends Reachable, C extends string>(
  { connection, account, columns }: Described<C>,
  system: (keep: Keep) => S | Promise<S>,
) {
  return base.extend<{ system: S; api: ApiDesk<C> }>({
    serve: { config: only(connection) },
    system: async ({ keep }, use) => use(await system(keep)),
    api: async ({ keep, page, system }, use) => {
      // What follows the first step of the base is a path of the system.
      const base = system.origin + connection.base.replace(/^\/[^/]+/, '');
      const host = await keep(localWith(only({ ...connection, base, proxy: true })));
      await use(new ApiDesk(page, host.url, connection, account, columns));
    },
  });
}

/** Starts a stand-in for one test. */
export function standIn<S extends StandIn>(make: () => S): (keep: Keep) => Promise<S> {
  return (keep) => keep(make().start());
}
