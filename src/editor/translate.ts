/** `vscode.l10n.t`, handed in so that pure code can speak the user's language. `{0}` stands for the first argument. */
export type Translate = (message: string, ...args: (string | number | boolean)[]) => string;

/** English, for where no editor is. */
export const inEnglish: Translate = (message, ...args) => message.replaceAll(/\{(\d+)\}/gu, (whole, index: string) => String(args[Number(index)] ?? whole));
