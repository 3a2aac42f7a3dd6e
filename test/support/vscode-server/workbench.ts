import type { FrameLocator, Locator, Page } from 'playwright-core';

/** One VS Code window as a person uses it. Every wait has Playwright's own timeout. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Runs a command by its title in the command palette. */
  async palette(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.pickRow(title).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    await this.quickInput.fill(name);
    await this.pickRow(name).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.editorTab(name).waitFor();
  }

  /** Waits for the input box that shows `prompt` (title, placeholder or message) and answers it. */
  async inputBox(prompt: string | RegExp, text: string): Promise<void> {
    await this.inputBoxShowing(prompt).waitFor();
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Chooses a row of the open quick pick. */
  async quickPick(row: string | RegExp): Promise<void> {
    await this.pickRow(row).first().click();
  }

  /** The rows of the open quick pick or palette that contain `text`. */
  pickRow(text: string | RegExp): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row', { hasText: text });
  }

  /** The status bar item of OpenFusion, once it says `text`. */
  openFusion(text: string | RegExp): Locator {
    return this.statusItem('openfusion.openfusion.openfusion.status').filter({ hasText: text });
  }

  /** A status bar item by `publisher.name.itemId`; its `a` takes the click and has the tooltip as `aria-label`. */
  statusItem(id: string): Locator {
    return this.page.locator(`[id="${id}"]`);
  }

  /** A notification toast with this text. It fades within seconds: wait for it at once. */
  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** The contents of the open webview. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** The tab of an open editor. */
  editorTab(title: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: title });
  }

  /** The visible lines of the text editor that shows `text`. */
  editorText(text: string | RegExp): Locator {
    return this.page.locator('.editor-instance .view-lines', { hasText: text }).last();
  }

  /**
   * Reloads the window once VS Code has written its layout down with this webview in it. It does that when the window loses
   * the focus, which a page under automation never does; left alone, it may take a minute.
   */
  async reloadWith(viewType: string): Promise<void> {
    // Not `waitForFunction`: that takes the promise of an asynchronous condition for a yes.
    for (const deadlineMs = performance.now() + 60_000; !await this.page.evaluate(layoutHolds, viewType);) {
      if (performance.now() > deadlineMs) throw new Error(`VS Code did not save its layout with ${viewType} in it`);
      await this.page.waitForTimeout(250);
    }
    await this.page.reload();
  }

  /** Closes the window; its extension host ends with it. */
  async close(): Promise<void> {
    await this.page.close();
  }

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input.input');
  }

  private inputBoxShowing(prompt: string | RegExp): Locator {
    const widget = this.page.locator('.quick-input-widget:visible');
    const byText = widget.filter({ hasText: prompt });
    const byPlaceholder = widget.filter({ has: this.page.getByPlaceholder(prompt) });
    return byText.or(byPlaceholder).first();
  }
}

/** In the page: makes VS Code save its state, and tells whether what it has saved names this webview. */
async function layoutHolds(viewType: string): Promise<boolean> {
  // `globalThis` is the page's window here; the types of this project are Node's.
  const page = globalThis as unknown as { document: { hasFocus(): boolean }; dispatchEvent(event: Event): boolean; indexedDB: PageDatabases };
  page.document.hasFocus = () => false;
  page.dispatchEvent(new Event('blur'));
  Reflect.deleteProperty(page.document, 'hasFocus');
  const answer = <T>(request: PageRequest<T>): Promise<T> => new Promise((resolve, reject) => {
    request.onsuccess = () => { resolve(request.result); };
    request.onerror = () => { reject(new Error('the saved state cannot be read')); };
  });
  for (const { name } of await page.indexedDB.databases()) {
    if (name === undefined || !name.startsWith('vscode-web-state-db')) continue;
    const database = await answer(page.indexedDB.open(name));
    const values = await answer(database.transaction('ItemTable').objectStore('ItemTable').getAll());
    database.close();
    // The webview's origin is kept too, in another value and earlier: it is the list of open editors that counts.
    if (values.some((value) => String(value).includes('workbench.editors.webviewInput') && String(value).includes(viewType))) return true;
  }
  return false;
}

interface PageRequest<T> { result: T; onsuccess: (() => void) | null; onerror: (() => void) | null }
interface PageDatabase { transaction(store: string): { objectStore(store: string): { getAll(): PageRequest<unknown[]> } }; close(): void }
interface PageDatabases { databases(): Promise<{ name?: string }[]>; open(name: string): PageRequest<PageDatabase> }
