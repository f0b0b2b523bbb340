import { expect, it } from "vitest";
import { formFields, multipartParts } from "../../src/body/form.ts";

it("decodes form fields in order, repeated ones too", () => {
  expect(formFields("a=1&b%5Bc%5D=caf%C3%A9+au+lait&a=2&__proto__=x")).toEqual([
    { name: "a", value: "1" },
    { name: "b[c]", value: "café au lait" },
    { name: "a", value: "2" },
    { name: "__proto__", value: "x" },
  ]);
});

it("takes multipart bodies apart", () => {
  const text =
    '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n2\r\n--B\r\nContent-Disposition: form-data; name="f"; filename="x \\"y\\".csv"\r\nContent-Type: text/csv\r\n\r\nid\r\n--B--\r\n';
  expect(multipartParts('multipart/form-data; boundary="B"', text)).toMatchObject([
    { name: "a", filename: "", contentType: "", body: "1\r\n2" },
    { name: "f", filename: 'x "y".csv', contentType: "text/csv", body: "id" },
  ]);
  expect(multipartParts("multipart/form-data", text)).toHaveLength(2);
  expect(multipartParts("multipart/form-data; boundary=other", "no parts")).toBeUndefined();
});
