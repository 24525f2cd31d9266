// Shapes of the team API as JSON Schema; those that have a name become components.
import { z } from 'zod';
import { isJsonObject, ref, type Json, type JsonObject } from '../../openapi/json.ts';

/** Collects the named shapes on the way. One name may stand for one shape only. */
export interface SchemaBook {
  readonly ofInput: (shape: z.ZodType) => JsonObject;
  readonly ofOutput: (shape: z.ZodType) => JsonObject;
  readonly named: () => JsonObject;
}

export function createSchemaBook(): SchemaBook {
  const named = new Map<string, JsonObject>();
  const write = (shape: z.ZodType, io: 'input' | 'output'): JsonObject => {
    const { $schema: _, $defs: definitions, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any', override: ({ jsonSchema }) => simplify(jsonSchema, io) }) as JsonObject;
    for (const [name, definition] of Object.entries(isJsonObject(definitions) ? definitions : {})) keep(named, name, relocate(definition) as JsonObject);
    // A named shape at the top stands for itself and would not be told apart from one without a name.
    const name = z.globalRegistry.get(shape)?.id;
    if (name === undefined || '$ref' in schema) return relocate(schema) as JsonObject;
    keep(named, name, relocate(schema) as JsonObject);
    return ref('schemas', name);
  };
  return { ofInput: (shape) => write(shape, 'input'), ofOutput: (shape) => write(shape, 'output'), named: () => Object.fromEntries(named) };
}

function keep(named: Map<string, JsonObject>, name: string, schema: JsonObject): void {
  const { id: _, ...rest } = schema;
  const known = named.get(name);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest)) throw new Error(`two shapes have the name ${name}`);
  named.set(name, rest);
}

/** A format says what its pattern says. Who reads answers must expect members that come later. */
function simplify(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

/** References lead to the components. */
function relocate(value: Json | undefined): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(relocate);
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === '$ref' && typeof member === 'string' ? member.replace('#/$defs/', '#/components/schemas/') : relocate(member)]),
  );
}
