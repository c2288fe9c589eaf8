//! What a dialog shows of its request, run in a shell.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixture.ts';
import { say } from './texts.ts';

const run = promisify(execFile);

/** Opens the commands of a dialog. */
export async function commandsOf(dialog: Locator): Promise<string> {
  await dialog.getByText(say.request.show, { exact: true }).click();
  const commands = dialog.getByRole('region', { name: say.request.script });
  await expect(commands).toContainText('curl');
  return (await commands.textContent()) ?? '';
}

/** Runs them in a shell that knows these variables and nothing else; their output. */
export async function runs(shell: string, script: string, set: Record<string, string>): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...set };
  const { stdout } = await run(shell, ['-c', script], { env });
  return stdout;
}

/** What signs in, as the page sent it last. */
export function proofOf(page: Page): { token: string; cookie: string } {
  const proof = { token: '', cookie: '' };
  page.on('request', async (it) => {
    // What is under way when the page is closed has none.
    const headers = await it.allHeaders().catch((): Record<string, string> => ({}));
    proof.token = headers['authorization']?.split(' ')[1] ?? proof.token;
    proof.cookie = headers['cookie'] ?? proof.cookie;
  });
  return proof;
}
