/** Configurations as people write them: comments, blank lines, other line ends, lists, tables, values of ours and of others. */
import fc from 'fast-check';
import { jsonFormat } from '../../../../src/clients/edit/json.ts';
import { tomlFormat } from '../../../../src/clients/edit/toml.ts';
import { yamlFormat } from '../../../../src/clients/edit/yaml.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,7}$/).filter((text) => !['model', 'models', 'provider', 'null', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n'].includes(text));
const words = fc.array(fc.constantFrom('keep', 'me', '"quoted"', '#', '//', 'key = 1', '{', ']', 'ünï', '…'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '));
const eol = fc.constantFrom('\n', '\n', '\r\n');

const valid = (format: { parse: (text: string) => unknown }) => (text: string): boolean => {
  try {
    format.parse(text);
    return true;
  } catch {
    return false;
  }
};

const tomlValue = fc.oneof(
  fc.integer().map(String), fc.boolean().map(String), words.map((text) => JSON.stringify(text)), fc.constantFrom("'li\\teral'", '1979-05-27T07:32:00Z', '[1, 2]', '[\n  1, # one\n  "two",\n]', '"""\nmany\nlines"""', '{ a = 1, b = "x" }', '1e3', '0x1F'),
);
const comment = (sign: string) => fc.option(words, { nil: null, freq: 2 }).map((text) => (text === null ? '' : ` ${sign} ${text}`));
const tomlEntry = fc.tuple(word, tomlValue, comment('#')).map(([key, value, note]) => `${key} = ${value}${note}`);
const tomlLine = fc.oneof({ weight: 4, arbitrary: tomlEntry }, words.map((text) => `# ${text}`), fc.constant(''));
const codexEntry = fc.tuple(fc.constantFrom('model = "gpt-5.5"', "model = 'o3'", 'model_provider = "openai"', 'model_catalog_json = "/x/y.json"'), comment('#')).map(([entry, note]) => entry + note);
const tomlTable = fc.tuple(fc.oneof(word, fc.tuple(word, word).map(([one, other]) => `${one}.${other}`), fc.constantFrom('model_providers.azure', 'profiles."my one"')), comment('#'), fc.array(tomlLine, { maxLength: 4 }))
  .map(([name, note, lines]) => [`[${name}]${note}`, ...lines].join('\n'));

/** Of Codex: keys at the top, then tables. */
export const generatedToml = fc.tuple(fc.array(fc.oneof({ weight: 3, arbitrary: tomlLine }, codexEntry), { maxLength: 7 }), fc.array(tomlTable, { maxLength: 3 }), eol, fc.boolean())
  .map(([top, tables, end, mark]) => `${mark ? '\ufeff' : ''}${[...top, ...tables].join('\n')}\n`.replaceAll('\n', end))
  .filter((text) => text.trim() !== '' && valid(tomlFormat)(text.replace('\ufeff', '')));

const yamlValue = fc.oneof(fc.integer().map(String), fc.constantFrom('plain text', '"quoted: yes"', "'single'", '[a, b]', '{ a: 1 }', '|\n  many\n  lines', '>-\n  folded\n  text', 'null', '~', ''));
const yamlEntry = fc.tuple(word, yamlValue, comment('#')).map(([key, value, note]) => (value.includes('\n') ? `${key}: ${value}` : `${key}: ${value}${note}`).trimEnd());
const yamlTop = fc.oneof({ weight: 4, arbitrary: yamlEntry }, words.map((text) => `# ${text}`), fc.constant(''), fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 3 }), comment('#')).map(([key, items, note]) => `${key}:${note}\n${items.map((item) => `  - ${item}`).join('\n')}`));
const yamlText = (special: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(fc.array(yamlTop, { maxLength: 5 }), fc.option(special, { nil: '' }), fc.array(yamlTop, { maxLength: 3 }), eol)
  .map(([before, middle, after, end]) => `${[...before, ...(middle === '' ? [] : [middle]), ...after].join('\n')}\n`.replaceAll('\n', end))
  .filter((text) => text.trim() !== '' && valid(yamlFormat)(text));

const model = fc.tuple(word, comment('#'), fc.boolean()).map(([name, note, long]) => `- name: ${name}${note}\n  provider: openai${long ? '\n  # inside\n  roles: [chat]' : ''}`);
/** Of Continue: a list of models among other keys. */
export const generatedModels = yamlText(fc.tuple(fc.array(model, { minLength: 1, maxLength: 3 }), comment('#'), fc.constantFrom('', '  ', '    '), fc.boolean())
  .map(([models, note, indent, commented]) => `models:${note}\n${commented ? `${indent}# about the first\n` : ''}${models.map((text) => text.split('\n').map((line) => indent + line).join('\n')).join('\n')}`));

/** Of Aider: scalars, some of them ours to replace. */
export const generatedScalars = yamlText(fc.tuple(fc.constantFrom('model: gpt-5', 'openai-api-base: https://relay.example/v1', 'weak-model: "x"', 'show-model-warnings: true', 'model:'), comment('#')).map(([entry, note]) => entry + note));

const jsonValue = fc.oneof(fc.integer().map(String), fc.constantFrom('true', 'null', '"text // no comment"', '[1, 2]', '[]', '{ "a": /* in */ 1 }', '[\n    "x", // x\n    "y"\n  ]'));
const jsonMember = (special: fc.Arbitrary<string>) => fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.tuple(word, jsonValue).map(([key, value]) => `"${key}": ${value}`) }, special), fc.option(words, { nil: null }), fc.boolean())
  .map(([member, note, above]) => ({ member, note, above }));
const jsonText = (special: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(fc.array(jsonMember(special), { minLength: 1, maxLength: 5 }), fc.boolean(), fc.boolean(), eol, fc.constantFrom('  ', '\t', '    '), fc.option(words, { nil: null }))
  .map(([members, trailing, mark, end, unit, head]) => {
    const lines = members.flatMap(({ member, note, above }, index) => {
      const comma = index < members.length - 1 || trailing ? ',' : '';
      return above && note !== null ? [`${unit}// ${note}`, `${unit}${member}${comma}`] : [`${unit}${member}${comma}${note === null ? '' : ` // ${note}`}`];
    });
    return `${mark ? '\ufeff' : ''}${[`{${head === null ? '' : ` // ${head}`}`, ...lines, '}', ''].join('\n')}`.replaceAll('\n', end);
  })
  .filter((text) => valid(jsonFormat)(text.replace('\ufeff', '')) && !hasTwins(text));

/** The same key twice is refused, which is another test. */
function hasTwins(text: string): boolean {
  const keys = [...text.matchAll(/^[ \t]+"(\w+)":/gm)].map(([, key]) => key);
  return new Set(keys).size !== keys.length;
}

/** Of OpenCode: providers and models of others. */
export const generatedProviders = jsonText(fc.constantFrom('"model": "anthropic/claude"', '"small_model": "x/y"', '"provider": { "other": { "npm": "x" } }', '"provider": {\n    // theirs\n    "other": {}\n  }', '"enabled_providers": ["other"]', '"provider": {}'));
/** Of Claude Code: variables of the user. */
export const generatedEnv = jsonText(fc.constantFrom('"env": { "FOO": "1" }', '"env": {\n    "ANTHROPIC_MODEL": "opus", // best\n    "FOO": "1"\n  }', '"env": { "ANTHROPIC_AUTH_TOKEN": "sk-theirs", "ANTHROPIC_BASE_URL": "https://relay.example" }', '"apiKeyHelper": "~/bin/key"'));
