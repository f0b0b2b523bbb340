import { useMemo } from "preact/hooks";
import { size } from "../../../src/query/present/size.ts";
import { Text } from "../text/text.tsx";
import { type Field, formFields, type Part } from "./form.ts";

/** Fields and characters of one value that are shown at most; Raw has all. */
const FIELDS = 1_000;
const CHARACTERS = 4_000;

function Value({ text }: { readonly text: string }) {
  return (
    <>
      <Text value={text.slice(0, CHARACTERS)} />
      {text.length > CHARACTERS && <span class="quiet"> … {size(text.length)} in all, see Raw</span>}
    </>
  );
}

/** Fields of a form, decoded. */
export function FormView({ text }: { readonly text: string }) {
  const fields: readonly Field[] = useMemo(() => formFields(text), [text]);
  return (
    <>
      <table class="fields">
        <tbody>
          {fields.slice(0, FIELDS).map(({ name, value }, index) => (
            <tr key={index}>
              <th scope="row">
                <Text value={name} />
              </th>
              <td>
                <Value text={value} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {fields.length > FIELDS && <p class="quiet">{fields.length - FIELDS} more fields, see Raw.</p>}
    </>
  );
}

/** Parts of a multipart body. */
export function PartsView({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <table class="fields">
      <tbody>
        {parts.map(({ name, filename, contentType, body }, index) => (
          <tr key={index}>
            <th scope="row">
              <Text value={name === "" ? `part ${index + 1}` : name} />
            </th>
            <td>
              {(filename !== "" || contentType !== "") && (
                <p class="quiet">
                  <Text value={[filename, contentType].filter((fact) => fact !== "").join(", ")} /> {size(body.length)}
                </p>
              )}
              <Value text={body} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
