// The problem of every refusal, and the list of tags.
import { problemCodes } from '../../problem-pages.ts';
import type { JsonObject } from '../../openapi/json.ts';
import { tags } from '../tags.ts';

const codes: JsonObject = { type: 'string', enum: problemCodes };

/** https://www.rfc-editor.org/rfc/rfc9457#section-3 */
export const problemSchema: JsonObject = {
  type: 'object',
  description: 'Why a request was refused (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'blockers'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'A page that says what happened and what to do.' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What, who and the remedy, in a sentence or two.' },
    code: codes,
    requestId: { type: 'string' },
    blockers: {
      type: 'array',
      description: 'All rules that stand in the way, the first in guard order first.',
      items: {
        type: 'object',
        required: ['code', 'detail', 'memberId'],
        properties: { code: codes, detail: { type: 'string' }, memberId: { type: ['string', 'null'], format: 'uuid' } },
      },
    },
  },
};

/** All of them in the order of a first acquaintance. */
export const describedTags: readonly JsonObject[] = Object.entries(tags).map(([name, description]) => ({ name, description }));
