import type { Domain } from '../../../../../src/routing/types.ts';

/** What a person asks in: ISO 639-1. */
export type Tongue = 'en' | 'zh' | 'es' | 'pt' | 'fr' | 'de' | 'ru' | 'ja' | 'ko';

/** An ask of our own writing: tongue, kind, programming language (null where nothing in the ask tells one), text. */
export type LabelledAsk = readonly [tongue: Tongue, kind: Domain, language: string | null, text: string];
