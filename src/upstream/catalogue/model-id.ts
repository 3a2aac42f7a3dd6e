/** What different lists call the same model. */
import type { Place } from './facts.ts';

/** Hosts whose models and prices are listed, by the end of their name. */
const HOSTS: readonly (readonly [ending: string, place: Place])[] = [
  ['openrouter.ai', 'openrouter'], ['api.openai.com', 'openai'], ['api.anthropic.com', 'anthropic'], ['generativelanguage.googleapis.com', 'google'],
  ['api.deepseek.com', 'deepseek'], ['api.x.ai', 'xai'], ['api.mistral.ai', 'mistral'], ['api.moonshot.ai', 'moonshot'], ['api.moonshot.cn', 'moonshot'],
  ['dashscope.aliyuncs.com', 'alibaba'], ['dashscope-intl.aliyuncs.com', 'alibaba'], ['dashscope-us.aliyuncs.com', 'alibaba'],
  ['api.z.ai', 'zai'], ['open.bigmodel.cn', 'zai'], ['api.minimax.io', 'minimax'], ['api.minimaxi.com', 'minimax'],
];

/** Whose prices hold at an address; null for a proxy, a machine of one's own, or anybody who is not known here. */
export function placeOf(baseURL: string): Place | null {
  const host = URL.parse(baseURL)?.hostname.toLowerCase() ?? '';
  return HOSTS.find(([ending]) => host === ending || host.endsWith(`.${ending}`))?.[1] ?? null;
}

/** What OpenRouter calls each maker. */
const MAKERS: Readonly<Record<Exclude<Place, 'openrouter'>, string>> = {
  openai: 'openai', anthropic: 'anthropic', google: 'google', deepseek: 'deepseek', xai: 'x-ai', mistral: 'mistralai', moonshot: 'moonshotai', alibaba: 'qwen', zai: 'z-ai',
  minimax: 'minimax',
};

/** A maker's model as OpenRouter names it, before normalisation. */
export const relayedId = (place: Exclude<Place, 'openrouter'>, model: string): string => `${MAKERS[place]}/${model}`;

/** The maker of one of OpenRouter's ids and its own name there; null when it is none of ours. An alias (`~maker/x-latest`) is OpenRouter's own. */
export function makerOf(id: string): { place: Exclude<Place, 'openrouter'>; model: string } | null {
  const slash = id.indexOf('/');
  const maker = id.slice(0, slash);
  for (const [place, name] of Object.entries(MAKERS)) {
    if (name === maker) return { place: place as Exclude<Place, 'openrouter'>, model: id.slice(slash + 1) };
  }
  return null;
}

/** Variants that choose among the providers of the same model, or add something to it: what the model can do is the same, what it costs is not. */
const SAME_MODEL = new Set(['nitro', 'floor', 'exacto', 'online', 'thinking']);

/** An id without its variant; null where that is another offer altogether (`:free`, `:batch`, `:extended`). */
export function withoutVariant(id: string): { base: string; samePrice: boolean } | null {
  const colon = id.lastIndexOf(':');
  if (colon === -1) return { base: id, samePrice: true };
  return SAME_MODEL.has(id.slice(colon + 1)) ? { base: id.slice(0, colon), samePrice: false } : null;
}

/** `2025-01-31`, `20250131`, `-latest` at the end; `-0324` is kept, since DeepSeek's and OpenAI's are other models. */
const DATED = /-(?:20\d\d-?[01]\d-?[0-3]\d|latest)$/;

/** One spelling: lower case, versions with dots (`claude-opus-4-5` is `claude-opus-4.5`). */
export const spelled = (id: string): string => id.toLowerCase().replaceAll(/(?<=\d)-(?=\d(?!\d))/g, '.');

/** What an id may stand under, the most exact first. */
export function spellings(id: string): string[] {
  const undated = id.startsWith('~') ? id : id.toLowerCase().replace(DATED, '');
  return [...new Set([id, spelled(id), undated, spelled(undated)])];
}
