/** Roles, models and content marks as Markdown. */
import { type ContentMark, excerpt } from '../content.ts';
import type { RoleModel } from '../port.ts';
import { code } from './markdown.ts';

/** `role:model` */
export const roleModelText = ({ role, model }: RoleModel): string => code(model === '' ? role : `${role}:${model}`);
export const roleModelOrDash = (roleModel: RoleModel | null): string => (roleModel === null ? '-' : roleModelText(roleModel));
export const rolesText = (roles: readonly string[]): string => (roles.length === 0 ? '-' : roles.map(code).join(' + '));
export const panelText = (panel: readonly RoleModel[]): string => rolesText(panel.map(({ role }) => role));
export const hashText = (content: ContentMark | null): string => (content === null ? '-' : code(content.sha256));
export const excerptText = (content: ContentMark | null): string => (content === null ? '-' : code(content.excerpt));
/** The start of a prompt, and the hash by which the whole of it can be recognised. */
export const promptText = ({ prompt, promptSha256 }: { prompt: string; promptSha256: string }): string => `Prompt: ${code(excerpt(prompt))} (SHA-256 ${code(promptSha256)})`;
