/** Roles, models and content marks as Markdown. */
import type { ContentMark } from '../content.ts';
import type { RoleModel } from '../port.ts';
import { code } from './markdown.ts';

/** `role:model` */
export const roleModelText = ({ role, model }: RoleModel): string => code(model === '' ? role : `${role}:${model}`);
export const roleModelOrDash = (roleModel: RoleModel | null): string => (roleModel === null ? '-' : roleModelText(roleModel));
export const rolesText = (roles: readonly string[]): string => (roles.length === 0 ? '-' : roles.map(code).join(' + '));
export const panelText = (panel: readonly RoleModel[]): string => rolesText(panel.map(({ role }) => role));
export const hashText = (content: ContentMark | null): string => (content === null ? '-' : code(content.sha256));
export const excerptText = (content: ContentMark | null): string => (content === null ? '-' : code(content.excerpt));
