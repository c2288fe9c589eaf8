//! The secret of a new token: shown in a dialog of its own until its user has it, and nowhere else, and gone after that.

import type { Page } from '@playwright/test';
import { pageKeeps } from './desk.ts';
import { expect, hurry, test as base } from './fixture.ts';
import type { DevServer } from './server.ts';
import {
  Air,
  AIR_V1,
  AIR_V2,
  AirDesk,
  FAILED,
  holdMemory,
  inMemory,
  Mist,
  MIST_ORG,
  MIST_SELF,
  MistDesk,
  only,
  PT_SANDBOX,
  PtDesk,
  PtSandbox,
  TOKENS,
  type Connection,
  type SystemDesk,
  type SystemForm,
} from './systems.ts';
import { Switcher } from './switcher.ts';
import { say } from './texts.ts';

/** A system that hands out secrets. */
interface Kind {
  title: string;
  connection: Connection;
  desk: (page: Page, url: string) => SystemDesk;
  past: (server: DevServer) => { opens(secret: string): Promise<boolean> };
  fill: (form: SystemForm, name: string) => Promise<void>;
  header: { button: 'Copy as Authorization header' | 'Copy as header'; text: string };
  variable: string;
}

const nameOnly = (form: SystemForm, name: string) => form.name.fill(name);
const air = {
  desk: (page: Page, url: string) => new AirDesk(page, url),
  past: (server: DevServer) => new Air(server),
  fill: nameOnly,
  header: { button: say.secretDialog.copyAuthorization, text: 'Authorization: Bearer ' },
  variable: 'AIR_API_TOKEN',
} as const;
const mist = {
  desk: (page: Page, url: string) => new MistDesk(page, url),
  header: { button: say.secretDialog.copyAuthorization, text: 'Authorization: Token ' },
  variable: 'MIST_APITOKEN',
} as const;

const KINDS: Kind[] = [
  {
    title: 'PT Sandbox',
    connection: PT_SANDBOX,
    desk: (page, url) => new PtDesk(page, url),
    past: (server) => new PtSandbox(server),
    fill: async (form, name) => {
      await form.name.fill(name);
      await form.permission('TASKS_VIEW_ALL').check();
    },
    header: { button: say.secretDialog.copyHeader, text: 'X-API-Key: ' },
    variable: 'PT_SANDBOX_API_KEY',
  },
  { title: 'NVIDIA Air, version 1', connection: AIR_V1, ...air },
  { title: 'NVIDIA Air, version 2', connection: AIR_V2, ...air },
  {
    title: 'Juniper Mist, own tokens',
    connection: MIST_SELF,
    past: (server) => new Mist(server, 'self'),
    fill: nameOnly,
    ...mist,
  },
  {
    title: "Juniper Mist, an organisation's tokens",
    connection: MIST_ORG,
    past: (server) => new Mist(server, 'org'),
    fill: async (form, name) => {
      await form.name.fill(name);
      await form.addPrivilege.click();
    },
    ...mist,
  },
];

const test = base.extend<{ air: AirDesk }>({
  air: async ({ page, server }, use) => use(new AirDesk(page, server.url)),
});
test.use({ serve: { config: only(AIR_V2) }, permissions: ['clipboard-read', 'clipboard-write'] });

/** Makes a token in the form, up to its secret. */
async function make(desk: SystemDesk, fill = nameOnly, name = 'new-token'): Promise<string> {
  const form = await desk.openCreate();
  await fill(form, name);
  await form.save.click();
  return desk.secret.read();
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Listens to all that the browser is told of a page beside what stands on it: addresses, and its console. */
function overhear(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => heard.push(message.text()));
  page.on('request', (request) => heard.push(request.url(), JSON.stringify(request.headers())));
  page.on('framenavigated', (frame) => heard.push(frame.url()));
  return heard;
}

for (const { title, connection, desk: deskOf, past: pastOf, fill, header, variable } of KINDS) {
  test.describe(title, () => {
    test.use({ serve: { config: only(connection) } });

    test('the secret is shown once, is copied in each form, and works', async ({ page, server }) => {
      const desk = deskOf(page, server.url);
      await desk.enter();
      const secret = await make(desk, fill);
      const { dialog } = desk.secret;
      expect(await dialog.evaluate((it) => it.matches(':modal'))).toBe(true);
      await expect(dialog).toContainText('new-token');
      await expect(dialog).toContainText(say.secretDialog.shownOnce);
      // It leads to copying; all of the secret is seen.
      await expect(desk.secret.copy('Copy secret')).toBeFocused();
      await expect(desk.secret.copy('Copy secret')).toHaveClass(/primary/);
      await expect(desk.secret.close).not.toHaveClass(/primary/);
      expect(await desk.secret.secret.evaluate((it) => it.scrollHeight <= it.clientHeight && it.scrollWidth <= it.clientWidth)).toBe(true);
      await expect(desk.secret.secret).toHaveAttribute('readonly');
      await expect(desk.secret.secret).toHaveAttribute('autocomplete', 'off');
      await desk.secret.copy('Copy secret').click();
      await expect(dialog.getByText(say.dialogs.copied)).toBeVisible();
      expect(await clipboard(page)).toBe(secret);
      await expect(desk.secret.close).toHaveClass(/primary/);
      await desk.secret.copy(header.button).click();
      await expect.poll(() => clipboard(page)).toBe(`${header.text}${secret}`);
      await desk.secret.copy(say.secretDialog.copyVariable).click();
      await expect.poll(() => clipboard(page)).toBe(`${variable}=${secret}`);
      expect(await pastOf(server).opens(secret)).toBe(true);
      await desk.secret.close.click();
      await expect(dialog).toBeHidden();
      await expect(desk.row('new-token')).toHaveCount(1);
    });

    test('closing wipes it from the page and from the memory of its modules; it was nowhere else', async ({
      context,
      page,
      server,
    }) => {
      await holdMemory(context);
      const heard = overhear(page);
      const desk = deskOf(page, server.url);
      await desk.enter();
      const secret = await make(desk, fill);
      const hash = await desk.secret.keyHash.count() > 0 ? await desk.secret.keyHash.inputValue() : undefined;
      // The search finds it while it is there.
      expect(await inMemory(page, secret)).not.toEqual([]);
      expect(await pageKeeps(page)).toContain(secret);
      await desk.secret.copy('Copy secret').click();
      await expect(desk.secret.dialog.getByText(say.dialogs.copied)).toBeVisible();
      await desk.secret.copy(header.button).click();
      await desk.secret.copy(say.secretDialog.copyVariable).click();
      await desk.secret.close.click();
      await expect(desk.secret.dialog).toBeHidden();
      await expect.poll(() => inMemory(page, secret)).toEqual([]);
      const kept = `${await pageKeeps(page)} ${JSON.stringify(await context.storageState())}`;
      expect(kept).not.toContain(secret);
      if (hash !== undefined) expect(kept).not.toContain(hash);
      // A new list and a new form do not bring it back.
      await desk.refreshButton.click();
      await desk.loaded();
      await desk.openCreate();
      expect(await pageKeeps(page)).not.toContain(secret);
      expect(await inMemory(page, secret)).toEqual([]);
      expect(heard.join('\n')).not.toContain(secret);
      expect(server.said).not.toContain(secret);
    });
  });
}

test.describe('the close guard', () => {
  test('asks before the secret is lost, whichever way it is closed', async ({ air, page }) => {
    await air.enter();
    const secret = await make(air);
    await air.secret.close.click();
    await expect(air.secret.guard).toContainText("you won't see it again. Close anyway?");
    await expect(air.secret.close).toHaveCount(0);
    await air.secret.keep.click();
    await expect(air.secret.guard).toHaveCount(0);
    await expect(air.secret.secret).toHaveValue(secret);
    // Browsers close a dialog on the third Escape in a row unless they are kept from it.
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
    await expect(air.secret.dialog).toBeVisible();
    await expect(air.secret.guard).toBeVisible();
    await page.keyboard.press('Escape');
    expect(await air.secret.dialog.evaluate((it) => it.matches(':modal'))).toBe(true);
    await expect(air.secret.secret).toHaveValue(secret);
    // A click beside it does nothing.
    await page.mouse.click(5, 5);
    await expect(air.secret.dialog).toBeVisible();
    await air.secret.closeWithout.click();
    await expect(air.secret.dialog).toBeHidden();
    await expect(air.row('new-token')).toHaveCount(1);
  });

  test('takes the focus to what keeps the secret, and gives it back', async ({ air, page }) => {
    await air.enter();
    await make(air);
    await air.secret.close.focus();
    await page.keyboard.press('Enter');
    await expect(air.secret.keep).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(air.secret.guard).toHaveCount(0);
    expect(await air.secret.dialog.evaluate((it) => it !== document.activeElement && it.contains(document.activeElement))).toBe(true);
  });

  test('is lifted by copying', async ({ air, page }) => {
    await air.enter();
    await make(air);
    await air.secret.copy(say.secretDialog.copyVariable).click();
    await expect(air.secret.dialog.getByText(say.dialogs.copied)).toBeVisible();
    await expect(air.secret.has).toBeChecked();
    await page.keyboard.press('Escape');
    await expect(air.secret.dialog).toBeHidden();
  });

  test('is lifted by the word of the user, and comes back with its withdrawal', async ({ air, page }) => {
    await air.enter();
    await make(air);
    await air.secret.has.check();
    await air.secret.has.uncheck();
    await page.keyboard.press('Escape');
    await expect(air.secret.guard).toBeVisible();
    await air.secret.has.check();
    await expect(air.secret.guard).toHaveCount(0);
    await expect(air.secret.has).toBeFocused();
    await air.secret.close.click();
    await expect(air.secret.dialog).toBeHidden();
  });

  test('is not lifted by a copy that failed, and the page says so', async ({ air, context, page }) => {
    await context.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.execCommand = () => false;
    });
    await air.enter();
    const secret = await make(air);
    await air.secret.copy('Copy secret').click();
    await expect(air.secret.dialog.getByText("Couldn't copy.")).toBeVisible();
    await expect(air.secret.has).not.toBeChecked();
    await page.keyboard.press('Escape');
    await expect(air.secret.guard).toBeVisible();
    await air.secret.keep.click();
    // It can be selected by hand.
    await air.secret.secret.focus();
    await page.keyboard.press('Control+A');
    const selected = await air.secret.secret.evaluate((it: HTMLInputElement) =>
      it.value.slice(it.selectionStart ?? 0, it.selectionEnd ?? 0),
    );
    expect(selected).toBe(secret);
  });

  test('holds against leaving the page', async ({ air, page }) => {
    await air.enter();
    const secret = await make(air);
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await expect(air.secret.secret).toHaveValue(secret);
  });

  test('does not hold whoever has the secret', async ({ air, page }) => {
    await air.enter();
    await make(air);
    await air.secret.has.check();
    let asked = false;
    page.on('dialog', (dialog) => {
      asked = true;
      void dialog.accept();
    });
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(asked).toBe(false);
  });

  test.describe('with several connections', () => {
    test.use({ serve: { config: only(PT_SANDBOX, AIR_V2) } });

    test('holds against Back', async ({ air, page }) => {
      await air.visit(`?connection=${encodeURIComponent(PT_SANDBOX.name)}`);
      await air.signIn(PT_SANDBOX.name).getByRole('button', { name: say.tokenForm.cancel }).click();
      await new Switcher(page).show(AIR_V2.name);
      await air.answer(air.account);
      await air.loaded();
      const secret = await make(air);
      await page.goBack();
      await expect(air.secret.secret).toHaveValue(secret);
      await expect(air.secret.dialog).toBeVisible();
      await air.secret.has.check();
      await air.secret.close.click();
      await expect(air.secret.dialog).toBeHidden();
    });
  });
});

test('no timer takes the secret away', async ({ air, context, page }) => {
  // An hour of the page's in a second of ours.
  await hurry(context, 3600);
  await air.enter();
  const start = await page.evaluate(() => Date.now());
  const secret = await make(air);
  await expect.poll(() => page.evaluate(() => Date.now())).toBeGreaterThan(start + 12 * 3_600_000);
  await expect(air.secret.secret).toHaveValue(secret);
  await expect(air.secret.dialog).toBeVisible();
});

test('the secret stays while the list behind it comes anew', async ({ air, page, server }) => {
  await air.enter();
  await server.fail({ method: 'GET', path: TOKENS.airV2, delay_ms: 1000, times: 1 });
  await air.refreshButton.click();
  const secret = await make(air);
  await expect(page.getByText(say.stateLine.refreshing)).toHaveCount(0);
  await expect(air.secret.secret).toHaveValue(secret);
});

test('a second token shows its own secret, with a guard of its own', async ({ air }) => {
  await air.enter();
  const first = await make(air, nameOnly, 'first');
  await air.secret.dismiss();
  const second = await make(air, nameOnly, 'second');
  expect(second).not.toBe(first);
  await expect(air.secret.dialog).toContainText('second');
  await expect(air.secret.has).not.toBeChecked();
  await air.secret.close.click();
  await expect(air.secret.guard).toBeVisible();
});

test('the secret can be copied on plain HTTP too', async ({ air, page, server, watch }) => {
  // The browser's remark on a header that only counts where the context is secure.
  watch.allows(/Cross-Origin-Opener-Policy header has been ignored/);
  const plain = new AirDesk(page, server.url.replace('127.0.0.1', 'plain-http.test'));
  await plain.enter();
  const secret = await make(plain);
  await air.secret.copy('Copy secret').click();
  await expect(air.secret.dialog.getByText(say.dialogs.copied)).toBeVisible();
  await air.secret.close.click();
  await plain.byName.focus();
  await page.keyboard.press('Control+V');
  await expect(plain.byName).toHaveValue(secret);
});

test('after it is closed the focus is on the page, not lost', async ({ air, page }) => {
  await air.enter();
  await air.createButton.focus();
  await page.keyboard.press('Enter');
  await expect(air.creating.name).toBeFocused();
  await page.keyboard.type('by keys');
  await page.keyboard.press('Enter');
  await expect(air.secret.copy('Copy secret')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(air.secret.dialog.getByText(say.dialogs.copied)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(air.secret.dialog).toBeHidden();
  await expect(air.createButton).toBeFocused();
});

test.describe('no error tells a secret', () => {
  const SECRET = 's3cret-that-no-message-may-tell';

  for (const { title, body } of [
    { title: 'an answer that is no token but has a secret', body: { token: SECRET } },
    { title: 'a text in place of a token', body: [SECRET] },
    { title: 'a token with the secret in place of a date', body: { id: '7', name: 'x', expiry: SECRET, token: SECRET } },
    { title: 'a broken answer', body: `{"id":"7","name":"x","token":"${SECRET}"` },
  ]) {
    test(title, async ({ air, page, server, watch }) => {
      watch.allows(FAILED);
      const heard = overhear(page);
      await air.enter();
      await server.fail({ method: 'POST', path: TOKENS.airV2, status: 201, times: 1, body });
      const form = await air.openCreate();
      await form.name.fill('x');
      await form.save.click();
      const said = page.getByRole('dialog').getByRole('alert').or(air.secret.secret);
      await expect(said.first()).toBeVisible();
      expect(await page.locator('body').innerText()).not.toContain(SECRET);
      expect(heard.join('\n')).not.toContain(SECRET);
    });
  }
});

test.describe('what signs in', () => {
  for (const { title, connection, desk: deskOf, add } of [
    {
      title: 'NVIDIA Air',
      connection: AIR_V2,
      desk: air.desk,
      add: async (server: DevServer) => (await new Air(server).add('mine')).token,
    },
    {
      title: 'Juniper Mist',
      connection: MIST_SELF,
      desk: mist.desk,
      add: async (server: DevServer) => (await new Mist(server, 'self').add('mine')).key,
    },
  ]) {
    test(`an API token for ${title} is kept in memory only, and signing out forgets it there too`, async ({
      context,
      page,
      server,
    }) => {
      await server.configure(only(connection));
      await holdMemory(context);
      const addresses: string[] = [];
      page.on('request', (it) => addresses.push(it.url()));
      const heard: string[] = [];
      page.on('console', (it) => heard.push(it.text()));
      const token = await add(server);
      const desk = deskOf(page, server.url);
      await desk.enter('', { 'API token': token });
      expect(await inMemory(page, token)).not.toEqual([]);
      expect(await pageKeeps(page)).not.toContain(token);
      expect(JSON.stringify(await context.storageState())).not.toContain(token);
      await desk.signOut.click();
      await desk.expectSignedOut();
      await expect.poll(() => inMemory(page, token)).toEqual([]);
      expect([...addresses, ...heard].join('\n')).not.toContain(token);
    });
  }

  test('a password is not kept once it has done its work', async ({ context, page, server, watch }) => {
    watch.expects(FAILED);
    await server.configure(only(PT_SANDBOX));
    await holdMemory(context);
    const desk = new PtDesk(page, server.url);
    // One that is refused is as secret as one that is right; unlike `demo` it can be searched for.
    await desk.visit();
    const password = 'correct-horse-battery-staple';
    await server.fail({ path: '/sim/pt-sandbox/ui/login', status: 503, times: 1, body: '' });
    await desk.answer({ Username: 'demo', Password: password });
    await expect(desk.refusal).toContainText('503');
    // It is still in the form for another try, so the search finds it.
    expect(await inMemory(page, password)).not.toEqual([]);
    await desk.answer({ Username: 'demo', Password: 'demo' });
    await desk.loaded();
    await expect.poll(() => inMemory(page, password)).toEqual([]);
    expect(await pageKeeps(page)).not.toContain(password);
  });
});
