/** A JSON Schema (2020-12) as far as OpenAPI documents of ours need it. */
export interface Schema {
  type?: string | string[];
  description?: string;
  enum?: (string | null)[];
  format?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  $ref?: string;
  anyOf?: Schema[];
}

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const text = (description?: string): Schema =>
  description === undefined ? { type: 'string' } : { type: 'string', description };
export const oneOf = (...values: string[]): Schema => ({ type: 'string', enum: values });
export const flag: Schema = { type: 'boolean' };
export const whole: Schema = { type: 'integer' };
export const instant: Schema = { type: 'string', format: 'date-time' };
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

/** An object all of whose properties are always there, but those named as optional. */
export function body(properties: Record<string, Schema>, ...optional: string[]): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}
