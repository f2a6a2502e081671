import fc from 'fast-check';

export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
  format?: string;
};

/** A schema with every reference put in place of its name; ours are not circular. */
export function inline(schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema {
  if (schema.$ref !== undefined) {
    const found = components[schema.$ref.split('/').at(-1) ?? ''];
    if (found === undefined) throw new Error(`no component ${schema.$ref}`);
    return inline(found, components);
  }
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    if ('$ref' in value) return inline(value as JsonSchema, components);
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v)]));
  };
  return walk(schema) as JsonSchema;
}

const HOSTILE = [
  "'; DROP TABLE alerts; --",
  '"><script>alert(1)</script>',
  '../../etc/passwd',
  '=1+1',
  '{tenant:String}',
  '\u202e\u0000\r\nX-Injected: 1',
  '٣٤٥',
];
const hostile = fc.constantFrom(...HOSTILE);

const text = (schema: JsonSchema): fc.Arbitrary<string> => {
  if (schema.format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString());
  // zod writes its own patterns for dates next to the format; ours are plain and short.
  if (schema.pattern !== undefined && !schema.pattern.includes('\\u0000'))
    return fc.stringMatching(new RegExp(schema.pattern)).map((s) => s.slice(0, schema.maxLength));
  const [minLength, maxLength] = [schema.minLength ?? 0, Math.min(schema.maxLength ?? 60, 120)];
  return fc.string({ minLength, maxLength: Math.max(minLength, maxLength) });
};

/** Values that mostly fit a JSON schema, as our documents use it. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(arbitraryOf));
  const [type] = Array.isArray(schema.type) ? schema.type : [schema.type];
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 1e6, 1e6) });
    case 'number':
      return fc.double({
        ...{ min: schema.minimum ?? schema.exclusiveMinimum ?? 0, max: schema.maximum ?? 1e6 },
        noNaN: true,
      });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const minLength = schema.minItems ?? 0;
      const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? 3, 3));
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength, maxLength });
    }
    case 'object':
      return object(schema);
    default:
      return fc.oneof(hostile, fc.integer(), fc.constant(null));
  }
}

function object(schema: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {});
  const record = fc.record(
    Object.fromEntries(fields.map(([name, field]) => [name, arbitraryOf(field)])),
    { requiredKeys: schema.required ?? [] },
  );
  if (fields.length > 0 || typeof schema.additionalProperties !== 'object') return record;
  return fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    arbitraryOf(schema.additionalProperties),
    {
      maxKeys: 3,
    },
  );
}

/** The same, with one thing wrong: a value replaced, a field too many, another type altogether. */
export const spoilt = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(value, fc.oneof(hostile, fc.integer(), fc.constant(null), fc.constant([])), fc.nat(20))
    .map(([fit, odd, place]): unknown => {
      if (fit === null || typeof fit !== 'object') return odd;
      const keys = [...Object.keys(fit), 'unknown'];
      return { ...fit, [keys[place % keys.length] ?? 'unknown']: odd };
    });
