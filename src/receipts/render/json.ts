/** Any receipt as JSON text: the data as it is, two spaces, a line break at the end. */
export const renderJson = (receipt: object): string => `${JSON.stringify(receipt, null, 2)}\n`;
