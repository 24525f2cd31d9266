// The words of the description as HTML: escaped, and what stands between backticks as code.
import { escapeHtml } from './html-page.ts';

export function textOf(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/gu, '<code>$1</code>');
}
