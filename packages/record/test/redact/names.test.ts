import { expect, test } from "vitest";
import { Name, classifyName } from "../../src/redact/names.ts";

const encoder = new TextEncoder();

function classOf(name: string, isQuery = false): string {
  const bytes = encoder.encode(name);
  const found = classifyName(bytes, 0, bytes.length, isQuery);
  return Object.entries(Name).find(([, value]) => value === found)?.[0] ?? "?";
}

const expected: Readonly<Record<string, string>> = {
  secret: `password passwd pwd Password PASSWORD password2 userPassword user_password user[password] new-password passWord pass_phrase dbpassword
    secret clientSecret client_secret CLIENT-SECRET SecretString secret_value token accessToken access_token token_1 idToken refreshTokenValue
    token_secret api_key apiKey APIKey X-Api-Key apikey hapikey apiKeys privateKey private_key_pem private-key AccountKey accessKey subscription-key
    cookie cookies set-cookie credentials credential_value jwt JWTToken code_verifier client_assertion card_number cardNumber connection_string
    next-auth.session-token api%5Fkey pass\\u0077ord aws_secret_access_key AWSSecretAccessKey security.token`,
  scalar: "pin otp cvc cvv cvv2 ssn auth basic_auth x-auth pass authorization Proxy-Authorization csrf",
  count: "tokens total_tokens maxTokens max_token prompt_tokens inputTokens max_completion_tokens access_tokens",
  plain: `author authors tokenizer tokenization token_type tokenCount token_limit token_expires_at token_endpoint next_page_token nextToken
    pageToken continuationToken eos_token sync_token password_policy passwordChangedAt secret_name credentialId key keys sort_key primaryKey public_key
    partitionKey keyboard monkey key_id idempotency_key signature sig code status_code session_id pinned pinterest passenger compass bypass
    authorizations authored oauth_provider author_id secretary passport cookiePolicy card cardinality number connection string postcode opinion`,
};

test.each(Object.entries(expected).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind] as const)))(
  "%s is %s",
  (name, kind) => {
    expect(classOf(name)).toBe(kind);
  },
);

test.each([
  ["key", "secret"],
  ["sig", "secret"],
  ["X-Amz-Signature", "secret"],
  ["AWSAccessKeyId", "secret"],
  ["code", "long"],
  ["appid", "long"],
  ["sort_key", "plain"],
  ["country_code", "plain"],
  ["id", "plain"],
  ["page_token", "plain"],
])("in a query %s is %s", (name, kind) => {
  expect(classOf(name, true)).toBe(kind);
});

test("of a very long name the end counts", () => {
  expect(classOf(`${"a_".repeat(200)}password`)).toBe("secret");
});
