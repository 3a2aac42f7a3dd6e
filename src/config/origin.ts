/** The origin of an address, or the text itself where it is none. */
export const originOf = (url = ''): string => URL.parse(url)?.origin ?? url;

/** The origin of secrets that are for the gateway itself (its token, its store): no upstream has it, so none gets them. */
export const OWN_ORIGIN = 'openfusion';
