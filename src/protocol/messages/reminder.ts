/** Words of the system inside a conversation, for models that take them at its start only: agents mark such words to Claude like this. */
export const reminder = (text: string): string => `<system-reminder>\n${text}\n</system-reminder>`;
